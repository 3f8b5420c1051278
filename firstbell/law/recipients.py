"""Who a notice about a student goes to, and who it never goes to (EC 48853.5, 49061)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from firstbell.law.compulsory import birthday
from firstbell.law.findings import Finding, Reason


class Role(StrEnum):
    PARENT = "parent"
    GUARDIAN = "guardian"
    CAREGIVER = "caregiver"
    RIGHTS_HOLDER = "education rights holder"
    ATTORNEY = "attorney"
    SOCIAL_WORKER = "county social worker"
    TRIBAL_WORKER = "tribal social worker"
    STUDENT = "student"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Contact:
    """Someone on file. `holds_rights` is the right to decide about education; `restricted` bars every contact."""

    key: str
    role: Role
    holds_rights: bool = False
    restricted: bool = False


_FAMILY = frozenset({Role.PARENT, Role.GUARDIAN, Role.CAREGIVER})
_FOSTER = frozenset({Role.ATTORNEY, Role.SOCIAL_WORKER, Role.TRIBAL_WORKER})


@dataclass(frozen=True, slots=True)
class Addressees:
    """Who gets the notice, who gets a copy, and what stands in the way; a notice with problems is not sent."""

    to: tuple[Contact, ...]
    copies: tuple[Contact, ...]
    problems: tuple[Reason, ...]


def addressees(contacts: Iterable[Contact], born_on: date | None, on: date, *, foster: bool) -> Finding[Addressees]:
    """Whom a notice goes to on a day, in the order given.

    From 18 on the student holds the rights (EC 49061). A foster student's notices go to whoever holds education
    rights, with copies to attorney and social workers (EC 48853.5). A restricted contact never gets anything.
    """
    everyone = list(contacts)
    open_to = [contact for contact in everyone if not contact.restricted]
    adult = born_on is not None and on >= birthday(born_on, 18)
    to, reason = _first_in_line(open_to, adult=adult, foster=foster)
    copies = tuple(contact for contact in open_to if foster and contact.role in _FOSTER and contact not in to)
    return Finding(Addressees(to, copies, tuple(_problems(to, copies, foster=foster))), (reason, *_kept_out(everyone)))


def _first_in_line(contacts: list[Contact], *, adult: bool, foster: bool) -> tuple[tuple[Contact, ...], Reason]:
    if adult:
        to = [contact for contact in contacts if contact.role is Role.STUDENT]
        return tuple(to), Reason("EC 49061", "The student is 18 and holds the rights.")
    holders = [one for one in contacts if one.holds_rights or one.role is Role.RIGHTS_HOLDER]
    holders = [one for one in holders if one.role is not Role.STUDENT]
    if foster:
        return tuple(holders), Reason("EC 48853.5", "The notice goes to whoever holds education rights.")
    to = holders or [contact for contact in contacts if contact.role in _FAMILY]
    return tuple(to), Reason("EC 49061", "The notice goes to the parent, guardian or other holder of rights.")


def _problems(to: tuple[Contact, ...], copies: tuple[Contact, ...], *, foster: bool) -> list[Reason]:
    found = [] if to else [Reason("EC 49061", "Nobody on file may receive this notice.")]
    have = {contact.role for contact in copies + to}
    if foster:
        owed = (Role.ATTORNEY, Role.SOCIAL_WORKER)
        found += [Reason("EC 48853.5", f"No {role} is on file for a copy.") for role in owed if role not in have]
    return found


def _kept_out(contacts: list[Contact]) -> list[Reason]:
    barred = sum(contact.restricted for contact in contacts)
    return [Reason("EC 49061", "A restricted contact is on file and gets nothing.")] if barred else []
