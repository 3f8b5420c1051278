"""An agreement as it is drafted, read back, signed and handed out; and what may be offered while it is drafted."""

from collections.abc import Sequence
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError
from django.db.models import Prefetch, QuerySet
from django.utils.timezone import localtime

from firstbell.core.access import Scope
from firstbell.law.findings import Reason
from firstbell.law.policy import policy_on
from firstbell.law.sarb import review_dates
from firstbell.letters.agreement import Agreed, Promise, agreement_wording, languages_of, read, written
from firstbell.letters.agreement.paper import Signed, pdf, points
from firstbell.letters.compose import Part
from firstbell.notices import shelf
from firstbell.panels.kinds import KINDS
from firstbell.panels.models import Agreement, Check, Directive, Hearing, Referral, Signature
from firstbell.panels.models.agreements import SIDES
from firstbell.panels.queries.room import here, students_of
from firstbell.panels.rules import agreements as rules
from firstbell.panels.rules.signing import SCANS
from firstbell.roster.models import Student
from firstbell.supports.models import Plan
from firstbell.supports.practices import Practice, matched
from firstbell.supports.rules import BARRIERS, Barrier

OFFERED = 3
"""Practices shown for one barrier, the best evidence first."""


def agreement_of(hearing: Hearing) -> Agreement | None:
    return Agreement.objects.filter(hearing=hearing).select_related("hearing__panel", "hearing__day").first()


def agreements(scope: Scope) -> QuerySet[Agreement]:
    """The agreements in scope, each with the hearing, panel, day and school it is of."""
    rows = Agreement.objects.visible_to(scope)
    return rows.select_related("hearing__panel", "hearing__day", "hearing__school")


def _promises(agreement: Agreement | None) -> list[rules.Promise]:
    if agreement is None:
        return []
    return [rules.Promise(*row) for row in agreement.directives.values_list("party", "what", "due_on")]


def problems_of(agreement: Agreement) -> tuple[Reason, ...]:
    """What stands between a draft and its reading back."""
    return rules.problems(_promises(agreement), agreement.hearing.day.on)


def advice_of(hearing: Hearing, agreement: Agreement | None) -> list[str]:
    """What the panel may want to think of, by who sits in the room."""
    sitting = {one.member.agency for one in here(hearing) if one.member and one.member.agency}
    return rules.advice(KINDS[hearing.panel.kind], _promises(agreement), sitting)


def still_to_sign(agreement: Agreement) -> list[str]:
    """The sides whose word is still open, in the order in which they sign."""
    told = set(agreement.signatures.values_list("party", flat=True))
    return [side for side in rules.signers(_promises(agreement)) if side not in told]


def agreed_of(agreement: Agreement) -> Agreed:
    """What was agreed as typed data, with who was there when it was read back."""
    hearing = agreement.hearing
    heard = hearing.day.on
    students = students_of(hearing)
    came = hearing.present.order_by("pk")
    if agreement.read_back_at:
        came = came.filter(came_at__lte=agreement.read_back_at)
    several = len(students) > 1
    return Agreed(
        kind=hearing.panel.kind, panel=hearing.panel.name, heard_on=heard,
        students=tuple(one.name for one in students),
        present=tuple((one.party, one.name) for one in came),
        promises=tuple(_promise(one, several) for one in agreement.directives.select_related("student")),
        looks_on=tuple(review_dates(heard, policy_on(heard))),
        read_by=agreement.read_back_by, language=agreement.language, called=language_name(agreement.language),
    )  # fmt: skip


def _promise(one: Directive, several: bool) -> Promise:
    target = None if one.target is None else (one.target, one.target_of)
    name = one.student.name if several else ""
    return Promise(one.party, one.who, one.what, one.due_on, one.evidence, name, target)


def language_name(tag: str) -> str:
    """`Spanish` of "es"; the tag itself where nobody knows it."""
    try:
        return Locale.parse(tag.replace("-", "_")).english_name or tag
    except (UnknownLocaleError, ValueError):
        return tag


@dataclass(frozen=True, slots=True)
class Sheet:
    """One language of a text as a page shows it; `language` and `direction` as HTML's lang and dir want them."""

    language: str
    direction: str
    name: str
    title: str
    parts: Sequence[Part]


def sheets_of(agreement: Agreement) -> list[Sheet]:
    """The text that was signed; of one that nobody signed yet, as it would be signed now."""
    text = agreement.text or written(agreed_of(agreement))
    found = []
    for language, (title, parts) in zip(languages_of(text, agreement.language), read(text), strict=True):
        said = agreement_wording(language)
        found.append(Sheet(language, "rtl" if said.right_to_left else "ltr", said.name, title, parts))
    return found


@dataclass(frozen=True, slots=True)
class Mark:
    """A signature as a page shows it: `lines` are the points of each stroke, as SVG writes them."""

    row: Signature
    how: str
    lines: Sequence[str]


def marks_of(agreement: Agreement) -> list[Mark]:
    found = []
    for one in agreement.signatures.select_related("by"):
        drawn = one.strokes if isinstance(one.strokes, list) else []
        typed = isinstance(one.strokes, dict)
        how = "Typed the name to sign" if typed else one.get_method_display()
        found.append(Mark(one, how, [points(stroke) for stroke in drawn]))
    return found


def copy_of(agreement: Agreement) -> bytes:
    """The copy that is handed out, as PDF: the same bytes for the same agreement. ValueError where it cannot be set."""
    text = agreement.text or written(agreed_of(agreement))
    signed = [
        Signed(one.name, one.party, "typed" if isinstance(one.strokes, dict) else one.method, localtime(one.at),
               one.strokes if isinstance(one.strokes, list) else (), one.why)
        for one in agreement.signatures.all()
    ]  # fmt: skip
    return pdf(
        text, languages_of(text, agreement.language), signed, agreement.digest, agreement.hearing.day.on, agreement.why
    )


def scan_of(signature: Signature) -> tuple[bytes, str]:
    """(bytes, media type) of the scanned paper of a signature. Damaged where the shelf does not have it."""
    for kind, media in SCANS.items():
        try:
            return shelf.opened(signature.scan, kind), media
        except shelf.Damaged as no:
            last = no
    raise last


def scanned(scope: Scope) -> QuerySet[Signature]:
    """The signatures in scope that were given on paper."""
    return Signature.objects.filter(agreement__in=Agreement.objects.visible_to(scope).values("pk")).exclude(scan="")


def said_in(hearing: Hearing) -> list[tuple[str, str]]:
    """(title of the part, what was said last) of every part of which something was written."""
    said = dict(hearing.said.order_by("pk").values_list("part", "text"))
    return [(part.title, said[part.key]) for part in KINDS[hearing.panel.kind].script if part.key in said]


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be asked or offered for one child: practices that fit a barrier of the plan."""

    student: Student
    barriers: Sequence[tuple[Barrier, Sequence[Practice]]]


def offers(hearing: Hearing) -> list[Offer]:
    """For every child, the practices that fit what the plan in force says is in the way."""
    students = students_of(hearing)
    plans = {one.student_id: one for one in Plan.objects.in_force().filter(student__in=students).order_by("year")}
    found = []
    for student in students:
        keys = plans[student.pk].barriers if student.pk in plans else []
        fits = [(BARRIERS[key], matched(key)[:OFFERED]) for key in keys if key in BARRIERS]
        found.append(Offer(student, fits))
    return found


def agencies(hearing: Hearing) -> list[tuple[str, str]]:
    """(name, agency) of the members in the room who offer what their agency has."""
    return [(one.member.name, one.member.agency) for one in here(hearing) if one.member and one.member.agency]


def sides_of(agreement: Agreement | None) -> list[tuple[str, str, list[Directive]]]:
    """(side, its title, its directives) in order; a side without any is there too."""
    rows = list(agreement.directives.select_related("student", "owner")) if agreement else []
    return [(side, title, [one for one in rows if one.party == side]) for side, title in SIDES.items()]


def followed(agreement: Agreement) -> list[Directive]:
    """The directives with their checks, the school's and the agencies' first."""
    checks = Prefetch("checks", Check.objects.select_related("by").order_by("after_days"))
    rows = list(agreement.directives.select_related("student", "owner", "task").prefetch_related(checks))
    order = ("school", "agency", "student", "family")
    return sorted(rows, key=lambda one: (order.index(one.party), one.position, one.pk))


def referrals_heard(agreement: Agreement) -> list[Referral]:
    """The referrals of an agreement's hearing, with what was decided of each."""
    rows = agreement.hearing.referrals.select_related("student", "panel")
    return list(rows.prefetch_related("decisions__by").order_by("student__born_on", "pk"))
