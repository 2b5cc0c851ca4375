"""Background tasks: queued in the database, run by the server or by workers, with progress, cancel and retry."""
