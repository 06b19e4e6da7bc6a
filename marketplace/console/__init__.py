"""The industry operator's console: submissions, sub-platform, weights, words."""
