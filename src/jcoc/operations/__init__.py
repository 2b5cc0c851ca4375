"""What the operators work with."""
