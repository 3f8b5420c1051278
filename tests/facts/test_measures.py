from pathlib import Path

import pytest

from firstbell.facts.kernels.standing import STANDING
from firstbell.facts.measures import CATALOGUE, as_markdown
from firstbell.law.sections import section_of

DOCUMENT = Path(__file__).parents[2] / "docs" / "measures.md"


def test_every_field_of_a_standing_is_explained_once():
    fields = [measure.field for measure in CATALOGUE if measure.field]
    assert sorted(fields) == sorted(STANDING.names)


def test_keys_and_names_are_used_once():
    for part in ("key", "name", "definition"):
        assert len({getattr(measure, part) for measure in CATALOGUE}) == len(CATALOGUE)


@pytest.mark.parametrize("measure", CATALOGUE, ids=lambda measure: measure.key)
def test_a_definition_is_one_plain_sentence(measure):
    assert measure.definition.endswith(".")
    assert ". " not in measure.definition
    assert len(measure.definition) < 200
    assert section_of(measure.source).title


def test_the_page_of_measures_is_current():
    """To make it anew: write as_markdown(CATALOGUE) to docs/measures.md."""
    assert DOCUMENT.read_text() == as_markdown(CATALOGUE)
