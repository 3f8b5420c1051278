"""The comparisons that docs/bench.md quotes. Never timed tests: run them by hand, on a quiet machine."""
