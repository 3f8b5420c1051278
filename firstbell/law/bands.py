"""Bands of attendance: the national ones by share of days missed, the district's own by share attended."""

from enum import StrEnum

from firstbell.law.findings import Finding, Reason, count, reaches
from firstbell.law.policy import Policy


class NationalBand(StrEnum):
    """Best first. NONE is a student with no enrolled day."""

    NONE = "none"
    SATISFACTORY = "satisfactory"
    AT_RISK = "at_risk"
    MODERATE = "moderate"
    SEVERE = "severe"

    @property
    def label(self) -> str:
        return _NATIONAL_LABELS[self]


class DistrictBand(StrEnum):
    """Best first. NONE is a student with no enrolled day."""

    NONE = "none"
    ADVANCED = "advanced"
    PROFICIENT = "proficient"
    BASIC = "basic"
    BELOW_BASIC = "below_basic"
    FAR_BELOW_BASIC = "far_below_basic"

    @property
    def label(self) -> str:
        return "No days yet" if self is DistrictBand.NONE else self.value.replace("_", " ").capitalize()


class SchoolBand(StrEnum):
    """A school by how many of its students are chronically absent. NONE is a school with nobody to count."""

    NONE = "none"
    ORDINARY = "ordinary"
    HIGH = "high"
    EXTREME = "extreme"

    @property
    def label(self) -> str:
        return _SCHOOL_LABELS[self]


_NATIONAL_LABELS = {
    NationalBand.NONE: "No days yet",
    NationalBand.SATISFACTORY: "Satisfactory",
    NationalBand.AT_RISK: "At risk",
    NationalBand.MODERATE: "Moderate chronic absence",
    NationalBand.SEVERE: "Severe chronic absence",
}
_SCHOOL_LABELS = {
    SchoolBand.NONE: "Nobody to count",
    SchoolBand.ORDINARY: "Below the high band",
    SchoolBand.HIGH: "High chronic absence",
    SchoolBand.EXTREME: "Extreme chronic absence",
}


def national(absent: int, enrolled: int, policy: Policy) -> Finding[NationalBand]:
    """The Attendance Works band of a student, by days missed to date for any reason."""
    if enrolled == 0:
        return Finding(NationalBand.NONE, policy=policy.version)
    rules = policy.bands
    steps = (
        (rules.severe, NationalBand.SEVERE),
        (rules.moderate, NationalBand.MODERATE),
        (rules.at_risk, NationalBand.AT_RISK),
        (0, NationalBand.SATISFACTORY),
    )
    band = next(band for percent, band in steps if reaches(absent, enrolled, percent))
    sentence = f"Absent {absent} of {count(enrolled, 'day')}: {band.label.lower()}."
    return Finding(band, (Reason(policy.cite("bands.at_risk"), sentence),), policy.version)


def district(absent: int, enrolled: int, policy: Policy) -> Finding[DistrictBand]:
    """The district's band of a student: advanced without one absence, the others from a share of days attended."""
    if enrolled == 0:
        return Finding(DistrictBand.NONE, policy=policy.version)
    rules = policy.bands
    attended = enrolled - absent
    steps = (
        (100, DistrictBand.ADVANCED),
        (rules.proficient, DistrictBand.PROFICIENT),
        (rules.basic, DistrictBand.BASIC),
        (rules.below_basic, DistrictBand.BELOW_BASIC),
        (0, DistrictBand.FAR_BELOW_BASIC),
    )
    band = next(band for percent, band in steps if reaches(attended, enrolled, percent))
    sentence = f"Attended {attended} of {count(enrolled, 'day')}: {band.label.lower()}."
    return Finding(band, (Reason(policy.cite("bands.proficient"), sentence),), policy.version)


def school(chronic: int, students: int, policy: Policy) -> Finding[SchoolBand]:
    """The Attendance Works band of a school, by how many of its `students` are `chronic`."""
    if students == 0:
        return Finding(SchoolBand.NONE, policy=policy.version)
    rules = policy.bands
    steps = (
        (rules.school_extreme, SchoolBand.EXTREME),
        (rules.school_high, SchoolBand.HIGH),
        (0, SchoolBand.ORDINARY),
    )
    band = next(band for percent, band in steps if reaches(chronic, students, percent))
    sentence = f"{chronic} of {count(students, 'student')} chronically absent."
    return Finding(band, (Reason(policy.cite("bands.school_high"), sentence),), policy.version)
