"""The only code that writes the tables of privacy: one module a duty."""
