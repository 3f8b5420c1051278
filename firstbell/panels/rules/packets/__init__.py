"""Packets: who may read what, what a copy says, and whether it proves itself. Pure: records in, sentences out."""
