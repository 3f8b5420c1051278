"""Words that ask for care before they are written where a whole team reads them. Pure: text in, warnings out."""

import re
from dataclasses import dataclass

LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Caution:
    """What a note seems to speak of, what to think of, and the section it rests on."""

    about: str
    advice: str
    section: str


_STATUS = Caution(
    "immigration",
    "Never write down anybody's immigration or citizenship status: no one here needs it, and it can hurt the family.",
    "EC 234.7",
)
_HEALTH = Caution(
    "health",
    "Health is private. Write only what the team must do differently, or restrict the note to those who need it.",
    "EC 49602",
)
_ABUSE = Caution(
    "abuse",
    "If you suspect abuse or neglect you must report it yourself: by telephone at once, in writing within 36 hours."
    " Telling a colleague is no report. Keep the report out of this file.",
    "PC 11166",
)
_WORDS = (
    (_STATUS, r"undocumented|immigra\w+|citizenship|deport\w*|green card|visa status|papeles"),
    (
        _HEALTH,
        r"depress\w*|anxiety|suicid\w*|self-?harm|diagnos\w*|medicat\w*|pregnan\w*|abortion|therap\w+|psych\w*|overdose"
        r"|drugs?|alcohol\w*|asthma|diabet\w*|\bHIV\b|cancer",
    ),
    (
        _ABUSE,
        r"abus\w*|neglect\w*|molest\w*|assault\w*|beat(?:s|en|ing)? (?:him|her|them)|hits? (?:him|her|them)|bruis\w*",
    ),
)


def cautions(text: str) -> list[Caution]:
    """What to think of before this text is saved where others read it; each once."""
    return [one for one, words in _WORDS if re.search(rf"(?<!\w)(?:{words})(?!\w)", text, re.IGNORECASE)]
