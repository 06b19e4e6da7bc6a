"""From a provider's draft to a listed solution: drafts, submissions, comments, decisions."""
