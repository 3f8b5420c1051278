"""A letter that lacks something is no letter: each refusal names the field."""

from dataclasses import replace
from datetime import date, time

import pytest

from firstbell.law.notices import Kind
from firstbell.letters.data import NEEDS, SPANS, Letter, Occasion, Span, Student, What, texts
from firstbell.letters.samples import SENT, sample

FIRST = sample(Kind.FIRST_TRUANCY, "en")


def student(letter: Letter, **changes) -> Letter:
    return replace(letter, students=(replace(letter.students[0], **changes),))


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_sample_that_stands(kind):
    assert sample(kind, "en").kind is kind


NEEDED = [(kind, name) for kind, needs in NEEDS.items() for name in needs]


@pytest.mark.parametrize(("kind", "field"), NEEDED, ids=str)
def test_a_kind_refuses_to_be_without_what_it_needs(kind, field):
    nothing = {"report": 0, "steps": ()}.get(field)
    with pytest.raises(ValueError, match=rf"^{kind}: {field}: expected .+, found nothing$"):
        replace(sample(kind, "en"), **{field: nothing})


@pytest.mark.parametrize("field", ["meeting", "board", "ground", "steps", "earlier", "report"])
def test_a_kind_refuses_what_it_has_no_place_for(field):
    donors = {"meeting": Kind.SART, "earlier": Kind.CORRECTION, "report": Kind.NEXT_TRUANCY}
    value = getattr(sample(donors.get(field, Kind.SARB), "en"), field)
    with pytest.raises(ValueError, match=f"^first_truancy: {field}: expected nothing"):
        replace(FIRST, **{field: value})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"language": ""}, "language"),
        ({"students": ()}, "students"),
        ({"reference": ""}, "reference"),
        ({"reference": " "}, "reference"),
        ({"to": replace(FIRST.to, name="")}, "to.name"),
        ({"to": replace(FIRST.to, address=())}, "to.address"),
        ({"to": replace(FIRST.to, address=("",))}, "to.address.0"),
        ({"school": replace(FIRST.school, phone="")}, "school.phone"),
        ({"school": replace(FIRST.school, address=())}, "school.address"),
        ({"person": replace(FIRST.person, phone="\t")}, "person.phone"),
        ({"person": replace(FIRST.person, name="x" * 301)}, "person.name"),
    ],
)
def test_a_missing_name_address_or_phone_is_named(changes, field):
    with pytest.raises(ValueError, match=rf"^first_truancy: {field}: expected"):
        replace(FIRST, **changes)


@pytest.mark.parametrize("bad", ["\x00", "\n", "\x1b[31m", "\u202e", "\u2066", "\u200e", "\ud800", "\ue000", "\u2028"])
def test_what_cannot_be_printed_or_turns_a_line_around_is_refused(bad):
    with pytest.raises(ValueError, match=r"students\.0\.name: expected text that can be printed, found U\+"):
        student(FIRST, name=f"Ana{bad}")


@pytest.mark.parametrize("good", ["Nguyễn Thị Ánh", "نور الهدى", "می‌نا", "O’Brien-Díaz", "陳大文", "Ա", "a\u0301"])
def test_names_are_taken_as_families_write_them(good):
    assert student(FIRST, name=good).students[0].name == good


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in SPANS])
def test_stretches_belong_to_summaries(kind):
    with pytest.raises(ValueError, match=r"students\.0\.spans: expected 0, found 1"):
        student(sample(kind, "en"), spans=(Span(SENT, SENT, 1, 0),))


@pytest.mark.parametrize(
    "span",
    [
        Span(date(2026, 9, 2), date(2026, 9, 1), 5, 1),
        Span(date(2026, 9, 1), date(2026, 9, 9), 5, 6),
        Span(date(2026, 9, 1), date(2026, 9, 9), 0, 0),
        Span(date(2026, 9, 1), date(2026, 9, 9), 5, -1),
    ],
)
def test_a_stretch_adds_up(span):
    with pytest.raises(ValueError, match=r"students\.0\.spans"):
        student(sample(Kind.SUMMARY, "en"), spans=(span,))


def test_an_improvement_compares_two_stretches():
    letter = sample(Kind.IMPROVEMENT, "en")
    with pytest.raises(ValueError, match="expected 2, found 1"):
        student(letter, spans=letter.students[0].spans[:1])


@pytest.mark.parametrize("kind", [Kind.FIRST_TRUANCY, Kind.NEXT_TRUANCY, Kind.EXCUSED, Kind.CORRECTION])
def test_every_student_of_a_dated_letter_has_days(kind):
    sibling = Student("Leo Reyes", FIRST.students[0].grade)
    letter = sample(kind, "en")
    with pytest.raises(ValueError, match=r"students\.1\.occasions: expected at least one day"):
        replace(letter, students=(*letter.students, sibling))


def test_the_second_report_has_a_letter_of_its_own():
    with pytest.raises(ValueError, match=r"report: expected .+ from 2, found 1"):
        replace(sample(Kind.NEXT_TRUANCY, "en"), report=1)


def test_texts_names_every_string():
    named = dict(texts(FIRST))
    assert named["students.0.name"] == "Ana Lucía Reyes"
    assert named["to.address.1"] == "Arroyo Verde, CA 93999"
    assert not {"kind", "students.0.grade"} & named.keys(), "choices are ours, not a family's"


def test_days_and_times_are_values():
    assert Occasion(date(2026, 9, 3), What.LATE) == Occasion(date(2026, 9, 3), What("late"))
    assert FIRST.school.opens == time(7, 30)
