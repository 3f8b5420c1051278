"""How the desk names bands, rules, sections of law and phones."""

import phonenumbers

from firstbell.attendance.models import Standing
from firstbell.core.templatetags.ui import percent
from firstbell.law.sections import section_of
from firstbell.roster.models import Phone

BANDS = {
    "severe": "Severe",
    "moderate": "Chronic",
    "at_risk": "At risk",
    "satisfactory": "Satisfactory",
    "none": "No days yet",
}
CHRONIC_BANDS = ("moderate", "severe")


def band_text(standing: Standing | None) -> str:
    """`Severe 24.4 %`: the band's word and the share of days missed."""
    if standing is None or not standing.enrolled:
        return BANDS["none"]
    return f"{BANDS[standing.national_band]} {percent(standing.absent, standing.enrolled)}"


def spark(standing: Standing | None) -> list[int | None]:
    """Attendance of the last weeks in percent, oldest first; None is a week without school."""
    return [] if standing is None else [None if week < 0 else week for week in standing.weeks]


def rule_words(rule: str) -> str:
    return rule.replace("_", " ").capitalize()


def cited(section: str) -> tuple[str, str]:
    """How a reason's section is shown, and its official page if it has one. A district's own choice has none."""
    if not section:
        return "", ""
    if section.startswith("setting "):
        return "District setting", ""
    return section, section_of(section).url


def rings(phone: Phone) -> tuple[str, bool]:
    """The number as people write it, and whether a number of this format can ring at all."""
    try:
        number = phonenumbers.parse(phone.number, "US")
    except phonenumbers.NumberParseException:
        return phone.number, False
    style = phonenumbers.PhoneNumberFormat
    chosen = style.NATIONAL if number.country_code == 1 else style.INTERNATIONAL
    return phonenumbers.format_number(number, chosen), phonenumbers.is_valid_number(number)
