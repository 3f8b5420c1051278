"""The values of a policy, by group; the files beside this one fill them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

Value = int | bool | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TruancyRules:
    age_from: int
    age_before: int
    occasions: int
    minutes: int
    minutes_inclusive: bool
    max_per_day: int
    report_any_tardy: bool
    habitual_reports: int
    conference_attempts: int
    juvenile_reports: int
    chronic_percent: int
    notice_target_days: int
    meeting_notice_days: int
    ward_report_days: int

    def is_long(self, minutes: int) -> bool:
        """Whether minutes missed in one stretch make an occasion: more than 30, or 30 too by the district's choice."""
        return minutes > self.minutes or (self.minutes_inclusive and minutes == self.minutes)


@dataclass(frozen=True, slots=True)
class ConsequenceRules:
    """Dollars, hours and days; `parent_fines` at most for the first, second and any later conviction."""

    court_fine: int
    service_hours: tuple[int, ...]
    service_days: int
    warning_keep_years: int
    parent_fines: tuple[int, ...]
    parent_contempt: int


@dataclass(frozen=True, slots=True)
class ExcuseRules:
    """Days unless the name says otherwise."""

    clearing_days: int
    overdue_unexcused: bool
    grieving_days: int
    support_days: int
    civic_days: int
    civic_grade_from: int
    retreat_days: int
    entertainment_days: int
    performance_days: int
    religious_days: int
    parental_weeks: int
    confidential_grade_from: int


@dataclass(frozen=True, slots=True)
class NoticeRules:
    language_percent: int
    excused_percent: int
    second_approval_above: int
    reading_grade: int
    plain_words: int


@dataclass(frozen=True, slots=True)
class BoardRules:
    interventions: int
    review_days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RecordRules:
    """`inspection_days` and `foster_days` are business days, `transfer_days` school days, the others calendar days."""

    inspection_days: int
    transfer_days: int
    foster_days: int
    challenge_days: int
    challenge_keep_years: int
    court_parent_hours: int
    court_order_days: int
    emergency_tell_days: int
    abuse_report_hours: int
    interim_years: int
    permitted_months: int


@dataclass(frozen=True, slots=True)
class ChronicRules:
    percent: int
    min_days: int
    on_pace_min_days: int


@dataclass(frozen=True, slots=True)
class FederalRules:
    percent: int
    min_days: int
    half_share: int
    half_day_minutes: int


@dataclass(frozen=True, slots=True)
class BandRules:
    at_risk: int
    moderate: int
    severe: int
    school_high: int
    school_extreme: int
    proficient: int
    basic: int
    below_basic: int


@dataclass(frozen=True, slots=True)
class DashboardRules:
    status_tenths: tuple[int, ...]
    change_tenths: tuple[int, ...]
    min_students: int
    small_below: int


@dataclass(frozen=True, slots=True)
class PrivacyRules:
    hide_at_most: int


@dataclass(frozen=True, slots=True)
class DayRules:
    """The shortest school day in minutes, by grade."""

    kindergarten: int
    to_grade_3: int
    to_grade_8: int
    high_school: int

    def minutes(self, grade: int) -> int:
        """Grades are 0 for kindergarten and everything before it, then 1 to 12."""
        if grade <= 0:
            return self.kindergarten
        return self.to_grade_3 if grade <= 3 else self.to_grade_8 if grade <= 8 else self.high_school


@dataclass(frozen=True, slots=True)
class RecoveryRules:
    max_days: int
    week_days: int
    day_days: int
    increment_minutes: int
    kindergarten_ratio: int
    ratio: int
    study_days: int


@dataclass(frozen=True, slots=True)
class StudyRules:
    shortfall_percent: int
    weeks: int
    live_percent: int
    short_days: int
    tell_days: int
    return_days: int


@dataclass(frozen=True, slots=True)
class ExitRules:
    """`unseen_days` are the first days of the board's columns; ages are those from which a way back is open."""

    grade_from: int
    no_show_days: int
    outreach_days: int
    unseen_days: tuple[int, ...]
    search_days: int
    continuation_age: int
    exam_age: int
    adult_age: int


@dataclass(frozen=True, slots=True)
class CalendarRules:
    late_arrival_days: bool


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything in force from `in_force` on. `cites` and `choices` are keyed "truancy.occasions"."""

    in_force: date
    because: str
    truancy: TruancyRules
    consequences: ConsequenceRules
    excuses: ExcuseRules
    notices: NoticeRules
    boards: BoardRules
    records: RecordRules
    chronic: ChronicRules
    federal: FederalRules
    bands: BandRules
    dashboard: DashboardRules
    privacy: PrivacyRules
    schoolday: DayRules
    recovery: RecoveryRules
    study: StudyRules
    exits: ExitRules
    calendar: CalendarRules
    cites: Mapping[str, str] = field(hash=False)
    choices: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}), hash=False)

    @property
    def version(self) -> str:
        """2025-07-01, or 2025-07-01+district once a district has made choices of its own."""
        return f"{self.in_force}+district" if self.choices else str(self.in_force)

    def cite(self, name: str) -> str:
        """The section behind a value: cite("truancy.occasions") is "EC 48260(a)"."""
        return self.cites[name]


@dataclass(frozen=True, slots=True)
class Setting:
    """One choice, as the policy page shows it.

    `value` is in force, `default` is what we ship; both None where it only says how we read the law. `allowed` is
    (False, True), or the least and the most of a number; empty when it cannot be changed or is a row of numbers.
    """

    name: str
    value: Value | None
    default: Value | None
    allowed: tuple[int, ...]
    why: str
    section: str

    @property
    def is_chosen(self) -> bool:
        return self.value != self.default
