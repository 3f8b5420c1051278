"""What a notice to a family must say, in which languages, and by which day (EC 48260.5, 48263, 48985, WIC 601.3)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from firstbell.law.findings import Finding, Reason, count, reaches, spoken
from firstbell.law.policy import Policy


class Kind(StrEnum):
    FIRST_TRUANCY = "first_truancy"
    NEXT_TRUANCY = "next_truancy"
    EXCUSED = "excessive_excused"
    CONFERENCE = "conference"
    SART = "sart_referral"
    SARB = "sarb_referral"
    CORRECTION = "correction"
    IMPROVEMENT = "improvement"
    SUMMARY = "attendance_summary"
    HEARING = "hearing_invitation"
    CALLED_OFF = "hearing_called_off"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a notice must say. `key` is what wording files call it; both days are included."""

    key: str
    section: str
    words: str
    since: date = date.min
    until: date = date.max


_OLD = date(2025, 6, 30)
_NEW = date(2025, 7, 1)


def _first(key: str, words: str, since: date = date.min, until: date = date.max) -> Item:
    return Item(key, "EC 48260.5", words, since, until)


REQUIRED: Mapping[Kind, tuple[Item, ...]] = {
    Kind.FIRST_TRUANCY: (
        _first("a", "The student is a truant."),
        _first("b", "The parent or guardian is obligated to compel the student to attend school."),
        _first("old_infraction", "A parent who fails this duty may be guilty of an infraction.", until=_OLD),
        _first("c", "Alternative educational programs are available in the district."),
        _first("d", "The parent or guardian has the right to meet with school staff to discuss solutions."),
        _first("e", "Mental health and supportive services may be available to student and family.", since=_NEW),
        _first("f", "School staff are available to develop strategies that support attendance.", since=_NEW),
        _first(
            "g", "Research on missing 10 percent of school for any reason: reading, middle school, graduation.", _NEW
        ),
        _first("old_prosecution", "The student may be subject to prosecution.", until=_OLD),
        _first("old_license", "The student's driving privilege may be affected.", until=_OLD),
        _first("old_attend", "It is recommended that the parent attend class with the student for a day.", until=_OLD),
    ),
    Kind.NEXT_TRUANCY: (Item("again", "EC 48261", "The student is reported again, and which report this is."),),
    Kind.SARB: (
        Item("name", "EC 48263", "The name of the review board or probation department."),
        Item("address", "EC 48263", "Its address."),
        Item("reason", "EC 48263", "The reason for the referral."),
        Item("meet", "EC 48263", "Student and parents will be required to meet, with the person who refers."),
        Item("interventions", "EC 48263", "What the school has done to help."),
    ),
}
"""By kind. Kinds that are not here have nothing the law prescribes; further reports need no letter by statute."""


def required(kind: Kind, sent_on: date) -> tuple[Item, ...]:
    """What a notice sent on a day must say, in the order of the statute; each part by its key."""
    return tuple(item for item in REQUIRED.get(kind, ()) if item.since <= sent_on <= item.until)


def missing(kind: Kind, sent_on: date, keys: Collection[str]) -> tuple[Reason, ...]:
    """What a notice with these keys still lacks, and what it says that the law has dropped since."""
    lacks = [item for item in required(kind, sent_on) if item.key not in keys]
    late = [item for item in REQUIRED.get(kind, ()) if item.key in keys and item.until < sent_on]
    early = [item for item in REQUIRED.get(kind, ()) if item.key in keys and item.since > sent_on]
    return (
        *(Reason(item.section, f"It must say: {item.words}") for item in lacks),
        *(Reason(item.section, f"Since {spoken(item.until)} it no longer says: {item.words}") for item in late),
        *(Reason(item.section, f"It need not say before {spoken(item.since)}: {item.words}") for item in early),
    )


def languages(
    home: str, speakers: Mapping[str, int], enrolled: int, policy: Policy, *, chosen: Collection[str] = ()
) -> Finding[tuple[str, ...]]:
    """Languages of a family's notice: English, what the law requires, and what the family chose; English first.

    `speakers` counts the students of the school by primary language in last year's census, of `enrolled` students.
    """
    percent, section = policy.notices.language_percent, policy.cite("notices.language_percent")
    share = f"{speakers.get(home, 0)} of {count(enrolled, 'student')} of the school speak {home}"
    if home == "en":
        owed, sentence = False, "English is the language of the home."
    elif reaches(speakers.get(home, 0), enrolled, percent):
        owed, sentence = True, f"{share}, {percent} percent or more: the notice must also be in {home}."
    else:
        owed, sentence = False, f"{share}, under {percent} percent: the notice may also be in {home}."
    more = [language for language in sorted(set(chosen)) if language not in ("en", home)]
    wanted = owed or (home != "en" and home in chosen)
    return Finding(("en", *([home] if wanted else []), *more), (Reason(section, sentence),), policy.version)


def required_in_school(speakers: Mapping[str, int], enrolled: int, policy: Policy) -> tuple[str, ...]:
    """Languages other than English that a school's notices must be in, most spoken first."""
    percent = policy.notices.language_percent
    owed = [one for one in speakers if one != "en" and reaches(speakers[one], enrolled, percent)]
    return tuple(sorted(owed, key=lambda one: (-speakers[one], one)))


def first_notice_due(truant_on: date, policy: Policy) -> Finding[date]:
    """By when the family should have heard of the first classing as a truant; our aim, for the statute says "upon"."""
    due = truant_on + timedelta(policy.truancy.notice_target_days)
    sentence = f"The notice is owed upon classification on {spoken(truant_on)}; we aim for {spoken(due)}."
    reasons = (Reason("EC 48260.5", sentence, due), Reason(policy.cite("truancy.notice_target_days"), "Our own aim."))
    return Finding(due, reasons, policy.version)


class Service(StrEnum):
    IN_PERSON = "in person"
    CERTIFIED_MAIL = "certified mail with a return receipt"
    MAIL = "mail"
    EMAIL = "e-mail"


MEETING_FIELDS = ("addressee", "address", "date", "time", "place", "minor", "section", "complaint")
"""What the notice of a meeting with the district attorney or probation names (WIC 601.3)."""


def meeting_notice(served_on: date, meeting_on: date, by: Service, policy: Policy) -> Finding[bool]:
    """Whether a notice of such a meeting was served in time, and in a way that counts."""
    days, needed = (meeting_on - served_on).days, policy.truancy.meeting_notice_days
    section = policy.cite("truancy.meeting_notice_days")
    reasons = [Reason(section, f"Served {count(days, 'day')} before the meeting; {needed} are needed.", served_on)]
    proper = by in (Service.IN_PERSON, Service.CERTIFIED_MAIL)
    if not proper:
        reasons.append(Reason(section, f"Served by {by}; it takes delivery in person or certified mail."))
    return Finding(days >= needed and proper, tuple(reasons), policy.version)


def excused_letter(excused: int, confidential: int, enrolled: int, policy: Policy) -> Finding[bool]:
    """Whether a family is offered the health path for many excused absences; no truancy and no threat.

    `excused` whole days include the `confidential` ones (EC 46010.1), which are left out: the letter must not
    tell a parent of them, not even by a count. ValueError when there are more of them than excused days.
    """
    if not 0 <= confidential <= excused:
        raise ValueError(f"{confidential} confidential days among {excused} excused ones")
    shown, rules = excused - confidential, policy.notices
    if enrolled < policy.chronic.on_pace_min_days:
        early = Reason(policy.cite("chronic.on_pace_min_days"), f"Enrolled {count(enrolled, 'day')}: too early to say.")
        return Finding(False, (early,), policy.version)
    many = reaches(shown, enrolled, rules.excused_percent)
    side = "at least" if many else "less than"
    sentence = f"Excused on {shown} of {count(enrolled, 'day')}, {side} {rules.excused_percent} percent."
    return Finding(many, (Reason(policy.cite("notices.excused_percent"), sentence),), policy.version)
