"""Saved needs, shortlists, enquiries and their answers."""
