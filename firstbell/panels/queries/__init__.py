"""Reads over panels, shaped for pages."""
