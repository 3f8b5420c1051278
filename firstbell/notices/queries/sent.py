"""A batch as a page shows it, its print run and mail merge, and the proof of a single letter."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from textwrap import wrap
from typing import Any

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.utils.timezone import localtime

from firstbell.cases.models import Step
from firstbell.core.access import Scope
from firstbell.core.spreadsheets import csv_safe
from firstbell.law.findings import Reason, spoken
from firstbell.law.notices import REQUIRED, Kind
from firstbell.law.steps import StepKind
from firstbell.letters.frozen import from_data
from firstbell.letters.typeset import merged, pdf
from firstbell.letters.wording import LANGUAGES, wording
from firstbell.notices import shelf
from firstbell.notices.models import Batch, Delivery, Due, LanguageApproval, Letter, Notice, Outbox
from firstbell.notices.rules import ACCUSING, TITLES
from firstbell.roster.models import Arrival, Student

PART = 250
"""Letters of one print file: what a printer takes at once, and a page answers with."""


def language_names(languages: Iterable[str]) -> str:
    return ", ".join(wording(one).name if one in LANGUAGES else one for one in languages)


def letters_in(batch: Batch) -> QuerySet[Letter]:
    """Those that are or will be sent, in print order, with the students they tell of."""
    shown = Notice.objects.select_related("student")
    found = batch.letters.exclude(state=Letter.State.CANCELLED).order_by("place")
    return found.prefetch_related(Prefetch("notices", queryset=shown))


@dataclass(frozen=True, slots=True)
class Summary:
    """What a batch holds. `dropped` were in it and are not sent any more."""

    letters: int
    students: int
    issued: int
    dropped: int
    kinds: list[tuple[str, int]]
    languages: list[tuple[str, int]]
    ways: list[tuple[str, str, int]]
    """channel, state, how many letters stand so."""
    left: list[tuple[str, str, int, list[dict[str, Any]]]]
    """Sentence, what to do, how many, who: those left out by the first reason."""


def summary(batch: Batch) -> Summary:
    rows = list(batch.letters.values_list("state", "kind", "languages"))
    live = [row for row in rows if row[0] != Letter.State.CANCELLED]
    students = batch.notices.exclude(state=Notice.State.CANCELLED).values("student").distinct().count()
    kinds = Counter(TITLES[Kind(kind)] for _, kind, _ in live)
    languages = Counter(language_names(spoken_in) for _, _, spoken_in in live)
    ways = Counter(
        (one.get_channel_display(), one.get_state_display()) for one in newest_deliveries().filter(letter__batch=batch)
    )
    return Summary(
        len(live), students, sum(state != Letter.State.PREPARED for state, _, _ in live), len(rows) - len(live),
        kinds.most_common(), languages.most_common(), [(*key, n) for key, n in sorted(ways.items())],
        _left_by_reason(batch),
    )  # fmt: skip


def _left_by_reason(batch: Batch) -> list[tuple[str, str, int, list[dict[str, Any]]]]:
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in batch.left_out:
        sentence = one["reasons"][0][1] if one["reasons"] else ""
        groups.setdefault((sentence, one["remedy"]), []).append(one | {"title": TITLES[Kind(one["kind"])]})
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    return [(sentence, remedy, len(who), who) for (sentence, remedy), who in ordered]


def newest_deliveries() -> QuerySet[Delivery]:
    """How each letter stands on each of its ways."""
    last = Delivery.objects.filter(letter=OuterRef("letter"), channel=OuterRef("channel")).order_by("-pk")
    return Delivery.objects.filter(pk=Subquery(last.values("pk")[:1]))


def made(letter: Letter) -> bytes:
    """The PDF as it was issued; of one that is not issued yet, as it would be. Damaged, ValueError."""
    return shelf.opened(letter.pdf_sha256) if letter.pdf_sha256 else pdf([from_data(one) for one in letter.data])


def to_print(batch: Batch) -> QuerySet[Letter]:
    """The issued letters that go by mail, in print order."""
    printed = newest_deliveries().filter(letter__batch=batch, channel=Delivery.Channel.PRINT)
    return batch.letters.exclude(pdf_sha256="").filter(pk__in=printed.values("letter")).order_by("place")


def parts(batch: Batch) -> int:
    return -(-to_print(batch).count() // PART)


def print_run(batch: Batch, part: int = 1) -> tuple[bytes, list[Letter]]:
    """One file for the printer, each letter on a sheet of its own, and what is in it. Damaged."""
    letters = list(to_print(batch).prefetch_related("notices")[PART * (part - 1) : PART * part])
    return merged(shelf.opened(letter.pdf_sha256) for letter in letters), letters


MERGE = (
    "reference",
    "letter",
    "date",
    "school",
    "name",
    "address",
    "place",
    "students",
    "languages",
    "state",
    "sha256",
)


def mail_merge(letters: Iterable[Letter]) -> Iterator[str]:
    """The letters as lines of CSV, for the district's own mailing house."""
    yield _line(MERGE)
    for one in letters:
        students = "; ".join(f"{notice.student.given} {notice.student.family}" for notice in one.notices.all())
        yield _line([
            one.reference, TITLES[Kind(one.kind)], one.sent_on.isoformat(), str(one.school), one.to_name,
            *[*one.to_lines, "", ""][:2], students, " ".join(one.languages), one.get_state_display(), one.pdf_sha256,
        ])  # fmt: skip


def _line(cells: Iterable[str]) -> str:
    into = io.StringIO()
    csv.writer(into).writerow([csv_safe(cell) for cell in cells])
    return into.getvalue()


@dataclass(frozen=True, slots=True)
class Proof:
    """Everything a district can show of one letter."""

    letter: Letter
    notices: list["Proven"]
    approvals: list[tuple[str, str]]
    deliveries: list[Delivery]
    items: list[tuple[str, str]]
    """Section and words of what the law asked for on that day."""
    facts: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Proven:
    """`days` are day, code as recorded, what the letter said of it, and the import that brought it."""

    notice: Notice
    days: list[tuple[date, str, str, str]]
    reasons: list[Reason]
    correction: Letter | None


def proof(letter: Letter) -> Proof:
    batch, kind = letter.batch, Kind(letter.kind)
    notices = list(letter.notices.select_related("student__school", "step", "due", "rescinded_by"))
    evidence = notices[0].evidence
    said = [*evidence["why"], *evidence["who"]]
    items = [(item.section, item.words) for item in REQUIRED.get(kind, ()) if item.key in evidence["items"]]
    facts = [
        ("Reference", letter.reference),
        ("Dated", spoken(letter.sent_on)),
        ("To", ", ".join([letter.to_name, *letter.to_lines])),
        ("Languages", language_names(letter.languages)),
        ("Prepared by", f"{batch.prepared_by or 'the command line'}, {_at(batch.at)}"),
        ("Policy", evidence["policy"]),
        ("PDF (SHA-256)", " ".join(wrap(letter.pdf_sha256, 8)) or "not issued"),
    ]
    return Proof(
        letter,
        [_proven(one, [Reason(*pair) for pair in said]) for one in notices],
        [(str(one.by), _at(one.at)) for one in batch.approvals.select_related("by")],
        list(letter.deliveries.select_related("by")),
        items,
        facts,
    )


def _at(moment: Any) -> str:
    return f"{localtime(moment):%a %-d %b %Y %-I:%M %p}"


def _proven(notice: Notice, reasons: list[Reason]) -> Proven:
    told = notice.evidence["days"]
    arrivals = Arrival.objects.in_bulk({one["arrival"] for one in told if one["arrival"]})
    days = [
        (
            date.fromisoformat(one["day"]), one["code"], wording("en").say(f"what.{one['what']}"),
            arrivals[one["arrival"]].label if one["arrival"] in arrivals else "",
        )
        for one in told
    ]  # fmt: skip
    right = Letter.objects.filter(kind=Kind.CORRECTION, notices__due__step=notice.step, notices__student=notice.student)
    right = right.exclude(state=Letter.State.CANCELLED)
    return Proven(notice, days, reasons, right.first() if notice.state == Notice.State.RESCINDED else None)


def as_text(shown: Proof) -> str:
    """For a terminal, and for the golden test."""
    lines = [TITLES[Kind(shown.letter.kind)], *(f"{name}: {value}" for name, value in shown.facts)]
    lines += [f"Approved by {who}, {when}" for who, when in shown.approvals]
    for one in shown.notices:
        notice = one.notice
        lines.append(f"\n{notice.student.given} {notice.student.family}: {notice.get_state_display().lower()}")
        lines += [f"  {day} {code} {what} [{arrival}]" for day, code, what, arrival in one.days]
        if notice.state == Notice.State.RESCINDED:
            lines.append(f"  rescinded {notice.rescinded_on}: {notice.rescinded_why}")
            lines.append(f"  correction letter: {one.correction.reference if one.correction else 'due'}")
    lines += ["", "Why"] + [f"  {one.sentence} ({one.section})" for one in shown.notices[0].reasons]
    lines += ["", "What the law asks of it"] + [f"  {words} ({section})" for section, words in shown.items]
    lines += ["", "On its way"]
    lines += [f"  {one.get_channel_display()}: {one.get_state_display()}, {_at(one.at)}" for one in shown.deliveries]
    return "\n".join(lines) + "\n"


def rescinded(scope: Scope) -> QuerySet[Notice]:
    """Letters that were sent and no longer stand, newest first."""
    found = Notice.objects.visible_to(scope).filter(state=Notice.State.RESCINDED)
    return found.select_related("student__school", "step", "rescinded_by").order_by("-rescinded_on", "-pk")


def lost_ground(notices: Iterable[Notice]) -> dict[int, str]:
    """Of each notice (by key) that fell with the report it told of: why that report fell."""
    told = {one.pk: (one.student_id, one.year, one.number) for one in notices if one.kind in ACCUSING}
    rows = Step.objects.filter(student__in={key[0] for key in told.values()}, kind=StepKind.REPORT, stands=False)
    why = {(step.student_id, step.year, step.number): step.hollow_why for step in rows.order_by("pk")}
    return {pk: why[key] for pk, key in told.items() if key in why}


def correction_of(notices: Iterable[Notice]) -> dict[int, Due]:
    """The correction letter that each notice (by key) called for."""
    by_step = {one.step_id: one.pk for one in notices if one.step_id}
    found = Due.objects.filter(kind=Kind.CORRECTION, step__in=by_step).exclude(state=Due.State.GONE).order_by("pk")
    return {by_step[due.step_id]: due for due in found.prefetch_related("notices__letters")}


def letters_about(student: Student) -> QuerySet[Notice]:
    """What was issued about a student, newest first."""
    found = Notice.objects.filter(student=student, state__in=(Notice.State.ISSUED, Notice.State.RESCINDED))
    return found.prefetch_related("letters").order_by("-issued_at")


def timeline(student: Student) -> list[dict[str, Any]]:
    """Letters as lines of the student file's timeline."""
    found: list[dict[str, Any]] = []
    for notice in letters_about(student):
        letter = next(iter(notice.letters.all()), None)
        if letter is None:
            continue
        fell = notice.state == Notice.State.RESCINDED
        item = {"title": notice.get_kind_display(), "letter": letter.pk}
        found.append(item | {"on": letter.sent_on, "tone": "info", "detail": "letter issued",
                             "text": f"to {letter.to_name}"})  # fmt: skip
        if fell:
            text = notice.rescinded_why
            found.append(item | {"on": notice.rescinded_on, "tone": "severe", "detail": "rescinded", "text": text})
    return found


def outbox() -> QuerySet[Outbox]:
    """What a practice district would have sent, newest first."""
    return Outbox.objects.order_by("-pk")


def readings() -> dict[str, LanguageApproval]:
    """The newest approval of each language."""
    return {one.language: one for one in LanguageApproval.objects.select_related("by").order_by("pk")}
