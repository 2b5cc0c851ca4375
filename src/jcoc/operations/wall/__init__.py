"""The wall: the city live, on the biggest screen and on a phone."""
