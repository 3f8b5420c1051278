"""How a letter reads on a page: its languages apart, so that each is set and spoken as what it is."""

from dataclasses import dataclass
from operator import attrgetter

from firstbell.letters.frozen import from_data
from firstbell.letters.text import text
from firstbell.letters.wording import wording
from firstbell.notices.models import Batch, Letter
from firstbell.notices.queries import letters_in


@dataclass(frozen=True, slots=True)
class Reading:
    """`language` and `direction` as HTML's lang and dir want them."""

    language: str
    direction: str
    name: str
    text: str


def readings(letter: Letter) -> list[Reading]:
    found = []
    for one in map(from_data, letter.data):
        said = wording(one.language)
        found.append(Reading(one.language, "rtl" if said.right_to_left else "ltr", said.name, text(one)))
    return found


def samples(batch: Batch) -> list[tuple[Letter, list[Reading]]]:
    """The first letter of each kind, in print order."""
    first = letters_in(batch).order_by("kind", "place").distinct("kind")
    return [(one, readings(one)) for one in sorted(first, key=attrgetter("place"))]
