"""Names as they are searched: in small letters, without accents, a space before each word.

The database folds what is stored and `fold` what is typed, in the same way.
"""

import re
import unicodedata

from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Concat, Lower

_ACCENTS = "[\u0300-\u036f]"
_FROM, _TO = "ßøłđı-’'", "soldi "
"""Letters that no accent makes, then signs that are dropped."""
_TABLE = str.maketrans(_FROM[: len(_TO)], _TO, _FROM[len(_TO) :])


def fold(text: str) -> str:
    """`jose nunez ortiz` from `José Núñez-Ortiz`."""
    return re.sub(_ACCENTS, "", unicodedata.normalize("NFD", text.lower())).translate(_TABLE)


def folded(*fields: str) -> Func:
    """The same of these fields of a row, as one text."""
    text = {"output_field": TextField()}
    spaced = Lower(Concat(*(part for field in fields for part in (Value(" "), F(field)))))
    apart = Func(spaced, function="normalize", template="%(function)s(%(expressions)s, NFD)", **text)
    bare = Func(apart, Value(_ACCENTS), Value(""), Value("g"), function="regexp_replace", **text)
    return Func(bare, Value(_FROM), Value(_TO), function="translate", **text)
