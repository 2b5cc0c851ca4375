"""A new programme's package: the files that are written, and what writes them."""
