"""The catalogue of measures: every figure of a standing, in one plain sentence, with the ground it stands on."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    key: str
    name: str
    definition: str
    """One plain sentence, as a page shows it when the figure is opened."""
    unit: str
    source: str
    """A section that `law.sections` knows, or "setting <name>" for a choice the law leaves to the district."""
    field: str = ""
    """The field of STANDING it is; empty for a measure that `law` or a roll-up derives from several."""


_EC_CHRONIC = "EC 60901(c)(1)"
_EC_TRUANT = "EC 48260"

CATALOGUE = (
    Measure(
        "enrolled",
        "Days enrolled",
        "School days of the student's own calendar, while enrolled, for which attendance was taken.",
        "days",
        _EC_CHRONIC,
        "enrolled",
    ),
    Measure(
        "absent",
        "Days absent",
        "Enrolled days missed whole, for any reason: excused, unexcused, suspended, not yet explained, or independent "
        "study without completed work.",
        "days",
        _EC_CHRONIC,
        "absent",
    ),
    Measure("excused", "Excused absences", "Whole days missed with a valid excuse.", "days", "EC 48205", "excused"),
    Measure(
        "unexcused",
        "Unexcused absences",
        "Whole days missed without a valid excuse.",
        "days",
        _EC_TRUANT,
        "unexcused",
    ),
    Measure(
        "suspended",
        "Suspended days",
        "Whole days suspended out of school; an in-school suspension is a day present.",
        "days",
        _EC_CHRONIC,
        "suspended",
    ),
    Measure(
        "unverified",
        "Absences not yet explained",
        "Whole days missed whose reason is not known yet; they are not truancy until someone decides so.",
        "days",
        "setting unverified.not_truancy",
        "unverified",
    ),
    Measure(
        "study_undone",
        "Independent study not done",
        "Independent study days without completed work.",
        "days",
        "EC 51747",
        "study_undone",
    ),
    Measure(
        "occasions",
        "Truancy occasions",
        "Days missed whole without a valid excuse, or with an unexcused gap of more than 30 minutes, at most one a "
        "day, while the student had to attend school.",
        "occasions",
        _EC_TRUANT,
        "occasions",
    ),
    Measure(
        "third_occasion",
        "Day of the third occasion",
        "The day on which the truancy occasions of this school year reached three.",
        "date",
        _EC_TRUANT,
        "third_occasion",
    ),
    Measure(
        "partial",
        "Days missed in part",
        "Enrolled days on which the student was here for part of the day.",
        "days",
        "EC 46010.3",
        "partial",
    ),
    Measure(
        "half_days",
        "Days missed by half or more",
        "Enrolled days of which the student missed at least half, for any reason: the federal measure.",
        "days",
        "EDFacts FS195",
        "half_days",
    ),
    Measure(
        "not_taken",
        "Days without roll",
        "School days for which nobody took attendance; they count neither as enrolled nor as absent.",
        "days",
        "setting roll.not_taken",
        "not_taken",
    ),
    Measure(
        "streak",
        "Absent in a row",
        "Enrolled days absent in a row up to the last one.",
        "days",
        "setting streaks",
        "streak",
    ),
    Measure(
        "unexcused_streak",
        "Unexcused in a row",
        "Enrolled days absent without a valid excuse in a row up to the last one.",
        "days",
        "setting streaks",
        "unexcused_streak",
    ),
    Measure(
        "longest_streak",
        "Longest absence",
        "The most enrolled days absent in a row this year.",
        "days",
        "setting streaks",
        "longest_streak",
    ),
    Measure(
        "last20",
        "Absent of the last 20",
        "Days absent among the last 20 enrolled days.",
        "days",
        "setting trend",
        "last20",
    ),
    Measure(
        "before20",
        "Absent of the 20 before",
        "Days absent among the 20 enrolled days before the last 20.",
        "days",
        "setting trend",
        "before20",
    ),
    Measure(
        "first_month",
        "Absent in the first month",
        "Days absent among the first 20 enrolled days of the year.",
        "days",
        "setting first_month",
        "first_month",
    ),
    Measure(
        "first_month_days",
        "Days in the first month",
        "Enrolled days of the first 20 that have passed.",
        "days",
        "setting first_month",
        "first_month_days",
    ),
    Measure(
        "back_after",
        "Just back after",
        "Length of the absence from which the student came back within their last 5 enrolled days; 0 if they are "
        "absent again or came back longer ago.",
        "days",
        "setting back_within",
        "back_after",
    ),
    Measure(
        "back_on",
        "Back on",
        "The first day back after that absence.",
        "date",
        "setting back_within",
        "back_on",
    ),
    Measure(
        "first_day",
        "First day",
        "The first enrolled day of the year.",
        "date",
        "setting first_day",
        "first_day",
    ),
    Measure(
        "last_absent",
        "Last absence",
        "The last enrolled day that was missed whole.",
        "date",
        _EC_CHRONIC,
        "last_absent",
    ),
    Measure(
        "rate",
        "Share of days missed",
        "Days absent divided by days enrolled, rounded only to be shown.",
        "percent",
        _EC_CHRONIC,
    ),
    Measure(
        "chronic",
        "Chronically absent",
        "Ten times the days absent is at least the days enrolled, once there are enough days to say.",
        "yes or no",
        _EC_CHRONIC,
    ),
    Measure(
        "days_can_miss",
        "Days that can still be missed",
        "Further absences that keep the year under 10 percent, if the student stays enrolled to the last school day.",
        "days",
        _EC_CHRONIC,
    ),
    Measure(
        "national_band",
        "National band",
        "Satisfactory under 5 percent of days missed, at risk from 5, moderate from 10, severe from 20.",
        "band",
        "setting bands.national",
    ),
    Measure(
        "district_band",
        "District band",
        "The district's name for the share of days attended, from far below basic to advanced.",
        "band",
        "setting bands.district",
    ),
    Measure(
        "federal_chronic",
        "Chronically absent, federal",
        "Ten times the days missed by half or more is at least the days enrolled at that school, from 10 days on.",
        "yes or no",
        "EDFacts FS195",
    ),
)


def as_markdown(catalogue: Iterable[Measure]) -> str:
    """The text of docs/measures.md."""
    rows = [f"| {m.name} | {m.definition} | {m.unit} | {m.source} | {_code(m.field)} |" for m in catalogue]
    return "\n".join([_HEAD, *rows, ""])


def _code(field: str) -> str:
    return f"`{field}`" if field else ""


_HEAD = """\
# Measures

Every figure Firstbell shows about a student's attendance, and what it rests on. Made from `firstbell.facts.measures`;
do not edit by hand. A figure covers one school year, for the whole district or for one school. Thresholds compare
whole numbers, never a rounded percentage.

| Measure | What it says | Unit | Rests on | Field |
|---|---|---|---|---|"""
