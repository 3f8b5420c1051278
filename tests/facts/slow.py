"""The slow, obvious way to every answer of `firstbell.facts`: one student, one day, one question at a time."""

from collections import defaultdict

from firstbell.facts.daybook import Sources, WhyNot
from firstbell.law.days import ABSENT, HALF, SEVERITY, Day, kind

SEEN = {Day.PRESENT, Day.PARTIAL, Day.OCCASION, Day.IN_SCHOOL_SUSPENSION}


def school_days(sources: Sources) -> dict[tuple[int, int], dict[int, tuple[bool, int]]]:
    """(student, school) -> day -> the claim of that school on the student, for each day of any enrolment there."""
    claims = defaultdict(dict)
    for student, school, _, entry, last, primary in sources.enrolments.tolist():
        for day in all_days(sources):
            if entry <= day <= last:
                claims[student, school][day] = max(claims[student, school].get(day, (False, 0)), (primary, entry))
    return claims


def all_days(sources: Sources) -> list[int]:
    return sorted({day for days in sources.calendars.values() for day in days.tolist()})


def in_session(sources: Sources) -> set[tuple[int, int, int]]:
    """(student, school, day) on which the student is enrolled there and their calendar has school."""
    return {
        (student, school, day)
        for student, school, calendar, entry, last, _ in sources.enrolments.tolist()
        for day in sources.calendars[calendar].tolist()
        if entry <= day <= last and day <= sources.through
    }


def school_cells(sources: Sources) -> dict[tuple[int, int, int], int]:
    """(student, school, day) -> byte."""
    silent = set(sources.not_taken.tolist())
    marks = {(student, school, day): byte for student, school, day, byte, _ in sources.marks.tolist()}
    return {
        (student, school, day): marks.get(
            (student, school, day), int(Day.NOT_TAKEN if (school, day) in silent else Day.PRESENT)
        )
        for student, school, day in in_session(sources)
    }


def district_cells(sources: Sources) -> dict[tuple[int, int], int]:
    """(student, day) -> byte."""
    claims = school_days(sources)
    candidates = defaultdict(list)
    for (student, school, day), byte in school_cells(sources).items():
        primary, entry = claims[student, school][day]
        candidates[student, day].append(((primary, entry, -school), byte))
    return {key: joined([byte for _, byte in sorted(bytes_, reverse=True)]) for key, bytes_ in candidates.items()}


def joined(own_first: list[int]) -> int:
    own, seen = own_first[0], [byte for byte in own_first if kind(byte) in SEEN]
    if kind(own) in SEEN or not seen:
        return own
    if kind(seen[0]) == Day.OCCASION:
        return Day.PARTIAL | (seen[0] & HALF)
    return seen[0]


def uncounted(sources: Sources) -> list[tuple[int, int]]:
    """(mark id, why), by student, school and day."""
    known, cells, claims = set(sources.students.tolist()), in_session(sources), school_days_of_marks(sources)
    left = []
    for student, school, day, _, mark in sorted(sources.marks.tolist()):
        if student not in known:
            left.append((mark, WhyNot.UNKNOWN_STUDENT))
        elif day > sources.through:
            left.append((mark, WhyNot.AFTER_THROUGH))
        elif (student, school, day) not in claims:
            left.append((mark, WhyNot.OUTSIDE_ENROLMENT))
        elif (student, school, day) not in cells:
            left.append((mark, WhyNot.NOT_INSTRUCTIONAL))
    return left


def school_days_of_marks(sources: Sources) -> set[tuple[int, int, int]]:
    return {
        (student, school, day)
        for student, school, day, _, _ in sources.marks.tolist()
        if any(
            (student, school) == (e["student"], e["school"]) and e["entry"] <= day <= e["last"]
            for e in sources.enrolments
        )
    }


def standing(days: list[tuple[int, int]], subject_from: int = 0, subject_before: int = 2**31 - 1) -> dict[str, int]:
    """Every field of STANDING from the (day, byte) of a line in order, days without school left out."""
    taken = [(day, byte) for day, byte in days if kind(byte) not in (Day.NONE, Day.NOT_TAKEN)]
    kinds = [kind(byte) for _, byte in taken]
    absent = [k in ABSENT for k in kinds]
    occasions = [
        day
        for day, byte in taken
        if kind(byte) in (Day.UNEXCUSED, Day.OCCASION) and subject_from <= day < subject_before
    ]
    back_after, back_on = back(taken)
    return {
        "enrolled": len(taken),
        "absent": sum(absent),
        "excused": kinds.count(Day.EXCUSED),
        "unexcused": kinds.count(Day.UNEXCUSED),
        "suspended": kinds.count(Day.SUSPENDED),
        "unverified": kinds.count(Day.UNVERIFIED),
        "study_undone": kinds.count(Day.STUDY_UNDONE),
        "occasions": len(occasions),
        "partial": kinds.count(Day.PARTIAL) + kinds.count(Day.OCCASION),
        "half_days": sum(byte & HALF > 0 for _, byte in taken),
        "not_taken": sum(kind(byte) == Day.NOT_TAKEN for _, byte in days),
        "streak": ending(absent),
        "unexcused_streak": ending([k == Day.UNEXCUSED for k in kinds]),
        "longest_streak": max((ending(absent[:n]) for n in range(len(absent) + 1)), default=0),
        "last20": sum(absent[-20:]),
        "before20": sum(absent[-40:-20]),
        "first_month": sum(absent[:20]),
        "first_month_days": len(absent[:20]),
        "back_after": back_after,
        "back_on": back_on,
        "first_day": taken[0][0] if taken else 0,
        "last_absent": max((day for (day, _), out in zip(taken, absent, strict=True) if out), default=0),
        "third_occasion": occasions[2] if len(occasions) > 2 else 0,
    }


def ending(truths: list[bool]) -> int:
    """How many of the last are true without a break."""
    return next((n for n, truth in enumerate(reversed(truths)) if not truth), len(truths))


def back(taken: list[tuple[int, int]]) -> tuple[int, int]:
    """Length of the absence that ended one to five enrolled days ago, and the first day back; (0, 0) if none did."""
    absent = [kind(byte) in ABSENT for _, byte in taken]
    for since in range(1, 6):
        before = absent[:-since]
        if not any(absent[-since:]) and ending(before):
            return ending(before), taken[-since][0]
    return 0, 0


def reduced_days(marks: list[dict], periods_met: dict[tuple[int, int], int]) -> dict[tuple[int, int, int], int]:
    """(student, school, day) -> byte, from marks for whole days and for periods."""
    whole, periods, named = defaultdict(list), defaultdict(lambda: defaultdict(list)), defaultdict(set)
    for m in marks:
        key = m["student"], m["school"], m["day"]
        if m["period"] == "":
            whole[key].append(m["byte"])
        elif kind(m["byte"]) != Day.NOT_TAKEN:
            periods[key][m["period"]].append(m["byte"])
            named[key[1:]].add(m["period"])
    days = {}
    for key in whole.keys() | periods.keys():
        of_periods = [worst(bytes_) for bytes_ in periods[key].values()]
        met = periods_met.get(key[1:], len(named[key[1:]]))
        cut = any(kind(byte) in (Day.UNEXCUSED, Day.OCCASION) for byte in of_periods)
        if key not in whole:
            days[key] = from_periods(of_periods, met)
        elif kind(worst(whole[key])) in (Day.PRESENT, Day.PARTIAL) and cut:
            days[key] = Day.OCCASION | (worst(whole[key]) & HALF)
        else:
            days[key] = worst(whole[key])
    return days


def worst(bytes_: list[int]) -> int:
    most = min((kind(byte) for byte in bytes_), key=SEVERITY.index)
    half = most in ABSENT or any(byte & HALF for byte in bytes_ if kind(byte) == most)
    return most | (HALF if half else 0)


def from_periods(of_periods: list[int], met: int) -> int:
    absent = [byte for byte in of_periods if kind(byte) in ABSENT]
    if len(absent) >= met and len(absent) == len(of_periods):
        return worst(absent)
    kinds = {kind(byte) for byte in of_periods}
    if kinds & {Day.UNEXCUSED, Day.OCCASION}:
        day = Day.OCCASION
    elif Day.IN_SCHOOL_SUSPENSION in kinds:
        day = Day.IN_SCHOOL_SUSPENSION
    elif absent or Day.PARTIAL in kinds:
        day = Day.PARTIAL
    else:
        day = Day.PRESENT
    return day | (HALF if 2 * len(absent) >= met else 0)
