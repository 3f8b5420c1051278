"""From TOML to Policy, refusing anything unknown, mistyped, missing or uncited."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import is_dataclass, replace
from datetime import date
from functools import cache
from importlib import resources
from itertools import pairwise
from types import MappingProxyType
from typing import Any, get_type_hints

from firstbell.law.policy.values import Policy, Setting, Value
from firstbell.law.sections import CHOICES, Choice, section_of


class PolicyError(ValueError):
    """A policy file, a setting or a date that the engine cannot work with; says which, and why."""


_GROUPS: dict[str, Any] = {name: kind for name, kind in get_type_hints(Policy).items() if is_dataclass(kind)}
_TYPES: dict[str, Any] = {
    f"{group}.{name}": kind for group, rules in _GROUPS.items() for name, kind in get_type_hints(rules).items()
}


def policy_on(day: date) -> Policy:
    """The policy in force on a day. PolicyError before the first one."""
    return in_force(_shipped(), day)


def in_force(policies: Sequence[Policy], day: date) -> Policy:
    """The latest of `policies` (oldest first) that has begun by `day`. PolicyError when none has."""
    begun = [policy for policy in policies if policy.in_force <= day]
    if not begun:
        first = policies[0].in_force if policies else "never"
        raise PolicyError(f"no policy is in force on {day}: the first begins {first}")
    return begun[-1]


def with_settings(policy: Policy, **choices: Value) -> Policy:
    """The policy with a district's choices: with_settings(policy, **{"truancy.minutes_inclusive": True}).

    Only what the law leaves open may be chosen; PolicyError for an unknown name, a wrong type or a value the
    law has fixed.
    """
    for name, value in choices.items():
        _check(name, value, "setting")
        cite = policy.cites[name]
        if not cite.startswith("setting "):
            raise PolicyError(f"setting {name}: fixed by {cite}, not a district's choice")
        between = CHOICES[cite.removeprefix("setting ")].between
        if between and isinstance(value, int) and not between[0] <= value <= between[1]:
            raise PolicyError(f"setting {name}: {value} is not between {between[0]} and {between[1]}")
    values = _values(policy) | choices
    return replace(policy, **_grouped(values), choices=MappingProxyType({**policy.choices, **choices}))


def settings(policy: Policy) -> tuple[Setting, ...]:
    """Every setting as `policy` has it, those of the policy files first; then how we read the law, unchangeable."""
    shipped, values = _values(in_force(_shipped(), policy.in_force)), _values(policy)
    chosen = [
        _setting(CHOICES[cite.removeprefix("setting ")], name, values[name], shipped[name])
        for name, cite in policy.cites.items()
        if cite.startswith("setting ")
    ]
    read_so = CHOICES.keys() - {cite.removeprefix("setting ") for cite in policy.cites.values()}
    return (*chosen, *(_setting(CHOICES[name], name, None, None) for name in CHOICES if name in read_so))


def _setting(choice: Choice, name: str, value: Value | None, default: Value | None) -> Setting:
    allowed: tuple[int, ...] = (False, True) if isinstance(default, bool) else choice.between or ()
    return Setting(name, value, default, allowed, choice.why, choice.under)


def read(files: Iterable[tuple[str, str]]) -> tuple[Policy, ...]:
    """Policies, oldest first, from (file name, TOML text) pairs; each carries on from the one before it.

    PolicyError names the file and the key when a file cannot be read or used.
    """
    drafts = sorted((_draft(name, text) for name, text in files), key=lambda draft: draft[0])
    for (earlier, *_), (later, *_) in pairwise(drafts):
        if earlier == later:
            raise PolicyError(f"two policy files are in force from {later}")
    policies: list[Policy] = []
    values: dict[str, Value] = {}
    cites: dict[str, str] = {}
    for starts, because, changed, cited in drafts:
        values, cites = values | changed, cites | cited
        if missing := sorted(_TYPES.keys() - values):
            raise PolicyError(f"the policy of {starts} lacks {', '.join(missing)}")
        policies.append(Policy(starts, because, cites=MappingProxyType(cites), **_grouped(values)))
    return tuple(policies)


@cache
def _shipped() -> tuple[Policy, ...]:
    folder = resources.files("firstbell.law.policy")
    return read(
        (file.name, file.read_text(encoding="utf-8")) for file in folder.iterdir() if file.name.endswith(".toml")
    )


def _draft(file: str, text: str) -> tuple[date, str, dict[str, Value], dict[str, str]]:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{file}: not readable as TOML: {error}") from None
    starts, because = table.pop("in_force", None), table.pop("because", None)
    if type(starts) is not date or not isinstance(because, str):
        raise PolicyError(f"{file}: needs in_force, a date, and because, a sentence")
    entries: dict[str, object] = {}
    for group, named in table.items():
        if not isinstance(named, dict):
            raise PolicyError(f"{file}: {group} stands outside a group")
        entries |= {f"{group}.{name}": entry for name, entry in named.items()}
    return starts, because, *_split(file, entries)


def _split(file: str, entries: Mapping[str, object]) -> tuple[dict[str, Value], dict[str, str]]:
    values: dict[str, Value] = {}
    cites: dict[str, str] = {}
    for name, entry in entries.items():
        match entry:
            case {"is": value, "cite": str(cite), **rest} if not rest:
                values[name] = tuple(value) if isinstance(value, list) else value
                cites[name] = cite
            case _:
                raise PolicyError(f"{file}: {name} needs {{ is = value, cite = section }}")
        _check(name, values[name], file)
        try:
            section_of(cite)
        except KeyError:
            raise PolicyError(f"{file}: {name} cites {cite}, which we do not hold") from None
    return values, cites


def _check(name: str, value: object, where: str) -> None:
    """Refuse an unknown name or a value of another type; a yes or no never stands in for a number."""
    if name not in _TYPES:
        raise PolicyError(f"{where} {name}: no such value")
    if _TYPES[name] is bool:
        fits = type(value) is bool
    elif _TYPES[name] is int:
        fits = type(value) is int and value >= 0
    else:
        fits = isinstance(value, tuple) and all(type(n) is int for n in value) and list(value) == sorted(value)
    if not fits:
        raise PolicyError(f"{where} {name}: {value!r} does not fit")


def _values(policy: Policy) -> dict[str, Value]:
    return {name: getattr(getattr(policy, name.partition(".")[0]), name.partition(".")[2]) for name in _TYPES}


def _grouped(values: Mapping[str, Value]) -> dict[str, Any]:
    groups: dict[str, dict[str, Value]] = {group: {} for group in _GROUPS}
    for key, value in values.items():
        group, _, name = key.partition(".")
        groups[group][name] = value
    return {group: _GROUPS[group](**named) for group, named in groups.items()}
