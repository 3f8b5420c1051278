"""Sampling, agreement, load, coverage, signals and the ways of a finding: tables, properties, and plain twins."""

from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.core.citing import address
from firstbell.core.months import asked_month, month_before, next_month
from firstbell.core.refusals import NotAllowed
from firstbell.oversight.rules.agreement import agreement
from firstbell.oversight.rules.coverage import Covered, Reached, covered
from firstbell.oversight.rules.findings import MOVES, OPEN, STATES, WORDS, after
from firstbell.oversight.rules.load import Carried, load, weight_of
from firstbell.oversight.rules.rubric import CHECKLIST, RUBRIC, weak
from firstbell.oversight.rules.sampling import SAMPLE, doubled, draw, frame_digest
from firstbell.oversight.rules.signals import Logged, questions

ON = date(2026, 5, 12)

# -- sampling ----------------------------------------------------------------------------------------------------------

frames = st.sets(st.integers(1, 10_000), max_size=60)


@given(frames, st.text("0123456789abcdef", min_size=1, max_size=32), st.randoms())
def test_a_seed_draws_the_same_charts_whatever_their_order(frame, seed, chance):
    turned = list(frame)
    chance.shuffle(turned)
    drawn = draw(turned, seed)
    assert drawn == draw(sorted(frame), seed)
    assert len(drawn) == min(SAMPLE, len(frame))
    assert set(drawn) <= frame
    assert doubled(drawn, seed) <= set(drawn)
    assert len(doubled(drawn, seed)) == (1 if drawn else 0)


def test_what_a_seed_draws_never_changes():
    """Written down: a later release must draw the same charts from the same seed."""
    assert draw(range(1, 101), "1913") == draw(reversed(range(1, 101)), "1913")
    assert draw([7, 3, 9], "a") == sorted(
        [7, 3, 9], key=lambda one: __import__("hashlib").sha256(f"a:{one}".encode()).hexdigest()
    )
    assert frame_digest([3, 1, 2]) == frame_digest([1, 2, 3]) != frame_digest([1, 2])


def test_every_chart_is_as_likely():
    counts = dict.fromkeys(range(20), 0)
    for seed in range(4000):
        for one in draw(counts, str(seed)):
            counts[one] += 1
    assert all(850 < many < 1150 for many in counts.values()), counts  # 1,000 each; five standard deviations


# -- agreement ---------------------------------------------------------------------------------------------------------

pairs = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=11, max_size=60)


def _plainly(told):
    """Cohen's kappa with linear weights, as the textbook has it: from tables of shares, in fractions."""
    many = len(told)
    share = {(a, b): Fraction(told.count((a, b)), many) for a in range(4) for b in range(4)}
    rows = [sum(share[a, b] for b in range(4)) for a in range(4)]
    columns = [sum(share[a, b] for a in range(4)) for b in range(4)]
    weight = {(a, b): 1 - Fraction(abs(a - b), 3) for a in range(4) for b in range(4)}
    observed = sum(weight[one] * share[one] for one in share)
    expected = sum(weight[a, b] * rows[a] * columns[b] for a, b in share)
    return None if expected == 1 else (observed - expected) / (1 - expected)


@given(pairs)
def test_kappa_is_the_textbooks(told):
    found, plain = agreement(told), _plainly(told)
    assert found.same == sum(one == other for one, other in told)
    assert found.kappa is None if plain is None else found.kappa == pytest.approx(float(plain))


def test_one_cannot_tell_of_ten_pairs_nor_without_variety():
    assert agreement([(1, 2), (3, 3)] * 5).kappa is None
    assert not agreement([(1, 2)] * 10).tells
    assert agreement([(2, 2)] * 30).kappa is None
    assert agreement([(0, 0), (3, 3)] * 10).kappa == 1


@pytest.mark.parametrize(
    ("levels", "proposes"),
    [([0] * 10, False), ([0] * 11, True), ([1] * 4 + [2] * 8, True), ([1] * 3 + [2] * 9, False), ([], False)],
)
def test_when_training_is_called_for(levels, proposes):
    assert weak(levels) is proposes


# -- load and coverage -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tier", "absent", "enrolled", "due", "weight"),
    [
        (1, 0, 0, 0, 1), (1, 2, 25, 0, 1), (1, 9, 90, 0, 2), (2, 8, 90, 0, 2), (2, 9, 90, 0, 3), (3, 18, 90, 0, 6),
        (3, 17, 90, 0, 5), (3, 18, 90, 2, 10), (2, 0, 90, 1, 4),
    ],
)  # fmt: skip
def test_weight(tier, absent, enrolled, due, weight):
    assert weight_of(Carried(tier, absent, enrolled, due)) == weight


def test_load_is_told_for_a_full_week():
    carried = [Carried(3, 30, 90, 1), Carried(1, 0, 90, 0)]
    assert load(carried, 960).weight == 9
    assert load(carried, 960).a_week == 23  # 22.5, half up
    assert load(carried, 0).a_week is None
    assert load([], 2400).a_week == 0


def contact(student, days=0, outcome="reached", trace=True):
    return Reached(student, ON - timedelta(days), outcome, trace)


@pytest.mark.parametrize(
    ("contacts", "part"),
    [
        ([], 0), ([contact(1)], 1), ([contact(1)] * 9, 1), ([contact(1, 13)], 1), ([contact(1, 14)], 0),
        ([contact(1, outcome="no_answer")], 0), ([contact(1, trace=False)] * 20, 0), ([contact(99)], 0),
        ([contact(1), contact(2), contact(3, outcome="plan")], 3), ([contact(1, -1)], 0),
    ],
)  # fmt: skip
def test_covered(contacts, part):
    assert covered([1, 2, 3], contacts, ON) == Covered(part, 3)


@given(st.lists(st.builds(contact, st.integers(1, 9), st.integers(0, 30), trace=st.just(False)), max_size=40))
def test_contacts_without_a_trace_never_cover_anybody(stuffed):
    assert covered(range(1, 6), stuffed, ON).part == 0


# -- signals -----------------------------------------------------------------------------------------------------------


def logged(key, *, at="10:00", student=None, said="Came to the gate and talked about the bus", trace=True):
    hour, minute = map(int, at.split(":"))
    return Logged(key, datetime(2026, 5, 4, hour, minute, key % 60), date(2026, 5, 4), student or key, said, trace)


def kinds(log, hard=()):
    return [one.kind for one in questions(log, hard)]


def own(key, **more):
    """An entry like no other: its own minute, sentence and student."""
    word = "".join(chr(97 + int(digit)) for digit in f"{key:04}")
    return logged(key, **({"at": f"{8 + key // 60}:{key % 60:02}", "said": f"The {word} story was told"} | more))


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ([], []),
        ([own(at) for at in range(1, 40)], []),
        ([own(at, at="16:59") for at in range(1, 5)], []),
        ([own(at, at="16:59") for at in range(1, 6)], ["burst"]),
        ([own(at, trace=False) for at in range(1, 10)], []),
        ([own(at, trace=False) for at in range(1, 11)], ["untraced"]),
        ([own(at, trace=at > 10) for at in range(1, 22)], []),  # ten of twenty-one: less than half
        ([own(at, said="Bus 7 did not run again.") for at in range(1, 6)], ["same"]),
        ([own(at, said=f"bus {at} did NOT run, again") for at in range(1, 6)], ["same"]),
        ([own(at, said="Bus 7 did not run again.", student=1) for at in range(1, 9)], []),  # one student's story
        ([own(at, said="No answer") for at in range(1, 9)], []),
    ],
)
def test_what_is_asked(log, expected):
    assert kinds(log) == expected


def test_hard_cases_left_alone_are_asked_about_only_when_others_have_many():
    easy = [own(at, student=1) for at in range(1, 4)]
    assert kinds(easy, hard={11, 12, 13, 14, 15}) == ["easy"]
    assert kinds(easy, hard={11, 12, 13, 14}) == []
    assert kinds(easy[:2], hard={11, 12, 13, 14, 15}) == []
    assert kinds([*easy, own(9, student=11)], hard={11, 12, 13, 14, 15}) == []


def test_a_question_is_a_question_with_an_innocent_explanation_and_no_score():
    log = [own(at, at="16:59", trace=False, said="The same words for everybody") for at in range(1, 13)]
    asked = questions([*log, *(own(70 + at, student=1) for at in range(3))], hard=set(range(900, 906)))
    assert [one.kind for one in asked] == ["burst", "untraced", "easy", "same"]
    assert all(one.words.endswith("?") and one.innocent.endswith(".") for one in asked)
    assert {field for one in asked for field in one.__slots__} == {"kind", "words", "innocent", "entries"}
    assert "16:59 on 4 May" in asked[0].words


# -- findings, months, data --------------------------------------------------------------------------------------------


def test_every_move_of_a_finding():
    for state in STATES:
        for move in {move for _, move in MOVES}:
            if (state, move) in MOVES:
                assert after(state, move) in STATES
            else:
                with pytest.raises(NotAllowed, match=STATES[state].lower()):
                    after(state, move)
    assert {state for state in STATES if not any(was == state for was, _ in MOVES)} == set(STATES) - set(OPEN)
    assert {move for _, move in MOVES} <= set(WORDS)


@pytest.mark.parametrize(
    ("text", "month"),
    [("2026-04", date(2026, 4, 1)), ("2026-05", date(2026, 5, 1)), ("2026-06", date(2026, 4, 1)),
     ("", date(2026, 4, 1)), ("May", date(2026, 4, 1)), ("2026-13", date(2026, 4, 1))],
)  # fmt: skip
def test_asked_month(text, month):
    assert asked_month(text, ON) == month


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_months_follow_each_other(day):
    assert next_month(month_before(day)) == day.replace(day=1)


def test_the_rubric_has_six_items_of_four_levels_and_the_checklist_cites_what_is_held():
    assert list(RUBRIC) == ["timely", "legal_order", "barrier", "plan", "voice", "follow"]
    assert all(len(one.levels) == 4 and len(set(one.levels)) == 4 for one in RUBRIC.values())
    assert all(address(one.section) for one in CHECKLIST.values() if one.section)
