"""What the practice district's letters need: a letterhead for every school, with the people who work there."""

from datetime import time

from firstbell.notices import actions as notices
from firstbell.notices.models import Letterhead
from firstbell.roster.models import School
from firstbell.staffing.models import Post

BOARD = {
    "board": "School Attendance Review Board of Rosalia Unified",
    "board_address": "900 Mission Road\nRosalia, CA 90099",
}


def head() -> int:
    """Give a letterhead to every school that has none; how many."""
    counselors = {post.school_id: post.user for post in Post.objects.filter(role="counselor").select_related("user")}
    principals = {post.school_id: post.user for post in Post.objects.filter(role="principal").select_related("user")}
    missing = School.objects.exclude(pk__in=Letterhead.objects.values("school"))
    for number, school in enumerate(missing.order_by("pk")):
        notices.set_letterhead(
            school=school, by=None, address=f"{100 + 20 * number} School Street\nRosalia, CA 90099",
            phone=f"(213) 555-01{number % 50:02}", opens=time(7, 30), closes=time(16),
            principal=str(principals.get(school.pk, "Daniel Kim")),
            person=str(counselors.get(school.pk, "Samir Haddad")),
            person_title="PSA Counselor" if school.pk in counselors else "Director, Pupil Services",
            person_phone=f"(213) 555-01{50 + number % 50:02}", **BOARD,
        )  # fmt: skip
    return len(missing)
