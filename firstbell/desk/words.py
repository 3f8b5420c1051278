"""How the desk names bands, shares, schools, languages, programs and sections of law."""

from firstbell.attendance.models import Standing
from firstbell.core import citing
from firstbell.core.templatetags.ui import language as language  # its words here go by one name
from firstbell.core.templatetags.ui import percent

BANDS = {
    "severe": "Severe",
    "moderate": "Chronic",
    "at_risk": "At risk",
    "satisfactory": "Satisfactory",
    "none": "No days yet",
}
CHRONIC_BANDS = ("moderate", "severe")


PROGRAMS = {
    "504": "504 plan",
    "EL": "English learner",
    "Foster": "Foster youth",
    "SED": "Low income (SED)",
    "SWD": "Disability (SWD)",
}


def program(code: str) -> str:
    return PROGRAMS.get(code, code)


def place_name(school: object) -> str:
    """`Maple Middle` from `Maple Middle School`: in a list of schools the last word says nothing."""
    return str(school or "").removesuffix(" School")


def missed(absent: int, enrolled: int) -> str:
    """Share of days missed as `percent` writes it, but never rounded up to a line that was not reached: 4.97 is 4.9."""
    rounded = percent(absent, enrolled)
    tenths = 1000 * absent // enrolled if enrolled else 0
    if "." in rounded or not enrolled or tenths % 10 == 0:
        return rounded
    return f"{tenths // 10}.{tenths % 10}\u00a0%"


def band_text(standing: Standing | None) -> str:
    """`Severe 24.4 %`: the band's word and the share of days missed."""
    if standing is None or not standing.enrolled:
        return BANDS["none"]
    return f"{BANDS[standing.national_band]} {missed(standing.absent, standing.enrolled)}"


def spark(standing: Standing | None) -> list[int | None]:
    """Attendance of the last weeks in percent, oldest first; None is a week without school."""
    return [] if standing is None else [None if week < 0 else week for week in standing.weeks]


def cited(section: str) -> tuple[str, str]:
    """How a reason's section is shown, and where the library tells of it; a district's own choice stands there too."""
    return (citing.words(section), citing.address(section)) if section else ("", "")
