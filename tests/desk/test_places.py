"""Schools, regions, the district: what is shown, and that what is hidden cannot be worked out."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from firstbell.attendance.models import Breakdown, DistrictDay, SchoolDay, SchoolReview, Standing
from firstbell.core.access import EVERYTHING, Scope
from firstbell.desk.queries import places
from firstbell.desk.queries.places import AT_MOST, FEWER, HIDDEN, without_small
from firstbell.desk.queries.today import reflected
from firstbell.roster.models import School
from tests.desk.conftest import ON, standing

SIZES = st.lists(st.integers(0, 40), min_size=1, max_size=6)


def could_be(counts, shown):
    """For each hidden cell, every size it could have, for one who knows the total, the shown cells and the words.

    The words tell a small cell ("under 11") from one hidden with it ("hidden").
    """
    at = [n for n, seen in enumerate(shown) if seen is None]
    missing = sum(counts[n] for n in at)
    largest = missing + 1
    ranges = [range(AT_MOST + 1) if counts[n] <= AT_MOST else range(AT_MOST + 1, largest) for n in at[:-1]]
    last_small = bool(at) and counts[at[-1]] <= AT_MOST
    possible = {n: set() for n in at}
    for sizes in product(*ranges):
        rest = missing - sum(sizes)
        if rest < 0 or (rest <= AT_MOST) != last_small:
            continue
        for n, size in zip(at, (*sizes, rest), strict=True):
            possible[n].add(size)
    return possible


@given(SIZES)
def test_no_hidden_cell_can_be_worked_out_from_the_total_and_its_neighbours(counts):
    shown = without_small(counts)
    assert [seen for seen in shown if seen is not None and seen <= AT_MOST] == []
    if sum(counts) <= AT_MOST or None not in shown or all(seen is None for seen in shown):
        return  # such a place shows no total at all, or nothing is hidden
    for n, sizes in could_be(counts, shown).items():
        assert len(sizes) > 1, (n, counts, shown)


@given(SIZES)
def test_what_is_hidden_together_is_no_small_group_either(counts):
    """The total less what is shown describes all hidden students together: more than ten, or none at all."""
    shown = without_small(counts)
    hidden = sum(n for n, seen in zip(counts, shown, strict=True) if seen is None)
    assert hidden == 0 or hidden > AT_MOST or all(seen is None for seen in shown)


@given(SIZES)
def test_groups_that_do_not_add_up_are_hidden_one_by_one(counts):
    assert without_small(counts, partition=False) == [n if n > AT_MOST else None for n in counts]


@pytest.mark.parametrize(("counts", "shown"), [
    ([], []),
    ([50, 60], [50, 60]),
    ([4, 50, 60], [None, None, 60]),
    ([3, 5, 40, 50], [None, None, None, 50]),  # 3 and 5 are told apart by nobody, but both together are only eight
    ([9, 9, 50], [None, None, 50]),
    ([0, 30, 40], [None, None, 40]),
    ([10, 10, 30, 40], [None, None, None, 40]),  # twenty can only be ten and ten
    ([0, 11, 12, 40], [None, None, None, 40]),  # eleven can only be none and eleven
    ([1, 11, 40], [None, None, 40]),
])  # fmt: skip
def test_a_small_group_takes_the_next_with_it(counts, shown):
    assert without_small(counts) == shown


def cells(page, caption):
    """Rows of the table with this caption, as lists of their words."""
    table = page.split(caption)[1].split("</table>")[0].split("<tbody>")[1]
    return [
        [cell.split(">", 1)[1].split("<")[0].strip() for cell in row.replace("<th", "<td").split("<td")[1:]]
        for row in table.split("<tr>")[1:]
    ]


def test_the_page_of_a_school_hides_a_grade_and_its_neighbour(sign_in, district):
    page = sign_in("director").get(reverse("desk:school", args=[district.schools["Maple"].pk])).content.decode()
    rows = {row[0]: row[1:] for row in cells(page, "Standing by grade")}
    assert rows["Grade 5"] == [FEWER, HIDDEN, HIDDEN, HIDDEN]
    assert rows["Grade 4"] == [HIDDEN] * 4
    assert rows["Grade 3"][0] == "66"


def test_the_total_less_the_shown_schools_is_no_small_school(sign_in, district):
    page = sign_in("director").get(reverse("desk:district")).content.decode()
    assert "168" in page  # the total is shown
    table = page.split('<caption class="sr">Schools</caption>')[1]
    assert FEWER in table
    assert table.count(HIDDEN) >= 4
    assert ">60<" not in table
    assert ">100<" in table


def test_a_small_school_shows_no_figure_at_all(district):
    cedar = places.place(EVERYTHING, School.objects.filter(name="Cedar"))
    assert cedar.too_small
    assert (cedar.rate, cedar.chronic) == (HIDDEN, HIDDEN)
    assert (cedar.bands, cedar.trend, cedar.weekdays, cedar.over_year, cedar.movement) == ([], [], [], [], [])


def test_a_school_over_the_year(district):
    maple = places.place(EVERYTHING, School.objects.filter(name="Maple"))
    assert [row[0] for row in maple.over_year] == ["3 Apr", "8 May"]
    assert maple.over_year[-1][1:] == ("100", "93", "3", "3", "1", "4\u00a0%")
    assert maple.movement == [
        ("Since", "3 Apr"), ("Satisfactory", "\u22121"), ("At risk", "no change"), ("Chronic", "+1"),
        ("Severe", "no change"),
    ]  # fmt: skip
    assert maple.trend == [("27 Apr", 90.0), ("4 May", 90.0)]
    assert (maple.weekdays[0]["label"], maple.weekdays[0]["text"]) == ("Monday", "10\u00a0%")
    assert len(maple.weekdays) == 5
    assert (maple.rate, maple.chronic, maple.students) == ("90\u00a0%", "4\u00a0%", 100)


def test_movement_needs_an_earlier_review_of_enough_students(district):
    among = School.objects.filter(name="Maple")
    SchoolReview.objects.filter(school__name="Maple", on__lt=ON).update(students=10)
    assert places.place(EVERYTHING, among).movement == []
    assert places.place(EVERYTHING, among).over_year[0] == ("3 Apr", FEWER, *[HIDDEN] * 5)
    SchoolReview.objects.filter(school__name="Maple", on__lt=ON).delete()
    assert places.place(EVERYTHING, among).movement == []


def test_the_district_is_all_its_schools_together(sign_in, district):
    every = School.objects.filter(live=True)
    assert places.place(EVERYTHING, every, district=True) == places.place(EVERYTHING, every)
    SchoolDay.objects.all().delete()
    assert "27 Apr" in sign_in("director").get(reverse("desk:district")).content.decode()
    mine = Scope(schools=frozenset({district.schools["Maple"].pk}))
    assert places.place(mine, every, district=True).trend == []  # who sees a part is never told of the whole


def test_a_day_on_which_hardly_anyone_was_enrolled_is_not_drawn(district):
    maple = district.schools["Maple"]
    SchoolDay.objects.create(
        id=900, school=maple, day=ON + timedelta(3), enrolled=AT_MOST, absent=AT_MOST, unexcused=0, occasions=0
    )
    assert [week for week, _ in places.place(EVERYTHING, School.objects.filter(pk=maple.pk)).trend] == [
        "27 Apr", "4 May",
    ]  # fmt: skip


def test_grades_stand_in_their_order(district):
    maple = district.schools["Maple"]
    Breakdown.objects.filter(school=maple).delete()
    for n, value in enumerate(("10", "KN", "02", "TK", "US")):
        Breakdown.objects.create(
            id=500 + n, school=maple, dimension="grade", value=value, students=20 + n, chronic=1, severe=0,
            enrolled_days=1000, absent_days=10,
        )  # fmt: skip
    rows = places.place(EVERYTHING, School.objects.filter(pk=maple.pk)).grades
    assert [row[0] for row in rows] == [
        "Transitional kindergarten", "Kindergarten", "Grade 2", "Grade 10", "Ungraded secondary",
    ]  # fmt: skip


def test_programs_are_named_and_hidden_one_by_one(district):
    maple = district.schools["Maple"]
    for n, (value, students) in enumerate((("EL", 40), ("Foster", 3))):
        Breakdown.objects.create(
            id=600 + n, school=maple, dimension="program", value=value, students=students, chronic=10, severe=0,
            enrolled_days=students * 50, absent_days=students * 5,
        )  # fmt: skip
    rows = places.place(EVERYTHING, School.objects.filter(pk=maple.pk)).programs
    assert rows == [
        ("English learner", "40", "90\u00a0%", "25\u00a0%", "0\u00a0%"),
        ("Foster youth", FEWER, HIDDEN, HIDDEN, HIDDEN),
    ]


def test_a_school_names_the_ten_who_missed_most_and_links_to_all(sign_in, district):
    ana = district.students["ana"]
    for n in range(12):
        ana.pk, ana.key, ana.family, ana._state.adding = None, f"most-{n}", f"Family{n}", True
        ana.save()
        standing(ana, enrolled=50 - n, absent=10, national_band="severe")
    most = places.most_missed(EVERYTHING, district.schools["Maple"])
    shares = [(row["standing"].absent / row["standing"].enrolled) for row in most.rows]
    assert (len(most.rows), most.count) == (places.MOST, 13)
    assert shares == sorted(shares, reverse=True)
    page = sign_in("counselor", "Maple").get(reverse("desk:school", args=[district.schools["Maple"].pk]))
    shown = page.content.decode()
    assert "10 of 13\u00a0students" in shown
    assert f"?school={district.schools['Maple'].pk}&amp;band=chronic" in shown
    assert "Family11" in shown
    assert "Family0<" not in shown


def test_a_school_without_anyone_chronic_says_so(sign_in, district):
    Standing.objects.update(national_band="satisfactory")
    shown = sign_in("counselor", "Maple").get(reverse("desk:school", args=[district.schools["Maple"].pk]))
    assert "Nobody is chronically absent" in shown.content.decode()


def test_schools_come_in_pages_and_hide_the_same_on_each(district):
    for n in range(7):
        one = district.schools["Maple"]
        one.pk, one.key, one.name, one._state.adding = None, f"more-{n}", f"Elm {n}", True
        one.save()
    rows = places.Table(EVERYTHING, School.objects.all(), reflected())
    assert rows.count() == 10
    one_by_one = [rows[n : n + 1][0] for n in range(10)]
    assert one_by_one == rows[0:10]
    assert [row["school"].name for row in one_by_one] == sorted(School.objects.values_list("name", flat=True))
    hidden = {row["school"].name for row in one_by_one if row["rate"] == HIDDEN}
    assert hidden == {"Cedar", "Oak"}


def test_more_schools_than_a_page_holds_have_a_pager(sign_in, district, monkeypatch):
    monkeypatch.setattr("firstbell.desk.views.pages.SCHOOLS", 2)
    client = sign_in("director")
    for name in ("desk:schools", "desk:district"):
        first = client.get(reverse(name)).content.decode()
        last = client.get(reverse(name), {"page": 2}).content.decode()
        assert "1 to 2 of 3" in first
        assert ">Cedar<" in first
        assert ">Oak<" not in first.split("<caption class")[-1]
        assert "3 to 3 of 3" in last
        assert ">Oak<" in last


def test_places_without_a_served_day(sign_in, district):
    for table in (SchoolReview, SchoolDay, DistrictDay, Breakdown):
        table.objects.all().delete()
    client = sign_in("director")
    for page in (reverse("desk:district"), reverse("desk:school", args=[district.schools["Oak"].pk])):
        assert "No figures yet" in client.get(page).content.decode()
    rows = places.Table(EVERYTHING, School.objects.all(), reflected())[0:9]
    assert {row["students"] for row in rows} == {"no students"}


def test_the_thresholds_in_the_words_are_those_of_the_policy(sign_in, district):
    shown = sign_in("director").get(reverse("desk:district")).content.decode()
    assert "missed 10 % of their days or more" in shown
    assert "goal 95 %" in shown


def test_a_week_is_named_by_its_monday():
    days = [
        {"day": date(2026, 4, 29), "enrolled": 20, "absent": 1},
        {"day": date(2026, 5, 1), "enrolled": 20, "absent": 3},
    ]
    assert places._trend(days) == [("27 Apr", 90.0)]
