"""The only code that writes what belongs to log-in, a module for each thing."""
