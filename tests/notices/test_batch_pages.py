"""The page of a batch: chosen, looked at, approved by others, issued, printed; what cannot be done says why."""

import csv
import io
import re
from datetime import timedelta

import pypdfium2
import pytest
from django.urls import reverse

from firstbell.core.models import AccessRow, User
from firstbell.notices import actions, shelf
from firstbell.notices.models import Batch, Letter
from firstbell.roster import models as m
from tests.notices.conftest import SENT, body, due, text

pytestmark = pytest.mark.django_db


def lines(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(answer).decode())))


def pages_of(answer) -> list[str]:
    """The words on each page of a PDF."""
    with pypdfium2.PdfDocument(answer.content) as file:
        return [page.get_textpage().get_text_range() for page in file]


def test_a_batch_is_prepared_from_the_page(sign_in, ana, district):
    client, path = sign_in("clerk"), reverse("notices:new")
    assert "First notification of truancy: 1 ready" in body(client.get(path))
    told = {"kinds": "first_truancy", "place": f"school {district.schools[0].pk}", "send_on": SENT, "channels": "print"}
    batch = Batch.objects.get(pk=int(client.post(path, told).headers["Location"].split("/")[-2]))
    assert (batch.school, batch.prepared_by.username, batch.channels) == (district.schools[0], "clerk-0", ["print"])
    shown = body(client.get(reverse("notices:batch", args=[batch.pk])))
    assert "Waits for approval" in shown
    assert "Marisol Reyes" in shown
    assert "We miss Ana at school" in shown
    assert "Approve" not in shown.replace("approve", ""), "a clerk is offered no approval"
    assert "Cancel the batch" in shown


def test_who_serves_one_school_is_not_asked_where(sign_in, ana):
    shown = body(sign_in("clerk").get(reverse("notices:new")))
    assert "Where?" not in shown
    assert re.search(r'<input type="hidden" name="place" value="school \d+"', shown)


def test_the_director_chooses_where(sign_in, ana, district):
    client, path = sign_in("director", at=None), reverse("notices:new")
    shown = body(client.get(path, {"kind": "first_truancy", "school": district.schools[0].pk}))
    assert re.search(r'value="school \d+" selected>School 1<', shown)
    assert re.search(r'value="first_truancy"[^>]* checked', shown)
    assert "Where? <" not in shown, "it is not optional"
    told = {"kinds": "first_truancy", "place": "district", "send_on": SENT, "channels": ["print", "email"]}
    client.post(path, told)
    assert str(Batch.objects.get().place) == "Whole district"


@pytest.mark.parametrize(("change", "words"), [
    ({"kinds": []}, "Choose at least one kind of letter."), ({"channels": []}, "Choose at least one way."),
    ({"send_on": ""}, "Say which day the letters bear."), ({"place": "school 999999"}, "Select a valid choice"),
    ({"place": ""}, "Choose where these letters are for."),
    ({"send_on": SENT - timedelta(1)}, "from today to a week from today"),
    ({"send_on": SENT + timedelta(8)}, "from today to a week from today"),
    ({"kinds": ["conference"]}, "give day, time and place"),
    ({"kinds": ["conference"], "meeting_on": SENT, "meeting_at": "15:30"}, "give a day after the letters go out"),
])  # fmt: skip
def test_what_cannot_be_prepared_is_said_and_kept(sign_in, ana, district, change, words):
    actions.ask(student=ana, kind="conference", by=User.objects.get(username="rosa"))
    told = {
        "kinds": ["first_truancy"], "place": f"school {district.schools[0].pk}", "send_on": SENT,
        "channels": ["print", "text"], "meeting_place": "Room 4",
    }  # fmt: skip
    shown = body(sign_in("clerk").post(reverse("notices:new"), told | change))
    assert words in shown
    assert "Nothing was prepared" in shown
    assert 'value="Room 4"' in shown
    assert not Batch.objects.exists()
    assert due(ana).state == "open"


def test_nobody_is_in_and_the_page_says_why(sign_in, ana, district):
    m.Contact.objects.update(postal=None)
    told = {"kinds": "first_truancy", "place": f"school {district.schools[0].pk}", "send_on": SENT, "channels": "print"}
    shown = body(sign_in("clerk").post(reverse("notices:new"), told))
    assert "Nobody is in: 1 left out" in shown
    assert not Batch.objects.exists()


def test_who_is_left_out_is_named_with_the_reason_and_what_to_do(sign_in, town, ana, prepare, district):
    left = town.pupil("P-2", mother=False)
    town.report(left)
    actions.find_due()
    batch = prepare(school=district.schools[0])
    shown = body(sign_in("principal").get(reverse("notices:batch", args=[batch.pk])))
    assert "Who is left out" in shown
    assert left.name in shown
    assert "Ask the school&#x27;s office" in shown
    assert AccessRow.objects.filter(student_id=left.pk, route="notices:batch").exists()


def test_many_left_out_are_counted_and_only_some_named(sign_in, draft, ana):
    one = {"due": 1, "student": ana.pk, "name": "Noor", "kind": "first_truancy", "reasons": [["", "No home."]],
           "remedy": "Ask."}  # fmt: skip
    Batch.objects.update(left_out=[one | {"name": f"Noor {n}"} for n in range(80)])
    shown = body(sign_in("principal").get(reverse("notices:batch", args=[draft.pk])))
    assert "<b>80</b> · No home." in shown
    assert "Noor 49<" in shown
    assert "Noor 50<" not in shown
    assert "and others" in shown


def test_nobody_approves_what_they_have_not_looked_at(sign_in, draft):
    client, path = sign_in("principal"), reverse("notices:approve", args=[draft.pk])
    shown = body(client.post(path, {"seen": 1}))
    assert "Say that you have looked at the letters." in shown
    assert 'name="seen" value="1"' in shown
    assert not draft.approvals.exists()
    assert client.post(path, {"seen": 1, "checked": "on"}).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "approved"
    assert "approved by Hugo Principal" in body(client.get(reverse("notices:batch", args=[draft.pk])))


def test_what_changed_since_the_page_was_opened_is_looked_at_again(sign_in, draft):
    client, path = sign_in("principal"), reverse("notices:approve", args=[draft.pk])
    shown = body(client.post(path, {"seen": 2, "checked": "on"}))
    assert "held 2 letters when you opened it, and 1 now. Look at it again." in shown
    assert 'name="seen" value="1"' in shown, "and the next approval is of what is now shown"
    assert not re.search(r'name="checked"[^>]* checked', shown)
    assert not draft.approvals.exists()


def test_a_large_batch_takes_two_people(sign_in, draft, daniel):
    Batch.objects.update(needs=2)
    client, path = sign_in("principal"), reverse("notices:approve", args=[draft.pk])
    page = reverse("notices:batch", args=[draft.pk])
    assert "two people approve so many letters" in body(client.get(page))
    client.post(path, {"seen": 1, "checked": "on"})
    shown = body(client.get(page))
    assert "Another person must look at it too" in shown
    assert "Approve 1 letter" not in shown
    assert "You approved this batch already" in body(client.post(path, {"seen": 1, "checked": "on"}))
    second = sign_in("director", at=None)
    assert second.post(path, {"seen": 1, "checked": "on"}).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.approvals.count()) == ("approved", 2)


def test_the_second_of_two_who_press_at_once_is_told_who_was_first(sign_in, draft, daniel):
    actions.approve(batch=draft, by=daniel)
    shown = body(sign_in("principal").post(reverse("notices:approve", args=[draft.pk]), {"seen": 1, "checked": "on"}))
    assert "This batch is approved, by Daniel Kim. It needs no further approval." in shown


def test_issuing_is_asked_for_and_followed(sign_in, draft, daniel):
    client, page = sign_in("principal"), reverse("notices:batch", args=[draft.pk])
    path = reverse("notices:issue", args=[draft.pk])
    assert "A batch that is draft cannot be issued" in body(client.post(path))
    actions.approve(batch=draft, by=daniel)
    assert "Issue the letters" in body(client.get(page))
    assert client.post(path).status_code == 302
    shown = body(client.get(page))
    assert "Being issued" in shown
    assert "Issue the letters" not in shown, "pressing again would do nothing"
    assert "firstbell work" in shown, "no worker runs here, and the page says so"
    polled = client.get(page, headers={"HX-Request": "true"})
    assert "0 of 1" in text(polled)
    assert "<main" not in text(polled)
    actions.issue(batch=draft.pk)
    assert client.get(page, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert "Print file 1 of 1" in body(client.get(page))


def test_work_that_never_ended_can_be_asked_for_again(sign_in, draft, daniel):
    actions.approve(batch=draft, by=daniel)
    actions.ask_issue(batch=draft, by=daniel)
    actions.give_up(batch=draft.pk)
    client, page = sign_in("principal"), reverse("notices:batch", args=[draft.pk])
    shown = body(client.get(page))
    assert "It stopped." in shown
    assert "Issue the letters" in shown
    assert client.post(reverse("notices:issue", args=[draft.pk])).status_code == 302
    assert "It stopped." not in body(client.get(page))


def test_letters_of_another_day_are_not_issued_today(sign_in, ana, prepare, daniel, district):
    batch = prepare(school=district.schools[0], send_on=SENT + timedelta(3))
    actions.approve(batch=batch, by=daniel)
    assert "can be issued from that day on" in body(
        sign_in("principal").post(reverse("notices:issue", args=[batch.pk]))
    )


def test_a_batch_is_cancelled_and_its_letters_are_due_again(sign_in, draft, ana):
    client, path = sign_in("clerk"), reverse("notices:cancel", args=[draft.pk])
    assert client.post(path).status_code == 302
    assert due(ana).state == "open"
    shown = body(client.get(reverse("notices:batch", args=[draft.pk])))
    assert "No letter of this batch stands any more" in shown
    assert "Cancel the batch" not in shown
    assert "A batch that is cancelled cannot be cancelled" in body(client.post(path))


def test_what_is_issued_is_not_cancelled(sign_in, sent):
    shown = body(sign_in("clerk").post(reverse("notices:cancel", args=[sent.batch_id])))
    assert "A batch that is issued cannot be cancelled" in shown
    sent.refresh_from_db()
    assert sent.state == "issued"


def test_the_printed_letters_go_to_the_post_once(sign_in, sent):
    client, path = sign_in("clerk"), reverse("notices:mailed", args=[sent.batch_id])
    page = reverse("notices:batch", args=[sent.batch_id])
    assert "They went to the post" in body(client.get(page))
    client.post(path)
    client.post(path)
    assert [(one.state, one.by and one.by.username) for one in sent.deliveries.order_by("pk")] == [
        ("queued", None), ("sent", "clerk-0"),
    ]  # fmt: skip
    shown = body(client.get(page))
    assert "They went to the post" not in shown
    assert "<b>1</b> by mail: sent" in shown


def test_the_print_file_is_a_pdf_of_the_letters_and_is_logged(sign_in, sent, ana):
    answer = sign_in("clerk").get(reverse("notices:print", args=[sent.batch_id, 1]))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert f'filename="batch-{sent.batch_id}-1.pdf"' in answer.headers["Content-Disposition"]
    pages = pages_of(answer)
    assert "Marisol Reyes" in pages[0]
    assert len(pages) % 2 == 0, "each letter on a sheet of its own"
    assert AccessRow.objects.filter(student_id=ana.pk, route="notices:print").exists()


def test_a_draft_has_nothing_to_print(sign_in, draft):
    assert sign_in("clerk").get(reverse("notices:print", args=[draft.pk, 1])).status_code == 404


def test_the_mail_merge_has_a_line_a_letter_and_no_formulas(sign_in, town, prepare, issued, district):
    pupil = town.pupil("P-1", mother=town.contact("=Marisol"))
    town.report(pupil)
    actions.find_due()
    issued(prepare(school=district.schools[0]))
    letter = Letter.objects.get()
    answer = sign_in("clerk").get(reverse("notices:csv", args=[letter.batch_id]))
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    [line] = lines(answer)
    assert line == {
        "reference": letter.reference, "letter": "First notification of truancy", "date": SENT.isoformat(),
        "school": "School 1", "name": "'=Marisol Reyes", "address": "1 Olive Street", "place": "Rosalia, CA 90099",
        "students": "Ana Reyes P-1", "languages": "en", "state": "Issued", "sha256": letter.pdf_sha256,
    }  # fmt: skip
    assert AccessRow.objects.filter(student_id=pupil.pk, route="notices:csv").exists()


def test_a_print_file_that_is_damaged_says_so_instead_of_printing(sign_in, sent):
    shelf._path(sent.pdf_sha256).write_bytes(b"something else")
    client = sign_in("clerk")
    for name, args in (("print", [sent.batch_id, 1]), ("pdf", [sent.pk])):
        shown = body(client.get(reverse(f"notices:{name}", args=args)))
        assert "was changed since it was issued: restore it from a backup" in shown
    assert "This was not done" in shown
