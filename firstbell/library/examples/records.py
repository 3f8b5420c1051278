"""Worked examples of records, privacy and special protection."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from firstbell.law import disclosure, recipients, records, retention
from firstbell.law.disclosure import Asker, Paper, Purpose
from firstbell.law.findings import spoken
from firstbell.law.policy import Policy
from firstbell.law.recipients import Contact, Role
from firstbell.library.examples.telling import Case, Line, line

BORN_ON = date(2012, 4, 9)
FOSTER = (
    Contact("parent", Role.PARENT),
    Contact("rights", Role.RIGHTS_HOLDER, holds_rights=True),
    Contact("attorney", Role.ATTORNEY),
    Contact("worker", Role.SOCIAL_WORKER),
)


def officer_with_a_paper(policy: Policy) -> Iterator[Line]:
    for paper in (Paper.ADMINISTRATIVE_WARRANT, Paper.JUDICIAL_WARRANT):
        found = disclosure.may_disclose(Asker.IMMIGRATION, Purpose.OTHER, paper)
        answer = found.outcome
        told = [words for words, so in (("logged", answer.logged), ("told to the superintendent", answer.report)) if so]
        outcome = f"{'Answered after a check' if answer.allowed else 'Denied'}; {' and '.join(told)}"
        yield Line(f"An immigration officer asks for a schedule with an {paper}".replace("an j", "a j"), outcome,
                   found.reasons)  # fmt: skip


def foster_notice(policy: Policy) -> Iterator[Line]:
    found = recipients.addressees(FOSTER, BORN_ON, date(2025, 9, 8), foster=True)
    to, copies = ([contact.role.value for contact in some] for some in (found.outcome.to, found.outcome.copies))
    yield Line(
        "A truancy notice for a foster student", f"To the {_and(to)}; copies to the {_and(copies)}", found.reasons
    )


def records_to_a_new_school(policy: Policy) -> Iterator[Line]:
    asked = date(2025, 11, 20)
    holidays = {date(2025, 11, 24) + timedelta(day) for day in range(5)}
    weekdays = (asked + timedelta(day) for day in range(1, 30))
    schooldays = [day for day in weekdays if day.weekday() < 5 and day not in holidays]
    found = records.due(records.Clock.TRANSFER, asked, policy, schooldays=schooldays)
    yield line(f"Asked for on {spoken(asked)}, before a week of holidays", found, "Due on {}")


def foster_transfer_on_friday(policy: Policy) -> Iterator[Line]:
    friday = date(2025, 9, 12)
    found = records.due(records.Clock.FOSTER_TRANSFER, friday, policy)
    yield line(f"Asked for on Friday, {spoken(friday)}", found, f"Due on {found.outcome:%A}, {{}}")


def challenge(policy: Policy) -> Iterator[Line]:
    filed = date(2026, 3, 1)
    found = records.due(records.Clock.CHALLENGE_MEETING, filed, policy)
    yield line(f"A challenge filed on {spoken(filed)}", found, "The superintendent meets the parent by {}")


def district_attorney(policy: Policy) -> Iterator[Line]:
    for purpose, words in ((Purpose.TRUANCY, "a truancy petition"), (Purpose.OTHER, "another purpose")):
        found = disclosure.may_disclose(Asker.DISTRICT_ATTORNEY, purpose)
        logged = ", with an entry in the log" if found.outcome.logged else ""
        outcome = f"{'Allowed' if found.outcome.allowed else 'Denied'}{logged}"
        yield Line(f"The district attorney asks for records for {words}", outcome, found.reasons)


def months_after_leaving(policy: Policy) -> Iterator[Line]:
    left = date(2025, 1, 31)
    for record, words in (("supplementary_attendance", "A supplementary attendance record"), ("identity", "The name")):
        found = retention.may_go_on(record, left, policy)
        outcome = f"May go from {spoken(found.outcome)}" if found.outcome else "Kept for ever"
        yield Line(f"{words} of a student who left on {spoken(left)}", outcome, found.reasons)


def _and(parts: list[str]) -> str:
    return " and the ".join(parts)


CASES: Mapping[str, Case] = {
    "P-02": foster_transfer_on_friday,
    "P-04": district_attorney,
    "P-07": challenge,
    "P-09": foster_notice,
    "P-12": officer_with_a_paper,
    "P-14": months_after_leaving,
    "P-15": records_to_a_new_school,
}
