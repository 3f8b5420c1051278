"""Packets of real records: made, released, overtaken by facts, withdrawn; with nothing in them that is under lock."""

import hashlib
from datetime import timedelta
from itertools import combinations
from uuid import uuid4

import pytest
from django.db import Error, IntegrityError, transaction
from django.utils import timezone

from firstbell.attendance.models import Clearing
from firstbell.cases import actions as cases
from firstbell.cases.actions.notes import write_note
from firstbell.cases.models import Note
from firstbell.cases.rules import NotAllowed
from firstbell.core import sealing
from firstbell.core.home import home
from firstbell.core.models import JournalLine
from firstbell.letters.packet.paper import text
from firstbell.letters.press import about
from firstbell.notices import shelf
from firstbell.notices.models import Notice
from firstbell.panels import actions as referrals
from firstbell.panels.actions import packets as actions
from firstbell.panels.models import Decision, NoteConsent, Packet, TeacherForm
from firstbell.panels.queries import packets as queries
from firstbell.panels.rules.packets.checking import complaints
from firstbell.panels.rules.packets.complaint import blocking
from firstbell.roster.models import FamilyLink
from firstbell.staffing.queries import scope_of
from firstbell.supports import actions as supports
from firstbell.supports.models import Commitment
from tests.attendance.conftest import DAYS
from tests.panels.conftest import somebody
from tests.panels.packing import (
    CONFIDED,
    HELD_BACK,
    RESTRICTED_HOME,
    SHARED,
    chained,
    father,
    log,
    mother,
    note,
    sibling,
)

__all__ = ["chained", "father", "log", "mother", "note", "sibling"]


def said(referral, audience: str) -> str:
    return text(queries.draft(referral, audience)[0])


def wrong(referral, audience: str) -> set[str]:
    content, file = queries.draft(referral, audience)
    return {one.rule for one in blocking(complaints(content, audience, file))}


def verbs() -> list[str]:
    return list(JournalLine.objects.filter(verb__startswith="panels.").order_by("pk").values_list("verb", flat=True))


@pytest.fixture
def made(chained, rosa):
    """The panel's packet as Rosa made it."""
    return actions.make_packet(referral=chained, audience="panel", by=rosa)


# -- what it tells -----------------------------------------------------------------------------------------------------


def test_the_panels_packet_tells_what_the_records_say(chained):
    told = said(chained, "panel")
    for needed in (
        "Student: Noor Baptiste [1]", "North SARB, 12 Alder Street, Room 4", "Language at home: Spanish",
        "The family asks for: “That somebody calls by nine.”",
        "The plan says: “Draws, and looks after the garden.”", "September 2025 | 22 | 5 | 0 | 5 | 0 | 0 | 0",
        "September 8, 2025: report 1. It names 3 times (Sep 1, Sep 3, and Sep 5). It stands.",
        "notice of referral to the review board | Marisol Baptiste | e-mail: sent", "mail: sent",
        "home visit | we talked | The bus passes before the alarm rings. | Rosa Diaz",
        "The log holds 2 attempts to reach the home; 1 time somebody was reached.",
        "School | Mr. Ochoa | Breakfast is kept warm until 8:15",
    ):  # fmt: skip
        assert needed in told
    assert wrong(chained, "panel") == set()


def test_the_familys_packet_is_in_its_language_and_in_its_own_words_first(chained):
    content, _ = queries.draft(chained, "family")
    assert (content.language, content.home) == ("es", "es")
    assert [one.key for one in content.sections][:2] == ["words", "strengths"]
    told = text(content)
    assert "Usted pidió esto: “That somebody calls by nine.”" in told
    assert "The bus passes" not in told, "the log's words are the staff's"
    assert wrong(chained, "family") == set()


def test_the_court_side_reads_names_address_and_determinations_and_no_more(chained, ines, today):
    assert wrong(chained, "attorney") == {"missing_field"}
    Decision.objects.create(
        referral=chained, what="mediation", why="Services were directed; nobody came.", on=today, by=ines
    )
    told = said(chained, "attorney")
    for needed in (
        "Noor Baptiste",
        "Marisol Baptiste",
        "815 Olive Street, Rosalia, CA 90099",
        "nobody came",
        "report 1",
    ):
        assert needed in told
    for never in ("garden", "bus passes", "calls by nine", "Grade", "Spanish", "Phone off"):
        assert never not in told
    assert wrong(chained, "attorney") == set()


def test_every_number_opens_a_page(chained, client, ines, night):
    night()
    content, _ = queries.draft(chained, "panel")
    shown = queries.preview(content, chained)
    client.force_login(ines)
    addresses = {url for _, _, url in shown.sources}
    assert len(addresses) > 5
    for url in addresses:
        assert client.get(url).status_code == 200, url
    rows = [row for part in shown.parts for row in part.rows] + shown.about
    assert all(row.sources for row in rows)


def test_teachers_help_and_meetings_are_told(chained, rosa, today):
    TeacherForm.objects.create(
        referral=chained, teacher="Mae Lund", subject="Math", asked_on=today, due_on=today, answered_at=timezone.now(),
        strengths="Quick with numbers.", seen="Tired before ten.", by=rosa,
    )  # fmt: skip
    TeacherForm.objects.create(
        referral=chained, teacher="Tom Ek", asked_on=today, due_on=today, by=rosa, seen="Nothing"
    )
    told = said(chained, "panel")
    assert "Mae Lund (Math) says: “Quick with numbers.”" in told
    assert "Mae Lund (Math) sees: “Tired before ten.”" in told
    assert "Nothing" not in told
    assert "Quick with numbers" not in said(chained, "family")


def test_a_plan_that_ended_is_told_no_more(chained, rosa):
    plan = chained.student.plans.get()
    supports.end_plan(plan=plan, why="Moved in with an aunt", by=rosa)
    assert "No plan is in force." in said(chained, "panel")


def test_a_check_of_a_promise_is_told(chained, rosa):
    ours = Commitment.objects.get(party="school")
    supports.check(commitment=ours, state="not_kept", note="", by=rosa)
    assert "Breakfast is kept warm until 8:15 | Fri, Oct 10, 2025 | not kept" in said(chained, "panel")


# -- what it never tells -----------------------------------------------------------------------------------------------


KINDS_OF_NOTE = (
    ("sealed", CONFIDED),
    ("restricted", HELD_BACK),
    ("shared", SHARED),
    ("open", "Sits at the front now."),
)


def test_no_combination_of_notes_puts_locked_words_into_any_packet(chained, note, rosa, today):
    for size in range(len(KINDS_OF_NOTE) + 1):
        for some in combinations(KINDS_OF_NOTE, size):
            with transaction.atomic():
                for lock, words in some:
                    row = note("restricted" if lock == "shared" else lock, words)
                    if lock == "shared":
                        actions.consent(referral=chained, note=row, given_by="Marisol Baptiste", on=today, by=rosa)
                told = {audience: said(chained, audience) for audience in ("panel", "family", "attorney")}
                assert not any(words in each for words in (CONFIDED, HELD_BACK, "Sits at") for each in told.values())
                assert (SHARED in told["panel"]) is ("shared" in dict(some))
                assert SHARED not in told["family"] + told["attorney"]
                assert wrong(chained, "panel") == set()
                transaction.set_rollback(True)


def test_the_note_that_is_shared_says_whose_consent_it_rests_on(chained, note, rosa, today):
    actions.consent(referral=chained, note=note("restricted", SHARED), given_by="Marisol Baptiste", on=today, by=rosa)
    assert f"“{SHARED}” Shared with the consent of Marisol Baptiste, given on October 3, 2025." in said(
        chained, "panel"
    )


def test_a_consent_row_for_a_sealed_note_shares_nothing(chained, note, rosa, today):
    """Even one written past the action."""
    row = note("sealed", CONFIDED)
    NoteConsent.objects.create(referral=chained, note=row, given_by="Marisol", on=today, by=rosa)
    assert CONFIDED not in said(chained, "panel")


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("She told me that her uncle drinks and shouts so I hide at the river.", "locked_words"),
        ("They stay at 77 Elm Court with him now.", "restricted_address"),
        ("His number is 213-555-0199.", "restricted_address"),
        ("Amara Baptiste is late on the same days.", "other_child"),
        ("The family is undocumented.", "status"),
        ("Their number is 555-12-3456.", "number"),
    ],
)
def test_what_must_not_be_told_stops_the_packet_from_being_made(chained, note, log, rosa, words, rule):
    note("sealed", CONFIDED)
    log("call", "reached", 18, words)
    assert rule in wrong(chained, "panel")
    with pytest.raises(NotAllowed, match="This packet is not made: 1 thing to mend"):
        actions.make_packet(referral=chained, audience="panel", by=rosa)
    assert not Packet.objects.exists()
    assert actions.make_packet(referral=chained, audience="family", by=rosa).audience == "family"


def test_a_schoolmates_name_is_found_in_any_words(chained, district, log):
    other = district.student("P-9")
    other.given, other.family = "Imani", "Okafor-Lee"
    other.save(update_fields=["given", "family"])
    log("teacher", "reached", 18, "He sits with Imani Okafor-Lee and they talk.")
    assert wrong(chained, "panel") == {"other_child"}
    assert "Imani" not in said(chained, "family")


def test_a_refusal_says_nothing_of_the_sealed_note(chained, note, log, rosa):
    note("sealed", CONFIDED)
    log("call", "reached", 18, "The uncle drinks and shouts so I hide, she said.")
    with pytest.raises(NotAllowed) as no:
        actions.make_packet(referral=chained, audience="panel", by=rosa)
    assert "sealed" not in str(no.value).lower()
    assert "river" not in str(no.value)


def test_without_the_ring_of_keys_nothing_is_made(chained, note, rosa):
    note("sealed", CONFIDED)
    (home() / "keys" / "sealed-notes").write_text("")
    sealing.add_key()
    assert wrong(chained, "panel") == {"blind"}


def test_a_confidential_absence_is_told_as_excused_and_nothing_else(chained, district):
    """A code that says why: neither its words nor its letters stand in any copy (EC 46010.1)."""
    code = district.codes["E"]
    code.description = "Confidential medical"
    code.save(update_fields=["description"])
    district.mark(chained.student, DAYS[20], "E")
    for audience in ("panel", "family", "attorney"):
        told = said(chained, audience)
        assert "onfidential medical" not in told
    assert "Mon, Sep 29, 2025 | absent all day, excused | –" in said(chained, "panel")
    assert "lun, 29 de sept de 2025 | faltó todo el día, con justificación" in said(chained, "family")


def test_a_restricted_home_has_a_clear_outcome(chained, father, mother, rosa, ines, today):
    """Panel and family go on without it; the notice to the court side waits for a person."""
    Decision.objects.create(referral=chained, what="court", why="Nobody came.", on=today, by=ines)
    mother.address = RESTRICTED_HOME
    mother.save(update_fields=["address"])
    for audience in ("panel", "family", "attorney"):
        assert RESTRICTED_HOME not in said(chained, audience)
    assert wrong(chained, "panel") == wrong(chained, "family") == set()
    assert wrong(chained, "attorney") == {"address_withheld"}
    row = actions.make_packet(referral=chained, audience="attorney", by=rosa)
    with pytest.raises(NotAllowed, match="under a restriction"):
        actions.release(packet=row, by=ines)
    assert JournalLine.objects.get(verb="panels.packet_made").about_id == row.pk
    assert not JournalLine.objects.filter(verb="panels.packet_released").exists()


def test_only_restricted_parents_on_file_name_no_address(chained, mother, father):
    FamilyLink.objects.filter(contact=mother).update(restrictions="Safe at home")
    content, _ = queries.draft(chained, "attorney")
    assert "815 Olive Street" not in text(content)
    assert "withheld" in text(content)


def test_a_reason_that_waits_for_a_decision_stops_the_packet(chained, district):
    day = DAYS[14]
    Clearing.objects.create(
        student=chained.student, school=chained.school, day=day, was=[], reason="48205a01", evidence="note",
        state=Clearing.State.WAITING, finding={},
    )  # fmt: skip
    assert wrong(chained, "panel") == {"undecided"}


# -- made, released, overtaken -----------------------------------------------------------------------------------------


def test_a_packet_is_made_once_and_kept_under_its_hash(made, chained, rosa):
    kept = shelf.opened(made.digest)
    assert hashlib.sha256(kept).hexdigest() == made.digest
    assert kept.startswith(b"%PDF")
    assert (made.version, made.language, made.released_at) == (1, "en", None)
    again = actions.make_packet(referral=chained, audience="panel", by=rosa)
    assert again.version == 2
    assert verbs()[-2:] == ["panels.packet_made", "panels.packet_made"]
    line = JournalLine.objects.filter(verb="panels.packet_made").latest("pk")
    assert (line.by, line.about_id, line.detail["audience"]) == (rosa, again.pk, "panel")
    with pytest.raises(Error, match="never changed"), transaction.atomic():
        Packet.objects.filter(pk=made.pk).update(data={})
    with pytest.raises(IntegrityError, match="one_packet_by_version"), transaction.atomic():
        Packet.objects.create(
            referral=chained, audience="panel", language="en", version=2, data={}, facts="", digest="", pages=1, by=rosa
        )


def test_a_packet_is_released_and_its_audience_reads_it(made, ines, chained):
    assert queries.released(chained) is None
    row = actions.release(packet=made, by=ines)
    assert (row.released_by, row.withdrawn_at) == (ines, None)
    assert queries.released(chained) == made
    assert verbs()[-1] == "panels.packet_released"


def test_a_guests_copy_bears_their_name_and_the_same_content(made):
    copy = queries.guest_copy(made, "Tom Abara")
    assert copy != shelf.opened(made.digest)
    assert about(copy) == about(shelf.opened(made.digest))
    assert copy == queries.guest_copy(made, "Tom Abara")


@pytest.mark.parametrize("state", ["released", "withdrawn"])
def test_what_was_released_or_withdrawn_is_not_released_again(made, ines, state):
    actions.release(packet=made, by=ines)
    if state == "withdrawn":
        actions.withdraw_packet(packet=made, why="Given to the wrong board", by=ines)
    with pytest.raises(NotAllowed, match=f"This packet is {state} already"):
        actions.release(packet=made, by=ines)


def test_a_packet_with_complaints_is_not_released_and_says_all_of_them(made, chained, ines, rosa):
    entry = chained.student.entries.get(kind="visit")
    cases.undo(entry=entry, by=rosa)
    Notice.objects.filter(kind="sarb_referral").update(state="rescinded", rescinded_on=DAYS[-1], rescinded_why="Wrong")
    with pytest.raises(NotAllowed) as no:
        actions.release(packet=made, by=ines)
    told = str(no.value)
    assert told.startswith("This packet is not released")
    for needed in ("Contact log: a record was taken back", "rescinded", "Make a new version."):
        assert needed in told
    assert Packet.objects.get().released_at is None
    assert "panels.packet_released" not in verbs()


def test_a_damaged_pdf_is_never_released(made, ines):
    path = home() / "letters" / made.digest[:2] / f"{made.digest}.pdf"
    path.write_bytes(path.read_bytes()[:-9] + b"tampered!")
    with pytest.raises(NotAllowed, match="was changed since it was issued"):
        actions.release(packet=made, by=ines)


def test_a_code_corrected_an_hour_before(made, chained, truant, correct, ines, rosa):
    """The released packet says what changed; the next version withdraws it with that reason."""
    actions.release(packet=made, by=ines)
    assert queries.stale(made) == []
    correct(truant.told[DAYS[14]])
    told = queries.stale(made)
    assert told[0] == "September 19, 2025 was told as absent all day, no excuse and is now absent all day, excused."
    assert any(line.startswith("The report 3 of September 22, 2025 does not stand") for line in told)
    assert actions.note_stale() == 1
    made.refresh_from_db()
    assert made.stale == told
    assert made.stale_on == DAYS[-1]
    assert verbs()[-1] == "panels.packet_found_stale"
    assert actions.note_stale() == 0, "it is noted once"


def test_a_new_version_withdraws_the_one_that_facts_overtook(made, chained, log, ines, rosa):
    actions.release(packet=made, by=ines)
    log("call", "reached", 20, "They have a ride now.")
    newer = actions.make_packet(referral=chained, audience="panel", by=rosa)
    actions.release(packet=newer, by=ines)
    made.refresh_from_db()
    assert made.withdrawn_at is not None
    assert made.withdrawn_why.startswith("Replaced by version 2. Contact log of September 29, 2025, Rosa Diaz is new.")
    assert queries.released(chained) == newer
    assert verbs()[-2:] == ["panels.packet_withdrawn", "panels.packet_released"]


def test_what_happens_after_the_packets_day_does_not_make_it_stale(made, chained, settings, log, ines):
    actions.release(packet=made, by=ines)
    settings.TODAY = (DAYS[-1] + timedelta(3)).isoformat()
    cases.log(key=uuid4(), student=chained.student, kind="call", outcome="reached", by=ines)
    assert queries.stale(made) == []
    assert actions.note_stale() == 0


def test_a_family_may_read_two_languages_at_once(chained, rosa, ines):
    spanish = actions.make_packet(referral=chained, audience="family", by=rosa)
    assert spanish.language == "es"
    english = actions.make_packet(referral=chained, audience="family", language="en", by=rosa)
    actions.release(packet=spanish, by=ines)
    with pytest.raises(NotAllowed, match="not in the family's language"):
        actions.release(packet=english, by=ines)
    with pytest.raises(NotAllowed, match="no wording of packets in that language"):
        actions.make_packet(referral=chained, audience="family", language="hy", by=rosa)


def test_a_family_without_a_wording_gets_english_behind_a_page_in_its_language(chained, mother, rosa, ines):
    mother.language = "hy"
    mother.save(update_fields=["language"])
    row = actions.make_packet(referral=chained, audience="family", by=rosa)
    content = queries.content_of(row)
    assert (content.language, content.cover.language) == ("en", "hy")
    assert actions.release(packet=row, by=ines).released_at


@pytest.mark.parametrize("audience", ["attorney", "press"])
def test_a_team_of_the_school_has_no_papers_for_the_court_side(referral, sspt, rosa, audience):
    referral.panel = sspt
    referral.save(update_fields=["panel"])
    with pytest.raises(NotAllowed, match="SSPT has no packet for"):
        actions.make_packet(referral=referral, audience=audience, by=rosa)


@pytest.mark.parametrize("act", ["make", "release", "consent"])
def test_a_case_withdrawn_on_the_day_gets_nothing_more(made, chained, note, ines, rosa, today, act):
    row = note("restricted", SHARED)
    referrals.withdraw(referral=chained, why="The family moved out of the district", by=rosa)
    doing = {
        "make": lambda: actions.make_packet(referral=chained, audience="panel", by=rosa),
        "release": lambda: actions.release(packet=made, by=ines),
        "consent": lambda: actions.consent(referral=chained, note=row, given_by="Marisol", on=today, by=rosa),
    }
    with pytest.raises(NotAllowed, match="This referral is withdrawn: nothing more is made for it"):
        doing[act]()


def test_a_student_who_moved_schools_is_pointed_out(chained, district):
    chained.student.school = district.schools[1]
    chained.student.save(update_fields=["school"])
    content, file = queries.draft(chained, "panel")
    assert "moved" in {one.rule for one in complaints(content, "panel", file)}
    assert wrong(chained, "panel") == set()


def test_a_packet_is_withdrawn_with_a_reason_and_once(made, ines):
    with pytest.raises(NotAllowed, match="Say why"):
        actions.withdraw_packet(packet=made, why="  ", by=ines)
    row = actions.withdraw_packet(packet=made, why="Made for another hearing", by=ines)
    assert row.withdrawn_why == "Made for another hearing"
    assert verbs()[-1] == "panels.packet_withdrawn"
    with pytest.raises(NotAllowed, match="withdrawn already"):
        actions.withdraw_packet(packet=made, why="Again", by=ines)


# -- consent -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lock", "given_by", "ahead", "says"),
    [
        ("sealed", "Marisol", 0, "no restricted note"), ("open", "Marisol", 0, "no restricted note"),
        ("restricted", " ", 0, "Say who consented"), ("restricted", "M" * 121, 0, "at most 120"),
        ("restricted", "Marisol", 1, "is to come"),
    ],
)  # fmt: skip
def test_a_consent_that_is_none_is_refused(chained, note, rosa, today, lock, given_by, ahead, says):
    row = note(lock, SHARED)
    with pytest.raises(NotAllowed, match=says):
        actions.consent(referral=chained, note=row, given_by=given_by, on=today + timedelta(ahead), by=rosa)
    assert not NoteConsent.objects.exists()


def test_a_consent_is_recorded_once_by_who_may_read_the_note(chained, note, rosa, ines, counselor, today):
    other = somebody("hugo.petrosyan", "counselor", school=chained.school)
    row = note("restricted", SHARED)
    with pytest.raises(NotAllowed, match="no restricted note"):
        actions.consent(referral=chained, note=row, given_by="Marisol", on=today, by=other)
    assert actions.consent(referral=chained, note=row, given_by="Marisol", on=today, by=ines).by == ines
    assert verbs()[-1] == "panels.note_consented"
    with pytest.raises(NotAllowed, match="on record already"):
        actions.consent(referral=chained, note=row, given_by="Marisol", on=today, by=rosa)
    with pytest.raises(Error, match="never changed or deleted"), transaction.atomic():
        NoteConsent.objects.all().delete()


def test_another_students_note_is_not_shared(chained, sibling, rosa, ines, today):
    row = write_note(student=sibling, lock="restricted", text=SHARED, by=rosa, readers=[ines])
    with pytest.raises(NotAllowed, match="no restricted note"):
        actions.consent(referral=chained, note=row, given_by="Marisol", on=today, by=rosa)


def test_readers_share_what_they_may_read_and_hear_of_nothing_else(chained, note, rosa, ines, sign_in):
    note("sealed", CONFIDED)
    note("restricted", SHARED)
    assert [one.text for one in queries.shareable(chained, rosa, scope_of(rosa, DAYS[-1]))] == [SHARED]
    other = type(rosa).objects.create(username="other")
    assert queries.shareable(chained, other, scope_of(other, DAYS[-1])) == []
    assert Note.objects.count() == 2


# -- how much it asks --------------------------------------------------------------------------------------------------
