"""A letter or packet as plain data and back: what a proof keeps, so that the same paper can be made years later."""

from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields, is_dataclass
from datetime import date, time
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from firstbell.letters.data import Letter, wrong

T = TypeVar("T")
_SIMPLE: dict[type, str] = {str: "text", int: "a whole number", bool: "true or false"}


def as_data(paper: Any) -> dict[str, Any]:
    """What JSON can hold of a dataclass: days and times as ISO 8601, choices by their value."""
    return {name: _plain(value) for name, value in asdict(paper).items()}


def from_data(data: Mapping[str, Any]) -> Letter:
    """The letter that `as_data` wrote. Raises ValueError naming a field that is missing, unknown or of another type."""
    return read_as(Letter, data, str(data.get("kind", "letter")))


def read_as(what: type[T], data: Mapping[str, Any], name: str) -> T:
    """The dataclass that `as_data` wrote; `name` is what it is called where it cannot be read. ValueError as above."""
    made = _built(name, "", what, data)
    assert isinstance(made, what)
    return made


def _plain(value: Any) -> Any:
    match value:
        case Mapping():
            return {name: _plain(one) for name, one in value.items()}
        case tuple():
            return [_plain(one) for one in value]
        case date() | time():
            return value.isoformat()
        case StrEnum():
            return value.value
        case _:
            return value


def _built(kind: str, at: str, hint: Any, value: Any) -> Any:
    """`value` as the type `hint`; `at` is where we are, for the message."""
    if get_origin(hint) is UnionType:
        return None if value is None else _built(kind, at, next(a for a in get_args(hint) if a is not NoneType), value)
    if get_origin(hint) is tuple:
        if not isinstance(value, list | tuple):
            raise wrong(kind, at, "a list", repr(value))
        return tuple(_built(kind, f"{at}.{number}", get_args(hint)[0], one) for number, one in enumerate(value))
    if is_dataclass(hint):
        return _record(kind, at, hint, value)
    if hint in _SIMPLE:
        if type(value) is not hint:
            raise wrong(kind, at, _SIMPLE[hint], repr(value))
        return value
    return _chosen(kind, at, hint, value)


def _record(kind: str, at: str, hint: Any, value: Any) -> Any:
    if not isinstance(value, Mapping):
        raise wrong(kind, at or "letter", "fields with their values", repr(value))
    hints, place = _hints(hint), f"{at}." if at else ""
    if unknown := sorted(set(value) - set(hints)):
        raise wrong(kind, place + unknown[0], f"one of {', '.join(hints)}", "an unknown field")
    needed = (one.name for one in fields(hint) if one.default is MISSING)
    if lacking := [name for name in needed if name not in value]:
        raise wrong(kind, place + lacking[0], "a value", "nothing")
    return hint(**{name: _built(kind, place + name, hints[name], one) for name, one in value.items()})


@cache
def _hints(what: type) -> dict[str, Any]:
    """Read once for each type: a packet has thousands of values."""
    return get_type_hints(what)


def _chosen(kind: str, at: str, hint: Any, value: Any) -> Any:
    """A day, a time, or one of a list of choices."""
    try:
        return hint.fromisoformat(value) if hint in (date, time) else hint(value)
    except (TypeError, ValueError):
        expected = "ISO 8601" if hint in (date, time) else f"one of {', '.join(hint)}"
        raise wrong(kind, at, expected, repr(value)) from None
