"""The proof of a letter, how it is taken back, what letters need before they can be made, and the outbox."""

import re

import pypdfium2
import pytest
from django.urls import reverse

from firstbell.core.models import AccessRow
from firstbell.letters.wording import wording
from firstbell.notices import actions
from firstbell.notices.models import LanguageApproval, Letter, Letterhead, Notice, Outbox
from tests.notices.conftest import body, due, text

pytestmark = pytest.mark.django_db


def pages_of(answer) -> list[str]:
    """The words on each page of a PDF."""
    with pypdfium2.PdfDocument(answer.content) as file:
        return [page.get_textpage().get_text_range() for page in file]


def test_the_proof_of_a_letter(sign_in, sent, ana):
    shown = body(sign_in("principal").get(reverse("notices:letter", args=[sent.pk])))
    for words in ("What it rests on", "Mon 1 Sep", "absent all day, no excuse", "files of 2025-10-03", "Daniel Kim",
                  "1 Olive Street", "EC 48260.5", "We miss Ana at school", "waits to be sent"):  # fmt: skip
        assert words in shown, words
    assert sent.pdf_sha256[:8] in shown
    assert AccessRow.objects.filter(student_id=ana.pk, route="notices:letter").exists()


def test_many_days_are_folded_away(sign_in, town, prepare, district, night):
    pupil = town.pupil("P-1", days="E" * 14)
    night()
    actions.find_due()
    prepare("excessive_excused", school=district.schools[0])
    letter = Letter.objects.get(notices__student=pupil)
    shown = body(sign_in("clerk").get(reverse("notices:letter", args=[letter.pk])))
    assert "<summary>14 days, each as it was recorded</summary>" in shown
    assert shown.count("absent, excused</td>") == 14


def test_each_language_of_a_letter_is_marked_as_what_it_is(sign_in, town, prepare, district):
    for language in ("ar", "es"):
        LanguageApproval.objects.create(
            language=language, digest=wording(language).digest, read_by="Noor", by=town.rosa
        )
        town.report(town.pupil(f"P-{language}", language=language))
    actions.find_due()
    batch = prepare(school=district.schools[0])
    shown = body(sign_in("principal").get(reverse("notices:batch", args=[batch.pk])))
    assert 'class="prose" lang="en" dir="ltr"' in shown
    client = sign_in("clerk")
    for language, direction in (("ar", "rtl"), ("es", "ltr")):
        letter = Letter.objects.get(languages__contains=language)
        shown = body(client.get(reverse("notices:letter", args=[letter.pk])))
        assert f'class="prose" lang="{language}" dir="{direction}"' in shown


def test_a_letter_that_is_not_issued_can_be_read_as_it_would_be(sign_in, draft):
    letter, client = Letter.objects.get(), sign_in("clerk")
    shown = body(client.get(reverse("notices:letter", args=[letter.pk])))
    assert "Not approved yet." in shown
    assert "Rescind" not in shown
    answer = client.get(reverse("notices:pdf", args=[letter.pk]))
    assert "Marisol Reyes" in pages_of(answer)[0]


def test_the_post_brought_it_back(sign_in, sent):
    client, path = sign_in("clerk"), reverse("notices:returned", args=[sent.pk])
    assert "The post brought it back" in body(client.get(reverse("notices:letter", args=[sent.pk])))
    assert "at most 300 characters" in body(client.post(path, {"why": "x" * 301}))
    assert client.post(path, {"why": "Moved away"}).status_code == 302
    shown = body(client.get(reverse("notices:letter", args=[sent.pk])))
    assert "<b>returned</b>" in shown
    assert "Moved away" in shown
    assert "The post brought it back" not in shown
    assert "has not come back yet" in body(client.post(path, {"why": "again"}))


def test_a_letter_is_taken_back_with_a_reason(sign_in, sent, ana):
    client, path = sign_in("principal"), reverse("notices:rescind", args=[sent.pk])
    page = reverse("notices:letter", args=[sent.pk])
    assert "Rescind this letter" in body(client.get(page))
    refused = body(client.post(path, {"why": ""}))
    assert "Say why." in refused
    assert '<details class="more no-print" open><summary>Rescind this letter' in refused
    assert '<a href="#rescind_why">' in refused
    assert Notice.objects.get().state == "issued"
    client.post(path, {"why": "Another Ana was meant"})
    shown = body(client.get(page))
    assert f"It no longer stands for {ana.name}" in shown
    assert "Another Ana was meant" in shown
    assert "A correction letter is due" in shown
    assert "Rescind this letter" not in shown


def test_ids_of_a_page_are_its_own(sign_in, sent):
    shown = body(sign_in("director", at=None).get(reverse("notices:letter", args=[sent.pk])))
    ids = re.findall(r' id="([^"]+)"', shown)
    assert len(ids) == len(set(ids))
    assert {"id_why", "rescind_why"} <= set(ids)


def test_the_rescinded_and_how_each_family_was_told(sign_in, town, sent, ana, night, prepare, issued, district):
    town.correct("P-1", 2)
    night()
    actions.rescind_hollow()
    actions.find_due()
    client, path = sign_in("clerk"), reverse("notices:rescinded")
    shown = body(client.get(path))
    assert ana.name in shown
    assert sent.reference in shown
    assert "September 3, 2025" in shown
    assert ">Due<" in shown
    assert "September 3, 2025" in body(client.get(reverse("notices:letter", args=[sent.pk])))
    issued(prepare("correction", school=district.schools[0]))
    right = Letter.objects.get(kind="correction")
    shown = body(client.get(path))
    assert f'<a href="{reverse("notices:letter", args=[right.pk])}">{right.reference}</a>' in shown
    assert ">Issued<" in shown
    proof = body(client.get(reverse("notices:letter", args=[sent.pk])))
    assert f"Correction letter {right.reference}" in proof
    client = sign_in("principal")
    assert "Rescind this letter" not in body(client.get(reverse("notices:letter", args=[right.pk])))
    refused = body(client.post(reverse("notices:rescind", args=[right.pk]), {"why": "No"}))
    assert "there is nothing to rescind" in refused
    assert right.notices.get().state == "issued"


# what letters need


def test_a_letter_is_asked_for(sign_in, ana):
    client, path = sign_in("counselor"), reverse("notices:ask", args=[ana.pk])
    shown = body(client.get(path))
    assert shown.count(f'href="{reverse("desk:student", args=[ana.pk])}"') == 2, "in the crumbs, and to go back"
    answer = client.post(path, {"kind": "attendance_summary", "note": "She wants it"}, follow=True)
    assert "Attendance summary for" in text(answer)
    found = due(ana, "attendance_summary")
    assert (found.asked_by.username, found.note) == ("counselor-0", "She wants it")
    again = body(client.post(path, {"kind": "attendance_summary", "note": "Twice"}))
    assert "one waits for this student already" in again
    assert 'value="Twice"' in again
    assert AccessRow.objects.filter(student_id=ana.pk, route="notices:ask").exists()


@pytest.mark.parametrize(("kind", "words"), [("", "Choose a letter."), ("first_truancy", "Select a valid choice")])
def test_only_what_may_be_asked_for(sign_in, ana, kind, words):
    shown = body(sign_in("counselor").post(reverse("notices:ask", args=[ana.pk]), {"kind": kind, "note": "Please"}))
    assert words in shown
    assert 'value="Please"' in shown


def test_a_language_is_approved_by_who_answers_for_it(sign_in, district):
    client, path = sign_in("principal"), reverse("notices:languages")
    shown = body(client.get(path))
    assert "Arabic" in shown
    assert '<bdi lang="ar">العربية</bdi>' in shown
    assert "Approve this wording" not in body(sign_in("clerk").get(path))
    client = sign_in("principal")
    told = {"language": "ar", "digest": wording("ar").digest, "read_by": "Noor Haddad, sworn translator"}
    shown = text(client.post(path, told, follow=True))
    assert "العربية: approved" in shown
    assert "Noor Haddad, sworn translator" in shown
    assert LanguageApproval.objects.get().by.username == "principal-0"


def test_an_approval_is_of_the_wording_that_was_read(sign_in, district):
    client, path = sign_in("principal"), reverse("notices:languages")
    shown = body(client.post(path, {"language": "ko", "digest": "old", "read_by": "Jun Park"}))
    assert "The wording was changed since you opened this page. Read it again." in shown
    assert 'value="Jun Park"' in shown
    assert f'value="{wording("ko").digest}"' in shown
    assert shown.count('<details class="more" open>') == 1
    assert not LanguageApproval.objects.exists()
    shown = body(client.post(path, {"language": "ko", "digest": wording("ko").digest, "read_by": ""}))
    assert '<a href="#id_ko_read_by">Say who read it, and how they know the language.</a>' in shown
    assert not LanguageApproval.objects.exists()


def test_an_approval_ends_when_the_wording_changes(sign_in, district, rosa):
    LanguageApproval.objects.create(language="vi", digest="older", read_by="Linh Tran", by=rosa)
    assert "The wording was changed since it was approved." in body(sign_in("clerk").get(reverse("notices:languages")))


@pytest.mark.parametrize("language", ["", "xx", "../../law/policy", "en\0"])
def test_a_language_that_is_none(sign_in, district, language):
    told = {"language": language, "digest": "x", "read_by": "x"}
    assert sign_in("principal").post(reverse("notices:languages"), told).status_code == 404


def test_the_letterhead_is_the_schools(sign_in, town, district):
    client, school = sign_in("principal"), district.schools[0]
    path = reverse("notices:letterhead", args=[school.pk])
    shown = body(client.get(path))
    assert "4120 Calle del Sol" in shown
    told = {
        "address": "1 New Road\nRosalia, CA 90099", "phone": "(555) 010-0199", "opens": "08:00", "closes": "15:30",
        "principal": "Denise Okafor", "person": "Hugo Barrera", "person_title": "Counselor",
        "person_phone": "(555) 010-0142", "board": "", "board_address": "",
    }  # fmt: skip
    refused = body(client.post(path, told | {"phone": ""}))
    assert "This was not kept" in refused
    assert "Telephone of the office: every letter says it, so fill it in." in refused
    assert "1 New Road" in refused
    assert Letterhead.objects.get(school=school).phone == "(555) 010-0140"
    assert "The letterhead of School 1 is kept." in text(client.post(path, told, follow=True))
    head = Letterhead.objects.get(school=school)
    assert (head.phone, head.changed_by.username) == ("(555) 010-0199", "principal-0")
    assert "not on file" in body(client.get(reverse("notices:letterheads")))


def test_a_school_without_a_letterhead_says_that_no_letter_can_be_made(sign_in, district):
    client = sign_in("principal")
    assert "no letter can be made" in body(client.get(reverse("notices:letterheads")))
    assert 'name="address"' in body(client.get(reverse("notices:letterhead", args=[district.schools[0].pk])))


def test_who_may_not_change_letterheads_is_offered_no_link(sign_in, town, district):
    path = reverse("notices:letterhead", args=[district.schools[0].pk])
    assert path not in body(sign_in("clerk").get(reverse("notices:letterheads")))
    assert path in body(sign_in("principal").get(reverse("notices:letterheads")))


# the outbox


def test_the_outbox_shows_what_would_have_left(sign_in, message, sent, ana):
    client = sign_in("director", at=None)
    assert "A letter from School 1" in body(client.get(reverse("notices:outbox")))
    shown = body(client.get(reverse("notices:message", args=[message.pk])))
    assert "Dear family" in shown
    assert "kept here, not sent" in shown
    assert f'href="{reverse("notices:letter", args=[sent.pk])}"' in shown
    assert AccessRow.objects.filter(student_id=ana.pk, route="notices:message").exists()


def test_the_engineer_reads_the_message_and_is_offered_no_letter(sign_in, message, ana):
    shown = body(sign_in("engineer", at=None).get(reverse("notices:message", args=[message.pk])))
    assert "With the letter as PDF" in shown
    assert "/notices/letters/" not in shown
    assert AccessRow.objects.filter(student_id=ana.pk, route="notices:message").exists()


def test_a_text_message_is_a_page_too(sign_in, district):
    one = Outbox.objects.create(key="t", channel="text", to="(555) 010-0102", body="School 1 is sending you a letter.")
    shown = body(sign_in("engineer", at=None).get(reverse("notices:message", args=[one.pk])))
    assert "Text message" in shown
    assert "With the letter as PDF" not in shown
