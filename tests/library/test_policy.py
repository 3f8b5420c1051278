"""The policy page: every value has words, a day it began and a section it comes from."""

from datetime import date

import pytest

from firstbell.core import citing
from firstbell.law.policy import policy_on, settings, with_settings
from firstbell.law.sections import CHOICES
from firstbell.library.labels import GROUPS, LABELS
from firstbell.library.queries import policy as policies
from tests.library.conftest import TODAY, text

NOW = policy_on(TODAY)


def test_every_value_and_setting_has_words():
    names = NOW.cites.keys() | CHOICES.keys()
    assert LABELS.keys() == names
    assert {name.partition(".")[0] for name in NOW.cites} == GROUPS.keys()


def test_every_number_of_the_law_is_shown_once_with_its_section():
    shown = [one for group in policies.numbers(NOW).values() for one in group]
    fixed = {name for name, cite in NOW.cites.items() if not cite.startswith("setting ")}
    assert len(shown) == len(fixed)
    assert all(citing.address(one.cited) and one.value and one.since <= TODAY for one in shown)


@pytest.mark.parametrize(
    ("on", "label", "value", "since"),
    [
        (TODAY, "A funeral or grieving, each time", "5 days", date(2024, 1, 1)),
        (date(2023, 6, 1), "A funeral or grieving, each time", "1 days", date(2013, 1, 1)),
        (TODAY, "Days credited in a year, at most", "10 days", date(2025, 7, 1)),
        (TODAY, "Unexcused occasions that make a truant", "3", date(2013, 1, 1)),
        (TODAY, "A parent's fine, first, second and later, at most", "100, 250 and 500 dollars", date(2013, 1, 1)),
        (TODAY, "Steps from a sharp decline to a sharp rise", "-3, -0.5, 0.4 and 3 points", date(2023, 1, 1)),
    ],
)
def test_a_number_its_unit_and_since_when(on, label, value, since):
    shown = {one.label: one for group in policies.numbers(policy_on(on)).values() for one in group}
    assert (shown[label].value, shown[label].since) == (value, since)


def test_every_setting_is_shown_once_with_its_reason():
    shown = policies.choices(NOW)
    assert [one.why for one in shown] == [one.why for one in settings(NOW)]
    assert len({one.anchor for one in shown}) == len(shown)
    by_label = {one.label: one for one in shown}
    grace = by_label["Grace before an unexplained absence can count"]
    assert (grace.value, grace.default, grace.allowed, grace.is_own) == ("10 days", "10 days", "0 to 60", False)
    assert (by_label["Days in a row"].value, by_label["Days in a row"].allowed) == ("", "")


def test_a_districts_own_choice_stands_out():
    own = with_settings(NOW, **{"excuses.clearing_days": 5, "truancy.minutes_inclusive": True})
    chosen = {one.label: one for one in policies.choices(own) if one.is_own}
    assert {label: (one.value, one.default) for label, one in chosen.items()} == {
        "Grace before an unexplained absence can count": ("5 days", "10 days"),
        "Missing 30 minutes exactly is an occasion too": ("yes", "no"),
    }


def test_the_page_names_the_policy_and_follows_the_calendar(reader, settings):
    page = text(reader.get("/library/policy/"))
    assert "Version 2025-07-01" in page
    assert "0\u00a0choices of this district differ" in page
    settings.TODAY = "2023-09-01"
    page = text(reader.get("/library/policy/"))
    assert "Version 2023-01-01" in page
    assert "No legal advice." in page
