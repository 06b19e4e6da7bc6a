"""Organisations and the people who sign in."""
