"""The project that ties the two apps together."""

__version__ = "0.1.0"
