"""The statutes, standards and district choices that reasons cite, in our own words.

Confidence: V read in the official text, S read in a secondary source, M from memory, I our interpretation.
"""

from dataclasses import dataclass
from typing import Literal

Confidence = Literal["V", "S", "M", "I"]

_LEGINFO = "https://leginfo.legislature.ca.gov/faces/codes_displaySection.xhtml?lawCode={}&sectionNum={}."


@dataclass(frozen=True, slots=True)
class Section:
    """A place in the law. `url` is the official page where there is one; a district's choice has none."""

    number: str
    title: str
    url: str
    confidence: Confidence


_EDUCATION_CODE = {
    "46010.3": "A pupil who attends any part of a school day is not absent that day",
    "46211": "Attendance recovery: up to ten missed days a year may be made up",
    "48200": "Children from 6 to 18 must attend school full time unless exempt",
    "48205": "Reasons for which an absence is excused",
    "48206.3": "Teaching at home or in hospital during a temporary disability",
    "48216": "Keeping out a pupil whose immunizations are not complete",
    "48222": "Exemption: a private full-time day school",
    "48224": "Exemption: a credentialed tutor",
    "48230": "Work permit: part-time classes take the place of full-time school",
    "48231": "Exemption: arriving from another state in the last ten school days of a term",
    "48232": "Leave of absence at 15",
    "48260": "Who is a truant: three unexcused days or absences of more than 30 minutes in one school year",
    "48260.5": "What the first truancy notice tells a family",
    "48261": "Reporting a truant again",
    "48262": "Habitual truant: three reports, after someone tried to hold a conference",
    "48263": "Referral to an attendance review board or to probation",
    "48263.6": "Chronic truant: a tenth of the school days missed without excuse",
    "48264.5": "What may follow each truancy report",
    "48291": "Looking into a complaint about a parent's duty to send a child to school",
    "48410": "Exemptions from continuation classes at 16 and 17, such as having graduated",
    "48412": "The proficiency certificate at 16",
    "48416": "Leave of absence from 16 to 18",
    "51747": "Independent study, and what the school does when work is not completed",
    "60901": "Chronic absentee: absent for any reason on a tenth of the school days",
}

SECTIONS: dict[str, Section] = {
    f"EC {number}": Section(f"EC {number}", title, _LEGINFO.format("EDC", number), "V")
    for number, title in _EDUCATION_CODE.items()
} | {
    section.number: section
    for section in (
        Section("EC 37200", "The school year runs from July 1 to June 30", _LEGINFO.format("EDC", "37200"), "M"),
        Section("FAM 6500", "How an age is reckoned from the day of birth", _LEGINFO.format("FAM", "6500"), "M"),
        Section(
            "In re A.N.",
            "Supreme Court of California, 2020 (9 Cal.5th 343): a fourth truancy report opens the juvenile court",
            "https://www.courts.ca.gov/opinions.htm",
            "S",
        ),
        Section(
            "CALPADS",
            "The state's pupil data system: the yearly absence summary and its checks",
            "https://documentation.calpads.org",
            "S",
        ),
        Section(
            "CDE DataQuest",
            "The state's attendance reports: more than 30 days expected, groups of ten or fewer hidden",
            "https://www.cde.ca.gov/ds/ad/fsabr.asp",
            "S",
        ),
        Section(
            "CDE Dashboard",
            "The state's chronic absenteeism indicator: status, change and color",
            "https://www.cde.ca.gov/ta/ac/cm/dashboardchronic.asp",
            "S",
        ),
        Section(
            "EDFacts FS195",
            "The federal count: at least ten days enrolled, a tenth missed, half a day counts as missed",
            "https://www.ed.gov/data/edfacts-initiative",
            "M",
        ),
        Section(
            "Attendance Works",
            "National bands of attendance, from satisfactory to severe chronic absence",
            "https://www.attendanceworks.org",
            "M",
        ),
    )
}

SETTINGS: dict[str, str] = {
    "truancy.minutes_inclusive": (
        "The statute says more than 30 minutes; some districts count 30 itself. We follow the statute."
    ),
    "truancy.max_per_day": "The statute does not say whether one day can hold two occasions. We count one.",
    "truancy.report_any_tardy": (
        "After the first report the statute says tardy, without minutes. We propose a further report only "
        "for more than 30 minutes."
    ),
    "truancy.suspension": "A pupil sent home by the school has a valid excuse for being away.",
    "unverified.not_truancy": "An absence with no reason yet is not unexcused until someone has asked.",
    "truancy.independent_study": "Work not completed is answered first by the study agreement's own steps.",
    "truancy.transfers": "Occasions follow a pupil between the schools of the district within one school year.",
    "chronic.on_pace_min_days": "Before 20 days a rate says little, so we do not call a student on pace.",
    "federal.half_day_minutes": "When a file gives minutes but no share of the day, 180 minutes is half of it.",
    "bands.district": "The district's own bands begin at 96, 92 and 87 percent of days attended; 100 takes every day.",
    "bands.national": "The national bands begin at 5, 10 and 20 percent of days missed to date.",
    "roll.not_taken": "A day whose roll was not taken is neither attended nor missed; it is shown as a gap.",
    "streaks": "A streak runs over enrolled school days; weekends, holidays and roll not taken do not break it.",
    "trend": "The last 20 enrolled days are set beside the 20 before them.",
    "first_month": "The first month is the first 20 enrolled days.",
    "back_within": "A return is noticed while it lies within the last five enrolled days.",
    "first_day": "The first day is the first enrolled day of the year with school.",
    "calendar.late_arrival_days": "A day marked only as late arrival or early dismissal is not counted.",
}


def section_of(cited: str) -> Section:
    """The section a reason cites: "EC 48260(a)" is found under "EC 48260", "CALPADS STAS0318" under "CALPADS".

    Raises KeyError for a section we do not hold.
    """
    if cited.startswith("setting "):
        return Section(cited, SETTINGS[cited.removeprefix("setting ")], "", "I")
    base = cited.partition("(")[0]
    return SECTIONS["CALPADS"] if base.startswith("CALPADS ") else SECTIONS[base]
