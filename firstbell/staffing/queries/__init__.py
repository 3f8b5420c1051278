"""Reads of staffing: posts and the scope they give."""

from firstbell.staffing.queries.posts import FULL_WEEK, minutes_a_week, minutes_on, next_day, posts_on, scope_of

__all__ = ["FULL_WEEK", "minutes_a_week", "minutes_on", "next_day", "posts_on", "scope_of"]
