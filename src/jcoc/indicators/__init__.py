"""The six dimensions of the smart city, and what is measured in them."""
