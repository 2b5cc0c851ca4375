"""Backup of one machine while it runs, and its restore."""
