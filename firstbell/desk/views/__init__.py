"""Pages of the desk."""

from firstbell.desk.views.desks import district_desk, principal_desk, region_desk
from firstbell.desk.views.gaps import bulk, bulk_do, gaps, plan
from firstbell.desk.views.households import household, lead
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
from firstbell.desk.views.records import activity, activity_of, record, supervised
from firstbell.desk.views.saved import change_view, count_view, keep_view
from firstbell.desk.views.taken import calls, feed, feed_key, task, visit

__all__ = [
    "activity", "activity_of", "bulk", "bulk_do", "calls", "change_view", "count_view", "district", "district_desk",
    "feed", "feed_key", "gaps", "household", "keep_view", "lead", "order", "palette", "plan", "principal_desk",
    "record", "region", "region_desk", "regions", "school", "schools", "search", "student", "students",
    "supervised", "task", "today", "uncounted", "visit", "why",
]  # fmt: skip
