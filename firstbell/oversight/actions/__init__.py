"""Writes of oversight, by subject."""
