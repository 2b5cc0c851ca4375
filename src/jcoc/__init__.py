"""jcoc: the software of a city operation centre."""

__version__ = "0.1.0"
