"""What is around a student and must not be told: other children, restricted homes and numbers, notes under lock.

Sealed notes are opened here only to hash their phrases, and nobody reads them (EC 49602).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from firstbell.cases.models import Note
from firstbell.core import sealing
from firstbell.notices.rules import PROFESSIONAL, role_of
from firstbell.panels.models import Referral
from firstbell.panels.rules.packets.facts import File, Guard, Parent
from firstbell.panels.rules.packets.phrases import phrases, within
from firstbell.roster.models import Contact, FamilyLink, Student
from firstbell.roster.queries import housemates

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_MOST = 200
"""Pairs of words of one file that are looked up as names; more is no file."""
_FEWEST = 7
"""Digits of a number that is one to call."""


def guard_of(referral: Referral, file: File, links: Sequence[FamilyLink]) -> File:
    """The file with what must not stand in it."""
    consented = {one.number: one.text for one in file.notes}
    shared = frozenset().union(*(phrases(text) for text in consented.values()))
    sealed, blind = _sealed(referral.student)
    locked = sealed | (_restricted(referral.student, set(consented)) - shared)
    others = _others(referral, file, links)
    return replace(file, guard=Guard(others, tuple(_places(links)), locked, shared, blind))


def parent_of(student: Student, links: Sequence[FamilyLink]) -> Parent | None:
    """Who EC 48263.5 names: the first parent or guardian on file who may be written to, where that may be told.

    The address is withheld where a restricted contact has the same one, or where only restricted parents are on file.
    """
    parents = [one for one in links if _is_parent(one)]
    open_to = [one for one in parents if not one.restrictions]
    barred = {_first(one.contact) for one in links if one.restrictions and _first(one.contact)}
    for one in sorted(open_to, key=lambda one: not _lines(one.contact)):
        lines = _lines(one.contact)
        withheld = bool(lines) and _first(one.contact) in barred
        return Parent(one.contact_id, None, "", student.pk, 0, str(one.contact), () if withheld else lines, withheld)
    for one in parents:
        return Parent(one.contact_id, None, "", student.pk, 0, str(one.contact), (), withheld=True)
    return None


def _is_parent(link: FamilyLink) -> bool:
    """Whoever the file says holds no rights is none, whatever they are called."""
    if link.guardian is False or link.rights_holder is False or role_of(link.relation) in PROFESSIONAL:
        return False
    return bool(link.guardian or link.rights_holder)


def _lines(contact: Contact) -> tuple[str, ...]:
    if not (contact.address and contact.city and contact.postal):
        return ()
    return contact.address, f"{contact.city}, {contact.state or 'CA'} {contact.postal}"


def _first(contact: Contact) -> str:
    """An address as it is compared: the words of its first line."""
    return " ".join(re.findall(r"\w+", (contact.address or "").casefold()))


def _places(links: Iterable[FamilyLink]) -> Iterable[str]:
    """Addresses, numbers and e-mail of every contact under a restriction."""
    for link in links:
        if not link.restrictions:
            continue
        if link.contact.address and len(link.contact.address.split()) > 1:
            yield link.contact.address
        if link.contact.email:
            yield link.contact.email
        for phone in link.contact.phones.all():
            digits = "".join(re.findall(r"\d", phone.number))
            if len(digits) >= _FEWEST:
                yield f"{digits[-7:-4]} {digits[-4:]}"


def _sealed(student: Student) -> tuple[frozenset[str], bool]:
    """The phrases of what was confided; and whether a note has no key."""
    found: set[str] = set()
    blind = False
    for note in Note.objects.filter(student=student, lock=Note.Lock.SEALED):
        try:
            found |= phrases(sealing.opened(note.sealed))
        except sealing.NoKey:
            blind = True
    return frozenset(found), blind


def _restricted(student: Student, consented: set[int]) -> frozenset[str]:
    """The phrases of restricted notes that nobody consented to share."""
    rows = Note.objects.filter(student=student, lock=Note.Lock.RESTRICTED).exclude(pk__in=consented)
    return frozenset().union(*(phrases(note.text) for note in rows))


def _others(referral: Referral, file: File, links: Iterable[FamilyLink]) -> tuple[str, ...]:
    """Names of other children: those of the home, and students of the school whose name stands in somebody's words."""
    home = Student.objects.filter(pk__in=housemates([referral.student_id]).get(referral.student_id, ()))
    names = {name for one in home for name in (one.name, f"{one.given} {one.family}")}
    said = [_WORD.findall(text) for text in _written(file)]
    pairs = [pair for words in said for pair in pairwise(words) if all(word[0].isupper() for word in pair)]
    pairs = list(dict.fromkeys(pairs))[:_MOST]
    if pairs:
        given, family = zip(*pairs, strict=True)
        rows = Student.objects.filter(school=referral.school_id, given__in=given, family__in=family)
        found = rows.exclude(pk=referral.student_id).values_list("given", "family")
        names |= {f"{first} {last}" for first, last in found if (first, last) in pairs}
    known = {file.pupil.name, *(str(link.contact) for link in links), *(one.by for one in file.records())}
    return tuple(sorted(name for name in names if not any(within(person, name) for person in known)))


def _written(file: File) -> Iterable[str]:
    """What people wrote in their own words."""
    yield from (file.referred.why, file.referred.asked)
    yield from (one.said for one in file.contacts)
    if file.plan:
        yield from (file.plan.strengths, file.plan.asked)
    yield from (one.text for one in file.promises)
    yield from (text for one in file.teachers for text in (one.strengths, one.seen, one.tried, one.suggests))
    yield from (one.text for one in file.notes)
    yield from (one.why for one in file.decisions)
