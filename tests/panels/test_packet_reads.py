"""What reading for a packet costs, and that its wordings know every state that a letter can be in."""

from django.db import connection, transaction

from firstbell.letters.packet.telling import packet_wording
from firstbell.notices.models import Delivery
from firstbell.panels.actions.packets import make_packet
from firstbell.panels.queries import packets as queries
from tests.panels.packing import HELD_BACK, chained, father, log, mother, note, sibling

__all__ = ["chained", "father", "log", "mother", "note", "sibling"]


def test_a_packet_asks_a_bounded_number_of_questions(chained, log, note, django_assert_max_num_queries):
    for day in range(17, 24):
        log("call", "no_answer", day, "Nobody was at home again, called twice.")
    for number in range(5):
        note("restricted", f"{HELD_BACK} {number}")
    with django_assert_max_num_queries(60):
        queries.file_of(chained)


def test_both_wordings_have_a_word_for_every_state_a_letter_can_be_in():
    for language in ("en", "es"):
        sentences = packet_wording(language).sentences
        assert {f"state.{one}" for one in Delivery.State.values} <= sentences.keys()
        assert {f"channel.{one}" for one in Delivery.Channel.values} <= sentences.keys()


def test_the_database_is_read_only_while_a_packet_is_looked_at(chained, rosa):
    made = make_packet(referral=chained, audience="panel", by=rosa)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set transaction read only")
        assert queries.complaints(made) == []
