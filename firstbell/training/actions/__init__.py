"""Writes of training, by subject."""
