"""Reads of oversight, by subject."""
