"""The account of every write: append-only, each entry sealed by the hash of the one before."""
