"""How pages speak of a cited section, and where the law library tells of it."""

import re
from functools import lru_cache

from django.urls import reverse

from firstbell.law.sections import SECTIONS, section_of

POLICY = "library:policy"


def slug(number: str) -> str:
    """A section in an address: "EC 48260.5" is `ec-48260-5`, a setting's is its anchor on the policy page."""
    return re.sub(r"[^a-z0-9]+", "-", number.lower()).strip("-")


def words(cited: str) -> str:
    """A section as it is shown; a choice the law leaves open goes by what it is, not by its key."""
    return "District setting" if cited.startswith("setting ") else cited


@lru_cache(maxsize=1000)
def address(cited: str) -> str:
    """The library's page of a section or setting that a reason cites; empty for one that is not held."""
    try:
        number = section_of(cited).number
    except KeyError:
        return ""
    if number.startswith("setting "):
        return f"{reverse(POLICY)}#{slug(number)}"
    return reverse("library:section", args=[slug(number)])


BY_SLUG = {slug(number): number for number in SECTIONS}
"""Every section's number by its slug. No two share one; a test keeps it so."""
