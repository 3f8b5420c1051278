"""What a proof keeps is the letter, and nothing else is taken for one."""

import json

import pytest

from firstbell.law.notices import Kind
from firstbell.letters.frozen import as_data, from_data
from firstbell.letters.samples import sample
from firstbell.letters.wording import LANGUAGES


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_letter_comes_back_from_json(kind, language):
    letter = sample(kind, language)
    assert language in LANGUAGES
    assert from_data(json.loads(json.dumps(as_data(letter)))) == letter


def changed(path: str, value: object) -> dict:
    """The sample's data with one place changed; `...` removes it."""
    data = json.loads(json.dumps(as_data(sample(Kind.SARB, "en"))))
    *way, last = path.split(".")
    at = data
    for step in way:
        at = at[int(step)] if step.isdigit() else at[step]
    if value is ...:
        del at[last]
    else:
        at[last] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("kind", "bogus", "kind: expected one of first_truancy"),
        ("kind", ..., "letter: kind: expected a value, found nothing"),
        ("ssn", "1", "ssn: expected one of kind, language.* found an unknown field"),
        ("students.0.status", "1", r"students\.0\.status: .* unknown field"),
        ("students.0.grade", "13", r"students\.0\.grade: expected one of TK"),
        ("students.0.name", 7, r"students\.0\.name: expected text, found 7"),
        ("students", "Ana", "students: expected a list"),
        ("students", ["Ana"], r"students\.0: expected fields with their values"),
        ("to.restricted", "no", r"to\.restricted: expected true or false"),
        ("report", "2", "report: expected a whole number"),
        ("sent_on", "10/15/2026", "sent_on: expected ISO 8601, found '10/15/2026'"),
        ("school.opens", "early", r"school\.opens: expected ISO 8601"),
        ("board", ..., r"board: expected the review board's name and address"),
        ("board.address", ..., r"board\.address: expected a value"),
        ("ground", "late", "ground: expected one of habitual"),
        ("person", ..., "person: expected a value, found nothing"),
    ],
)
def test_what_is_not_a_letter_is_refused_by_field(path, value, says):
    with pytest.raises(ValueError, match=says):
        from_data(changed(path, value))
