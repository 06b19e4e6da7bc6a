"""Serving the site: start, gunicorn's settings."""
