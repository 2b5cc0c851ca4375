"""What a device has handed in already: the server side of the offline outbox."""
