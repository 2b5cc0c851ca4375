"""The demonstration city: simulated sensors and synthetic data, marked as such everywhere."""
