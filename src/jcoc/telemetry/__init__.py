"""Things, datastreams and their observations (OGC SensorThings 1.1 Sensing)."""
