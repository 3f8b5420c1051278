"""How long eight people wait who work at the same time: real processes, real requests, the district's own size.

    FIRSTBELL_HOME=… python -m benchmarks.load

Starts gunicorn as `firstbell serve` does and lets seven counselors and a director read lists and log contacts, each
with a second to think. Measures the district that is in FIRSTBELL_HOME (`python -m benchmarks.nightly --home …` leaves
the largest one there) and writes into it: people called load-…, their sessions and contacts, and a year of casework
where there is none: an open case for three in four of the chronically absent, six contacts and a task for each.
"""

import argparse
import http.client
import os
import random
import socket
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from firstbell.site.ready import ready

LISTS = ("/today/", "/today/?all=1", "/today/?rule=in_a_row", "/today/calls/", "/students/", "/students/?band=severe",
         "/students/?grade=09", "/gaps/", "/gaps/?list=visit", "/gaps/?list=adult", "/gaps/?list=case",
         "/gaps/?list=late", "/notices/", "/notices/?state=open", "/notices/?page=9", "/cases/changes/?show=counts",
         "/schools/", "/search/?q=garcia")  # fmt: skip
LIST_BAR, LOG_BAR = 100, 50
TOKEN = "a" * 32


CASES = """
    insert into case_file (student_id, school_id, year, state, tier, tier_on, opened_on, closing, version, lead_id)
    select student_id, school_id, %(year)s, 'open', 2 + student_id %% 2, %(on)s::date - (student_id %% 150)::int,
        %(on)s::date - (student_id %% 170)::int, '', 1, case when student_id %% 5 > 0 then %(by)s end
    from standing where national_band in ('moderate', 'severe') and student_id %% 4 > 0
"""
ENTRIES = """
    insert into case_entry (key, student_id, case_id, kind, outcome, number, barriers, said, minutes, "on", by_id)
    select gen_random_uuid(), student_id, id, case when n = 1 and id %% 3 = 0 then 'visit' else 'call' end,
        case when (id + n) %% 3 = 0 then 'reached' else 'no_answer' end, '', '[]', 'Said.', 10,
        %(on)s::date - (n * 7 + id %% 30)::int, %(by)s
    from case_file, generate_series(1, 6) as n
"""
TASKS = """
    insert into case_task (case_id, kind, text, due_on, minutes, source, state, outcome, snoozed_why, version, owner_id)
    select id, 'reach', '', %(on)s::date + (id %% 20)::int - 8, 10, 'person', 'open', '', '', 1, %(by)s from case_file
"""
LETTERS = "update notice_due set state = 'open', held = '[]', remedy = '' where state = 'held' and id %% 2 = 0"


@dataclass
class Person:
    role: str
    key: int
    session: str
    students: list[int]
    waits: dict[str, list[float]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def person(number: int) -> Person:
    """Somebody with a post, signed in: counselor of two schools, or for number 0 the director."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from firstbell.core import clock
    from firstbell.core.models import User
    from firstbell.roster.models import School, Student
    from firstbell.site import practice_staffing
    from firstbell.staffing import actions as staffing

    role = "director" if number == 0 else "counselor"
    user, new = User.objects.get_or_create(username=f"load-{number}", defaults={"password": "!"})
    schools = list(School.objects.filter(live=True).order_by("pk")[2 * number : 2 * number + 2])
    if new:
        for school in schools if number else [None]:
            if number:
                practice_staffing.qualify(user, clock.today())
            tenths = 5 if number else 10
            staffing.assign(user=user, role=role, school=school, by=None, begins=date(2000, 1, 1), tenths=tenths)
    store = SessionStore()
    store[SESSION_KEY], store[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    store[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    store.create()
    pupils = Student.objects.filter(school__in=schools, live=True).order_by("pk").values_list("pk", flat=True)
    return Person(role, user.pk, store.session_key, list(pupils[:200]))


def casework(by: int) -> None:
    """What a year of work leaves behind, so that no list is empty; nothing where there are cases already."""
    from django.db import connection, transaction

    from firstbell.attendance.models import Served
    from firstbell.cases.models import Case

    served = Served.objects.get()
    if not Case.objects.exists():
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in (CASES, ENTRIES, TASKS, LETTERS):
                cursor.execute(statement, {"year": served.year, "on": served.on, "by": by})
    with connection.cursor() as cursor:  # the server's own housekeeping does it within minutes
        cursor.execute("vacuum analyze")


def work(one: Person, port: int, rounds: int, think: float, luck: random.Random) -> None:
    for turn in range(rounds):
        time.sleep(think * luck.uniform(0.5, 1.5))
        if turn % 4 == 3:
            ask(one, port, "log a contact", f"/cases/students/{luck.choice(one.students)}/log/", {
                "key": str(uuid.uuid4()), "kind": "call", "outcome": "reached", "said": "Measured.", "whom": "",
                "csrfmiddlewaretoken": TOKEN,
            })  # fmt: skip
        else:
            path = luck.choice(LISTS)
            ask(one, port, path, path)


def ask(one: Person, port: int, name: str, path: str, body: dict[str, str] | None = None) -> None:
    """One request, and how long until the last byte of its answer."""
    headers = {"Cookie": f"sessionid={one.session}; csrftoken={TOKEN}", "Referer": f"http://127.0.0.1:{port}/"}
    began = time.perf_counter()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    if body is None:
        line.request("GET", path, headers=headers)
    else:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        line.request("POST", path, urlencode(body), headers | form)
    answer = line.getresponse()
    answer.read()
    line.close()
    one.waits.setdefault(name, []).append(1000 * (time.perf_counter() - began))
    if answer.status != (302 if body else 200):
        one.faults.append(f"{answer.status} {path}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--people", type=int, default=8)
    options.add_argument("--rounds", type=int, default=60, help="requests of each person")
    options.add_argument("--think", type=float, default=1.0, help="seconds between them")
    asked = options.parse_args()
    ready()
    people = [person(number) for number in range(asked.people)]
    casework(person(1).key)
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2",
               "--log-level", "warning", "firstbell.site.wsgi"]  # fmt: skip
    server = subprocess.Popen(command, env=dict(os.environ))
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        for one in people:  # each process has read its modules and the book before anybody is timed
            for path in LISTS:
                ask(one, port, path, path)
            one.waits.clear()
        threads = [
            threading.Thread(target=work, args=(one, port, asked.rounds, asked.think, random.Random(number)))
            for number, one in enumerate(people)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        server.terminate()
        server.wait(20)
    print(in_table(people))
    if faults := [fault for one in people for fault in one.faults]:
        raise SystemExit(f"{len(faults)} answers were not what they should be: {faults[:5]}")


def in_table(people: list[Person]) -> str:
    others = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    lines = [f"{len(people)} people at once, milliseconds until the last byte; load {others}", ""]
    lines.append(f"{'page':<28} {'asked':>6} {'median':>8} {'p95':>8} {'most':>8} {'bar':>6}")
    waits: dict[str, list[float]] = {}
    for one in people:
        for name, took in one.waits.items():
            waits.setdefault(name, []).extend(took)
    lists = [took for name, every in waits.items() if name != "log a contact" for took in every]
    for name, took in [*sorted(waits.items()), ("all lists", lists)]:
        ordered = sorted(took)
        median, p95 = ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
        bar = LOG_BAR if name == "log a contact" else LIST_BAR
        lines.append(f"{name:<28} {len(took):>6} {median:>8.1f} {p95:>8.1f} {ordered[-1]:>8.1f} {bar:>6}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
