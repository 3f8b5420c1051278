"""The certificate of a course: golden text, what it says of a course taken elsewhere, and a tagged PDF of one page."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from firstbell.letters.certificate import Completed, pdf, text

GOLDEN = Path(__file__).parent / "golden" / "certificate.txt"
SAID = Completed(
    district="Rosalia Unified School District", person="Rosa Diaz", course="Truancy letters in legal order",
    what="Tell which letter is due on which day, and why none may be skipped (EC 48260.5).", on=date(2026, 5, 12),
    minutes=150, until=date(2028, 5, 12), recorded_by="Noor Rahimi", where="12 Alder Street, Room 4",
    led_by="Marisa Tolentino", reference="Completion 7",
)  # fmt: skip


def test_golden_text():
    assert text(SAID) == GOLDEN.read_text("utf-8")


@pytest.mark.parametrize(
    ("changed", "said", "unsaid"),
    [
        ({"where": "", "led_by": "", "shown": "Certificate of the County Office."},
         "What was shown: Certificate of the County Office.\n", "session"),
        ({"until": None}, "It counts for good.", "until"),
        ({"minutes": 60}, "May 12, 2026, 1 hour.", "minute"),
        ({"minutes": 45}, "May 12, 2026, 45 minutes.", "hour"),
        ({"minutes": 61}, "1 hour and 1 minute.", "minutes"),
    ],
)  # fmt: skip
def test_it_says_what_was_so_and_nothing_else(changed, said, unsaid):
    plain = text(replace(SAID, **changed))
    assert said in plain
    assert unsaid not in plain


@pytest.mark.parametrize("length", [1, 12])
def test_the_paper_is_tagged_and_one_page(length):
    with pikepdf.open(BytesIO(pdf(replace(SAID, what=SAID.what * length)))) as file:
        assert file.Root.MarkInfo.Marked
        assert str(file.docinfo["/Title"]) == "Certificate of completion"
        assert len(file.pages) == 1


def test_the_same_certificate_is_the_same_bytes():
    assert pdf(SAID) == pdf(SAID)


def test_a_character_without_a_glyph_is_named():
    with pytest.raises(ValueError, match="fonts have"):
        pdf(replace(SAID, person="\U000130c0"))
