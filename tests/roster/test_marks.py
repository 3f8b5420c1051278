"""Taking in a year of marks: the quick way, from columns, does to the tables exactly what the plain way would."""

import random
from datetime import timedelta

import polars as pl
import pytest
from django.db import IntegrityError, transaction

from firstbell.roster.actions import EPOCH, receive_marks, state_marks, take_back, take_back_statement
from firstbell.roster.models import Arrival, AttendanceCode, Mark, School, Statement, Student
from firstbell.roster.queries import ledger, standing_marks

from . import plain
from .conftest import CODES, FIRST, SCHOOLS, STUDENTS, YEAR, arrives, stated


def some(rng, n):
    """Different rows; few students, days and codes, so that many meet."""
    return list({
        (rng.choice(STUDENTS), rng.choice(SCHOOLS), rng.randrange(3), rng.choice(["", "1", "2", None]),
         rng.choice(CODES), rng.choice([-1, 5, 40]), rng.choice([-1, 100]))
        for _ in range(n)
    })  # fmt: skip


def changed(rng, rows):
    """Tomorrow's file: most rows again, in another order, some new and some gone."""
    kept = [row for row in rows if rng.random() > 0.2]
    return rng.sample(both := list({*kept, *some(rng, 4)}), len(both))


def distinct(rows):
    """A blank period and none are the same whole day."""
    return list({(*row[:3], row[3] or "", *row[4:]): row for row in rows}.values())


def correct(rng):
    """A person says what a day was: marks of their own, other codes for the same, or that there was nothing."""
    student, school = rng.choice(Student.objects.all()), rng.choice(School.objects.all())
    day, code = FIRST + timedelta(rng.randrange(3)), AttendanceCode.objects.first()
    marks = rng.choice([[], [("", code.pk, -1, 100)], [("9", code.pk, -1, -1), ("1", code.pk, 5, -1)]])
    return state_marks(student=student, school=school, day=day, marks=marks, label="a word", by=None)


def let_go(rng):
    """A person takes their word back: the newest files hold again."""
    if stands := list(Statement.objects.filter(ended=None)):
        take_back_statement(statement=rng.choice(stands), label="taken back", by=None)


def spoil(rng):
    """Whatever may befall the file: it goes, is cut short, or is an older one."""
    file = ledger._file(YEAR)
    fate = rng.choice(["", "gone", "cut", "kept"])
    if fate == "kept":
        standing_marks(YEAR, keep=True)
    elif file.exists() and fate == "gone":
        file.unlink()
    elif file.exists() and fate == "cut":
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def as_rows(marks):
    dated = marks.with_columns((pl.col("day") - EPOCH).cast(pl.Date)).sort("mark")
    return dated.select("mark", "student", "school", "day", "period", "code", "minutes", "share").rows()


@pytest.mark.parametrize("seed", range(12))
def test_any_history_is_what_the_plain_way_makes_of_it(district, seed):
    rng, rows, undone = random.Random(seed), [], 0
    for on in range(1, 10):
        spoil(rng)
        move = rng.random()
        if move < 0.2:
            correct(rng)
        elif move < 0.3:
            let_go(rng)
        elif move < 0.45 and (newest := Arrival.objects.filter(source="sis").order_by("-pk")[undone : undone + 1]):
            take_back(newest[0], by=None)
            undone += 1
        else:
            rows, undone = distinct(changed(rng, rows)), 0
            file, arrival = stated(*rows), arrives(on)
            expected = plain.tally(file, YEAR)
            assert receive_marks(file, arrival=arrival).counts() == expected
            assert receive_marks(file, arrival=arrives(on)).changed == 0
        assert as_rows(standing_marks(YEAR)) == plain.standing(YEAR)
        assert plain.statements_stand()
    assert Mark.objects.exists()


@pytest.mark.parametrize("seed", range(30))
def test_undoing_gives_back_the_day_as_it_was(district, seed):
    """Files, words, words taken back, then an undo: days without a word read as the files before did."""
    rng, kept = random.Random(seed), []
    rows = distinct(some(rng, 12))
    receive_marks(stated(*rows), arrival=arrives(1))
    for on in range(2, 6):
        for _ in range(rng.randrange(3)):
            rng.choice([correct, let_go])(rng)
        kept.append((rows, arrival := arrives(on)))
        rows = distinct(changed(rng, rows))
        receive_marks(stated(*rows), arrival=arrival)
        for _ in range(rng.randrange(3)):
            rng.choice([correct, let_go])(rng)
    for rows, arrival in reversed(kept):
        take_back(arrival, by=None)
        assert plain.statements_stand()
        assert plain.otherwise_as_told(stated(*rows), YEAR)
        assert receive_marks(stated(*rows), arrival=arrives(9)).changed == 0
    for one in Statement.objects.filter(ended=None):
        take_back_statement(statement=one, label="taken back", by=None)
    assert receive_marks(stated(*rows), arrival=arrives(10)).counts()["unchanged"] == len(rows)


def test_a_school_s_own_code_goes_before_the_district_s(district):
    receive_marks(stated(("p1", "south", 0, "", "L", -1, 100), ("p2", "north", 0, "", "L", -1, 100)), arrival=district)
    assert dict(Mark.objects.values_list("student__key", "code__school__key")) == {"p1": "south", "p2": None}


def test_a_code_nobody_knows_stops_everything(district):
    with pytest.raises(IntegrityError), transaction.atomic():
        receive_marks(stated(("p1", "north", 0, "", "Z", -1, 100)), arrival=district)
    assert not Mark.objects.exists()


def test_text_that_looks_like_nothing_is_kept(district):
    odd = ['"', ",", "\\.", "a\nb", " 1 "]
    receive_marks(stated(*(("p1", "north", 0, period, "E", -1, -1) for period in odd)), arrival=district)
    assert sorted(Mark.objects.values_list("period", flat=True)) == sorted(odd)
    again = receive_marks(stated(*(("p1", "north", 0, period, "E", -1, -1) for period in odd)), arrival=arrives(1))
    assert again.counts() == {"created": 0, "updated": 0, "unchanged": 5, "withdrawn": 0}


CASES = {
    "the file states the old code still": ([("p1", "north", 0, "", "U", -1, 100)], {"held": 1}, ["E"]),
    "the file has caught up": ([("p1", "north", 0, "", "E", -1, 100)], {"updated": 1}, ["E"]),
    "the file states a third thing": ([("p1", "north", 0, "", "T", 40, -1)], {"updated": 1}, ["E"]),
    "the file states nothing any more": ([], {"withdrawn": 1}, ["E"]),
}


@pytest.fixture
def cleared(district):
    """One day that the file calls U and a person calls E."""
    receive_marks(stated(("p1", "north", 0, "", "U", -1, 100)), arrival=district)
    code = AttendanceCode.objects.get(code="E")
    return state_marks(
        student=Student.objects.get(key="p1"), school=School.objects.get(key="north"), day=FIRST,
        marks=[("", code.pk, -1, 100)], label="Cleared by Rosa", by=None,
    )  # fmt: skip


def stands() -> list[str]:
    return list(Mark.objects.filter(withdrawals=None).order_by("pk").values_list("code__code", flat=True))


@pytest.mark.parametrize("case", CASES)
def test_a_person_s_word_stands_whatever_the_file_says(cleared, case):
    rows, expected, code = CASES[case]
    marks_before = Mark.objects.count()
    assert receive_marks(stated(*rows), arrival=arrives(1)).counts() == {
        "created": 0, "updated": 0, "unchanged": 0, "withdrawn": 0
    } | expected  # fmt: skip
    assert stands() == code
    assert Mark.objects.count() == marks_before, "nothing comes and goes"
    assert receive_marks(stated(*rows), arrival=arrives(1)).changed == 0, "a second import says: nothing new"


@pytest.mark.parametrize("case", CASES)
def test_a_word_taken_back_leaves_what_the_newest_file_says(cleared, case):
    rows, _, _ = CASES[case]
    receive_marks(stated(*rows), arrival=arrives(1))
    take_back_statement(statement=cleared, label="taken back", by=None)
    assert stands() == [code for (*_, code, _minutes, _share) in rows]
    assert receive_marks(stated(*rows), arrival=arrives(2)).changed == 0
    assert receive_marks(stated(), arrival=arrives(3)).withdrawn == len(rows), "the files hold again"


def test_undoing_an_import_keeps_a_person_s_word(cleared):
    receive_marks(stated(("p1", "north", 0, "", "T", -1, 100)), arrival=(second := arrives(1)))
    take_back(second, by=None)
    assert stands() == ["E"]
    cleared.refresh_from_db()
    assert [code for _, code, _, _ in cleared.file_says] == [AttendanceCode.objects.get(code="U").pk]


def test_a_word_on_a_present_day_and_a_newer_word(cleared):
    receive_marks(stated(("p1", "north", 0, "", "U", -1, 100)), arrival=arrives(1))
    newer = state_marks(
        student=cleared.student, school=cleared.school, day=FIRST, marks=[], label="She was here", by=None
    )
    assert stands() == []
    cleared.refresh_from_db()
    assert cleared.ended == newer.arrival
    assert newer.file_says == cleared.file_says
    assert receive_marks(stated(("p1", "north", 0, "", "U", -1, 100)), arrival=arrives(2)).held == 1
    assert stands() == []


def test_only_one_word_of_a_day_stands(cleared):
    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.create(
            year=YEAR, student=cleared.student, school=cleared.school, day=FIRST, stated=[], told=[],
            arrival=cleared.arrival,
        )  # fmt: skip


def test_an_arrival_of_a_word_speaks_of_the_newest_files(cleared, district):
    assert (cleared.arrival.source, cleared.arrival.through) == ("firstbell", district.through)
    assert cleared.arrival.known_at >= district.known_at
