"""Files as answers: what is in them, what they are called, and whether they open or are saved."""

import csv
import io

import pytest

from firstbell.core.answers import csv_answer, pdf_answer


def test_a_table_comes_as_a_file_to_save():
    answer = csv_answer(iter([("school", "minutes"), ('Oak, "north"', 5)]), "ledger.csv")
    assert list(csv.reader(io.StringIO(answer.content.decode()))) == [["school", "minutes"], ['Oak, "north"', "5"]]
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="ledger.csv"'


@pytest.mark.parametrize(("more", "how"), [({}, "inline"), ({"save": True}, "attachment")])
def test_a_paper_opens_or_is_saved(more, how):
    answer = pdf_answer(b"%PDF-1.7", "letter.pdf", **more)
    assert (answer.content, answer.headers["Content-Type"]) == (b"%PDF-1.7", "application/pdf")
    assert answer.headers["Content-Disposition"] == f'{how}; filename="letter.pdf"'
