"""Letters on their way: by a real mail server and text provider on loopback, once each, with every fault kept."""

import base64
import json
import os
import socketserver
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs

import pytest
from django.test import override_settings

from firstbell.core.models import JournalLine
from firstbell.notices import actions, queries, shelf
from firstbell.notices.actions import delivering
from firstbell.notices.models import Batch, Delivery, Letter, Outbox
from firstbell.notices.providers import LocalOutbox, NotSent, TwilioCompatible, provider
from firstbell.notices.queries import sent
from firstbell.notices.rules import NotAllowed
from firstbell.roster import models as m
from tests.notices.conftest import at_once

pytestmark = pytest.mark.django_db
LOCAL = "firstbell.notices.providers.LocalMail"


@contextmanager
def served(server):
    """The port of a server at work on loopback."""
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class MailServer:
    """What came in by SMTP. `refuse` names a recipient nobody has, `hangs_up` is a server that dies at the data."""

    got: list[bytes] = field(default_factory=list)
    refuse: str = ""
    hangs_up: bool = False

    def handler(self):
        box = self

        class Talk(socketserver.StreamRequestHandler):
            def say(self, line: str) -> None:
                self.wfile.write(f"{line}\r\n".encode())

            def handle(self) -> None:
                self.say("220 loopback")
                while line := self.rfile.readline():
                    match line[:4].upper():
                        case b"EHLO" | b"HELO":
                            self.say("250 loopback")
                        case b"RCPT" if box.refuse and box.refuse.encode() in line:
                            self.say("550 no such person here")
                        case b"DATA":
                            if box.hangs_up:
                                return
                            self.say("354 go on")
                            box.got.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                            self.say("250 taken")
                        case b"QUIT":
                            self.say("221 bye")
                            return
                        case _:
                            self.say("250 ok")

        return Talk


@pytest.fixture
def post():
    box = MailServer()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with served(Server(("127.0.0.1", 0), box.handler())) as port, override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=port,
        MAIL_DOMAIN="rosalia.example.org",
    ):  # fmt: skip
        yield box


@dataclass
class TextProvider:
    """What came in by HTTP: path, headers, form. `answers` is what it says."""

    got: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    answers: Callable[[dict[str, str]], tuple[int, bytes]] = lambda form: (201, json.dumps({"sid": "SM1"}).encode())

    def handler(self):
        box = self

        class Talk(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                said = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: value for name, [value] in parse_qs(said).items()}
                box.got.append((self.path, self.headers["Authorization"], form))
                status, body = box.answers(form)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *what) -> None:
                pass

        return Talk


@pytest.fixture
def carrier(monkeypatch):
    box = TextProvider()
    with served(ThreadingHTTPServer(("127.0.0.1", 0), box.handler())) as port:
        told = {
            "PROVIDER": f"http://127.0.0.1:{port}/",
            "ACCOUNT": "AC1",
            "SECRET": "s3cret",
            "SENDER": "+15550100100",
        }
        for name, value in told.items():
            monkeypatch.setenv(f"FIRSTBELL_TEXT_{name}", value)
        yield box


@pytest.fixture
def go_out(town, prepare, issued):
    """`go_out("email")`: a batch issued to two homes, to be sent these ways."""

    def run(*channels: str) -> Batch:
        for key in ("P-1", "P-2"):
            mother, _ = town.family(key)
            m.Phone.objects.create(
                contact=mother, place=1, number=f"(213) 555-014{key[-1]}", kind="mobile", text_ok=True,
                arrival=town.district.arrival,
            )  # fmt: skip
        return issued(prepare(channels=channels))

    return run


def ways(channel: str) -> list[list[str]]:
    """What happened to each letter by one channel, in order."""
    return [
        list(letter.deliveries.filter(channel=channel).order_by("pk").values_list("state", flat=True))
        for letter in Letter.objects.order_by("place")
    ]


def test_an_e_mail_is_the_letter_with_its_pdf_to_its_own_home(go_out, post):
    batch = go_out("email")
    assert actions.deliver(batch=batch.pk) == 2
    assert ways("email") == [["queued", "sending", "sent"]] * 2
    for letter, raw in zip(Letter.objects.order_by("place"), post.got, strict=True):
        message = message_from_bytes(raw, policy=policy.default)
        assert (message["To"], message["Subject"]) == (letter.email, "A letter from School 1")
        assert message["Message-ID"] == f"<letter.{letter.reference}@rosalia.example.org>"
        assert message.get_body().get_content().split() == letter.text.split()
        [paper] = message.iter_attachments()
        assert (paper.get_filename(), paper.get_content_type()) == (f"letter-{letter.reference}.pdf", "application/pdf")
        assert paper.get_content() == shelf.opened(letter.pdf_sha256)
        assert message["Cc"] is message["Bcc"] is None
    assert actions.deliver(batch=batch.pk) == 0
    assert len(post.got) == 2, "nothing is sent twice"


def test_an_address_that_is_refused_is_on_record_and_the_others_go_out(go_out, post):
    batch = go_out("email")
    post.refuse = Letter.objects.order_by("place")[0].email
    assert actions.deliver(batch=batch.pk) == 1
    assert ways("email") == [["queued", "sending", "failed"], ["queued", "sending", "sent"]]
    assert "no such person here" in Delivery.objects.get(state="failed").note


@pytest.mark.parametrize("email", ["a@example.org\nBcc: b@example.org", "@", "ana@ex ample.org"])
def test_an_address_that_is_none_fails_alone(go_out, post, email):
    batch = go_out("email")
    first = Letter.objects.order_by("place")[0]
    Delivery.objects.create(letter=first, channel="email", to=email, state="queued")
    assert actions.deliver(batch=batch.pk) == 1
    assert [told[-1] for told in ways("email")] == ["failed", "sent"]
    assert all(b"b@example.org" not in raw for raw in post.got)


@pytest.mark.parametrize("fault", ["hangs up", "nobody there"])
def test_a_mail_server_that_is_not_there_is_a_failure_that_is_kept(go_out, post, settings, fault):
    batch = go_out("email")
    post.hangs_up = fault == "hangs up"
    if fault == "nobody there":
        settings.EMAIL_PORT = 1
    assert actions.deliver(batch=batch.pk) == 0
    assert [told[-1] for told in ways("email")] == ["failed", "failed"]
    assert all(Delivery.objects.filter(state="failed").values_list("note", flat=True))


def test_a_damaged_letter_is_not_sent(go_out, post):
    batch = go_out("email")
    [path, _] = sorted((Path(os.environ["FIRSTBELL_HOME"]) / "letters").rglob("*.pdf"))
    path.write_bytes(b"other")
    assert actions.deliver(batch=batch.pk) == 1
    assert "was changed since it was issued" in Delivery.objects.get(state="failed").note
    assert len(post.got) == 1


def test_a_text_says_that_a_letter_comes_and_nothing_of_what_it_says(go_out, carrier):
    batch = go_out("text")
    assert actions.deliver(batch=batch.pk) == 2
    assert ways("text") == [["queued", "sending", "sent"]] * 2
    assert ways("print") == [["queued"]] * 2, "the letter itself goes by mail"
    login = base64.b64encode(b"AC1:s3cret").decode()
    for letter, (path, authorization, form) in zip(Letter.objects.order_by("place"), carrier.got, strict=True):
        assert path == "/2010-04-01/Accounts/AC1/Messages.json"
        assert authorization == f"Basic {login}"
        assert (form["To"], form["From"]) == (letter.phone, "+15550100100")
        assert form["Body"] == "School 1 is sending you a letter. Questions? Call (555) 010-0142, any language."
    assert set(Delivery.objects.filter(state="sent").values_list("provider_id", flat=True)) == {"SM1"}


@pytest.mark.parametrize(("answer", "states"), [
    ((400, b'{"code": 21211, "message": "invalid number"}'), ["failed"] * 2),
    ((429, b""), ["failed"] * 2),
    ((500, b"\xff\xfe oops"), ["failed"] * 2),
    ((201, b"not json"), ["sent"] * 2),  # it was taken: nobody sends it again
    ((201, b"[]"), ["sent"] * 2),
])  # fmt: skip
def test_what_the_provider_answers_is_on_record(go_out, carrier, answer, states):
    carrier.answers = lambda form: answer
    actions.deliver(batch=go_out("text").pk)
    assert [told[-1] for told in ways("text")] == states
    for one in Delivery.objects.filter(state="failed"):
        assert f"the provider answered {answer[0]}" in one.note


def test_a_provider_that_cannot_be_reached(monkeypatch):
    with pytest.raises(NotSent, match="cannot be reached"):
        TwilioCompatible("http://127.0.0.1:1", "AC1", "s", "+1").send(to="+1555", body="x", key="k")


def test_the_provider_is_the_districts_or_the_local_outbox(monkeypatch, tmp_path):
    monkeypatch.setenv("FIRSTBELL_HOME", str(tmp_path))
    assert isinstance(provider(), LocalOutbox)
    monkeypatch.setenv("FIRSTBELL_TEXT_PROVIDER", "https://api.example.org")
    assert isinstance(provider(), TwilioCompatible)


def test_in_a_practice_district_nothing_leaves_and_people_can_open_it(go_out, settings):
    settings.EMAIL_BACKEND = LOCAL
    batch = go_out("email", "text")
    assert actions.deliver(batch=batch.pk) == 4
    letter = Letter.objects.order_by("place")[0]
    mail, text = (
        Outbox.objects.get(channel=one, to=to) for one, to in (("email", letter.email), ("text", letter.phone))
    )
    assert mail.body == letter.text
    assert shelf.opened(mail.attached) == shelf.opened(letter.pdf_sha256)
    assert (text.key, text.subject, "truan" in text.body) == (f"letter.{letter.reference}.text", "", False)
    assert list(sent.outbox().values_list("pk", flat=True)) == sorted(Outbox.objects.values_list("pk", flat=True))[::-1]


def test_the_outbox_keeps_the_same_message_once():
    for _ in range(2):
        LocalOutbox().send(to="+1555", body="x", key="letter.1.text")
    assert Outbox.objects.count() == 1


class Stop(BaseException):
    """Nothing catches it, as nothing catches a kill."""


def test_what_was_under_way_when_the_program_died_is_failed_and_never_repeated(go_out, post, monkeypatch):
    batch = go_out("email")
    real = delivering._mail

    def killed(waits):
        real(waits)
        raise Stop

    with monkeypatch.context() as patch:
        patch.setattr(delivering, "_mail", killed)
        with pytest.raises(Stop):
            actions.deliver(batch=batch.pk)
    assert (len(post.got), [told[-1] for told in ways("email")]) == (1, ["sending", "queued"])
    assert actions.deliver(batch=batch.pk) == 1
    assert [told[-1] for told in ways("email")] == ["failed", "sent"]
    assert "Ask the family, or the provider" in Delivery.objects.get(state="failed").note
    assert len({message_from_bytes(raw)["To"] for raw in post.got}) == len(post.got) == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_message_once(go_out, carrier):
    batch = go_out("text")
    found = at_once(*[lambda: actions.deliver(batch=batch.pk)] * 3)
    assert sum(found) == 2
    assert sorted(form["To"] for _, _, form in carrier.got) == ["+12135550141", "+12135550142"]
    assert ways("text") == [["queued", "sending", "sent"]] * 2


@pytest.mark.parametrize(("channels", "lacks", "then"), [
    (("print",), (), ["print"]),
    (("email",), (), ["email"]),
    (("email",), ("email",), ["print"]),
    (("text",), (), ["print", "text"]),
    (("text",), ("phone",), ["print"]),
    (("email", "text"), ("email", "phone"), ["print"]),
    (("email", "text"), ("email",), ["print", "text"]),
    (("print", "email"), ("email",), ["print"]),
])  # fmt: skip
def test_every_letter_has_a_way_and_what_has_no_other_is_mailed(town, prepare, issued, channels, lacks, then):
    mother, _ = town.family("P-1")
    if "phone" not in lacks:
        m.Phone.objects.create(
            contact=mother, place=1, number="213.555.0141", kind="mobile", text_ok=True, arrival=town.district.arrival
        )
    if "email" in lacks:
        m.Contact.objects.update(email=None)
    issued(prepare(channels=channels))
    assert sorted(Delivery.objects.values_list("channel", flat=True)) == then


@pytest.mark.parametrize("told", [{"text_ok": False}, {"text_ok": None}, {"live": False}, {"private": True}])
def test_no_text_to_a_number_that_may_not_have_one(town, prepare, issued, told):
    mother, _ = town.family("P-1")
    number = {"number": "213.555.0141", "kind": "mobile", "text_ok": True, "arrival": town.district.arrival}
    m.Phone.objects.create(contact=mother, place=1, **(number | told))
    issued(prepare(channels=("text",)))
    assert [(one.channel, "+1213" in one.to) for one in Delivery.objects.all()] == [("print", False)]


def test_mailed_by_hand(go_out, rosa):
    batch = go_out("print")
    assert actions.mailed(batch=batch, by=rosa) == 2
    assert ways("print") == [["queued", "sent"]] * 2
    assert actions.mailed(batch=batch, by=rosa) == 0
    line = JournalLine.objects.filter(verb="notices.mailed").earliest("pk")
    assert (line.by, line.detail) == (rosa, {"letters": 2})


def test_what_the_post_brings_back(go_out, rosa):
    batch = go_out("print", "email")
    actions.mailed(batch=batch, by=rosa)
    letter = actions.record_returned(letter=Letter.objects.order_by("place")[0], by=rosa, why="Moved away")
    assert letter.state == "returned"
    last = letter.deliveries.filter(channel="print").latest("pk")
    assert (last.state, last.by, last.note) == ("returned", rosa, "Moved away")
    line = JournalLine.objects.get(verb="notices.returned")
    assert (line.by, line.about_id, line.detail) == (rosa, letter.pk, {"why": "Moved away"})
    with pytest.raises(NotAllowed, match="has not come back yet"):
        actions.record_returned(letter=letter, by=rosa)
    assert ("Mail", "Returned", 1) in queries.summary(batch).ways
    assert "Mail: Returned" in queries.as_text(queries.proof(letter))


def test_what_was_never_issued_cannot_come_back(ana, prepare, rosa):
    prepare()
    with pytest.raises(NotAllowed, match="Only a letter that was issued"):
        actions.record_returned(letter=Letter.objects.get(), by=rosa)


def test_the_mailing_house_gets_every_letter_once(town, prepare, issued):
    town.family("P-1", "P-2")
    mother, _ = town.family("P-3")
    m.Contact.objects.filter(pk=mother.pk).update(given="=HYPERLINK(1)")
    batch = issued(prepare())
    rows = list(sent.mail_merge(sent.letters_in(batch).select_related("school")))
    assert rows[0].startswith("reference,letter,date,school,name,address,place,students")
    assert len(rows) == 3
    assert "Ana Reyes P-1; Ana Reyes P-2" in rows[1]
    assert ",'=HYPERLINK(1) Reyes," in rows[2]
    made, letters = sent.print_run(batch)
    assert (made[:4], [one.place for one in letters]) == (b"%PDF", [1, 2])
