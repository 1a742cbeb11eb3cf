"""The project package: settings, URLs, and the REST toolkit that the apps share."""

__version__ = "0.1.0"
