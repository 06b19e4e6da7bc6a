"""Need matching: understand a need, find candidates, score them by rules, explain everything."""
