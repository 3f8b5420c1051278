"""Lists of students: by filter, by search, and the marks that count for nothing."""

import unicodedata

from django.db.models import Count, F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat, Lower

from firstbell.attendance.models import Uncounted
from firstbell.core.access import Scope
from firstbell.desk.words import BANDS
from firstbell.roster.models import School, Student

MOST = 50
_PLAIN = {"ß": "s", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "-": " ", "’": "", "'": ""}


def _folding() -> tuple[str, str]:
    """Two texts for SQL's translate(): Latin letters with accents, and the same without; then signs to drop."""
    latin = [chr(code) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))]
    letters = {sign: unicodedata.normalize("NFD", sign)[0].lower() for sign in latin}
    letters = {sign: plain for sign, plain in letters.items() if plain.isascii() and plain.isalpha()} | _PLAIN
    kept = [sign for sign, plain in letters.items() if plain] + [sign for sign, plain in letters.items() if not plain]
    return "".join(kept), "".join(letters[sign] for sign in kept)


_FROM, _TO = _folding()
_TABLE = str.maketrans(_FROM[: len(_TO)], _TO, _FROM[len(_TO) :])


def fold(text: str) -> str:
    """`Jose Nunez Ortiz` from `José Núñez-Ortiz`, in small letters: the same folding the database does."""
    return unicodedata.normalize("NFC", text).lower().translate(_TABLE)


def found(scope: Scope, asked: str) -> list[Student]:
    """At most 50 students in scope: a student number, or the beginnings of their names in any order."""
    words = fold(asked).split()
    if not words:
        return []
    names = Concat(*_spaced("given", "family", "preferred_given", "preferred_family", "middle"))
    folded = Func(Lower(names), Value(_FROM), Value(_TO), function="translate", output_field=TextField())
    rows = Student.objects.visible_to(scope).filter(live=True).alias(names=folded)
    by_name = Q()
    for word in words:
        by_name &= Q(names__contains=f" {word}")
    rows = rows.filter(by_name | Q(key__iexact=asked.strip())).select_related("school", "standing")
    return list(rows.order_by("family", "given", "pk")[:MOST])


def _spaced(*fields: str) -> list[Value | F]:
    return [part for field in fields for part in (Value(" "), F(field))]


def students(scope: Scope, *, band: str = "", grade: str = "", school: str = "") -> QuerySet[Student]:
    """Students in scope by family name. An unknown band, or a school that is no number, finds nobody."""
    rows = Student.objects.visible_to(scope).filter(live=True).select_related("school", "standing")
    if band:
        bands = ("moderate", "severe") if band == "chronic" else (band,)
        rows = rows.filter(standing__national_band__in=bands)
    if grade:
        rows = rows.filter(grade=grade)
    if school:
        rows = rows.filter(school=int(school)) if school.isdecimal() and len(school) < 10 else rows.none()
    return rows.order_by("family", "given", "pk")


def choices(scope: Scope) -> dict[str, list[tuple[str, str]]]:
    """What the list of students can be narrowed by: (value, words) by filter."""
    grades = Student.objects.visible_to(scope).filter(live=True, grade__isnull=False).order_by("grade")
    schools = School.objects.visible_to(scope).filter(live=True).values_list("pk", "name")
    return {
        "band": [("chronic", "Chronic, all"), *BANDS.items()],
        "grade": [(one, one) for one in grades.values_list("grade", flat=True).distinct()],
        "school": [(str(pk), name) for pk, name in schools],
    }


def uncounted(scope: Scope, why: str = "") -> QuerySet[Uncounted]:
    """Marks that count for nothing, newest first."""
    rows = Uncounted.objects.visible_to(scope).select_related("student", "school", "mark__code")
    return (rows.filter(why=why) if why else rows).order_by("-day", "pk")


def uncounted_by_why(scope: Scope) -> list[tuple[str, str, int]]:
    """(why, its words, marks), most frequent first."""
    counts = Uncounted.objects.visible_to(scope).values_list("why").annotate(marks=Count("pk")).order_by("-marks")
    return [(why, Uncounted.Why(why).label, marks) for why, marks in counts]
