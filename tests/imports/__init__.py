"""Tests of the imports slice; extracts.py writes small district extracts for them and for others."""
