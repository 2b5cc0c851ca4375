"""How the simulated city behaves: every value is a pure function of a seed and a time."""
