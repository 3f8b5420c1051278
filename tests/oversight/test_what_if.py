"""What days would bring a school: its need, what other schools reached, the prices, and who may look."""

from datetime import date, timedelta
from fractions import Fraction
from uuid import uuid4

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse

from firstbell.attendance.models import DistrictDay
from firstbell.cases.models import Entry
from firstbell.core.models import User
from firstbell.oversight.queries import whatif as queries
from firstbell.oversight.rules.reach import Reach
from firstbell.roster.models import CalendarDay, School
from firstbell.staffing.actions import rates
from firstbell.staffing.models import Post, Purchase
from tests import staff
from tests.attendance.conftest import DAYS
from tests.oversight.conftest import body, days, somebody, stand

SHEET = "basis,tenths,dollars\n" + "".join(f"C,{n},{n * 14600}.00\nB,{n},{n * 15000}.00\n" for n in range(1, 11))
SINCE = DAYS[0] - timedelta(30)


@pytest.fixture
def calendar(district) -> None:
    """The district taught on the tests' days; four more school weeks lie ahead of the first school."""
    DistrictDay.objects.bulk_create(DistrictDay(day=day, enrolled=60, absent=9) for day in DAYS)
    CalendarDay.objects.bulk_create(
        CalendarDay(
            calendar=district.calendars[0], day=DAYS[-1] + timedelta(3 + n), event="Instructional day",
            arrival=district.arrival,
        )
        for n in range(26)
    )  # fmt: skip


@pytest.fixture
def itinerant(region) -> User:
    return staff.qualify(somebody("luz.ortega"))


def post_at(user, school, *, since: date = SINCE, until: date = DAYS[-1] + timedelta(200), **more) -> Post:
    return Post.objects.create(
        user=user, role="counselor", school=school, span=DateRange(since, until), **({"tenths": 2} | more)
    )


def chronic(pupil, key: str, *, at: int = 0, absent: int = 7):
    return pupil(key, at=at, absent=absent, chronic=True, national_band="moderate")


def met(student, by, *, on: date = DAYS[3], outcome: str = "reached", said: str = "Spoke.") -> Entry:
    return Entry.objects.create(
        key=uuid4(), student=student, kind="call", outcome=outcome, said=said, minutes=5, on=on, by=by
    )


@pytest.fixture
def others(district, calendar, itinerant, pupil):
    """Eleven other schools with two tenths for five weeks; of those in need they reached none, one, two … ten."""
    for many in range(11):
        school = School.objects.create(key=f"O{many}", name=f"Other {many}", arrival=district.arrival)
        post_at(itinerant, school)
        for n in range(many):
            who = pupil(f"O-{many}-{n}", at=1)
            stand(who, school=school, absent=20, chronic=True, national_band="severe")
            met(who, itinerant)


def shown(client, school, **query) -> str:
    answer = client.get(reverse("oversight:what_if", args=[school.pk]), query)
    assert answer.status_code == 200
    return body(answer)


def buy(school, by, tenths: int) -> Purchase:
    return staff.bought(school, DAYS[0], date(2026, 6, 11), by=by, funds=[("general", tenths)])


# -- who may look ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [("principal", 200), ("coordinator", 200), ("region_counselor", 200), ("director", 200), ("counselor", 404),
     ("clerk", 404), ("teacher", 404), ("chair", 404), ("fiscal", 404), ("engineer", 404)],
)  # fmt: skip
def test_who_may_look(as_user, district, region, role, status):
    regional = ("coordinator", "region_counselor", "chair")
    where = {one: {"region": region} for one in regional} | {one: {} for one in ("director", "fiscal", "engineer")}
    user = somebody("some.body", role, **where.get(role, {"school": district.schools[0]}))
    address = reverse("oversight:what_if", args=[district.schools[0].pk])
    assert as_user(user).get(address).status_code == status
    assert as_user(user).post(address).status_code == (405 if status == 200 else 404)


def test_a_neighbours_school_is_missing(as_user, district, elsewhere):
    address = reverse("oversight:what_if", args=[district.schools[0].pk])
    assert as_user(elsewhere).get(address).status_code == 404
    assert as_user(somebody("ada.oak", "principal", school=district.schools[1])).get(address).status_code == 404
    School.objects.filter(pk=district.schools[0].pk).update(live=False)
    assert as_user(somebody("sam.had", "director")).get(address).status_code == 404


def test_only_who_buys_is_asked_to(as_user, district, marisa):
    school = district.schools[0]
    daniel = somebody("daniel.kim", "principal", school=school)
    assert f'href="{reverse("staffing:ask")}?school={school.pk}"' in shown(as_user(daniel), school)
    assert reverse("staffing:ask") not in shown(as_user(marisa), school)
    one = buy(school, daniel, 4)
    assert f'href="{reverse("staffing:ask")}?changes={one.pk}"' in shown(as_user(daniel), school)


def test_a_purchase_leads_here_for_who_may(as_user, district, marisa):
    one = buy(district.schools[0], marisa, 4)
    there, here = reverse("staffing:purchase", args=[one.pk]), reverse("oversight:what_if", args=[one.school_id])
    assert here in body(as_user(marisa).get(there))
    assert here not in body(as_user(somebody("priya.nair", "fiscal")).get(there))


# -- the need ----------------------------------------------------------------------------------------------------------


def test_need_is_whom_the_law_calls_chronic_and_whom_somebody_reached(district, pupil, rosa, today):
    low = [chronic(pupil, f"L-{n}", absent=absent) for n, absent in enumerate((6, 11, 12, 30))]  # of sixty
    pupil("L-8", absent=5)
    pupil("L-9", absent=6, chronic=None)  # too early to say
    chronic(pupil, "N-1", at=1)
    met(low[0], rosa, on=today - days(59))
    met(low[0], rosa)
    met(low[1], rosa, on=today - days(60))
    met(low[2], rosa, outcome="no_answer")
    met(low[3], rosa, said="")
    met(low[2], rosa, outcome="declined")
    assert queries.need_of(district.schools[0], today) == queries.Need(4, 2, 2, 1)


# -- what other schools reached ----------------------------------------------------------------------------------------


def test_ratios_by_hand(district, calendar, itinerant, pupil, rosa, today):
    first, second = district.schools
    post_at(itinerant, first, week=[480, 480, 0, 0, 0])  # four tenths, whatever `tenths` says
    away = post_at(itinerant, second, since=DAYS[5], tenths=3)
    post_at(staff.qualify(rosa), second, since=DAYS[5], cover_for=away)  # stands in, and adds no time
    whom = [chronic(pupil, f"R-{n}") for n in range(4)]
    for n in (0, 0, 1):
        met(whom[n], rosa)  # whoever it was, and each once
    met(whom[2], rosa, outcome="left_word")
    met(whom[3], rosa, on=DAYS[0] - timedelta(70))  # last school year
    met(pupil("R-9", absent=1), rosa)
    met(there := chronic(pupil, "R-5", at=1), rosa, on=DAYS[4])  # before the school had anybody
    assert queries.ratios_of(today) == {first.pk: Fraction(2, 4 * 5), second.pk: Fraction(0)}
    met(there, rosa, on=DAYS[5])
    assert queries.ratios_of(today)[second.pk] == Fraction(1, 3 * 4)


@pytest.mark.parametrize(("since", "there"), [(5, True), (9, True), (10, False)])
def test_a_school_is_compared_once_it_had_four_weeks(district, calendar, itinerant, today, since, there):
    post_at(itinerant, district.schools[1], since=DAYS[since])
    assert (district.schools[1].pk in queries.ratios_of(today)) is there


def test_without_a_district_day_nothing_is_compared(district, itinerant, today):
    post_at(itinerant, district.schools[0])
    assert queries.ratios_of(today) == {}


@pytest.mark.parametrize(
    ("on", "left"),
    [(DAYS[-1], 4), (DAYS[-1] + timedelta(3), 4), (DAYS[-1] + timedelta(4), 3), (DAYS[-1] + timedelta(60), 0)],
)
def test_weeks_left_are_whole_ones_of_its_own_calendar(district, calendar, on, left):
    assert queries.weeks_left(district.schools[0], on) == left
    assert queries.weeks_left(district.schools[1], DAYS[-1]) == 0


# -- the page ----------------------------------------------------------------------------------------------------------


def test_eleven_schools_give_a_range(as_user, district, others, pupil, marisa, today):
    school = district.schools[0]
    for n in range(12):
        chronic(pupil, f"N-{n}")
    rates.set_rates(fiscal_year=2026, text=SHEET, by=None)
    buy(school, marisa, 3)
    look = queries.what_if(school, "C", today)
    assert (look.schools, look.weeks, look.need.chronic, look.why_not) == (11, 4, 12, "")
    assert [one.reach for one in look.rows] == [
        Reach(0, 2, 4), Reach(0, 4, 8), Reach(1, 6, 11), Reach(1, 8, 12), Reach(2, 10, 12), Reach(2, 12, 12),
        Reach(2, 12, 12), Reach(3, 12, 12), Reach(3, 12, 12), Reach(4, 12, 12),
    ]  # fmt: skip
    assert [one.tenths for one in look.rows if one.now] == [3]
    assert look.rows[0].year == "$14,600.00"
    assert look.rows[0].rest == "$10,840.00"  # 271 of 365 days
    page = shown(as_user(marisa), school)
    for words in (
        "between 1 and 11 (middle 6)", "1 ½ days a week <span", "bought now", "$14,600.00", "11 other schools",
        "Reaching is not helping.",
    ):  # fmt: skip
        assert words in page
    assert "cannot tell" not in page


def test_its_own_school_is_not_compared_with_itself(district, others, itinerant, today):
    own = School.objects.get(key="O5")
    look = queries.what_if(own, "C", today)
    assert (look.schools, look.why_not) == (10, "fewer than 11 schools to compare with")
    assert all(one.reach is None for one in look.rows)


def test_a_range_is_the_same_for_who_sees_less(as_user, district, others, pupil, marisa):
    school = district.schools[0]
    chronic(pupil, "N-1")
    daniel, samir = somebody("daniel.kim", "principal", school=school), somebody("sam.had", "director")
    pages = [shown(as_user(one), school) for one in (daniel, samir, marisa)]
    assert all("between 0 and 1 (middle 1)" in one for one in pages)
    assert all("Other 3" not in one for one in pages)


def test_the_basis_chooses_the_prices(as_user, district, marisa):
    rates.set_rates(fiscal_year=2026, text=SHEET, by=None)
    client, school = as_user(marisa), district.schools[0]
    assert "$15,000.00" in shown(client, school, basis="B")
    for basis in ("", "C", "Z", "BC"):
        assert "$14,600.00" in shown(client, school, basis=basis)
    page = shown(client, school, basis="E")
    assert "There are no prices." in page
    assert "no price" in page


def test_it_says_who_sets_the_prices_and_when_nobody_can_tell(as_user, district, marisa, samir):
    school = district.schools[0]
    page = shown(as_user(marisa), school)
    assert "The fiscal office or the director puts it into force." in page
    assert "Open the rates" in page
    assert "cannot tell: fewer than 11 schools to compare with" in page
    assert "nothing is bought for 2025-26" in page
    assert "Put a rate sheet into force" in shown(as_user(samir), school)


def test_with_no_week_left_nobody_can_tell(as_user, district, others, marisa):
    assert "cannot tell: no whole school week is left" in shown(as_user(marisa), district.schools[1])


def test_it_costs_few_queries(as_user, district, others, marisa, django_assert_max_num_queries):
    client = as_user(marisa)
    with django_assert_max_num_queries(20):
        shown(client, district.schools[0])
