from dataclasses import FrozenInstanceError, is_dataclass
from datetime import date
from importlib import resources

import pytest

from firstbell.law.policy import PolicyError, in_force, policy_on, read, settings, with_settings
from firstbell.law.sections import CHOICES, section_of
from tests.law.stories import TODAY

BASE = resources.files("firstbell.law.policy").joinpath("2013-01-01.toml").read_text(encoding="utf-8")


def amended(line: str, *, group: str = "truancy", starts: str = "2020-07-01") -> str:
    return f'in_force = {starts}\nbecause = "A change."\n[{group}]\n{line}\n'


@pytest.mark.parametrize(
    ("day", "version"),
    [
        (date(2013, 1, 1), "2013-01-01"),
        (date(2021, 8, 23), "2013-01-01"),
        (date(2022, 12, 31), "2013-01-01"),
        (date(2023, 1, 1), "2023-01-01"),
        (date(2023, 12, 31), "2023-01-01"),
        (date(2024, 1, 1), "2024-01-01"),
        (date(2025, 6, 30), "2025-01-01"),
        (date(2025, 7, 1), "2025-07-01"),
        (date(2040, 1, 1), "2025-07-01"),
    ],
)
def test_a_day_has_the_policy_of_its_time(day, version):
    assert policy_on(day).version == version


@pytest.mark.parametrize("day", [date(2012, 12, 31), date(1900, 1, 1), date.min])
def test_days_before_the_first_policy_are_refused_plainly(day):
    with pytest.raises(PolicyError, match=f"no policy is in force on {day}: the first begins 2013-01-01"):
        policy_on(day)


@pytest.mark.parametrize(
    ("name", "value", "cite"),
    [
        ("truancy.occasions", 3, "EC 48260(a)"),
        ("truancy.minutes", 30, "EC 48260(a)"),
        ("truancy.minutes_inclusive", False, "setting truancy.minutes_inclusive"),
        ("truancy.age_from", 6, "EC 48200"),
        ("truancy.age_before", 18, "EC 48200"),
        ("truancy.habitual_reports", 3, "EC 48264.5"),
        ("truancy.juvenile_reports", 4, "In re A.N."),
        ("chronic.percent", 10, "EC 60901(c)(1)"),
        ("chronic.min_days", 31, "CDE DataQuest"),
        ("federal.min_days", 10, "EDFacts FS195"),
        ("dashboard.change_tenths", (-30, -5, 4, 30), "CDE Dashboard"),
        ("recovery.max_days", 10, "EC 46211"),
        ("truancy.meeting_notice_days", 5, "WIC 601.3"),
        ("truancy.ward_report_days", 10, "EC 48267"),
        ("consequences.court_fine", 50, "EC 48264.5"),
        ("consequences.parent_fines", (100, 250, 500), "EC 48293"),
        ("excuses.clearing_days", 10, "setting excuses.clearing_days"),
        ("excuses.overdue_unexcused", False, "setting excuses.overdue_unexcused"),
        ("excuses.grieving_days", 5, "EC 48205(a)(4)"),
        ("excuses.support_days", 3, "EC 48205(a)(13)"),
        ("excuses.religious_days", 4, "EC 46014"),
        ("excuses.parental_weeks", 8, "EC 46015"),
        ("notices.language_percent", 15, "EC 48985"),
        ("records.inspection_days", 5, "EC 49069.7"),
        ("records.transfer_days", 10, "EC 49068"),
        ("records.foster_days", 2, "EC 49069.5"),
        ("records.challenge_days", 30, "EC 49070"),
        ("records.court_parent_hours", 24, "EC 49076(a)(1)(J)"),
        ("records.abuse_report_hours", 36, "PC 11166"),
        ("records.permitted_months", 6, "5 CCR 437"),
        ("recovery.week_days", 5, "EC 46211"),
        ("study.shortfall_percent", 10, "EC 51747"),
        ("boards.review_days", (10, 30, 60, 90), "setting boards.review_days"),
    ],
)
def test_what_is_in_force_today(name, value, cite):
    group, _, key = name.partition(".")
    assert getattr(getattr(TODAY, group), key) == value
    assert TODAY.cite(name) == cite


def test_every_value_is_cited():
    groups = [name for name in TODAY.__dataclass_fields__ if is_dataclass(getattr(TODAY, name))]
    assert len(groups) == 16
    assert set(TODAY.cites) == {
        f"{group}.{key}" for group in groups for key in type(getattr(TODAY, group)).__dataclass_fields__
    }


def test_what_changed_over_time():
    old, now = policy_on(date(2021, 9, 1)), TODAY
    assert (old.recovery.max_days, now.recovery.max_days) == (0, 10)
    assert old.dashboard.change_tenths[-1] == 29
    assert old.truancy == now.truancy
    assert [policy_on(date(year, 7, 1)).excuses.grieving_days for year in (2023, 2024, 2025)] == [1, 5, 5]
    assert [policy_on(date(year, 7, 1)).excuses.support_days for year in (2023, 2024, 2025)] == [0, 0, 3]


def test_a_policy_cannot_be_changed_in_place():
    with pytest.raises(FrozenInstanceError):
        TODAY.truancy.occasions = 2
    with pytest.raises(TypeError):
        TODAY.cites["truancy.occasions"] = "EC 1"


def test_a_later_file_changes_only_what_it_names():
    later = amended('occasions = { is = 4, cite = "EC 48260(a)" }')
    first, second = read([("later.toml", later), ("base.toml", BASE)])
    assert (first.truancy.occasions, second.truancy.occasions) == (3, 4)
    assert second.truancy.minutes == first.truancy.minutes == 30
    assert second.chronic == first.chronic
    assert in_force((first, second), date(2020, 6, 30)) is first
    assert in_force((first, second), date(2020, 7, 1)) is second


def test_no_files_no_policy():
    assert read([]) == ()
    with pytest.raises(PolicyError, match="the first begins never"):
        in_force((), date(2025, 9, 1))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("in_force = = 3", "bad.toml: not readable as TOML"),
        ("", "bad.toml: needs in_force, a date, and because"),
        ('because = "x"', "needs in_force"),
        ("in_force = 2020-01-01", "needs in_force"),
        ('in_force = "2020-01-01"\nbecause = "x"', "needs in_force"),
        ('in_force = 2020-01-01T00:00:00\nbecause = "x"', "needs in_force"),
        ('in_force = 2020-01-01\nbecause = "x"\noccasions = 3', "occasions stands outside a group"),
        (amended("occasions = 3"), r"truancy\.occasions needs \{ is = value, cite = section \}"),
        (amended("occasions = { is = 3 }"), "needs"),
        (amended('occasions = { is = 3, cite = "EC 48260", also = 1 }'), "needs"),
        (amended("occasions = { is = 3, cite = 48260 }"), "needs"),
        (amended('occasion = { is = 3, cite = "EC 48260" }'), r"bad.toml truancy\.occasion: no such value"),
        (amended('percent = { is = 3, cite = "EC 48260" }', group="cronic"), r"cronic\.percent: no such value"),
        (amended('occasions = { is = "3", cite = "EC 48260" }'), r"truancy\.occasions: '3' does not fit"),
        (amended('occasions = { is = 3.0, cite = "EC 48260" }'), "does not fit"),
        (amended('occasions = { is = true, cite = "EC 48260" }'), "does not fit"),
        (amended('occasions = { is = -1, cite = "EC 48260" }'), "does not fit"),
        (amended('minutes_inclusive = { is = 1, cite = "EC 48260" }'), "does not fit"),
        (amended('status_tenths = { is = [2, 1], cite = "CDE Dashboard" }', group="dashboard"), "does not fit"),
        (amended('status_tenths = { is = 5, cite = "CDE Dashboard" }', group="dashboard"), "does not fit"),
        (amended('status_tenths = { is = ["a"], cite = "CDE Dashboard" }', group="dashboard"), "does not fit"),
        (amended('occasions = { is = 3, cite = "EC 1" }'), "cites EC 1, which we do not hold"),
        (amended('occasions = { is = 3, cite = "setting whim" }'), "cites setting whim"),
    ],
)
def test_a_bad_file_is_named_with_its_fault(text, complaint):
    with pytest.raises(PolicyError, match=complaint):
        read([("base.toml", BASE), ("bad.toml", text)])


def test_two_files_from_the_same_day_are_refused():
    with pytest.raises(PolicyError, match="two policy files are in force from 2013-01-01"):
        read([("a.toml", BASE), ("b.toml", BASE)])


def test_a_first_file_must_be_whole():
    lame = BASE.replace('occasions = { is = 3, cite = "EC 48260(a)" }', "")
    with pytest.raises(PolicyError, match=r"the policy of 2013-01-01 lacks truancy\.occasions"):
        read([("base.toml", lame)])


def test_a_district_makes_its_choices():
    choosing = with_settings(TODAY, **{"truancy.minutes_inclusive": True, "bands.basic": 90})
    assert choosing.truancy.minutes_inclusive is True
    assert choosing.bands.basic == 90
    assert choosing.version == "2025-07-01+district"
    assert dict(choosing.choices) == {"truancy.minutes_inclusive": True, "bands.basic": 90}
    assert TODAY.truancy.minutes_inclusive is False
    assert TODAY.version == "2025-07-01"


def test_choices_add_up():
    once = with_settings(TODAY, **{"truancy.max_per_day": 2})
    twice = with_settings(once, **{"truancy.report_any_tardy": True})
    assert (twice.truancy.max_per_day, twice.truancy.report_any_tardy) == (2, True)
    assert set(twice.choices) == {"truancy.max_per_day", "truancy.report_any_tardy"}


def test_no_choice_no_change():
    assert with_settings(TODAY) == TODAY


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("truancy.occasions", 2, r"setting truancy\.occasions: fixed by EC 48260\(a\), not a district's choice"),
        ("chronic.percent", 15, r"fixed by EC 60901\(c\)\(1\)"),
        ("truancy.minutes_inclusive", 1, "1 does not fit"),
        ("truancy.max_per_day", "2", "'2' does not fit"),
        ("truancy.max_per_day", 3, "3 is not between 1 and 2"),
        ("excuses.clearing_days", 61, "61 is not between 0 and 60"),
        ("bands.basic", 49, "49 is not between 50 and 100"),
        ("boards.review_days", (30, 10), "does not fit"),
        ("notices.language_percent", 10, "fixed by EC 48985"),
        ("truancy.whim", 2, "no such value"),
        ("whim", 2, "no such value"),
    ],
)
def test_what_a_district_may_not_choose(name, value, complaint):
    with pytest.raises(PolicyError, match=complaint):
        with_settings(TODAY, **{name: value})


@pytest.mark.parametrize(
    ("minutes", "statute", "inclusive"), [(0, False, False), (29, False, False), (30, False, True), (31, True, True)]
)
def test_more_than_thirty_minutes(minutes, statute, inclusive):
    assert TODAY.truancy.is_long(minutes) is statute
    assert with_settings(TODAY, **{"truancy.minutes_inclusive": True}).truancy.is_long(minutes) is inclusive


@pytest.mark.parametrize(
    ("grade", "minutes"), [(-1, 180), (0, 180), (1, 230), (3, 230), (4, 240), (8, 240), (9, 240), (12, 240)]
)
def test_the_shortest_school_day(grade, minutes):
    assert TODAY.schoolday.minutes(grade) == minutes


def test_every_setting_is_listed_with_its_reason():
    listed = settings(TODAY)
    assert len({one.name for one in listed}) == len(listed)
    assert {one.why for one in listed} == {choice.why for choice in CHOICES.values()}
    for one in listed:
        assert section_of(one.section).title
        assert not one.is_chosen
        if one.allowed and one.allowed != (False, True):
            assert one.allowed[0] <= one.default <= one.allowed[1]


def test_a_choice_shows_beside_the_default():
    listed = {one.name: one for one in settings(with_settings(TODAY, **{"truancy.max_per_day": 2}))}
    chosen = listed["truancy.max_per_day"]
    assert (chosen.value, chosen.default, chosen.allowed, chosen.is_chosen) == (2, 1, (1, 2), True)
    assert listed["truancy.minutes_inclusive"].allowed == (False, True)
    assert listed["boards.review_days"].allowed == ()


def test_how_the_law_is_read_cannot_be_changed():
    (reading,) = (one for one in settings(TODAY) if one.name == "truancy.evidence")
    assert (reading.value, reading.default, reading.allowed) == (None, None, ())
    with pytest.raises(PolicyError, match="no such value"):
        with_settings(TODAY, **{"truancy.evidence": True})


def test_every_choice_is_a_value_or_a_reading():
    cited = {cite.removeprefix("setting ") for cite in TODAY.cites.values() if cite.startswith("setting ")}
    assert cited <= CHOICES.keys()
    assert {name for name in CHOICES if CHOICES[name].between} <= cited
