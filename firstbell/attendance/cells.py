"""Small cells, for pages: which groups of a table of students may be shown. The rule itself is facts.suppression."""

from firstbell.facts.suppression import AT_MOST, suppress

__all__ = ["AT_MOST", "suppress"]
