"""Tests of the practice district: its files, its people, its numbers and what was known when."""
