"""To whom a letter about a student goes, at which homes, and in which languages; or why it goes to nobody."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from firstbell.law.findings import Reason
from firstbell.law.notices import languages as law_languages
from firstbell.law.recipients import Contact as Person
from firstbell.law.recipients import Role, addressees
from firstbell.letters.wording import LANGUAGES
from firstbell.notices.queries.facts import Facts, is_approved, names
from firstbell.notices.rules import PROFESSIONAL, Out, language_of, role_of
from firstbell.roster.models import Contact, FamilyLink, Phone, Student, fold
from firstbell.roster.queries import dialled

SELF = "student"
ASK_SCHOOL = "Ask the school's office to complete the family's contacts in the student system."


@dataclass(frozen=True, slots=True)
class Home:
    """One envelope: who opens it, where, and how else they are reached. `key` tells homes apart; `apart` is a home
    that shares its letter with no other student."""

    key: str
    name: str
    lines: tuple[str, ...]
    contacts: tuple[int, ...]
    email: str = ""
    phone: str = ""
    copy: bool = False
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Addressed:
    homes: tuple[Home, ...]
    languages: tuple[str, ...]
    who: tuple[Reason, ...]
    """Why these people, and why these languages."""


def addressed(facts: Facts, student: Student) -> Addressed | Out:
    links = facts.links.get(student.pk, [])
    by_key = {str(link.contact_id): link for link in links}
    found = addressees(
        [*map(_person, filter(_may_get_mail, links)), Person(SELF, Role.STUDENT)],
        student.born_on, facts.send_on, foster=student.pk in facts.foster,
    )  # fmt: skip
    if found.outcome.problems:
        return Out(found.outcome.problems, ASK_SCHOOL)
    homes = _homes(student, links, [_opens(one, by_key) for one in found.outcome.to])
    copies = [home for one in found.outcome.copies for home in _homes(student, links, [by_key[one.key]], copy=True)]
    if not homes or len(copies) < len(found.outcome.copies):
        return Out((Reason("", "Who should get it has no complete mailing address on file."),), ASK_SCHOOL)
    barred = {_place(_lines(link.contact)) for link in links if link.restrictions}
    if any(_place(home.lines) in barred for home in (*homes, *copies)):
        remedy = "Ask the school where this family may be written to; a person decides, not the system."
        return Out((Reason("EC 49061", "A restricted contact is on file at the address it would go to."),), remedy)
    spoken = _languages(facts, student, [by_key[one.key] for one in found.outcome.to if one.key in by_key])
    if isinstance(spoken, Out):
        return spoken
    return Addressed((*homes, *copies), spoken[0], (*found.reasons, *spoken[1]))


def _may_get_mail(link: FamilyLink) -> bool:
    """Whoever the file says gets no mail gets none; where nobody else may be told, a person decides."""
    return link.mailing is not False


def _holds_rights(link: FamilyLink) -> bool:
    return bool(link.rights_holder) or (link.rights_holder is None and bool(link.guardian))


def _person(link: FamilyLink) -> Person:
    """A flag that says no outweighs what a relation may suggest: a mother without rights gets nothing."""
    role, holds = role_of(link.relation), _holds_rights(link)
    if not holds and role not in PROFESSIONAL and False in (link.guardian, link.rights_holder):
        role = Role.OTHER
    return Person(str(link.contact_id), role, holds, bool(link.restrictions))


def _opens(one: Person, by_key: dict[str, FamilyLink]) -> FamilyLink | None:
    return by_key.get(one.key)


def _homes(student: Student, links: list[FamilyLink], to: list[FamilyLink | None], *, copy: bool = False) -> list[Home]:
    """Those at one address open one letter; None stands for the student, who lives where the family does."""
    if None in to:
        with_them = (link.contact for link in links if link.lives_with and not link.restrictions)
        lines = next((lines for contact in with_them if (lines := _lines(contact))), ())
        name = f"{student.given} {student.family}"
        return [Home(f"s{student.pk}", name, lines, (), apart=True)] if lines else []
    at: dict[tuple[str, ...], list[FamilyLink]] = {}
    for link in to:
        assert link is not None  # handled above
        if (place := _place(_lines(link.contact))) and str(link.contact):
            at.setdefault(place, []).append(link)
    return [_home(student, group, copy=copy) for group in at.values()]


def _home(student: Student, group: list[FamilyLink], *, copy: bool) -> Home:
    first = group[0].contact
    apart = copy or any(role_of(link.relation) in PROFESSIONAL for link in group)
    return Home(
        key=f"c{min(link.contact_id for link in group)}" + (f" s{student.pk}" if apart else ""),
        name=" & ".join(str(link.contact) for link in group),
        lines=_lines(first),
        contacts=tuple(link.contact_id for link in group),
        email=_email(first),
        phone=next(filter(None, (dialled(phone) for phone in first.phones.all() if _may_text(phone))), ""),
        copy=copy,
        apart=apart,
    )


def _email(contact: Contact) -> str:
    """Only what is an address: "Ana at work" is not guessed at, and the letter is mailed."""
    try:
        validate_email(contact.email)
    except ValidationError:
        return ""
    return contact.email or ""


def _lines(contact: Contact) -> tuple[str, ...]:
    if not (contact.address and contact.city and contact.postal):
        return ()
    return contact.address, f"{contact.city}, {contact.state or 'CA'} {contact.postal}"


def _place(lines: tuple[str, ...]) -> tuple[str, ...]:
    """An address as it is compared: its words, without accents, signs and the last four digits of a ZIP+4."""
    return tuple(" ".join(re.findall(r"\w+", fold(_PLUS_FOUR.sub(r"\1", line)))) for line in lines)


_PLUS_FOUR = re.compile(r"\b(\d{5})-\d{4}$")


def _may_text(phone: Phone) -> bool:
    return phone.live and bool(phone.text_ok) and not phone.private


def _languages(
    facts: Facts, student: Student, to: list[FamilyLink]
) -> tuple[tuple[str, ...], tuple[Reason, ...]] | Out:
    """English, what the law requires and what the family chose; Out where one of them has no approved wording.

    A language that no wording of ours says and no law requires is left aside: English offers an interpreter.
    """
    speakers = facts.speakers.get(student.school_id or 0, {})
    home = language_of(student.language, LANGUAGES)
    chosen = {language_of(link.contact.language, LANGUAGES) for link in to if link.contact.language}
    enrolled = sum(speakers.values())
    required = law_languages(home, speakers, enrolled, facts.policy)
    wanted = law_languages(home, speakers, enrolled, facts.policy, chosen=chosen & set(LANGUAGES))
    unknown = [one for one in required.outcome if one not in LANGUAGES]
    unread = [one for one in wanted.outcome if one in LANGUAGES and not is_approved(one, facts.approved)]
    if unknown:
        sentence = f"There is no wording in {', '.join(names(unknown))}, which the law requires at this school."
        return Out(
            (Reason("EC 48985", sentence), *required.reasons), "Have the letter translated, and add its wording."
        )
    if unread:
        sentence = f"Nobody has approved the wording in {', '.join(names(unread))} yet."
        remedy = "Someone who speaks it reads and approves the wording under Letters, Languages."
        return Out((Reason("EC 48985", sentence), *wanted.reasons), remedy)
    return wanted.outcome, wanted.reasons
