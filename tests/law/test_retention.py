from datetime import date

import pytest

from firstbell.law.retention import KINDS, Class, challenge_papers_go_on, may_go_on
from tests.law.stories import TODAY

LEFT = date(2025, 9, 1)


@pytest.mark.parametrize("record", [name for name in KINDS if KINDS[name] is Class.PERMANENT])
def test_permanent_records_stay(record):
    finding = may_go_on(record, LEFT, TODAY, disposable_on=LEFT)
    assert finding.outcome is None
    assert finding.reasons[0].section == "5 CCR 432"


@pytest.mark.parametrize("record", [name for name in KINDS if KINDS[name] is Class.INTERIM])
@pytest.mark.parametrize(
    ("disposable_on", "goes"),
    [
        (None, None),
        (date(2025, 6, 30), date(2027, 7, 1)),  # during the third school year after 2024-25
        (date(2025, 7, 1), date(2028, 7, 1)),
    ],
)
def test_interim_records(record, disposable_on, goes):
    assert may_go_on(record, LEFT, TODAY, disposable_on=disposable_on).outcome == goes


@pytest.mark.parametrize("record", [name for name in KINDS if KINDS[name] is Class.PERMITTED])
@pytest.mark.parametrize(
    ("left_on", "goes"),
    [
        (None, None),
        (LEFT, date(2026, 3, 1)),
        (date(2025, 8, 31), date(2026, 3, 1)),  # there is no February 31
        (date(2025, 12, 31), date(2026, 7, 1)),
        (date(2025, 6, 30), date(2025, 12, 30)),
    ],
)
def test_permitted_records(record, left_on, goes):
    assert may_go_on(record, left_on, TODAY).outcome == goes


@pytest.mark.parametrize("record", KINDS)
def test_a_legal_hold_keeps_everything(record):
    assert may_go_on(record, LEFT, TODAY, disposable_on=LEFT, hold=True).outcome is None


def test_an_unknown_record_is_an_error():
    with pytest.raises(KeyError):
        may_go_on("diary", LEFT, TODAY)


def test_papers_of_a_challenge():
    assert challenge_papers_go_on(LEFT, TODAY).outcome == date(2026, 9, 1)
    assert challenge_papers_go_on(date(2024, 2, 29), TODAY).outcome == date(2025, 3, 1)
