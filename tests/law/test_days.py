import pytest

from firstbell.law.days import ABSENT, HALF, SEVERITY, Day, byte_of, description, kind, letter, story

LETTERS = {
    Day.NONE: " ",
    Day.PRESENT: ".",
    Day.EXCUSED: "E",
    Day.UNEXCUSED: "U",
    Day.SUSPENDED: "S",
    Day.UNVERIFIED: "?",
    Day.STUDY_UNDONE: "I",
    Day.PARTIAL: "t",
    Day.OCCASION: "T",
    Day.NOT_TAKEN: "-",
    Day.IN_SCHOOL_SUSPENSION: "i",
}


def test_the_stored_numbers_never_move():
    assert [int(day) for day in Day] == list(range(11))
    assert [day.name for day in Day] == [
        "NONE", "PRESENT", "EXCUSED", "UNEXCUSED", "SUSPENDED", "UNVERIFIED", "STUDY_UNDONE",
        "PARTIAL", "OCCASION", "NOT_TAKEN", "IN_SCHOOL_SUSPENSION",
    ]  # fmt: skip
    assert HALF == 32


@pytest.mark.parametrize("day", Day)
def test_a_day_has_one_letter_with_or_without_its_flag(day):
    assert letter(day) == letter(day | HALF) == LETTERS[day]
    assert kind(day | HALF) is kind(day) is day


@pytest.mark.parametrize("day", Day)
def test_a_letter_reads_back_as_the_day_it_shows(day):
    assert byte_of(letter(day)) == day + (HALF if day in ABSENT else 0)


def test_every_day_has_its_own_words():
    assert len({description(day) for day in Day}) == len(Day)


def test_severity_orders_every_day_that_can_be_marked():
    assert len(SEVERITY) == len(set(SEVERITY)) == len(Day) - 1
    assert set(SEVERITY) == set(Day) - {Day.NONE}


def test_whole_absences_outrank_everything_else():
    assert set(SEVERITY[: len(ABSENT)]) == ABSENT


def test_a_story_is_a_run_of_bytes():
    assert story(".UT") == (Day.PRESENT, Day.UNEXCUSED + HALF, Day.OCCASION)
    assert story("") == ()


@pytest.mark.parametrize("stray", ["x", "u", "F"])
def test_an_unknown_letter_is_refused(stray):
    with pytest.raises(KeyError):
        story(f".{stray}")


@pytest.mark.parametrize("byte", [11, 31, HALF + 11, 64, 255])
def test_a_byte_outside_the_alphabet_is_refused(byte):
    with pytest.raises(ValueError, match="not a valid Day"):
        letter(byte)
