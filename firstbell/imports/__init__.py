"""Imports: district files in, looked at, applied, reported and undone."""
