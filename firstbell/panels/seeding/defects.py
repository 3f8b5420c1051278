"""One defect each: in the records, which the builder tells faithfully; after the packet was made; or in what it tells.

A defect changes real structures, never words that a check is known to look for: what it changes is drawn by lot, and
sentences are said again in the wording, as a builder with that fault would say them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random

from firstbell.letters.packet import Packet
from firstbell.panels.kinds import KINDS
from firstbell.panels.rules.packets.facts import File
from firstbell.panels.rules.packets.making import language_for, make
from firstbell.panels.seeding import later, records, telling
from firstbell.panels.seeding.files import invented

LEGAL = ("sarb",)
EVERY = tuple(KINDS)


@dataclass(frozen=True, slots=True)
class Case:
    """A packet, the audience it is checked for, and the records it is checked against."""

    file: File
    packet: Packet
    audience: str


@dataclass(frozen=True, slots=True)
class Defect:
    """`rule` is the one that must catch it. `seed` gives the case, or None where this one has nothing to spoil."""

    title: str
    rule: str
    kinds: tuple[str, ...]
    audiences: tuple[str, ...]
    seed: Callable[[Random, File, str], Case | None]


def good(rng: Random, kind: str, audience: str) -> Case:
    """A packet without a defect."""
    return built(invented(rng, kind), audience)


def built(file: File, audience: str) -> Case:
    language = language_for(audience, file.pupil.language)
    reference = f"R{file.referred.number}-{audience[0].upper()}"
    return Case(file, make(file, audience, language, reference=reference, version=1), audience)


def seeded(rng: Random, defect: Defect) -> Case:
    """A case with this defect, of a file that has something for it to spoil."""
    while True:
        kind = rng.choice(defect.kinds)
        papers = [one for one in defect.audiences if one in KINDS[kind].papers]
        if papers and (case := defect.seed(rng, invented(rng, kind), rng.choice(papers))):
            return case


def _records(change: Callable[[Random, File], File | None]) -> Callable[[Random, File, str], Case | None]:
    def seed(rng: Random, file: File, audience: str) -> Case | None:
        wrong = change(rng, file)
        return built(wrong, audience) if wrong else None

    return seed


def _later(change: Callable[[Random, File], File | None]) -> Callable[[Random, File, str], Case | None]:
    def seed(rng: Random, file: File, audience: str) -> Case | None:
        changed = change(rng, file)
        return replace(built(file, audience), file=changed) if changed else None

    return seed


def _told(change: Callable[[Random, Packet, File], Packet | None]) -> Callable[[Random, File, str], Case | None]:
    def seed(rng: Random, file: File, audience: str) -> Case | None:
        case = built(file, audience)
        wrong = change(rng, case.packet, file)
        return replace(case, packet=wrong) if wrong else None

    return seed


def _for_another(rng: Random, file: File, audience: str) -> Case | None:
    """A packet handed to somebody it was not made for."""
    return replace(built(file, "panel"), audience=audience)


def _few(rng: Random, file: File, audience: str) -> Case | None:
    """A small school's figures told as those of a large one are."""
    shown = built(file, audience).packet.section("profile")
    assert file.profile is not None  # every invented file has one
    assert shown is not None  # the panel's copy has the section
    case = built(replace(file, profile=replace(file.profile, chronic=rng.randint(0, 10))), audience)
    return replace(case, packet=telling.put(case.packet, shown))


BOTH, ALL = ("panel", "family"), ("panel", "family", "attorney")
_OF_RECORDS = (
    ("the referral before the third report", "chain_referral", LEGAL, BOTH, records.referral_early),
    ("the same to the court side", "referral_missing", LEGAL, ("attorney",), records.referral_early),
    ("a conference tried before the first report", "chain_meeting", LEGAL, BOTH, records.meeting_early),
    ("a referral without a conference tried", "chain_referral", LEGAL, BOTH, records.no_meeting),
    ("a report with too few occasions", "chain_report", LEGAL, BOTH, records.few_occasions),
    ("a report whose days were excused since", "chain_report", LEGAL, BOTH, records.lost_occasions),
    ("a notice before its report", "chain_notice", LEGAL, BOTH, records.notice_early),
    ("no referral among the steps", "referral_missing", LEGAL, ALL, records.no_referral),
    ("a letter without proof", "notice_unproven", LEGAL, BOTH, records.no_proof),
    ("a letter that came back", "notice_returned", LEGAL, BOTH, records.came_back),
    ("a notice that no letter proves", "notice_unproven", LEGAL, BOTH, records.no_letter),
    ("no notice of the referral", "notice_missing", LEGAL, BOTH, records.no_referral_notice),
    ("a notice of the referral without one of its parts", "notice_fields", LEGAL, BOTH, records.notice_lacks),
    ("nothing that the school did to help", "help_missing", LEGAL, BOTH, records.no_help),
    ("sealed words typed into the contact log", "locked_words", EVERY, ("panel",), records.sealed_in_log),
    ("sealed words typed into the referral", "locked_words", EVERY, BOTH, records.sealed_in_referral),
    ("words of a restricted note in a commitment", "locked_words", EVERY, BOTH, records.restricted_in_promise),
    ("a consented note's words in the family's copy", "locked_words", EVERY, ("family",), records.shared_to_family),
    ("a restricted address in the contact log", "restricted_address", EVERY, ("panel",), records.address_in_log),
    ("a restricted number in the referral", "restricted_address", EVERY, BOTH, records.number_in_referral),
    ("a sibling's name in what the family asked", "other_child", EVERY, BOTH, records.sibling_named),
    ("somebody's immigration status", "status", EVERY, BOTH, records.status_told),
    ("a Social Security number", "number", EVERY, BOTH, records.number_told),
    ("a reason that nobody has decided on", "undecided", EVERY, ALL, records.waits),
    ("a parent's address under restriction", "address_withheld", LEGAL, ("attorney",), records.withheld),
    ("no parent on file", "missing_field", LEGAL, ("attorney",), records.no_parent),
    ("no determination", "missing_field", LEGAL, ("attorney",), records.no_determination),
    ("health in the determination", "health", LEGAL, ("attorney",), records.health_told),
    ("a student without a grade", "missing_field", EVERY, BOTH, records.no_grade),
    ("a contact of a day to come", "after_made", EVERY, BOTH, records.to_come),
    ("a contact of another school year", "outside_year", EVERY, BOTH, records.last_year),
    ("a consent given on a day to come", "note_consent", EVERY, ("panel",), records.consent_to_come),
    ("a threat in the referral", "threat", EVERY, ("family",), records.threat),
)  # fmt: skip
_OF_LATER = (
    ("a code corrected after the packet was made", "stale", EVERY, ALL, later.corrected),
    ("a contact taken back", "gone", EVERY, BOTH, later.taken_back),
    ("a letter rescinded", "notice_rescinded", LEGAL, BOTH, later.rescinded),
    ("a step withdrawn", "gone", LEGAL, BOTH, later.withdrawn),
    ("a newer version of the plan", "gone", EVERY, BOTH, later.new_plan),
    ("a commitment checked since", "stale", EVERY, BOTH, later.checked),
    ("a contact logged late", "left_out", EVERY, BOTH, later.logged_late),
    ("another name in the student record", "stale", EVERY, ALL, later.renamed),
)
_OF_TELLING = (
    ("days out of order", "order", EVERY, ALL, telling.days_shuffled),
    ("steps out of order", "order", LEGAL, ALL, telling.steps_shuffled),
    ("a day left out", "sums", EVERY, BOTH, telling.day_dropped),
    ("a contact left out", "left_out", EVERY, BOTH, telling.contact_dropped),
    ("a promise of the school left out", "left_out", EVERY, BOTH, telling.promise_dropped),
    ("a sentence without a source", "unlinked", EVERY, ALL, telling.unlinked),
    ("a source that is not listed", "unlinked", EVERY, ALL, telling.source_dropped),
    ("a source listed twice", "manifest", EVERY, ALL, telling.source_twice),
    ("another hash of a record", "stale", EVERY, ALL, telling.hash_changed),
    ("words changed by hand", "altered", EVERY, ALL, telling.altered),
    ("a contact told as another outcome", "misquoted", EVERY, BOTH, telling.outcome_changed),
    ("a commitment told as kept", "misquoted", EVERY, BOTH, telling.promise_kept),
    ("a step told twice", "twice", LEGAL, ALL, telling.step_twice),
    ("a day told twice", "twice", EVERY, ALL, telling.day_twice),
    ("the family's words last", "section_order", EVERY, BOTH, telling.words_last),
    ("a section missing", "missing_section", EVERY, ALL, telling.section_dropped),
    ("a first line missing", "missing_field", EVERY, ALL, telling.first_line_dropped),
    ("the contact log's words to the family", "wrong_audience", EVERY, ("family",), telling.log_to_family),
    ("teachers' words to the family", "wrong_audience", EVERY, ("family",), telling.teachers_to_family),
    ("the plan to the district attorney", "wrong_audience", LEGAL, ("attorney",), telling.plan_to_attorney),
    ("the family's words to the district attorney", "wrong_audience", LEGAL, ("attorney",), telling.words_to_attorney),
    ("a note without consent", "note_consent", EVERY, ("panel",), telling.note_slipped_in),
    ("a sealed note with a consent nobody gave", "locked_words", EVERY, ("panel",), telling.sealed_slipped_in),
    ("a restricted home's address to the court side", "restricted_address", LEGAL, ("attorney",), telling.address_told),
    ("the code of an excused day", "confidential_day", EVERY, ("panel",), telling.code_told),
    ("another student's packet", "wrong_student", EVERY, ALL, telling.other_student),
    ("another student's record among the sources", "wrong_student", EVERY, ALL, telling.other_record),
    ("another school", "wrong_school", EVERY, BOTH, telling.other_school),
    ("another school year", "wrong_year", EVERY, ALL, telling.other_year),
    ("a record of another school year", "wrong_year", EVERY, BOTH, telling.record_of_other_year),
    ("a family's copy in another language", "untranslated", EVERY, ("family",), telling.in_english),
    ("one sentence in another language", "untranslated", EVERY, ("family",), telling.one_in_english),
    ("no page that offers an interpreter", "no_cover", EVERY, ("family",), telling.cover_dropped),
    ("a wrong sum of the year", "sums", EVERY, BOTH, telling.sum_changed),
    ("a wrong count of a code", "sums", EVERY, ("panel",), telling.code_count_changed),
    ("a day after the last known one", "after_made", EVERY, ALL, telling.day_moved),
    ("a report whose day is told as excused", "evidence", LEGAL, BOTH, telling.day_excused),
    ("a step that stands told as fallen", "chain_told", LEGAL, BOTH, telling.told_fallen),
)  # fmt: skip
DEFECTS: Mapping[str, Defect] = {
    one.title: one
    for one in (
        *(Defect(*named, _records(change)) for *named, change in _OF_RECORDS),
        *(Defect(*named, _later(change)) for *named, change in _OF_LATER),
        *(Defect(*named, _told(change)) for *named, change in _OF_TELLING),
        Defect(
            "the panel's packet for another audience", "wrong_audience", LEGAL, ("family", "attorney"), _for_another
        ),
        Defect("a figure of a handful of students", "small_cell", EVERY, ("panel",), _few),
    )
}
"""Every kind of defect by its title."""
