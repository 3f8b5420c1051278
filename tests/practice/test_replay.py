"""The replay of a year: sound for every seed, and its check would see a repair that sleeps."""

from dataclasses import asdict
from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from firstbell import cli
from firstbell.law.days import Day
from firstbell.law.policy import policy_on
from firstbell.law.steps import Step, StepKind, standing_steps
from firstbell.practice.codes import Code
from firstbell.practice.oracle import holds
from firstbell.practice.replay import Said, _meaning, is_occasion, replay

MONDAY = date(2025, 9, 1)
POLICY = policy_on(MONDAY)
R, N, A, C, F = StepKind.REPORT, StepKind.NOTICE, StepKind.ATTEMPT, StepKind.CONFERENCE, StepKind.REFERRAL


def days(*places: int) -> tuple[date, ...]:
    return tuple(MONDAY + timedelta(place) for place in places)


@pytest.mark.parametrize("seed", [1, 2, 1913, 77_777])
def test_no_referral_rests_on_an_invalid_chain_and_every_wrong_notice_is_found_in_one_run(seed):
    told = replay(students=400, seed=seed)
    assert told.sound
    assert (told.invalid_chains, told.longest_delay) == (0, 1)
    assert told.found == told.wrong_notices > 10
    assert told.referrals_stopped > 3
    assert told.early_attempts > 10
    assert told.nights > 170


def test_without_the_repair_the_check_fails():
    told = replay(students=400, seed=1, repair=0)
    assert not told.sound
    assert told.invalid_chains > 3
    assert (told.found, told.withdrawn) == (0, 0)
    assert told.wrong_notices > 10


@pytest.mark.parametrize("repair", [2, 5])
def test_a_repair_that_comes_late_is_seen(repair):
    told = replay(students=400, seed=1, repair=repair)
    assert not told.sound
    assert told.longest_delay == repair


def test_the_same_seed_is_the_same_year_and_nights_can_be_fewer():
    whole = replay(students=240, seed=3)
    assert replay(students=240, seed=3) == whole
    part = replay(students=240, seed=3, nights=60)
    assert part.nights == 60
    assert part.sound
    assert part.reports < whole.reports


def test_a_district_too_small_is_refused():
    with pytest.raises(ValueError, match="20 students each"):
        replay(students=10)


# -- the second opinion ------------------------------------------------------------------------------------------------

FIRST, SECOND, THIRD = (
    Step(R, days(5)[0], 1, days(0, 2, 4)), Step(R, days(11)[0], 2, days(10)), Step(R, days(15)[0], 3, days(14)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("step", "record", "occasions", "right"),
    [
        (FIRST, [FIRST], (0, 2, 4), True),
        (FIRST, [FIRST], (0, 2, 3), False),
        (SECOND, [FIRST, SECOND], (0, 2, 4, 10), True),
        (SECOND, [FIRST, SECOND], (0, 2, 10), False),
        (SECOND, [SECOND], (0, 2, 4, 10), False),
        (Step(N, days(6)[0], 1, days(0, 2, 4)), [FIRST], (0, 2, 4), True),
        (Step(N, days(4)[0], 1, days(0, 2, 4)), [FIRST], (0, 2, 4), False),
        (Step(A, days(5)[0]), [FIRST], (0, 2, 4), True),
        (Step(A, days(4)[0]), [FIRST], (0, 2, 4), False),
        (Step(F, days(20)[0]), [FIRST, SECOND, THIRD, Step(C, days(6)[0])], (0, 2, 4, 10, 14), True),
        (Step(F, days(20)[0]), [FIRST, SECOND, THIRD, Step(C, days(4)[0])], (0, 2, 4, 10, 14), False),
        (Step(F, days(20)[0]), [FIRST, SECOND, THIRD], (0, 2, 4, 10, 14), False),
        (Step(F, days(14)[0]), [FIRST, SECOND, THIRD, Step(C, days(6)[0])], (0, 2, 4, 10, 14), False),
        (Step(F, days(20)[0]), [FIRST, SECOND, THIRD, Step(C, days(6)[0])], (0, 2, 4, 14), False),
    ],
)
def test_the_oracle_reads_the_sections_for_itself(step, record, occasions, right):
    assert holds(step, record, set(days(*occasions))) is right


def test_the_oracle_knows_only_the_steps_of_the_replay():
    with pytest.raises(ValueError, match="takes no step"):
        holds(Step(StepKind.COURT, MONDAY), [], set())


PLACES = st.integers(0, 40)
CHAINS = st.lists(
    st.tuples(
        st.sampled_from([R, R, R, N, A, C, F]), PLACES, st.integers(1, 3), st.sets(PLACES, min_size=1, max_size=5)
    ),
    max_size=8, unique_by=lambda one: (one[0], one[2]) if one[0] is R else one[:2],
)  # fmt: skip


@given(CHAINS, st.sets(PLACES, max_size=15))
def test_two_opinions_written_apart_agree(chain, places):
    """Where each report number is filed once; of several the law keeps the first that stands."""
    steps = [Step(what, days(on)[0], number, days(*sorted(named)), key=key)
             for key, (what, on, number, named) in enumerate(chain)]  # fmt: skip
    occasions = sorted(days(*places))
    ladder = standing_steps(occasions, steps, POLICY, on=days(41)[0])
    law = {one.step.key: one.stands for one in ladder.verdicts}
    assert law == {step.key: holds(step, steps, set(occasions)) for step in steps if step.key in law}


# -- what a night knows ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "on", "counts"),
    [
        ([Said(5, 9, Day.UNEXCUSED, Day.EXCUSED)], 4, False),
        ([Said(5, 9, Day.UNEXCUSED, Day.EXCUSED)], 5, True),
        ([Said(5, 9, Day.UNEXCUSED, Day.EXCUSED)], 9, False),
        ([Said(5, 9, Day.UNEXCUSED, None)], 9, False),
        ([Said(5, 99, Day.OCCASION, None), Said(5, 99, Day.EXCUSED, None)], 6, False),
        ([Said(5, 99, Day.OCCASION, None), Said(5, 99, Day.PARTIAL, None)], 6, True),
        ([], 6, False),
    ],
)
def test_a_night_knows_what_was_said_by_then(told, on, counts):
    assert is_occasion(told, on) is counts


@pytest.mark.parametrize(
    ("code", "minutes", "of_period", "day"),
    [
        (Code.NONE, -1, False, None), (Code.UNEXCUSED, -1, False, Day.UNEXCUSED),
        (Code.ILLNESS, -1, False, Day.EXCUSED),
        (Code.UNEXCUSED, 55, True, Day.OCCASION), (Code.MEDICAL, 55, True, Day.PARTIAL),
        (Code.UNVERIFIED, -1, False, Day.UNVERIFIED), (Code.TARDY, 30, False, Day.PARTIAL),
        (Code.LATE, 31, False, Day.OCCASION), (Code.SUSPENDED, -1, False, Day.SUSPENDED),
    ],
)  # fmt: skip
def test_a_mark_reads_as_the_day_book_reads_it(code, minutes, of_period, day):
    assert _meaning(int(code), minutes, of_period, POLICY) is day


# -- the command -------------------------------------------------------------------------------------------------------


def test_the_command_prints_its_figures_and_says_whether_they_are_sound(monkeypatch):
    monkeypatch.setattr(cli, "ready", lambda: None)
    told = CliRunner().invoke(cli.main, ["law", "replay", "--seed", "3", "--students", "240", "--nights", "80"])
    assert told.exit_code == 0
    figures = asdict(replay(students=240, seed=3, nights=80))
    assert told.output.strip().endswith("Sound.")
    assert all(name.replace("_", " ") in told.output for name in figures)


@pytest.mark.parametrize(("asked", "words"), [
    (["--nights", "none"], "expected `all`"), (["--students", "3"], "20 students each"),
])  # fmt: skip
def test_the_command_explains_what_it_cannot_do(monkeypatch, asked, words):
    monkeypatch.setattr(cli, "ready", lambda: None)
    told = CliRunner().invoke(cli.main, ["law", "replay", *asked])
    assert told.exit_code != 0
    assert words in told.output


def test_a_year_that_is_not_sound_ends_with_code_1(monkeypatch):
    monkeypatch.setattr(cli, "ready", lambda: None)
    monkeypatch.setattr("firstbell.cli.law.live", lambda **asked: _asleep)
    assert CliRunner().invoke(cli.main, ["law", "replay"]).exit_code == 1


_asleep = replay(students=240, seed=1, repair=0)
