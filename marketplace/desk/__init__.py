"""The desk of everybody who is signed in, and the enterprise's own pages."""
