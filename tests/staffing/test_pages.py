"""The pages of staffing: by role, by a neighbour's people, with what was typed kept, without a query for each row."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from firstbell.staffing.actions import absences, assign
from firstbell.staffing.actions import credentials as seen
from firstbell.staffing.models import Absence, Credential, Post, Purchase
from tests import staff
from tests.staffing.conftest import TODAY, YEAR, papers, somebody

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"
    b"\x00\x00\x00\nIDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
def at_maple(rosa, noor, town) -> Post:
    """Rosa's mornings at Maple."""
    return assign(
        user=rosa, role="counselor", school=town.maple, by=noor, begins=YEAR[0], ends=YEAR[1], week=[240] * 5
    )  # fmt: skip


def text(answer, status: int = 200) -> str:
    assert answer.status_code == status
    return " ".join(answer.content.decode().replace("\xa0", " ").split())


def at(name: str, *args: int) -> str:
    return reverse(f"staffing:{name}", args=args)


def _assigned(user, school, by, **more) -> Post:
    return assign(
        user=user, role="counselor", school=school, by=by, **({"begins": YEAR[0], "ends": YEAR[1]} | more)
    )  # fmt: skip


# -- who sees what -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "where", "sees", "does"),
    [
        ("principal", "maple", 200, 404), ("region_counselor", "north", 200, 200), ("coordinator", "north", 200, 200),
        ("director", "", 200, 200), ("counselor", "oak", 404, 404), ("clerk", "maple", 404, 404),
        ("engineer", "", 404, 404), ("fiscal", "", 404, 404),
    ],
)  # fmt: skip
def test_who_sees_staffing_and_who_gives_posts(client, town, at_maple, role, where, sees, does):
    place = getattr(town, where) if where else None
    kind = {"principal": "school", "counselor": "school", "clerk": "school"}.get(role, "region")
    client.force_login(somebody("Some Body", role, **({kind: place} if place else {})))
    assert [client.get(at(name)).status_code for name in ("people", "schools")] == [sees] * 2
    assert client.get(at("person", at_maple.user_id)).status_code == sees
    assert client.get(at("give", at_maple.user_id)).status_code == does
    assert client.get(at("lend", town.oak.pk)).status_code == does


@pytest.mark.parametrize(
    ("role", "status"), [("coordinator", 404), ("principal", 404), ("region_counselor", 200), ("chair", 404)]
)
def test_who_records_papers(client, town, at_maple, role, status):
    place = {"school": town.maple} if role == "principal" else {"region": town.north}
    client.force_login(somebody("Some Body", role, **place))
    assert client.get(at("record", at_maple.user_id)).status_code == status


def test_a_neighbours_people_are_not_there(as_user, town, at_maple, rosa, noor, hugo):
    absence = absences.say_away(user=rosa, begins_on=TODAY, ends_on=TODAY, why="ill", by=noor)
    mara = somebody("Mara Lund", "region_counselor", region=town.south)
    browser = as_user(mara)
    assert "Rosa" not in text(browser.get(at("people")))
    assert "Maple" not in text(browser.get(at("schools")))
    paper = rosa.credentials.first()
    for name, key in (
        ("person", rosa.pk), ("record", rosa.pk), ("give", rosa.pk), ("scan", paper.pk), ("cover", absence.pk),
        ("lend", town.maple.pk), ("end", at_maple.pk), ("withdraw", paper.pk),
    ):  # fmt: skip
        assert browser.get(at(name, key)).status_code == 404, name
    assert browser.post(at("end", at_maple.pk), {"on": TODAY}).status_code == 404
    assert browser.post(at("withdraw", paper.pk), {"on": TODAY, "why": "No."}).status_code == 404
    assert browser.post(at("back", absence.pk)).status_code == 404
    assert browser.get(at("person", hugo.pk)).status_code == 200  # holds no post anywhere yet
    answer = browser.post(
        at("give", hugo.pk), {"role": "counselor", "where": f"school {town.maple.pk}", "begins": TODAY}
    )
    assert answer.status_code == 409
    assert not hugo.posts.exists()


def test_a_region_gives_no_other_role_than_counselor(as_user, noor, hugo, town):
    said = {"role": "principal", "where": f"school {town.maple.pk}", "begins": TODAY}
    assert as_user(noor).post(at("give", hugo.pk), said).status_code == 409
    director = somebody("Samir Haddad", "director")
    assert as_user(director).post(at("give", hugo.pk), said).status_code == 302
    answer = as_user(director).post(at("give", hugo.pk), said | {"role": "coordinator", "where": "district"})
    assert "Only a fiscal specialist works for the whole district" in text(answer, 409)
    assert [post.role for post in hugo.posts.all()] == ["principal"]


# -- the list ----------------------------------------------------------------------------------------------------------


def test_missing_and_ending_papers_come_first(as_user, noor, rosa, hugo, town, at_maple):
    ada = somebody("Ada Aaronson")
    papers(ada, noor)
    _assigned(ada, town.oak, noor)
    papers(hugo, noor, cwa=TODAY + timedelta(12))
    _assigned(hugo, town.oak, noor, week=[60, 0, 0, 0, 0])
    seen.withdraw(credential=rosa.credentials.get(kind="pps"), on=TODAY, why="Revoked.", by=noor)
    page = text(as_user(noor).get(at("people")))
    assert page.index("Rosa Diaz") < page.index("Hugo Petrosyan") < page.index("Ada Aaronson")
    for words in ("Not qualified", "withdrawn on September 14, 2026", "not at Maple School: papers", "Ends in 12 days"):
        assert words in page
    assert "Hugo" not in text(as_user(noor).get(at("people"), {"papers": "missing"}))
    assert "Rosa" not in text(as_user(noor).get(at("people"), {"papers": "soon"}))
    assert "Ada" in text(as_user(noor).get(at("people"), {"papers": "fine"}))


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ({}, True), ({"named": "diaz ros"}, True), ({"named": "petro"}, False), ({"on": "2027-07-01"}, False),
        ({"on": "no day"}, True), ({"school": "9" * 12}, False), ({"region": "x"}, False), ({"page": "99"}, True),
        ({"role": "clerk"}, False), ({"role": "nonsense"}, True),
    ],
)  # fmt: skip
def test_filters_are_in_the_address(as_user, noor, at_maple, asked, there):
    page = text(as_user(noor).get(at("people"), asked))
    assert ("Rosa Diaz" in page) is there
    assert there or "<table" not in page.partition("<main")[2]


def test_other_roles_and_people_without_a_post(as_user, noor, town, hugo):
    somebody("Grace Okafor", "clerk", school=town.maple)
    browser = as_user(noor)
    assert "Grace Okafor" in text(browser.get(at("people"), {"role": "clerk"}))
    page = text(browser.get(at("people"), {"role": "none"}))
    assert "Hugo Petrosyan" in page
    assert "Grace" not in page


def test_schools_without_anybody_come_first_and_what_was_bought_before_them(as_user, noor, town, at_maple):
    director = somebody("Samir Haddad", "director")
    bought = Purchase.objects.create(
        school=town.oak, fiscal_year=2027, tenths=4, cents=4_000_000, begins_on=YEAR[0], ends_on=YEAR[1], by=director
    )
    signed = {"signed_by": director, "signed_at": "2026-06-01T12:00Z", "letter": b"%PDF-"}
    Purchase.objects.filter(pk=bought.pk).update(state="approved", **signed)
    page = text(as_user(director).get(at("schools")))
    assert page.index("Oak School") < page.index("Cedar School") < page.index("Maple School")
    assert "Bought, nobody there" in page
    assert "16 h a week of what was bought" in page
    assert "Cedar" not in text(as_user(noor).get(at("schools")))
    assert "Maple" not in text(as_user(director).get(at("schools"), {"state": "bought"}))
    assert "No school stands so" in text(as_user(director).get(at("schools"), {"state": "away"}))


def test_a_leaver_leaves_a_gap_from_the_next_day(as_user, noor, town, at_maple):
    browser = as_user(noor)
    answer = browser.post(at("end", at_maple.pk), {"on": "2026-11-20"})
    assert answer.status_code == 302
    rows = {day: text(browser.get(at("schools"), {"on": day, "state": "ok"})) for day in ("2026-11-20", "2026-11-23")}
    assert "Maple" in rows["2026-11-20"]
    assert "Maple" not in rows["2026-11-23"]
    answer = browser.post(at("end", at_maple.pk), {"on": "2027-01-08"})
    assert "ends before January 9, 2027 already" in text(answer, 409)


@pytest.mark.parametrize("page", ["people", "schools"])
def test_more_rows_take_no_more_queries(as_user, noor, town, at_maple, page):
    browser = as_user(noor)

    def queries() -> int:
        with CaptureQueriesContext(connection) as told:
            assert browser.get(at(page)).status_code == 200
        return len(told)

    few = queries()
    for n in range(8):
        _assigned(staff.qualify(somebody(f"Ada Roe{n}")), town.oak if n % 2 else town.maple, noor)
    assert queries() == few


# -- papers ------------------------------------------------------------------------------------------------------------


def said(**more) -> dict:
    return {"kind": "pps", "number": "220140017", "issued_on": "2024-07-01", "expires_on": "2029-06-30"} | more


def test_a_paper_is_recorded_with_its_scan_and_read_again(as_user, noor, hugo):
    browser = as_user(noor)
    scan = SimpleUploadedFile("paper.txt", PNG, content_type="text/plain")
    assert browser.post(at("record", hugo.pk), said(scan=scan)).status_code == 302
    made = hugo.credentials.get()
    assert (made.kind, made.number, made.expires_on, made.seen_by) == ("pps", "220140017", date(2029, 6, 30), noor)
    answer = browser.get(at("scan", made.pk))
    assert (answer.content, answer["Content-Type"]) == (PNG, "image/png")
    assert f'filename="paper-{made.pk}.png"' in answer["Content-Disposition"]
    page = text(browser.get(at("person", hugo.pk)))
    assert "220140017" in page
    assert at("scan", made.pk) in page


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"expires_on": ""}, "Say until which day it is in force"),
        ({"number": " "}, "Give its number"),
        ({"expires_on": "2023-01-01"}, "before it was issued on July 1, 2024"),
        ({"expires_on": "2099-01-01"}, "more than 20 years"),
        ({"issued_on": "2031-01-01", "expires_on": "2032-01-01"}, "more than a year ahead"),
        ({"issued_on": ""}, "Say from which day"),
        ({"kind": "counseling", "number": ""}, "A degree does not end"),
        ({"kind": "language"}, "Choose the language"),
        ({"kind": "driver"}, "Select a valid choice"),
        ({"scan": SimpleUploadedFile("a.pdf", b"MZ no paper")}, "That is no PDF, PNG or JPEG"),
        ({"scan": SimpleUploadedFile("a.pdf", b"%PDF-1.7 torn")}, "The PDF cannot be opened"),
        ({"scan": SimpleUploadedFile("a.png", PNG + bytes(2 * 1024 * 1024))}, "2,048 KB fit"),
    ],
)
def test_a_paper_that_cannot_be_so_keeps_what_was_typed(as_user, noor, hugo, told, words):
    page = text(as_user(noor).post(at("record", hugo.pk), said(**told)), 409)
    assert words in page
    assert told.get("number", "220140017").strip() in page
    assert not hugo.credentials.exists()


def test_nobody_records_or_withdraws_their_own_paper(as_user, noor, rosa):
    page = text(as_user(noor).post(at("record", noor.pk), said()), 409)
    assert "Nobody sees their own paper" in page
    own = Credential.objects.create(
        user=noor, kind="pps", number="1", issued_on=YEAR[0], expires_on=YEAR[1], seen_by=rosa
    )  # fmt: skip
    page = text(as_user(noor).post(at("withdraw", own.pk), {"on": TODAY, "why": "Mine."}), 409)
    assert "Nobody withdraws their own paper" in page


def test_withdrawing_a_paper_ends_the_post_and_says_so(as_user, noor, rosa, at_maple):
    one = rosa.credentials.get(kind="cwa")
    browser = as_user(noor)
    assert "Say why." in text(browser.post(at("withdraw", one.pk), {"on": TODAY, "why": ""}), 409)
    assert browser.post(at("withdraw", one.pk), {"on": TODAY, "why": "Revoked."}).status_code == 302
    page = text(browser.get(at("person", rosa.pk)))
    for words in ("Not qualified today.", "was withdrawn on September 14, 2026", "Cut by papers", "Revoked."):
        assert words in page
    assert "It was withdrawn already" in text(browser.post(at("withdraw", one.pk), {"on": TODAY, "why": "x"}), 409)


def test_a_principal_sees_how_papers_stand_but_neither_number_nor_reason(as_user, noor, rosa, town, at_maple):
    absences.say_away(user=rosa, begins_on=TODAY, ends_on=TODAY, why="ill", by=noor)
    page = text(as_user(somebody("Daniel Kim", "principal", school=town.maple)).get(at("person", rosa.pk)))
    assert "In force" in page
    main = page.partition("<main")[2]
    for words in ("P-1", "seen by", "Ill", "Withdraw", "Give a post"):
        assert words not in main


# -- posts and absences ------------------------------------------------------------------------------------------------


def test_giving_a_post_says_until_when(as_user, noor, hugo, town):
    papers(hugo, noor, cwa=date(2027, 1, 15))
    browser = as_user(noor)
    assert "Qualified until 15 January 2027" in text(browser.get(at("give", hugo.pk)))
    told = {"role": "counselor", "where": f"school {town.oak.pk}", "begins": "2026-09-21", "ends": "2027-06-11",
            "day0": "480", "day1": "240"}  # fmt: skip
    answer = browser.post(at("give", hugo.pk), told, follow=True)
    assert "PSA Counselor at Oak School from 21 September 2026 until 15 January 2027." in text(answer)
    assert Post.objects.get(user=hugo).week == [480, 240, 0, 0, 0]
    page = text(browser.post(at("give", hugo.pk), told | {"where": f"school {town.maple.pk}"}), 409)
    assert "would be in two schools at one time. Monday has 8 h" in page
    assert 'value="240"' in page


def test_giving_a_post_without_papers_says_what_is_missing(as_user, noor, hugo, town):
    told = {"role": "counselor", "where": f"school {town.oak.pk}", "begins": "2026-09-21"}
    page = text(as_user(noor).post(at("give", hugo.pk), told), 409)
    assert "Hugo Petrosyan cannot work as a PSA Counselor on September 21, 2026." in page
    assert "No Pupil Personnel Services credential is on record." in page


def test_an_absence_is_noted_covered_and_taken_back(as_user, noor, rosa, hugo, town, at_maple):
    browser = as_user(noor)
    papers(hugo, noor)
    seen.record(user=hugo, kind="language", number="es", issued_on=YEAR[0], by=noor)
    seen.record(user=rosa, kind="language", number="es", issued_on=YEAR[0], by=noor)
    _assigned(hugo, town.oak, noor, week=[480, 0, 0, 0, 0])
    told = {"begins_on": "2026-09-21", "ends_on": "2026-09-25", "why": "leave"}
    assert "lies before the first" in text(browser.post(at("away", rosa.pk), told | {"ends_on": "2026-09-20"}), 409)
    assert browser.post(at("away", rosa.pk), told).status_code == 302
    one = Absence.objects.get()
    assert "5 days open" in text(browser.get(at("person", rosa.pk)))
    page = text(browser.get(at("cover", one.pk)))
    for words in ("Hugo Petrosyan", "Has 16 h of 20 h a week free", "Speaks Spanish", "Works in North already"):
        assert words in page
    assert browser.post(at("cover", one.pk), {"post": at_maple.pk, "user": hugo.pk}).status_code == 302
    made = Post.objects.get(cover_for=at_maple)
    assert (made.week, made.span) == ([0, 240, 240, 240, 240], DateRange(date(2026, 9, 21), date(2026, 9, 26)))
    page = text(browser.get(at("person", rosa.pk)))
    assert "1 day open" in page
    assert "Hugo Petrosyan at Maple School" in page
    assert browser.post(at("back", one.pk)).status_code == 302
    made.refresh_from_db()
    assert made.span.isempty
    assert "None is noted" in text(browser.get(at("person", rosa.pk)))


def test_who_cannot_stand_in_is_refused_in_words(as_user, noor, rosa, hugo, town, at_maple):
    one = absences.say_away(user=rosa, begins_on=TODAY, ends_on=TODAY + timedelta(2), why="ill", by=noor)
    browser = as_user(noor)
    page = text(browser.post(at("cover", one.pk), {"post": at_maple.pk, "user": hugo.pk}), 409)
    assert "cannot work as a PSA Counselor" in page
    page = text(browser.post(at("cover", one.pk), {"post": at_maple.pk, "user": rosa.pk}), 409)
    assert "is the one who is away" in page
    for post in ("", "no key", "9" * 30, "0"):
        assert browser.post(at("cover", one.pk), {"post": post, "user": hugo.pk}).status_code == 404
    papers(hugo, noor)
    _assigned(hugo, town.oak, noor)
    page = text(browser.post(at("cover", one.pk), {"post": at_maple.pk, "user": hugo.pk}), 409)
    assert "has no free time on Monday" in page
    assert "Nobody is free" in page


def test_days_are_lent_to_a_school_without_anybody(as_user, noor, hugo, rosa, town, at_maple):
    papers(hugo, noor)
    browser = as_user(noor)
    assert "Hugo Petrosyan" in text(browser.get(at("lend", town.oak.pk)))
    told = {"user": hugo.pk, "begins": "2026-09-21", "ends": "2026-10-02", "day2": "480"}
    assert browser.post(at("lend", town.oak.pk), told).status_code == 302
    made = Post.objects.get(user=hugo)
    assert (made.loan, made.school, made.week, made.span.upper) == (
        True,
        town.oak,
        [0, 0, 480, 0, 0],
        date(2026, 10, 3),
    )
    assert "Oak" in text(browser.get(at("schools"), {"on": "2026-09-23", "state": "ok"}))
    page = text(browser.post(at("lend", town.maple.pk), told | {"day2": "", "day3": "60"}), 409)
    assert "Maple School has Rosa Diaz then" in page


def test_every_form_of_a_persons_page_has_ids_of_its_own(as_user, noor, rosa, town, at_maple):
    _assigned(rosa, town.oak, noor, week=[240] * 5)
    page = text(as_user(noor).get(at("person", rosa.pk)))
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids)) > 10
    one = rosa.credentials.get(kind="pps")
    page = text(as_user(noor).post(at("withdraw", one.pk), {"on": "2026-10-01", "why": " "}), 409)
    assert f'id="id_withdraw{one.pk}_on"' in page
    assert 'value="2026-10-01"' in page


def test_who_works_at_two_schools_is_one_person(as_user, noor, rosa, town, at_maple):
    _assigned(rosa, town.oak, noor, week=[240] * 5)
    page = text(as_user(noor).get(at("person", rosa.pk)))
    assert "PSA Counselor at Maple School" in page
    assert "PSA Counselor at Oak School" in page
    assert text(as_user(noor).get(at("people"))).count("Rosa Diaz") == 1


def test_ones_own_posts_and_papers(as_user, rosa, town, at_maple):
    page = text(as_user(rosa).get(at("mine")))
    for words in ("My posts and papers", "PSA Counselor at Maple School", "P-1", "Calendar feed"):
        assert words in page
    Post.objects.create(
        user=rosa, role="counselor", school=town.cedar, span=DateRange(date(2025, 9, 1), date(2026, 6, 1))
    )
    assert "PSA Counselor at Cedar School" in text(as_user(rosa).get(at("mine")))  # of a year ago, out of scope now
    assert as_user(rosa).get(at("people")).status_code == 404


def test_a_counselor_says_their_own_days_away(as_user, rosa, noor, at_maple):
    told = {"begins_on": "2026-09-21", "ends_on": "2026-09-18", "why": "ill"}
    page = text(as_user(rosa).post(at("mine"), told), 409)
    assert "lies before the first" in page
    assert 'value="2026-09-18"' in page
    assert as_user(rosa).post(at("mine"), told | {"ends_on": "2026-09-22"}).status_code == 302
    one = Absence.objects.get()
    assert (one.user, one.by, one.ends_on) == (rosa, rosa, date(2026, 9, 22))
    assert "2 days open" in text(as_user(noor).get(at("person", rosa.pk)))
    assert as_user(rosa).post(at("away", noor.pk), told).status_code == 404
    assert as_user(rosa).post(at("back", one.pk)).status_code == 404
