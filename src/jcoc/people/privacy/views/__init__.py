"""Pages of the data protection officer, and a person's own."""
