"""An agreement: drafted by side, read back in the family's language, signed, frozen, handed out."""

import contextlib
import hashlib
import json
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from django.db import Error, transaction
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from firstbell.cases.actions import Careful
from firstbell.cases.models import Task
from firstbell.cases.rules import NotAllowed
from firstbell.core.models import JournalLine
from firstbell.core.signing import strokes_of
from firstbell.letters.agreement import NEXT
from firstbell.notices import shelf
from firstbell.panels.actions import agreements, room
from firstbell.panels.kinds import KINDS
from firstbell.panels.models import Agreement, Check, Directive
from firstbell.panels.queries import agreements as queries
from firstbell.panels.rules import agreements as rules
from firstbell.panels.rules.agreements import Promise, binds, problems, signers, target_refused
from firstbell.panels.rules.signing import scan_kind
from firstbell.supports import actions as supports
from tests.panels import rooms
from tests.panels.rooms import *  # noqa: F403 - fixtures
from tests.supports.conftest import draft as plan_draft

SARB, SART = KINDS["sarb"], KINDS["sart"]
SIDES = ("family", "student", "school", "agency")


def lines(verb: str) -> int:
    return JournalLine.objects.filter(verb=f"panels.{verb}").count()


# -- rules -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sides", "missing"),
    [
        (("family", "school"), []),
        (("student", "school"), []),  # EC 48263(b): the pupil or the parents
        (("family",), ["school"]),
        (("school", "agency"), ["family"]),
        ((), ["family", "school"]),
    ],
)
def test_a_draft_binds_every_side(sides, missing, today):
    found = problems([Promise(side, "x", today + timedelta(9)) for side in sides], today)
    assert [one.section for one in found] == ["EC 48263(b)"] * len(missing)
    assert all(f"asked of the {side}" in one.sentence for side, one in zip(missing, found, strict=True))


@given(st.lists(st.sampled_from(SIDES), max_size=8))
def test_whoever_is_bound_signs_and_the_panel_signs_last(sides):
    found = signers([Promise(side, "x", None) for side in sides])
    assert found[-1] == "panel"
    assert set(sides) <= set(found)
    assert len(found) == len(set(found))
    assert "family" in found or "student" not in found


@pytest.mark.parametrize(
    ("kind", "party", "signed", "bound"),
    [
        (SARB, "family", [], True),
        (SART, "family", [], False),
        (SART, "family", ["family"], True),
        (SART, "student", ["family"], True),
        (SART, "student", ["school"], False),
        (SART, "school", ["school"], True),
    ],
)
def test_a_board_directs_and_elsewhere_a_side_binds_itself(kind, party, signed, bound):
    assert binds(kind, party, signed) is bound


@pytest.mark.parametrize(
    ("evidence", "target", "of", "no"),
    [
        ("attendance", 2, 20, ""), ("attendance", 0, 5, ""), ("word", None, None, ""),
        ("word", 2, 20, "only where attendance"), ("attendance", None, 20, "how many days"),
        ("attendance", 20, 20, "is no target"), ("attendance", 2, 61, "5 to 60"),
        ("attendance", -1, 20, "is no target"),
    ],
)  # fmt: skip
def test_a_target_in_days(evidence, target, of, no):
    found = target_refused(evidence, target, of)
    assert (no in found) if no else found == ""


def test_advice_is_given_and_refuses_nothing(today):
    many = [Promise("family", "x", today)] * 4
    told = rules.advice(SARB, many, {"County Mental Health"})
    assert [one[:30] for one in told] == ["Nothing is asked of an agency,", "4 things are asked of the fami"]
    assert rules.advice(SART, [], set()) == []


@pytest.mark.parametrize(
    ("told", "no"),
    [
        ("[[[1,2],[3,4],[5,6],[7,8]]]", ""), ("[[[1,2]]]", "Nothing is drawn"), ("[]", "Nothing is drawn"),
        ("{}", "could not be read"), ("[1]", "could not be read"), ("x", "could not be read"),
        ("[[[1,2],[3,4],[5,6],[601,8]]]", "runs out"), ("[[[1,2],[3,4],[5,6],[1.5,8]]]", "runs out"),
        ("[[[1,2],[3,4],[5,6],[true,8]]]", "runs out"), ("[[[1,2],[3,4],[5,6],[8]]]", "runs out"),
        (json.dumps([[[1, 1]] * 4001]), "too long"), (json.dumps([[[1, 1]]] * 61), "too long"),
    ],
)  # fmt: skip
def test_strokes(told, no):
    if not no:
        assert strokes_of(told) == json.loads(told)
        return
    with pytest.raises(ValueError, match=no):
        strokes_of(told)


@given(st.text())
def test_no_text_is_a_drawing_by_accident(told):
    with contextlib.suppress(ValueError):
        assert strokes_of(told)


def picture(kind: str, size=(40, 30)) -> bytes:
    into = BytesIO()
    Image.new("RGB", size, "white").save(into, kind)
    return into.getvalue()


def paper(pages: int = 1) -> bytes:
    into = BytesIO()
    with pikepdf.new() as made:
        for _ in range(pages):
            made.add_blank_page()
        made.save(into)
    return into.getvalue()


def test_a_scan_is_what_is_inside_and_not_what_it_is_called():
    assert [scan_kind(one) for one in (paper(), picture("PNG"), picture("JPEG"))] == ["pdf", "png", "jpeg"]


@pytest.mark.parametrize(
    ("content", "no"),
    [
        (b"", "empty"), (b"MZ\x90 a program", "no PDF, PNG or JPEG"),
        (b"%PDF-1.7 and then nothing", "cannot be opened"),
        (picture("PNG")[:60], "damaged"), (picture("JPEG")[:80], "damaged"), (paper(7), "has 7 pages"),
        (b"<svg/>", "no PDF"), (picture("GIF"), "no PDF"), (b"%PDF-" + b"x" * 9_000_000, "8,192 KB fit"),
    ],
    ids=["empty", "program", "torn pdf", "torn png", "torn jpeg", "long", "svg", "gif", "huge"],
)  # fmt: skip
def test_what_is_no_scan(content, no):
    with pytest.raises(ValueError, match=no):
        scan_kind(content)


# -- the draft ---------------------------------------------------------------------------------------------------------

db = pytest.mark.django_db


@db
def test_each_directive_says_who_what_by_when_and_what_shows_it(running, ines, counselor):
    agreement = rooms.draft(running, ines)
    rows = list(agreement.directives.order_by("position"))
    assert [(one.party, one.evidence, one.stands) for one in rows] == [
        ("family", "word", "draft"), ("student", "attendance", "draft"), ("school", "contacts", "draft"),
        ("agency", "services", "draft"),
    ]  # fmt: skip
    assert {one.owner for one in rows} == {counselor}
    assert (rows[1].target, rows[1].target_of) == (2, 20)
    assert lines("directive_added") == 4
    assert not Check.objects.exists()


@db
@pytest.mark.parametrize(
    ("more", "no"),
    [
        ({"party": "court"}, "Say whose it is"),
        ({"who": " "}, "who does it, and what"),
        ({"what": ""}, "who does it, and what"),
        ({"due_on": None}, "by which day after October 3"),
        ({"due_on": 0}, "by which day after October 3"),
        ({"due_on": 91}, "The last look is on January 1, 2026"),
        ({"evidence": "hope"}, "what will show"),
        ({"evidence": "attendance"}, "how many days absent"),
        ({"target": 1, "target_of": 10}, "only where attendance"),
        ({"evidence": "contacts"}, "which contact shows it"),
        ({"doing": "sing"}, "from the list"),
        ({"practice": "hope"}, "from the list"),
        ({"party": "school", "owner": None}, "Name who at the school"),
        ({"what": "Takes his medication"}, "Health is private"),
    ],
)  # fmt: skip
def test_what_is_no_directive(running, ines, today, more, no):
    more = dict(more)
    if isinstance(more.get("due_on"), int):
        more["due_on"] = today + timedelta(more["due_on"])
    with pytest.raises(NotAllowed, match=no):
        rooms.promise(running, ines, more.pop("party", "family"), **more)
    assert not Directive.objects.exists()


@db
def test_private_words_are_kept_once_they_are_meant(running, ines):
    with pytest.raises(Careful):
        rooms.promise(running, ines, "family", what="Sees the therapist")
    assert rooms.promise(running, ines, "family", what="Sees the therapist", careful=True).pk


@db
def test_nobody_is_bound_who_is_not_heard_here(running, ines, district):
    with pytest.raises(NotAllowed, match="is not heard here"):
        rooms.promise(running, ines, "family", student=district.student("P-9"))


@db
def test_a_directive_is_struck_out_of_a_draft(running, ines):
    rooms.draft(running, ines)
    rooms.read_aloud(running, ines)
    one = Directive.objects.get(party="agency")
    agreement = agreements.drop_directive(directive=one, by=ines)
    assert (agreement.state, agreement.read_back_at) == ("draft", None)
    with pytest.raises(NotAllowed, match="struck it out already"):
        agreements.drop_directive(directive=one, by=ines)
    assert lines("directive_dropped") == 1


@db
def test_of_two_who_draft_the_second_is_told(running, ines):
    rooms.promise(running, ines, "family", version=0)
    with pytest.raises(NotAllowed, match="Somebody else changed the agreement"):
        rooms.promise(running, ines, "school", version=0)
    assert Directive.objects.count() == 1


@db
def test_nothing_is_drafted_outside_the_room(hearing, ines):
    with pytest.raises(NotAllowed, match=r"This hearing is set\."):
        rooms.promise(hearing, ines, "family")


@db
def test_options_come_from_what_the_plan_says_is_in_the_way(running, ines, truant, counselor, today):
    assert queries.offers(running)[0].barriers == []
    supports.write_plan(student=truant, draft=plan_draft(), by=counselor)
    [offer] = queries.offers(running)
    assert [barrier.key for barrier, _ in offer.barriers] == ["sleep", "food"]
    assert all(practice.strength != "harm" and barrier.key in practice.barriers
               for barrier, practices in offer.barriers for practice in practices)  # fmt: skip
    running.panel.members.filter(name="Tom Abara").update(agency="County Probation")
    assert queries.agencies(running) == [("Tom Abara", "County Probation")]
    assert "and County Probation sit here" in queries.advice_of(running, None)[0]


# -- read back ---------------------------------------------------------------------------------------------------------


@db
def test_what_does_not_bind_every_side_is_not_read_back(running, ines):
    rooms.promise(running, ines, "family")
    with pytest.raises(NotAllowed, match=r"Nothing is asked of the school.*\(EC 48263\(b\)\)"):
        rooms.read_aloud(running, ines)


@db
def test_it_is_read_by_somebody_who_is_there(running, ines):
    rooms.draft(running, ines)
    with pytest.raises(NotAllowed, match="who read it aloud"):
        rooms.read_aloud(running, ines, "Somebody Else")
    with pytest.raises(NotAllowed, match="who read it aloud"):
        rooms.read_aloud(running, ines, rooms.MARIE)
    read = rooms.read_aloud(running, ines)
    assert (read.state, read.language, read.read_back_by) == ("read_back", "en", "Ines Quiroga")


@pytest.fixture
def in_spanish(running):
    running.language = "es-MX"
    running.save(update_fields=["language"])
    return running


@db
def test_a_family_that_speaks_another_language_hears_it_from_an_interpreter(in_spanish, ines):
    rooms.draft(in_spanish, ines)
    with pytest.raises(NotAllowed, match="by an interpreter: mark who interprets as here first"):
        rooms.read_aloud(in_spanish, ines)
    room.arrive(hearing=in_spanish, party="interpreter", name=rooms.INTERPRETER, by=ines)
    read = rooms.read_aloud(in_spanish, ines, rooms.INTERPRETER)
    english, spanish = queries.sheets_of(read)
    assert (english.language, spanish.language, spanish.name) == ("en", "es", "español")
    assert spanish.title == "Acuerdo: Junta de Revisión de Asistencia Escolar (SARB)"
    told = " ".join(line for part in spanish.parts for line in part.lines)
    assert "Luz Ortega leyó esto en voz alta en español" in told
    assert "What the family does" in told  # the promise stays in its own words
    assert "Faltar como máximo 2 días en los próximos 20 días de clases." in told


@db
def test_a_language_without_a_wording_is_read_aloud_from_the_english(running, ines):
    running.language = "hy"
    running.save(update_fields=["language"])
    rooms.draft(running, ines)
    room.arrive(hearing=running, party="interpreter", name="Ani Sarkis", by=ines)
    [sheet] = queries.sheets_of(rooms.read_aloud(running, ines, "Ani Sarkis"))
    assert "Ani Sarkis read this aloud in Armenian" in " ".join(line for part in sheet.parts for line in part.lines)


@db
def test_what_cannot_be_printed_is_found_before_anybody_signs(running, ines):
    rooms.draft(running, ines)
    rooms.promise(running, ines, "school", what="Sings \U0001d11e")
    with pytest.raises(NotAllowed, match="cannot be printed"):
        rooms.read_aloud(running, ines)


# -- signed ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def read(running, ines):
    rooms.draft(running, ines)
    rooms.read_aloud(running, ines)
    return running


@db
def test_nobody_signs_what_they_have_not_heard(running, ines):
    rooms.draft(running, ines)
    with pytest.raises(NotAllowed, match="Read it back first"):
        agreements.sign(hearing=running, party="family", name="Marie", method="device", typed=True, by=ines)


@db
def test_the_first_signature_freezes_the_words(read, ines):
    strokes = "[[[1,2],[30,40],[50,20],[70,80]]]"
    made = agreements.sign(hearing=read, party="family", name=rooms.MARIE, method="device", strokes=strokes, by=ines)
    agreement = Agreement.objects.get()
    assert made.digest == agreement.digest == hashlib.sha256(agreement.text.encode()).hexdigest()
    assert "Marie Baptiste: What the family does." in agreement.text
    for act in (
        lambda: rooms.promise(read, ines, "family"),
        lambda: agreements.drop_directive(directive=Directive.objects.first(), by=ines),
        lambda: rooms.read_aloud(read, ines),
    ):
        with pytest.raises(NotAllowed, match="Somebody has signed: the words stay"):
            act()


@db
@pytest.mark.parametrize(
    "change",
    [
        lambda: Directive.objects.update(what="Something else"),
        lambda: Directive.objects.first().delete(),
        lambda: Directive.objects.create(
            agreement=Agreement.objects.get(), student=Directive.objects.first().student, party="family", who="x",
            what="y", due_on="2026-01-01", evidence="word", by=Directive.objects.first().by,
        ),
        lambda: Agreement.objects.update(text="Other words"),
        lambda: Agreement.objects.update(digest=""),
        lambda: Agreement.objects.get().signatures.update(name="Somebody Else"),
    ],
    ids=["directive", "struck out", "added", "text", "hash", "signature"],
)  # fmt: skip
def test_the_database_itself_holds_what_was_signed(read, ines, change):
    agreements.sign(hearing=read, party="family", name=rooms.MARIE, method="device", typed=True, by=ines)
    with pytest.raises(Error, match="never changed"), transaction.atomic():
        change()


@db
def test_with_the_last_side_it_is_signed(read, ines):
    assert queries.still_to_sign(Agreement.objects.get()) == ["family", "student", "school", "agency", "panel"]
    agreement = rooms.sign_all(read, ines)
    assert (agreement.state, agreement.closed_at is not None, agreement.why) == ("signed", True, "")
    assert (lines("signed"), lines("agreement_signed")) == (5, 1)
    with pytest.raises(NotAllowed, match="The agreement is closed: signed"):
        agreements.sign(hearing=read, party="family", name="x", method="device", typed=True, by=ines)


@db
@pytest.mark.parametrize(
    ("told", "no"),
    [
        ({"party": "court"}, "has signed, or is not bound"),
        ({"name": " "}, "Say who signs"),
        ({"method": "wave"}, "how they sign"),
        ({"method": "device"}, "could not be read"),
        ({"method": "refused"}, "why they would not sign"),
        ({"method": "paper"}, "The file is empty"),
    ],
)
def test_what_is_no_signature(read, ines, told, no):
    asked = {"party": "family", "name": "Marie", "method": "device"} | told
    with pytest.raises(NotAllowed, match=no):
        agreements.sign(hearing=read, by=ines, typed="party" in told or "name" in told, **asked)
    assert Agreement.objects.get().digest == ""


@db
def test_a_side_signs_once(read, ines):
    agreements.sign(hearing=read, party="family", name="Marie", method="device", typed=True, by=ines)
    with pytest.raises(NotAllowed, match="has signed, or is not bound"):
        agreements.sign(hearing=read, party="family", name="Marie", method="device", typed=True, by=ines)


@db
def test_paper_is_kept_under_its_hash(read, ines):
    for content, media in ((picture("PNG"), "image/png"), (paper(), "application/pdf")):
        side = queries.still_to_sign(Agreement.objects.get())[0]
        made = agreements.sign(hearing=read, party=side, name="Marie", method="paper", scan=content, by=ines)
        assert made.scan == hashlib.sha256(content).hexdigest()
        assert queries.scan_of(made) == (content, media)
    made.scan = "0" * 64
    with pytest.raises(shelf.Damaged, match="not in the state folder"):
        queries.scan_of(made)


@db
def test_who_would_not_sign_is_said_and_the_board_directs_all_the_same(read, ines):
    agreement = rooms.sign_all(read, ines, family="She wants to ask her sister.")
    assert (agreement.state, agreement.why) == (
        "unsigned", "the family would not sign: She wants to ask her sister.",
    )  # fmt: skip
    room.hold(hearing=read, by=ines)
    assert set(Directive.objects.values_list("stands", flat=True)) == {"open"}
    assert lines("agreement_unsigned") == 1


@db
def test_left_unsigned_it_says_why_and_what_was_signed_stays(read, ines):
    agreements.sign(hearing=read, party="school", name="Rosa", method="device", typed=True, by=ines)
    with pytest.raises(NotAllowed, match="Say why it is not signed"):
        agreements.leave_unsigned(hearing=read, why=" ", by=ines)
    left = agreements.leave_unsigned(hearing=read, why="They had to go.", by=ines)
    assert (left.state, left.why, left.signatures.count()) == ("unsigned", "They had to go.", 1)
    with pytest.raises(NotAllowed, match="is closed: not signed"):
        agreements.leave_unsigned(hearing=read, why="Again.", by=ines)


@db
def test_a_hearing_without_an_agreement_says_why(running, ines):
    left = agreements.leave_unsigned(hearing=running, why="The family left at once.", by=ines)
    assert (left.state, left.digest, left.text) == ("unsigned", "", "")
    assert room.hold(hearing=running, by=ines).state == "held"
    assert not Check.objects.exists()


@db
def test_before_a_school_team_a_side_binds_only_itself(read, ines, referral):
    read.panel.kind = "sart"  # the same room and people: only the law differs
    type(read.panel).objects.filter(pk=read.panel_id).update(kind="sart", board="")
    for side in ("school", "panel"):
        agreements.sign(hearing=read, party=side, name=side, method="device", typed=True, by=ines)
    agreements.leave_unsigned(hearing=read, why="The mother wants to think.", by=ines)
    for member in read.panel.members.all():
        member.seat = {"Ines Quiroga": "administrator", "Tom Abara": "counselor"}.get(member.name, "teacher")
        member.save(update_fields=["seat"])
    room.hold(hearing=read, by=ines)
    stands = dict(Directive.objects.values_list("party", "stands"))
    assert stands == {"family": "not_agreed", "student": "not_agreed", "school": "open", "agency": "not_agreed"}
    assert Check.objects.count() == 4
    assert Task.objects.filter(source="decision").count() == 1


# -- copies ------------------------------------------------------------------------------------------------------------


@db
def test_the_copy_is_tagged_says_who_signed_and_is_the_same_each_time(in_spanish, ines):
    rooms.draft(in_spanish, ines)
    room.arrive(hearing=in_spanish, party="interpreter", name=rooms.INTERPRETER, by=ines)
    rooms.read_aloud(in_spanish, ines, rooms.INTERPRETER)
    agreements.sign(
        hearing=in_spanish, party="family", name=rooms.MARIE, method="device", by=ines,
        strokes="[[[1,2],[30,40],[50,20],[70,80]],[[200,100]]]",
    )  # fmt: skip
    agreement = rooms.sign_all(in_spanish, ines, agency="Must ask first.")
    assert agreement.text.count(NEXT) == 1
    made = queries.copy_of(agreement)
    assert made == queries.copy_of(Agreement.objects.select_related("hearing__panel", "hearing__day").get())
    with pikepdf.open(BytesIO(made)) as file:
        assert "/StructTreeRoot" in file.Root
        assert len(file.pages) == 2
        assert str(file.docinfo["/Title"]) == "Agreement: School Attendance Review Board"
    marks = queries.marks_of(agreement)
    assert (marks[0].how, marks[0].lines) == ("On the device", ["1,2 30,40 50,20 70,80", "200,100 200,100"])
    assert {one.how for one in marks[1:]} == {"Typed the name to sign", "Would not sign"}
