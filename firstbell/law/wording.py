"""Words that a letter to a family may not hold since the law dropped them (EC 48260.5; T-22). For the letter linter."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from firstbell.law.findings import Reason, spoken


@dataclass(frozen=True, slots=True)
class Forbidden:
    """What is looked for, in which languages, from which day on, and why it may not be said."""

    key: str
    section: str
    why: str
    since: date
    patterns: Mapping[str, str]


_SB_691 = date(2025, 7, 1)
_ANY = "any"

FORBIDDEN: tuple[Forbidden, ...] = (
    Forbidden(
        "prosecution",
        "EC 48260.5",
        "The notice no longer threatens parents or students with prosecution",
        _SB_691,
        {
            "en": r"\bprosecut\w*|\b(?:criminal|legal) (?:action|charges?|complaints?)|\bmisdemeanou?r\w*"
            r"|\bguilty\b|\binfractions?\b|\bjail\w*|\barrest\w*",
            "es": r"\b(?:enjuici|procesad|procesamiento|demandad)\w*"
            r"|\b(?:acci[oó]n|cargos?) (?:legal|penal|criminal)\w*"
            r"|\bdelitos?\b|\bculpables?\b|\binfracci[oó]n(?:es)?\b|\bc[aá]rcel\b|\barrest\w*",
        },
    ),
    Forbidden(
        "fine",
        "EC 48260.5",
        "The notice no longer speaks of fines",
        _SB_691,
        {"en": r"\bfine[ds]? (?:of|up|not)\b|\b(?:a|be) fined?\b|\$\s?\d", "es": r"\bmultas?\b|\$\s?\d"},
    ),
    Forbidden(
        "license",
        "VC 13202.7",
        "No court can take a driver's license for truancy",
        _SB_691,
        {
            "en": r"\bdriv(?:er|ing)\W?s? (?:licen[cs]e|privilege|permit)\w*",
            "es": r"\b(?:licencia|permiso|privilegio) (?:de|para) (?:conducir|manejar)\b",
        },
    ),
    Forbidden(
        "attend_class",
        "EC 48260.5",
        "The notice no longer recommends that the parent sit in class",
        _SB_691,
        {
            "en": r"\b(?:accompany|attend)\b[^.]{0,60}\bclass(?:es|room)?\b[^.]{0,40}\b(?:one|a) day\b",
            "es": r"\bacompañ\w+[^.]{0,60}\bclases?\b[^.]{0,40}\bun d[ií]a\b",
        },
    ),
    Forbidden(
        "PC 270.1",
        "PC 270.1",
        "The section is repealed and cannot be cited",
        date(2026, 1, 1),
        {_ANY: r"\b270\.1\b"},
    ),
    Forbidden(
        "repealed section",
        "VC 13202.7",
        "The section is repealed and cannot be cited",
        _SB_691,
        {_ANY: r"\b13202\.7\b"},
    ),
    Forbidden(
        "immigration",
        "EC 234.7",
        "A letter never speaks of anyone's immigration status",
        date.min,
        {"en": r"\bimmigra\w+|\bcitizenship\b", "es": r"\b(?:in)?migratori\w+|\bciudadan[ií]a\b|\binmigra\w+"},
    ),
)


def forbidden(text: str, language: str, sent_on: date) -> list[tuple[str, Reason]]:
    """What a letter sent on a day may not say: the words found, and why. Languages without a list: citations only."""
    found = []
    for rule in FORBIDDEN:
        pattern = rule.patterns.get(language) or rule.patterns.get(_ANY)
        if pattern and sent_on >= rule.since:
            for match in re.finditer(pattern, text, re.IGNORECASE):
                since = "" if rule.since == date.min else f" since {spoken(rule.since)}"
                found.append((match[0], Reason(rule.section, f"{rule.why}{since}: “{match[0]}”.")))
    return found
