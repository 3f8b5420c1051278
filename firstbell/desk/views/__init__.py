"""Pages of the desk."""

from firstbell.desk.views.gaps import bulk, bulk_do, gaps, plan
from firstbell.desk.views.pages import (
    district,
    order,
    palette,
    region,
    regions,
    school,
    schools,
    search,
    student,
    students,
    today,
    uncounted,
    why,
)
from firstbell.desk.views.taken import calls, feed, feed_key, task, visit

__all__ = [
    "bulk", "bulk_do", "calls", "district", "feed", "feed_key", "gaps", "order", "palette", "plan", "region", "regions",
    "school", "schools", "search", "student", "students", "task", "today", "uncounted", "visit", "why",
]  # fmt: skip
