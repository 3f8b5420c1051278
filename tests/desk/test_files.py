"""The student file and its reasons: what is said of one student, and where each word comes from."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from firstbell.attendance.actions import rebuild
from firstbell.attendance.models import Served, Sign
from firstbell.attendance.queries import WhyDay, why
from firstbell.core.access import EVERYTHING
from firstbell.desk.queries import days, file, reasons
from firstbell.desk.queries.today import reflected
from firstbell.law.days import Day, kind, story
from firstbell.law.policy import policy_on
from firstbell.roster import models as roster
from tests.desk.conftest import FIRST, ON, YEAR, _made

POLICY = policy_on(ON)


def week(letters, first=date(2026, 3, 2)):
    """Weekdays from a Monday on, a letter each."""
    weekdays = [first + timedelta(7 * (n // 5) + n % 5) for n in range(len(letters))]
    return {on: byte for on, byte in zip(weekdays, story(letters), strict=True) if byte}


def shown(client, name, who, query=""):
    answer = client.get(reverse(name, args=[who.pk]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_calendar_has_a_row_a_month_and_words_for_every_day():
    year = week(".U.E?" * 5 + "TtSi-")
    drawn = days.months(year, "/why?figure=days")
    assert [month["label"] for month in drawn] == ["Mar", "Apr"]
    cells = [cell for month in drawn for cell in month["days"]]
    assert [cell["on"] for cell in cells] == list(year)
    assert all(": " in cell["label"] for cell in cells)
    assert cells[0]["letter"] == "" == cells[0]["url"]
    assert cells[1]["url"] == "/why?figure=days#day-2026-03-03"
    assert "".join(cell["letter"] for cell in cells[-5:]) == "TtSi-"


def test_every_kind_of_day_can_be_shown_and_explained():
    assert set(days.SHOWN) == set(Day)
    year = week("UESTt?Ii-.")
    told = {words for _, _, words in days.legend(year)}
    assert told == {words for day, (_, words) in days.SHOWN.items() if day is not Day.NONE}
    assert [letter for letter, _, _ in days.legend({})] == ["U", "E", "T", ""]


@pytest.mark.parametrize(("letters", "lengths"), [
    ("UU.EE.", []), ("UUU..", [3]), (".EEEE", [4]), ("UUU.EEE", [3, 3]), ("UU-U.", [3]), ("UTU", []), ("", []),
    ("U?S.I", [3]),
])  # fmt: skip
def test_runs_are_long_enough_to_be_a_sign(letters, lengths):
    assert [len(run) for run in days.runs(week(letters))] == lengths


def test_the_figures_open_into_their_reasons(district):
    told = file.figures(district.students["ana"].standing, "/why", POLICY)
    assert [one["why"] for one in told] == [f"/why?figure={key}" for key in ("absent", "occasions", "rate", "left")]
    assert told[0]["note"] == "absent, any reason · 24\u00a0%"
    assert told[3]["note"] == "before 10\u00a0%"
    stricter = replace(POLICY, chronic=replace(POLICY.chronic, percent=8))
    assert file.figures(district.students["ana"].standing, "/why", stricter)[3]["note"] == "before 8\u00a0%"
    assert set(reasons.figures(POLICY)) == {"absent", "occasions", "rate", "left", "days"}
    assert reasons.figures(stricter)["left"].title == "Days left before 8\u00a0%"
    assert all(one.url for one in reasons.figures(POLICY).values())


@pytest.mark.parametrize(("born", "on", "years"), [
    (date(2017, 5, 20), date(2026, 5, 19), 8), (date(2017, 5, 20), date(2026, 5, 20), 9), (None, ON, None),
    (date(2016, 2, 29), date(2026, 2, 28), 9), (date(2016, 2, 29), date(2026, 3, 1), 10),
])  # fmt: skip
def test_an_age(born, on, years):
    assert file.age(born, on) == years


def test_the_identity_says_since_when_and_where_before(sign_in, district):
    ana, oak = district.students["ana"], district.schools["Oak"]
    client = sign_in("counselor", "Maple")
    assert "before:" not in shown(client, "desk:student", ana)
    roster.Enrolment.objects.filter(student=ana).update(entry_on=date(2026, 4, 1))
    _made(
        district, roster.Enrolment, student=ana, school=oak, year=YEAR, entry_on=FIRST, exit_on=date(2026, 3, 31),
        exit_code="T160", calendar=district.calendars["Oak"], grade="03",
    )  # fmt: skip
    page = shown(client, "desk:student", ana)
    assert "Maple since 1 Apr, before: Oak" in page
    assert "Left Oak" in page
    assert "exit code T160" in page
    assert page.index("Enrolled at Maple") < page.index("Left Oak") < page.index("Enrolled at Oak")


def test_a_private_number_and_one_that_takes_texts_are_marked(sign_in, district):
    roster.Phone.objects.filter(place=0).update(private=True, text_ok=True)
    page = shown(sign_in("counselor", "Maple"), "desk:student", district.students["ana"])
    assert ">private<" in page
    assert ">texts allowed<" in page
    assert page.index("Rosa") < page.index("Iván")  # in the order to try them


def test_a_contact_who_is_no_longer_one_is_not_shown(sign_in, district):
    roster.FamilyLink.objects.filter(contact__key="C2").update(live=False)
    page = shown(sign_in("counselor", "Maple"), "desk:student", district.students["ana"])
    assert "Iván" not in page
    roster.FamilyLink.objects.update(live=False)
    page = shown(sign_in("counselor", "Maple"), "desk:student", district.students["ana"])
    assert "No contact on file" in page
    assert "No other student lives with the same adults" in page


def test_who_lives_elsewhere_is_not_of_the_household(district):
    ana, leo = district.students["ana"], district.students["leo"]
    father = roster.Contact.objects.get(key="C2")
    _made(district, roster.FamilyLink, student=leo, contact=father, lives_with=True)
    reached = file.contacts(ana, EVERYTHING)
    assert [one.name for one in file.household(ana, reached, EVERYTHING)] == ["Sam O'Brien"]


def test_a_correction_by_the_newest_files_is_said_on_top(sign_in, district):
    page = shown(sign_in("counselor", "Maple"), "desk:student", district.students["ana"])
    assert "Earlier days were corrected." in page
    assert "Fri 3 Apr is no longer U Unexcused." in page
    leo = shown(sign_in("counselor", "Maple"), "desk:student", district.students["leo"])
    assert "Earlier days were corrected." not in leo


def test_a_long_timeline_folds_its_end(sign_in, district):
    ana = district.students["ana"]
    for n in range(20):
        Sign.objects.create(
            id=200 + n, student=ana, school=ana.school, rule="back", rank=5, on=ON - timedelta(n), section="",
            sentence=f"Sign number {n}.",
        )  # fmt: skip
    page = shown(sign_in("counselor", "Maple"), "desk:student", ana)
    assert page.index("Sign number 0.") < page.index("<summary>Show ") < page.index("Sign number 19.")


def test_pages_keep_to_what_is_served_while_newer_files_wait(sign_in, district):
    """Between an import and the nightly run the file still says what its figures say."""
    rebuild(YEAR)
    later = roster.Arrival.objects.create(
        known_at=datetime(2026, 5, 12, tzinfo=UTC), source="sis", label="newer", year=YEAR, through=date(2026, 5, 11)
    )
    ana = district.students["ana"]
    roster.Withdrawal.objects.create(year=YEAR, mark=district.marks["5"], arrival=later)
    assert reflected().known_at == district.arrival.known_at
    page = shown(sign_in("counselor", "Maple"), "desk:student", ana)
    assert "Tue 5 May: unexcused" in page
    assert "Absent 4 of 50" in shown(sign_in("counselor", "Maple"), "desk:why", ana)
    Served.objects.update(arrival=later)
    assert "Tue 5 May: present" in shown(sign_in("counselor", "Maple"), "desk:student", ana)
    assert "Absent 3 of 50" in shown(sign_in("counselor", "Maple"), "desk:why", ana)


def test_the_page_says_what_the_query_of_the_command_says(sign_in, district):
    ana = district.students["ana"]
    found = why(ana, ON)
    page = shown(sign_in("counselor", "Maple"), "desk:why", ana, "?figure=days")
    for day in found.year.days:
        assert f'id="day-{day.on}"' in page
        for said in day.statements:
            assert said.coded in page
            assert said.reason.sentence in page
            assert said.arrival in page
    assert f"Policy {found.policy}" in page
    assert page.count('id="day-') == len(found.year.days)


def test_what_changed_is_told_with_the_import_that_brought_it(sign_in, district):
    ana = district.students["ana"]
    page = shown(sign_in("counselor", "Maple"), "desk:why", ana)
    assert "Nothing was known before the files" in page
    later = roster.Arrival.objects.create(
        known_at=datetime(2026, 5, 10, tzinfo=UTC), source="sis", label="Sunday's files", year=YEAR, through=ON
    )
    Served.objects.update(arrival=later)
    assert "changed nothing about this student" in shown(sign_in("counselor", "Maple"), "desk:why", ana)
    roster.Withdrawal.objects.create(year=YEAR, mark=district.marks["6"], arrival=later)
    page = shown(sign_in("counselor", "Maple"), "desk:why", ana)
    for words in ("Days absent 4 → 3.", "Truancy occasions 4 → 3.", "was absent all day, unexcused, now present",
                  "Sunday&#x27;s files"):  # fmt: skip
        assert words in page


def _day(letter, statements=(), subject=True):
    return WhyDay(on=ON, byte=story(letter)[0], subject=subject, statements=tuple(statements))


@pytest.mark.parametrize(("figure", "letters"), [
    ("absent", "UESI?"), ("rate", "UESI?"), ("left", "UESI?"), ("occasions", "UT"), ("days", "UESI?Tti-"),
])  # fmt: skip
def test_a_figure_lists_the_days_it_counts(figure, letters):
    listed = [letter for letter in "UESI?Tti-" if reasons.lines(figure, [_day(letter)])]
    assert "".join(listed) == letters


def test_an_occasion_outside_the_ages_of_school_is_not_listed():
    assert reasons.lines("occasions", [_day("U", subject=False)]) == []
    assert len(reasons.lines("absent", [_day("U", subject=False)])) == 1


def test_marks_of_periods_are_left_out_only_where_the_whole_day_is_marked(district):
    ana = district.students["ana"]
    for period in "12":
        roster.Mark.objects.create(
            year=YEAR, student=ana, school=ana.school, day=date(2026, 5, 5), code=district.marks["5"].code,
            period=period, arrival=district.arrival,
        )  # fmt: skip
    found = why(ana, ON).year.days
    on_may_5 = [line.code for line in reasons.lines("absent", found) if line.on == date(2026, 5, 5)]
    assert on_may_5 == ["U Unexcused"]
    every = [line.code for line in reasons.lines("days", found) if line.on == date(2026, 5, 5)]
    assert every == ["U Unexcused", "U Unexcused, periods 1, 2"]


def test_days_are_told_newest_first_and_only_their_first_line_opens(district):
    lines = reasons.lines("days", why(district.students["ana"], ON).year.days)
    assert [line.on for line in lines] == sorted((line.on for line in lines), reverse=True)
    firsts = [line.on for line in lines if line.first]
    assert len(firsts) == len(set(firsts))


def test_the_answer_names_only_the_kinds_there_are(district):
    found = why(district.students["ana"], ON)
    assert reasons.answer("absent", found, POLICY) == (
        "Absent 4 of 50\u00a0enrolled days, 8\u00a0%: 1 excused, 3 unexcused."
    )
    none = {**found.year.figures, "absent": 0, "excused": 0, "unexcused": 0}
    assert (
        reasons.answer("absent", replace(found, year=replace(found.year, figures=none)), POLICY)
        == "Absent 0 of 50\u00a0enrolled days, 0\u00a0%."
    )
    assert kind(found.year.bytes_on[date(2026, 4, 16)]) is Day.OCCASION
