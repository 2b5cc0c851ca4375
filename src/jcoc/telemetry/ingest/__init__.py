"""How readings come in: HTTP, MQTT, files."""
