"""Writes of staffing that other slices call: giving and ending posts, and what the night notes."""

from firstbell.staffing.actions.credentials import note_expiring
from firstbell.staffing.actions.posts import assign, end

__all__ = ["assign", "end", "note_expiring"]
