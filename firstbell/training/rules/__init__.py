"""Decisions only training makes. Pure: values in, answers out."""
