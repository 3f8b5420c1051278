"""Tests of the reading half: files in, frames and remarks out."""
