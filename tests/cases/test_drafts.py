"""Drafts: found again after signing out, by nobody else, sealed at rest, gone once the form is saved."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from firstbell.cases import actions
from firstbell.cases.actions.drafts import LARGEST
from firstbell.cases.models import Draft, Entry, Note
from firstbell.cases.queries.drafts import drafts_of
from firstbell.core import sealing
from firstbell.core.models import AccessRow, JournalLine, User

pytestmark = pytest.mark.django_db
SAID = "He told me that the bus frightens him."


@pytest.fixture
def counselor(sign_in):
    return sign_in("counselor")


@pytest.fixture
def me(counselor) -> User:
    return User.objects.get(username="counselor-0")


def keep(client, who, form: str = "log", **told):
    usual = {"key": str(uuid4()), "kind": "call", "said": SAID} if form == "log" else {"lock": "open", "text": SAID}
    return client.post(reverse("cases:draft", args=[who.pk, form]), usual | told)


def page(client, who) -> str:
    return client.get(reverse("cases:case", args=[who.pk])).content.decode()


@pytest.mark.parametrize("form", ["log", "note"])
def test_what_was_written_is_there_after_signing_out(client, counselor, me, truant, form):
    assert keep(counselor, truant, form).status_code == 204
    client.logout()
    client.force_login(me)
    shown = page(client, truant)
    assert SAID in shown
    assert "These words are your draft of" in shown
    assert f'data-drafts="{reverse("cases:draft", args=[truant.pk, form])}"' in shown


def test_every_field_comes_back(counselor, me, truant):
    actions.open_case(student=truant, by=me)
    keep(
        counselor,
        truant,
        outcome="reached",
        barriers=["transport", "sleep"],
        next_kind="visit",
        minutes="25",
        whom="",
        csrf="x",
    )
    shown = counselor.get(reverse("cases:case", args=[truant.pk])).context["forms"]["log"]
    assert [shown[name].value() for name in ("kind", "outcome", "barriers", "next_kind", "minutes")] == [
        "call", "reached", ["transport", "sleep"], "visit", "25",
    ]  # fmt: skip
    assert "csrf" not in drafts_of(truant, me)["log"].told


def test_the_newest_words_count_and_empty_ones_throw_it_away(counselor, me, truant):
    keep(counselor, truant)
    keep(counselor, truant, said="Other words.")
    assert drafts_of(truant, me)["log"].told["said"] == ["Other words."]
    assert Draft.objects.count() == 1
    answer = counselor.post(reverse("cases:draft", args=[truant.pk, "log"]))
    assert answer.headers["Location"] == reverse("cases:case", args=[truant.pk])
    assert not Draft.objects.exists()
    assert "These words are your draft" not in page(counselor, truant)


def test_nobody_else_finds_it_and_the_database_holds_no_word(counselor, me, truant, sign_in):
    keep(counselor, truant)
    keep(counselor, truant, "note")
    for role in ("clerk", "principal"):
        assert SAID not in page(sign_in(role), truant)
    with connection.cursor() as cursor:
        cursor.execute("select encode(sealed, 'escape') from case_draft")
        assert all(SAID.split()[0] not in text and "bus" not in text for (text,) in cursor.fetchall())
    assert not JournalLine.objects.filter(verb__startswith="cases.").exists()
    assert not AccessRow.objects.filter(route="cases:draft").exists()


@pytest.mark.parametrize(
    ("form", "route", "told"),
    [
        ("log", "log", {"kind": "call", "outcome": "reached", "said": SAID}),
        ("note", "note", {"lock": "sealed", "text": SAID}),
    ],
)  # fmt: skip
def test_saved_it_is_no_draft_and_what_comes_late_makes_none(counselor, me, truant, form, route, told):
    key = str(uuid4())
    keep(counselor, truant, form, key=key)
    assert counselor.post(reverse(f"cases:{route}", args=[truant.pk]), told | {"key": key}).status_code == 302
    assert Entry.objects.count() + Note.objects.count() == 1
    assert not Draft.objects.exists()
    assert keep(counselor, truant, form, key=key).status_code == 204
    assert not Draft.objects.exists()


def test_what_could_not_be_saved_stays_a_draft(counselor, truant):
    keep(counselor, truant)
    answer = counselor.post(reverse("cases:log", args=[truant.pk]), {"key": str(uuid4()), "kind": "call", "said": SAID})
    assert answer.status_code == 409
    assert SAID in answer.content.decode()
    assert Draft.objects.count() == 1


def test_the_draft_keeps_the_key_so_that_two_tabs_are_one_entry(counselor, truant):
    key = str(uuid4())
    keep(counselor, truant, key=key)
    assert f'value="{key}"' in page(counselor, truant)


@pytest.mark.parametrize(
    ("role", "at", "form", "status"),
    [
        ("counselor", 0, "note", 204), ("clerk", 0, "log", 204), ("clerk", 0, "note", 404),
        ("counselor", 1, "log", 404), ("engineer", None, "log", 404), ("counselor", 0, "else", 404),
    ],
)  # fmt: skip
def test_who_may_keep_one(sign_in, truant, role, at, form, status):
    assert keep(sign_in(role, at=at), truant, form).status_code == status
    assert Draft.objects.exists() is (status == 204)


def test_an_old_draft_and_one_too_large_are_none(counselor, me, truant):
    keep(counselor, truant)
    Draft.objects.update(at=timezone.now() - timedelta(days=15))
    assert drafts_of(truant, me) == {}
    keep(counselor, truant, "note")
    assert set(Draft.objects.values_list("form", flat=True)) == {"note"}
    assert actions.keep_draft(student=truant, form="log", told={"said": ["x" * LARGEST]}, by=me) is None


def test_turning_the_keys_keeps_drafts_and_drops_what_no_key_opens(counselor, me, truant):
    keep(counselor, truant)
    lost = Draft.objects.create(by=me, student=truant, form="note", sealed=b"no key made this")
    assert set(drafts_of(truant, me)) == {"log"}
    actions.turn_keys()
    sealing.keep_newest()
    assert drafts_of(truant, me)["log"].told["said"] == [SAID]
    assert not Draft.objects.filter(pk=lost.pk).exists()


def test_a_get_changes_nothing(counselor, truant):
    keep(counselor, truant)
    assert counselor.get(reverse("cases:draft", args=[truant.pk, "log"])).status_code == 302
    assert Draft.objects.count() == 1
