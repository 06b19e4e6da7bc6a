"""Benchmarks: ours beside the peers in the same run. Not part of the product."""
