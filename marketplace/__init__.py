"""A plugin-based marketplace of digital solutions and providers for small manufacturers."""

__version__ = "0.1.0"
