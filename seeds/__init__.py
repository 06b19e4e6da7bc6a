"""City packs: districts, programme and an invented sample catalogue, with their loader."""
