"""Invented people and figures for the component gallery at /ui/: every component, usual, empty, long and faulty."""

from datetime import date, timedelta
from typing import Any

from django import forms

GALLERY_DAY = date(2026, 5, 12)
LETTERS = {"U": "unexcused", "E": "excused", "T": "late", "S": "suspended", "P": "partial", "?": "unknown"}
LEGEND = [
    ("U", "unexcused", "unexcused"),
    ("E", "excused", "excused"),
    ("T", "late", "late over 30 min"),
    ("P", "partial", "part of the day"),
    ("S", "suspended", "suspended"),
    ("?", "unknown", "not yet explained"),
    ("", "present", "present"),
]
MARKS = {
    "T": "2025-08-18 2025-09-18 2025-09-26 2026-01-14 2026-04-17",
    "U": "2025-10-17 2025-10-20 2025-12-05 2025-12-12 2026-01-23 2026-01-30 2026-02-06 2026-02-13 2026-02-27 2026-03-06"
    " 2026-03-13 2026-04-10 2026-05-01 2026-05-08",
    "E": "2025-11-13 2025-11-14 2026-01-16 2026-02-20",
    "P": "2026-02-03",
    "S": "2026-03-17 2026-03-18",
    "?": "2026-05-11",
}
HOLIDAYS = {
    date(2025, 9, 1),
    date(2025, 11, 11),
    *(date(2025, 11, 24) + timedelta(n) for n in range(5)),
    date(2026, 1, 19),
}


class SampleForm(forms.Form):
    """One field of each kind; bound to nothing, it shows every error."""

    reached = forms.ChoiceField(
        label="Who did you reach?",
        choices=[("mother", "Rosa Orellana, mother"), ("uncle", "Iván Orellana, uncle"), ("none", "Nobody")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whom you reached, or Nobody."},
    )
    on = forms.DateField(
        label="Day of the call",
        help_text="For example 5/12/2026. Not after today.",
        widget=forms.DateInput(attrs={"type": "date", "class": "input-short"}),
        error_messages={"required": "Enter the day of the call."},
    )
    reason = forms.ChoiceField(
        label="What makes it hard to come?", choices=[("", "Not known yet"), ("bus", "The bus")], required=False
    )
    note = forms.CharField(
        label="What was said",
        help_text="Facts in plain words; the family may read this.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write what was said."},
    )
    interpreter = forms.BooleanField(label="An interpreter was on the line", required=False)


def calendar_months() -> list[dict[str, Any]]:
    """A school year's months in the shape `<c-calendar>` takes, from mid August to GALLERY_DAY."""
    months: list[dict[str, Any]] = []
    on = date(2025, 8, 14)
    while on <= GALLERY_DAY:
        if not months or months[-1]["label"] != f"{on:%b}":
            months.append({"label": f"{on:%b}", "year": on.year, "days": []})
        if on.weekday() < 5 and on not in HOLIDAYS and not date(2025, 12, 22) <= on <= date(2026, 1, 9):
            months[-1]["days"].append(_calendar_day(on))
        on += timedelta(1)
    return months


def _calendar_day(on: date) -> dict[str, Any]:
    letter = next((letter for letter, days in MARKS.items() if on.isoformat() in days), "")
    kind = LETTERS.get(letter, "present")
    words = f"{on:%a} {on.day} {on:%b}: {'not yet explained' if kind == 'unknown' else kind}"
    return {"on": on, "letter": letter, "kind": kind, "label": words, "url": "#day" if letter else "", "off": False}


QUEUE_FIELDS = ("state", "name", "grade", "why", "law", "weeks", "band", "words", "due", "minutes", "act")
QUEUE = [
    (
        "is-law",
        "Ana Orellana",
        "03",
        "First notice is due: third unexcused day was Friday. Home last reached 19 days ago.",
        "EC 48260.5",
        [92, 88, 90, 80, 76, 72, 70, 64, 60, 58],
        "severe",
        "Severe 24 %",
        "today",
        15,
        "Call, then notice",
    ),
    (
        "is-law",
        "Jun Park",
        "05",
        "Conference must follow report 1 before report 3 can count. None tried yet.",
        "EC 48262",
        [96, 94, 92, 90, 90, 88, 84, 86, 80, 82],
        "moderate",
        "Chronic 12 %",
        "Thu",
        10,
        "Call parent",
    ),
    (
        "is-due",
        "Marisol Vega",
        "KN",
        "Crossed 10 % yesterday; brother Leo (grade 4) is at 88 %. One household call.",
        "EC 60901",
        [94, 90, None, 88, 86, 90, 84, 80, 78, 84],
        "moderate",
        "Chronic 11 %",
        "this week",
        12,
        "Call home",
    ),
    (
        "is-due",
        "Davit Hakobyan",
        "04",
        "Three Fridays in a row. Bus 7 students are up 2.4 times this month.",
        "",
        [98, 98, 96, 94, 94, 90, 88, 86, 84, 84],
        "at_risk",
        "At risk 8 %",
        "this week",
        8,
        "Check in",
    ),
    (
        "",
        "Elena Cruz",
        "02",
        "Back four full days after her plan began. Say so: promise review is today.",
        "",
        [88, 86, 84, 86, 88, 90, 92, 94, 96, 98],
        "at_risk",
        "At risk 7 %",
        "today",
        5,
        "Celebrate",
    ),
    (
        "",
        "Wilhelmina Featherstonehaugh-Papadopoulos de la Fuente",
        "01",
        "Home visit booked 1:00. Farsi interpreter confirmed. Leave-behind note printed.",
        "",
        [None, None, 80, 78, 80, 76, 78, 80, 76, 78],
        "severe",
        "Severe 21 %",
        "1:00",
        45,
        "Visit",
    ),
    (
        "is-done",
        "Leo Vega",
        "04",
        "Reached mother, one entry for the household. Barrier: morning child care. Next: Friday.",
        "",
        [90, 90, 88, 90, 88, 86, 88, 88, 86, 88],
        "none",
        "done 8:52",
        "",
        9,
        "Undo",
    ),
]


def gallery_context() -> dict[str, Any]:
    """Everything `core/gallery.html` shows."""
    faulty = SampleForm({}, prefix="sent")
    faulty.is_valid()
    return {
        "queue": [dict(zip(QUEUE_FIELDS, row, strict=True)) for row in QUEUE],
        "months": calendar_months(),
        "legend": LEGEND,
        "form": SampleForm(),
        "faulty": faulty,
        "bands": [
            ("advanced", "Advanced"),
            ("proficient", "Proficient"),
            ("basic", "Basic"),
            ("below_basic", "Below basic"),
            ("far_below_basic", "Far below basic"),
            ("satisfactory", "Satisfactory"),
            ("at_risk", "At risk 8 %"),
            ("moderate", "Chronic 12 %"),
            ("severe", "Severe 24 %"),
            ("none", "No days yet"),
        ],
        "facts": [
            ("Grade", "3"),
            ("School", "Lincoln Elementary, since 6 Jan"),
            ("Home language", "Spanish"),
            ("Named adult", "R. Diaz"),
            ("Born", "14 Feb 2018"),
            ("Interpreter", ""),
        ],
        "steps": STEPS,
        "events": EVENTS,
        "hours": [
            {"label": "7 calls", "minutes": 95},
            {"label": "2 visits", "minutes": 90},
            {"label": "SART", "minutes": 45},
            {"label": "Check-ins", "minutes": 60},
            {"label": "Notes", "minutes": 40},
        ],
        "bars": [
            {"label": "Illness", "count": 412},
            {"label": "Not yet explained", "count": 188, "tone": "moderate"},
            {"label": "Family travel", "count": 61},
            {"label": "Bus", "count": 23, "tone": "severe"},
            {"label": "Court", "count": 0},
        ],
        "trend": [
            ("Aug", 97.1),
            ("Sep", 96.2),
            ("Oct", 94.8),
            ("Nov", 93.9),
            ("Dec", None),
            ("Jan", 91.6),
            ("Feb", 90.8),
            ("Mar", 92.3),
            ("Apr", 93.1),
            ("May", 93.8),
        ],
        "tabs": [
            {"label": "Mine", "url": "#mine", "count": 11, "current": True},
            {"label": "School", "url": "#school", "count": 34},
            {"label": "Unassigned", "url": "#unassigned", "count": 0},
            {"label": "Watch", "url": "#watch"},
        ],
        "in_use": [
            {"label": "Grade 3", "url": "#g"},
            {"label": "Chronic", "url": "#c"},
            {"label": "Home language Armenian", "url": "#l"},
        ],
        "crumbs": [("Students", "#students"), ("Lincoln Elementary", "#school")],
        "columns": [
            "School",
            {"label": "Students", "number": True},
            {"label": "Chronic", "number": True},
            "Latest import",
        ],
        "rows": [
            ("Lincoln Elementary", "612", "18.3 %", "today 5:10 am"),
            ("Maple Middle", "1,048", "22.0 %", "today 5:11 am"),
            ("Cesar Chavez Span School", "731", "9.9 %", "Fri 8 May, late"),
        ],
        "queue_columns": [
            "Student",
            "Why today",
            "Ten weeks",
            "Standing",
            "Due",
            {"label": "Min", "number": True},
            {"label": "What to do", "hidden": True},
        ],
    }


STEPS = [
    {"state": "done", "title": "Report 1", "text": "3 occasions by 12 Mar", "url": "#law", "link": "EC 48260"},
    {"state": "done", "title": "First notice", "text": "mailed 14 Mar, Spanish", "url": "#proof", "link": "proof"},
    {"state": "done", "title": "Conference effort", "text": "call 20 Mar, reached; counts after report 1"},
    {"state": "void", "title": "Report 2", "text": "since 11 May, by a correction"},
    {"state": "next", "title": "Next", "text": "visit or conference by Fri 15 May"},
    {"state": "later", "title": "SARB referral", "text": "needs habitual or chronic ground"},
]
EVENTS = [
    {
        "on": date(2026, 5, 11),
        "tone": "severe",
        "title": "Notice 2 no longer stands",
        "text": "import of 10 May changed 3 Apr from U to illness",
        "by": "by the record, not by a person",
    },
    {
        "on": date(2026, 4, 29),
        "tone": "info",
        "title": "Home visit",
        "detail": "mother, 25 min; barrier: night shift, no one for the morning",
        "text": "next step: walking group with the Vega family, starts 4 May",
        "by": "R. Diaz",
        "url": "#visit",
    },
    {
        "on": date(2026, 4, 21),
        "tone": "sealed",
        "title": "Counseling session",
        "chip": "sealed",
        "chip_tone": "sealed",
        "by": "only R. Diaz can open it",
    },
    {
        "on": date(2026, 3, 20),
        "tone": "ok",
        "title": "Call reached",
        "detail": "explained the notice in Spanish",
        "text": "counts as conference effort (EC 48262)",
    },
]
