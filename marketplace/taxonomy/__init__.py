"""Industries, scenarios, product categories, districts, the programme; pausing of sub-platforms."""
