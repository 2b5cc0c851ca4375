"""Files that people send: checked by content, stripped, kept apart from code."""
