from datetime import date

import pytest

from firstbell.law.notices import REQUIRED, Kind, required
from firstbell.law.sections import section_of
from firstbell.law.wording import FORBIDDEN, forbidden

NEW = date(2025, 9, 1)

THREATS = [
    ("en", "You may be prosecuted.", "prosecution"),
    ("en", "This could lead to PROSECUTION of the parent.", "prosecution"),
    ("en", "Parents may be guilty of an infraction.", "prosecution"),
    ("en", "The district may take legal action.", "prosecution"),
    ("en", "You could go to jail.", "prosecution"),
    ("en", "You may have to pay a fine of $100.", "fine"),
    ("en", "A judge may suspend your driver's license.", "license"),
    ("en", "The student may lose driving privileges.", "license"),
    ("en", "We ask you to attend class with the student for one day.", "attend_class"),
    ("en", "See Penal Code section 270.1.", "PC 270.1"),
    ("en", "Under Vehicle Code 13202.7 the court acts.", "repealed section"),
    ("en", "Please tell us your immigration status.", "immigration"),
    ("es", "Usted puede ser procesado por un delito.", "prosecution"),
    ("es", "Puede recibir una multa.", "fine"),
    ("es", "El estudiante puede perder su licencia de conducir.", "license"),
    ("es", "Le pedimos que acompañe al estudiante a clase por un día.", "attend_class"),
    ("es", "Díganos su situación migratoria.", "immigration"),
    ("hy", "Տես Penal Code 270.1", "PC 270.1"),
]

KIND_WORDS = [
    ("en", "You have the right to meet with school staff."),
    ("en", "We feel fine about it, and things are fine now."),
    ("en", "Your child may attend class again on Monday."),
    ("en", "The bus driver will stop at the school."),
    ("en", "Student and parents will be required to meet."),
    ("es", "Usted tiene derecho a reunirse con el personal."),
    ("es", "Queremos acompañar a su familia."),
    ("xx", "Prosecution is not looked for in a language without a list."),
]


@pytest.mark.parametrize(("language", "text", "key"), THREATS)
def test_a_threat_is_found_and_told(language, text, key):
    on = date(2026, 1, 1)
    rule = next(rule for rule in FORBIDDEN if rule.key == key)
    found = forbidden(text, language, on)
    assert any(rule.why in reason.sentence for _, reason in found)
    assert all(words in text for words, _ in found)


@pytest.mark.parametrize(("language", "text"), KIND_WORDS)
def test_kind_words_pass(language, text):
    assert forbidden(text, language, NEW) == []


@pytest.mark.parametrize(
    ("on", "text", "found"),
    [
        (date(2025, 6, 30), "You may be prosecuted.", False),
        (date(2025, 7, 1), "You may be prosecuted.", True),
        (date(2025, 12, 31), "PC 270.1", False),
        (date(2026, 1, 1), "PC 270.1", True),
        (date(2013, 1, 1), "your immigration status", True),
    ],
)
def test_from_which_day(on, text, found):
    assert bool(forbidden(text, "en", on)) is found


@pytest.mark.parametrize("rule", FORBIDDEN, ids=lambda rule: rule.key)
def test_every_rule_is_cited(rule):
    assert section_of(rule.section).title
    assert rule.patterns


def test_what_the_law_requires_is_never_forbidden():
    for kind in Kind:
        for item in required(kind, NEW):
            assert forbidden(item.words, "en", NEW) == []
    dropped = [item for item in REQUIRED[Kind.FIRST_TRUANCY] if item.key in ("old_infraction", "old_prosecution")]
    assert all(forbidden(item.words, "en", NEW) for item in dropped)
