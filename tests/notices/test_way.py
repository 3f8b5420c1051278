"""The whole way of a letter: due, prepared, approved, issued, proven; and taken back when a correction comes."""

import pytest

from firstbell.cases.models import Step
from firstbell.notices import actions, shelf
from firstbell.notices.models import Batch, Delivery, Due, Letter, Notice
from tests.notices.conftest import SENT, due, iso

pytestmark = pytest.mark.django_db


def test_a_report_makes_the_first_notice_due_and_issuing_it_takes_the_step(ana, prepare, issued):
    assert due(ana).state == Due.State.OPEN, due(ana).held
    batch = prepare()
    assert (batch.state, batch.needs, batch.left_out) == ("draft", 1, [])
    done = issued(batch)
    assert done.state == Batch.State.ISSUED
    notice, letter = Notice.objects.get(), Letter.objects.get()
    assert (notice.state, letter.state) == ("issued", "issued")
    assert (notice.step.kind, notice.step.number, notice.step.on) == ("notice", 1, SENT)
    assert notice.step.rests_on == [one["day"] for one in notice.evidence["days"]] == iso(0, 2, 4)
    assert shelf.opened(letter.pdf_sha256).startswith(b"%PDF")
    assert letter.to_name == "Marisol Reyes"
    assert due(ana).state == Due.State.SENT
    assert [one.state for one in Delivery.objects.all()] == ["queued"]
    assert actions.find_due().due == {}


def test_a_late_correction_rescinds_it_and_a_correction_letter_puts_it_right(ana, town, issued, prepare, night, daniel):
    issued()
    town.correct("P-1", 2)
    night()
    repaired = actions.rescind_hollow()
    assert [one.student for one in repaired.rescinded] == [ana]
    notice = Notice.objects.get()
    assert (notice.state, notice.rescinded_on) == ("rescinded", SENT)
    found = actions.find_due()
    assert found.due == {"correction": 1}
    batch = issued(prepare("correction"))
    assert batch.state == "issued"
    letter = Letter.objects.get(kind="correction")
    assert "absent, excused" in letter.text
    step = Step.objects.get(kind="notice")
    assert (step.stands, step.withdrawn_on) == (False, SENT)
    assert actions.find_due().due == {}
    assert actions.rescind_hollow().rescinded == []
