"""Decisions only oversight makes. Pure: values in, answers out."""
