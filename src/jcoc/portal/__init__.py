"""The public home."""
