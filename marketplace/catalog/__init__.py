"""Providers, solutions and their versions; search page, comparison, import and export."""
