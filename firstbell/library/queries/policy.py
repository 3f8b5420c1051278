"""What the library shows of the policy in force: the numbers of the law and the district's settings."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from firstbell.core import citing
from firstbell.law.policy import Policy, PolicyError, Setting, Value, policy_on, settings
from firstbell.library.labels import GROUPS, LABELS


@dataclass(frozen=True)
class Number:
    """A value of the policy in force: what it is called, what it is, since when, and from where."""

    label: str
    value: str
    since: date
    cited: str


@dataclass(frozen=True)
class Choice:
    """What the law leaves open, as it stands here. `value` is empty where it only says how we read the law."""

    anchor: str
    label: str
    value: str
    default: str
    allowed: str
    why: str
    section: str
    since: date | None
    is_own: bool


def choices(policy: Policy) -> list[Choice]:
    """Every setting the law leaves to the district, and then how we read the law where it is silent.

    The first value that rests on a setting stands at the setting's anchor, where reasons lead.
    """
    taken: set[str] = set()
    return [_choice(one, policy, taken) for one in settings(policy)]


def _choice(one: Setting, policy: Policy, taken: set[str]) -> Choice:
    anchor = citing.slug(policy.cites.get(one.name, f"setting {one.name}"))
    anchor = citing.slug(f"setting {one.name}") if anchor in taken else anchor
    taken.add(anchor)
    value, default = _shown(one.name, one.value), _shown(one.name, one.default)
    since = None if one.value is None else _since(one.name, policy)
    allowed = _allowed(one.allowed)
    return Choice(anchor, _label(one.name), value, default, allowed, one.why, one.section, since, one.is_chosen)


def numbers(policy: Policy) -> dict[str, list[Number]]:
    """Every value that the law itself fixes, with the section it comes from, under the words of its group."""
    found: dict[str, list[Number]] = {}
    for name, cite in policy.cites.items():
        if not cite.startswith("setting "):
            number = Number(_label(name), _shown(name, _value(policy, name)), _since(name, policy), cite)
            found.setdefault(GROUPS[name.partition(".")[0]], []).append(number)
    return found


def _value(policy: Policy, name: str) -> Value:
    group, _, own = name.partition(".")
    value: Value = getattr(getattr(policy, group), own)
    return value


def _since(name: str, policy: Policy) -> date:
    """The day of the policy that last changed a value; a district's own choices carry no day of their own."""
    since, now = policy.in_force, _value(policy, name)
    for earlier in _before(policy.in_force):
        if _value(earlier, name) != now:
            break
        since = earlier.in_force
    return since


@cache
def _before(day: date) -> tuple[Policy, ...]:
    """The policies in force before the one that began on a day, latest first."""
    try:
        earlier = policy_on(day - timedelta(1))
    except PolicyError:
        return ()
    return (earlier, *_before(earlier.in_force))


def _label(name: str) -> str:
    return LABELS[name][0]


def _shown(name: str, value: Value | None) -> str:
    """A value as it is read: "10 days", "10, 30, 60 and 90 days", "no"."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    tenths = 10 if name.endswith("_tenths") else 1
    many = value if isinstance(value, tuple) else (value,)
    said = [f"{one / tenths:,g}" for one in many]
    listed = " and ".join(filter(None, [", ".join(said[:-1]), said[-1]]))
    return f"{listed} {LABELS[name][1]}".strip()


def _allowed(allowed: tuple[int, ...]) -> str:
    if not allowed:
        return ""
    return "yes or no" if isinstance(allowed[0], bool) else f"{allowed[0]:,} to {allowed[1]:,}"
