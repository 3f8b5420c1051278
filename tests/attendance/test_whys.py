"""Why a number is what it is: one student's own rows give what the whole book and the served tables give."""

from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext

from firstbell.attendance import models as served
from firstbell.attendance.actions import serve
from firstbell.attendance.queries import sources, standings, why, year_of
from firstbell.attendance.queries import whys as module
from firstbell.cli import main
from firstbell.facts.daybook import build
from firstbell.imports import actions as imports
from firstbell.law.days import story
from firstbell.practice import Plan, write
from firstbell.roster import models as m

from .conftest import DAYS, YEAR, known

ON = DAYS[23]
FIGURES = {
    "days_enrolled": "enrolled", "days_absent": "absent", "days_excused": "excused", "days_unexcused": "unexcused",
    "days_suspended": "suspended", "days_unverified": "unverified", "truancy_occasions": "occasions",
    "partial_days": "partial", "federal_half_days": "half_days", "streak": "streak", "last20_absent": "last20",
}  # fmt: skip


@pytest.fixture
def corrected(district, absences):
    """A student whose third occasion was cleared as excused the evening after it was reported."""
    pupil = district.student("truant")
    absences(pupil, "." * 18 + "U.U..U")
    district.arrives(ON)
    wrong = pupil.marks.order_by("-day").first()
    district.arrives(DAYS[24])
    district.withdraw(wrong)
    district.mark(pupil, wrong.day, "E")
    return pupil


def whole_row(pupil, on, known_at=None):
    """The student's days by the slow road: the whole book of everyone."""
    book, _ = build(sources(YEAR, known_at=known_at)[0])
    row = book.cells[book.line_of(pupil.pk)][: book.column(on.toordinal())]
    return {date.fromordinal(int(book.days[at])): int(byte) for at, byte in enumerate(row) if byte}


def test_a_correction_is_seen_now_and_not_then(corrected):
    now, then = why(corrected, ON), why(corrected, ON, known_at=known(ON))
    assert (now.year.figures["occasions"], then.year.figures["occasions"]) == (2, 3)
    assert (now.findings["truancy"].outcome, then.findings["truancy"].outcome) == (0, 1)
    last = now.year.days[-1]
    assert (last.letter, last.corrected, [one.code for one in last.statements]) == ("E", True, ["E Code E", "U Code U"])
    assert [one.withdrawn_by for one in last.statements] == ["", f"files of {DAYS[24]}"]
    assert (then.year.days[-1].letter, then.year.days[-1].corrected) == ("U", False)


def test_what_changed_names_the_day_the_values_and_the_import(corrected):
    changes = why(corrected, ON).changes
    assert (changes.absent, changes.occasions) == ((3, 3), (3, 2))
    [day] = changes.days
    assert (day.on, day.was, day.now) == (ON, "Absent all day, unexcused", "Absent all day, excused")
    assert (changes.before.label, changes.brought_by.label) == (f"files of {ON}", f"files of {DAYS[24]}")
    text = why(corrected, ON).as_text()
    assert f"changed by files of {DAYS[24]}, known {DAYS[24]}" in text
    assert "truancy occasions: 3, now 2" in text
    assert "days absent: 3" not in text


def test_a_new_day_is_new_and_not_changed(district, absences):
    pupil = district.student("1")
    district.arrives(DAYS[1])
    district.arrives(DAYS[3])
    absences(pupil, "..U.")
    changes = why(pupil, DAYS[3]).changes
    assert [(day.on, day.was) for day in changes.days] == [(DAYS[2], "")]
    assert "not told of before, now Absent all day, unexcused" in why(pupil, DAYS[3]).as_text()


def test_nothing_changed_and_nothing_was_known(district):
    pupil = district.student("1")
    assert why(pupil, DAYS[0]).changes is None
    district.arrives(DAYS[1])
    assert "no change" in why(pupil, DAYS[1]).as_text()
    newcomer = district.student("2", entry=DAYS[1])
    assert why(newcomer, DAYS[1]).changes is None


def test_a_stranger_and_a_year_without_data_are_named(district):
    stranger = m.Student.objects.create(key="x", given="A", family="B", live=False, arrival=district.arrival)
    with pytest.raises(ValueError, match="student x is not in the data"):
        why(stranger, ON)
    with pytest.raises(ValueError, match="years with data: 2026"):
        why(stranger, date(2019, 3, 1))
    registered = m.Student.objects.create(key="y", given="A", family="B", arrival=district.arrival)
    assert why(registered, ON).year.bytes_on == {}


@pytest.mark.parametrize(
    ("born", "occasions"),
    [
        (date(2015, 5, 1), [True, True, True]),
        (None, [False, False, False]),
        (DAYS[1].replace(year=DAYS[1].year - 6), [False, True, True]),
        (DAYS[2].replace(year=DAYS[2].year - 18), [True, True, False]),
    ],
    ids=["ten", "no birthday on record", "six on the second day", "eighteen on the third day"],
)
def test_an_occasion_lies_inside_compulsory_education(district, absences, born, occasions):
    pupil = district.student("1", born=born)
    absences(pupil, "UUU")
    district.arrives(DAYS[3])
    found = why(pupil, DAYS[3])
    assert [day.occasion for day in found.year.days] == occasions
    assert found.year.figures["occasions"] == sum(occasions)
    assert ("outside compulsory education" in found.as_text()) is (not all(occasions))


def test_a_birthday_corrected_later_does_not_change_what_was_known(district, absences):
    pupil = district.student("1", born=date(2021, 1, 1))
    absences(pupil, "UU")
    district.arrives(DAYS[2])
    district.arrives(DAYS[4])
    district.change(m.Student.objects.get(pk=pupil.pk), born_on=date(2015, 1, 1))
    pupil.refresh_from_db()
    assert year_of(pupil, DAYS[2]).figures["occasions"] == 2
    assert year_of(pupil, DAYS[2], known(DAYS[2])).figures["occasions"] == 0


def test_a_code_for_several_periods_is_one_statement(district):
    pupil = district.student("1")
    for period in "1234":
        district.mark(pupil, DAYS[0], "E" if period == "3" else "U", period=period)
    [day] = year_of(pupil, DAYS[0]).days
    assert [(one.coded, one.reason.sentence) for one in day.statements] == [
        ("U Code U, periods 1, 2, 4", "Missed periods 1, 2, 4 without a valid excuse."),
        ("E Code E, period 3", "Missed period 3; absent that day only if every period was missed."),
    ]


def test_a_period_missed_is_not_read_as_a_day_missed(district):
    pupil = district.student("1")
    for period, code in (("1", "U"), ("2", "E"), ("3", "T")):
        district.mark(pupil, DAYS[0], code, period=period)
    district.mark(district.student("2"), DAYS[0], "E", period="4")
    [day] = year_of(pupil, DAYS[0]).days
    assert (day.letter, day.absent, day.occasion) == ("T", False, True)
    assert [(one.reason.section, one.reason.sentence) for one in day.statements] == [
        ("EC 48260(a)", "Missed period 1 without a valid excuse."),
        ("EC 46010.3", "Missed period 2; absent that day only if every period was missed."),
        ("EC 46010.3", "In school for part of the day; the mark is for period 3."),
    ]


SCENES = {
    "periods others met too": lambda d, p: (
        d.mark(p, DAYS[0], "U", period="1"), d.mark(d.student("2"), DAYS[0], "E", period="2")
    ),
    "every period that anyone's mark names": lambda d, p: (
        d.mark(p, DAYS[0], "U", period="1"), d.mark(d.student("2"), DAYS[0], "E", period="1")
    ),
    "roll by period": lambda d, p: (
        [roll(d, DAYS[0], period) for period in "12"], d.mark(p, DAYS[0], "E", period="1"),
        d.mark(p, DAYS[0], "E", period="2"),
    ),
    "roll missing on a day": lambda d, p: (roll(d, DAYS[0], "1"), roll(d, DAYS[2], "1")),
    "two marks of one day": lambda d, p: (d.mark(p, DAYS[0], "E"), d.mark(p, DAYS[0], "U")),
    "a mark outside the enrolment": lambda d, p: d.mark(p, DAYS[0] - timedelta(4), "U"),
    "two schools at once": lambda d, p: (d.enrol(p, entry=DAYS[1], at=1), d.mark(p, DAYS[1], "U", at=1)),
    "a calendar day that turned out free": lambda d, p: (
        d.arrives(DAYS[3]),
        d.change(m.CalendarDay.objects.get(calendar=d.calendars[0], day=DAYS[1]), event="Holiday"),
    ),
    "a code that changed its meaning": lambda d, p: (
        d.mark(p, DAYS[0], "?"), d.arrives(DAYS[3]), d.change(d.codes["?"], excused=True, category="Excused Absence")
    ),
    "an enrolment that ended later": lambda d, p: (
        d.arrives(DAYS[3]), d.change(p.enrolments.get(), exit_on=DAYS[1])
    ),
}  # fmt: skip


def roll(district, day, period):
    return m.RollTaken.objects.create(
        school=district.schools[0], day=day, period=period, sections=1, arrival=district.arrival
    )


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_a_row_of_one_is_the_row_of_the_whole_book(district, scene):
    pupil = district.student("1")
    district.arrives(DAYS[2])
    scene(district, pupil)
    if district.arrival.through < DAYS[4]:
        district.arrives(DAYS[4])
    for known_at in (None, known(DAYS[2]), known(DAYS[3]), known(DAYS[4])):
        assert year_of(pupil, DAYS[4], known_at).bytes_on == whole_row(pupil, DAYS[4], known_at), known_at


def test_a_mark_taken_back_and_stated_again_counts_once(district):
    pupil = district.student("1")
    mark = district.mark(pupil, DAYS[0], "U")
    district.arrives(DAYS[1])
    district.withdraw(mark)
    district.arrives(DAYS[2])
    district.mark(pupil, DAYS[0], "U")
    [day] = year_of(pupil, DAYS[2]).days
    assert [one.withdrawn is None for one in day.statements] == [True, False]
    assert [year_of(pupil, DAYS[2], known(DAYS[n])).figures["absent"] for n in range(3)] == [1, 0, 1]


def test_the_published_book_is_read_only_while_it_is_what_was_known(corrected, monkeypatch):
    serve(on=ON)
    built = []
    whole = module.alone.book_of_one
    monkeypatch.setattr(module.alone, "book_of_one", lambda *asked: built.append(1) or whole(*asked))
    now = year_of(corrected, ON)
    assert built == []
    assert year_of(corrected, ON, known(DAYS[24])).bytes_on == now.bytes_on
    assert built == []
    assert year_of(corrected, ON, known(ON)).figures["occasions"] == 3
    assert built == [1]
    m.Arrival.objects.create(
        source="sis", label="later", year=YEAR, known_at=known(DAYS[24]) + timedelta(1), through=DAYS[24]
    )
    assert year_of(corrected, ON).bytes_on == now.bytes_on
    assert built == [1, 1]


def test_a_year_takes_few_queries_however_many_marks(district, absences):
    pupil = district.student("1")
    absences(pupil, "U")
    district.arrives(DAYS[23])
    serve(on=ON)
    few = _queries(pupil)
    absences(pupil, "." + "UE?T" * 5)
    district.arrives(DAYS[24])
    serve(on=ON)
    assert _queries(pupil) == few <= 4


def _queries(pupil):
    with CaptureQueriesContext(connection) as seen:
        year_of(pupil, ON)
    return len(seen)


def test_letters_read_like_the_story(district, absences):
    pupil = district.student("1")
    absences(pupil, "U.E?.T")
    district.arrives(DAYS[5])
    year = year_of(pupil, DAYS[5])
    assert tuple(year.bytes_on.values()) == story("U.E?.t")
    assert [day.letter for day in year.days] == list("UE?t")
    assert year.days[0].description == "Absent all day, unexcused"


@pytest.fixture
def practice(db, shelf, tmp_path):
    """Two evenings of a small practice district, the second with late corrections; served."""
    plan = Plan(students=120, schools=6, seed=4)
    for as_of in (plan.today - timedelta(1), plan.today):
        folder = tmp_path / f"files-{as_of}"
        write(plan, folder, as_of=as_of)
        imports.apply(folder, by=None, accept=True)
    serve(on=plan.today)
    return plan


def test_every_student_of_the_practice_district_agrees(practice):
    """Served table, whole book, one student's rows: one answer each, now and as known yesterday."""
    first, last = m.Arrival.objects.order_by("pk")
    pupils = {pupil.key: pupil for pupil in m.Student.objects.select_related("standing")}
    for known_at in (None, first.known_at):
        rows = standings(practice.today, known_at=known_at).to_dicts()
        assert len(rows) > 100
        for row in rows:
            found = why(pupils[row["student_id"]], practice.today, known_at)
            counted = {name: found.year.figures[field] for name, field in FIGURES.items()}
            assert counted == {name: row[name] for name in FIGURES}, row["student_id"]
            assert found.can_miss == row["days_can_miss"]
            assert found.findings["national"].outcome == row["national_band"]
            assert found.findings["district"].outcome == row["district_band"]
            assert found.findings["chronic"].outcome == row["chronic"]
            assert sum(day.occasion for day in found.year.days) == row["truancy_occasions"]
            assert sum(day.absent for day in found.year.days) == row["days_absent"]
            if known_at is None and found.changes:
                standing = pupils[row["student_id"]].standing
                assert (found.changes.absent[1], found.changes.occasions[1]) == (standing.absent, standing.occasions)
    assert served.Standing.objects.count() == len(rows)
    assert last.known_at > first.known_at


def test_the_command_prints_what_the_query_says(practice, monkeypatch):
    monkeypatch.setattr("firstbell.cli.ready", lambda: None)
    pupil = m.Student.objects.filter(standing__occasions__gte=3).first()
    told = ["attendance", "why", pupil.key, "--on", str(practice.today)]
    assert CliRunner().invoke(main, told).output.rstrip("\n") == why(pupil, practice.today).as_text()
    yesterday = practice.today - timedelta(1)
    end = datetime(yesterday.year, yesterday.month, yesterday.day, 23, 59, tzinfo=UTC) + timedelta(hours=7)
    then = CliRunner().invoke(main, [*told, "--as-known-on", str(yesterday)]).output
    assert then.rstrip("\n") == why(pupil, practice.today, end).as_text()
