"""Giving and ending posts: as far as papers reach, never two schools at one time; the database says why."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firstbell.core.models import JournalLine, User
from firstbell.core.refusals import NotAllowed
from firstbell.staffing.actions import absences, assign, end
from firstbell.staffing.actions import credentials as seen
from firstbell.staffing.models import Absence, Credential, Post
from firstbell.staffing.queries import minutes_on, scope_of
from firstbell.staffing.rules.credentials import NEEDS
from firstbell.staffing.rules.hours import A_DAY
from tests import staff
from tests.notices.conftest import at_once
from tests.staffing.conftest import TODAY, YEAR, papers, somebody


def give(user, school, by=None, **more) -> Post:
    told = {"role": "counselor", "begins": YEAR[0], "ends": YEAR[1]} | more
    return assign(user=user, school=school, by=by, **told)


def days(user) -> list[tuple[date, date | None]]:
    rows = Post.objects.filter(user=user, span__isempty=False).order_by("span")
    return [(post.span.lower, post.span.upper) for post in rows]


# -- papers ------------------------------------------------------------------------------------------------------------


def test_who_has_no_paper_is_refused_in_words(hugo, noor, town):
    with pytest.raises(NotAllowed) as no:
        give(hugo, town.maple, noor)
    for words in ("Hugo Petrosyan cannot work as a PSA Counselor on August 12, 2026.", "(EC 44266)",
                  "No Child Welfare and Attendance authorization is on record. (5 CCR 80632.5)"):  # fmt: skip
        assert words in str(no.value)
    assert not hugo.posts.exists()


def test_a_post_ends_with_the_paper_and_a_renewal_lengthens_it(hugo, noor, town):
    papers(hugo, noor, cwa=date(2027, 1, 15))
    post = give(hugo, town.maple, noor)
    assert (post.asked.upper, post.span.upper) == (YEAR[1], date(2027, 1, 16))
    assert scope_of(hugo, date(2027, 1, 15)).schools == {town.maple.pk}
    assert scope_of(hugo, date(2027, 1, 16)).schools == frozenset()
    seen.record(
        user=hugo, kind="cwa", number="2", issued_on=date(2027, 1, 16), expires_on=date(2032, 1, 15), by=noor
    )  # fmt: skip
    assert days(hugo) == [YEAR]
    assert JournalLine.objects.filter(verb="staffing.post_fitted", about_id=post.pk, by=noor).count() == 1


def test_a_gap_between_papers_cuts_a_post_in_two_and_a_later_paper_joins_it(hugo, noor, town):
    papers(hugo, noor, pps=date(2026, 11, 30))
    first = give(hugo, town.maple, noor)
    seen.record(user=hugo, kind="pps", number="2", issued_on=date(2027, 1, 11), expires_on=date(2031, 1, 1), by=noor)
    assert days(hugo) == [(YEAR[0], date(2026, 12, 1)), (date(2027, 1, 11), YEAR[1])]
    assert {post.asked for post in hugo.posts.all()} == {DateRange(*YEAR)}
    seen.record(user=hugo, kind="pps", number="3", issued_on=date(2026, 12, 1), expires_on=date(2027, 1, 10), by=noor)
    assert days(hugo) == [YEAR]
    first.refresh_from_db()
    assert first.span == DateRange(*YEAR)


def test_a_withdrawal_ends_the_post_that_day(hugo, noor, town):
    made = papers(hugo, noor)
    post = give(hugo, town.maple, noor)
    seen.withdraw(credential=made["pps"], on=TODAY, why="Revoked by the commission.", by=noor)
    assert days(hugo) == [(YEAR[0], TODAY)]
    post.refresh_from_db()
    assert post.asked == DateRange(*YEAR)
    line = JournalLine.objects.get(verb="staffing.credential_withdrawn")
    assert (line.by, line.about_id, line.detail["user"]) == (noor, made["pps"].pk, hugo.username)


def test_a_clerk_needs_no_paper(hugo, noor, town):
    post = assign(user=hugo, role="clerk", school=town.maple, by=noor, begins=YEAR[0])
    assert (post.span.upper, post.asked) == (None, None)


@pytest.mark.parametrize("left_out", ["degree", "pps", "cwa"])
def test_the_database_refuses_and_names_the_person_and_the_paper(hugo, noor, town, left_out):
    need = next(one for one in NEEDS if one.key == left_out)
    for kind in {"counseling", "pps", "cwa"} - need.kinds:
        Credential.objects.create(
            user=hugo, kind=kind, number="1", issued_on=YEAR[0], expires_on=None if kind == "counseling" else YEAR[1],
            seen_by=noor,
        )  # fmt: skip
    with pytest.raises(IntegrityError) as no, transaction.atomic():
        Post.objects.create(user=hugo, role="counselor", school=town.maple, span=DateRange(*YEAR))
    assert f"Hugo Petrosyan has no {need.words} on some day" in str(no.value)
    assert no.value.__cause__.diag.constraint_name == "post_is_qualified"


def test_the_database_refuses_a_longer_span_another_person_and_a_withdrawn_paper(rosa, hugo, noor, town):
    made = papers(hugo, noor, pps=date(2027, 1, 15))
    post = give(hugo, town.maple, noor)
    held = give(rosa, town.oak)
    for change in (
        lambda: Post.objects.filter(pk=post.pk).update(span=DateRange(*YEAR)),
        lambda: Post.objects.filter(pk=held.pk).update(user=hugo),
        lambda: Credential.objects.filter(pk=made["cwa"].pk).update(withdrawn_on=TODAY, withdrawn_why="x"),
    ):
        with pytest.raises(IntegrityError, match="Hugo Petrosyan has no"), transaction.atomic():
            change()
    Post.objects.filter(pk=post.pk).update(span=DateRange(YEAR[0], TODAY))  # shorter is no matter


@pytest.mark.django_db
def test_the_rules_and_the_database_ask_for_the_same_papers():
    with connection.cursor() as cursor:
        cursor.execute("select pg_get_functiondef('missing_paper(bigint, daterange)'::regprocedure)")
        source = cursor.fetchone()[0].replace("''", "'")
    for need in NEEDS:
        assert f"'{need.words}'" in source
        assert all(f"'{kind}'" in source for kind in need.kinds)


# -- hours -------------------------------------------------------------------------------------------------------------


def test_two_schools_fit_into_a_week_and_a_third_does_not(rosa, noor, town):
    give(rosa, town.maple, noor, week=[480, 240, 480, 240, 0])
    give(rosa, town.oak, noor, week=[0, 240, 0, 240, 480])
    with pytest.raises(NotAllowed) as no:
        give(rosa, town.cedar, noor, week=[0, 60, 0, 0, 0])
    assert "Rosa Diaz would be in two schools at one time." in str(no.value)
    assert "Tuesday has 8 h, and 8 h of it are at Maple School, Oak School: 1 h more do not fit." in str(no.value)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"week": [481, 0, 0, 0, 0]}, "between 0 and 480"),
        ({"week": [0, 0, 0, 0, 0]}, "at least one day"),
        ({"week": [-1, 60, 0, 0, 0]}, "between 0 and 480"),
        ({"begins": YEAR[1], "ends": YEAR[0]}, "The last day lies before the first"),
    ],
)
def test_hours_that_make_no_sense(rosa, noor, town, told, words):
    with pytest.raises(NotAllowed, match=words):
        give(rosa, town.maple, noor, **told)


def test_the_same_post_twice_and_ones_own(rosa, noor, town):
    give(rosa, town.maple, noor, tenths=2)
    with pytest.raises(NotAllowed, match="Rosa Diaz is PSA Counselor at Maple School already, from August 12, 2026"):
        give(rosa, town.maple, noor, tenths=2, begins=TODAY)
    with pytest.raises(NotAllowed, match="Nobody gives themselves a post"):
        give(rosa, town.oak, rosa, tenths=2)


def test_a_leaver_in_november_ends_on_that_day(rosa, noor, town):
    post = give(rosa, town.maple, noor)
    end(post=post, on=date(2026, 11, 20), by=noor)
    assert days(rosa) == [(YEAR[0], date(2026, 11, 20))]
    assert scope_of(rosa, date(2026, 11, 20)).schools == frozenset()
    with pytest.raises(NotAllowed, match="ends before December 1, 2026 already, on November 19, 2026"):
        end(post=post, on=date(2026, 12, 1), by=noor)
    with pytest.raises(NotAllowed, match="has no day before"):
        end(post=post, on=date(2026, 1, 1), by=noor)
    assert JournalLine.objects.filter(verb="staffing.ended").count() == 1


def test_an_end_holds_although_a_paper_comes_later(hugo, noor, town):
    papers(hugo, noor, pps=date(2026, 11, 30))
    post = give(hugo, town.maple, noor)
    seen.record(user=hugo, kind="pps", number="2", issued_on=date(2027, 1, 11), expires_on=date(2031, 1, 1), by=noor)
    end(post=post, on=date(2027, 2, 1), by=noor)
    assert days(hugo) == [(YEAR[0], date(2026, 12, 1)), (date(2027, 1, 11), date(2027, 2, 1))]
    seen.record(user=hugo, kind="pps", number="3", issued_on=date(2026, 12, 1), expires_on=date(2031, 1, 10), by=noor)
    assert days(hugo) == [(YEAR[0], date(2027, 2, 1))]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_plan_the_same_person_at_once_one_is_told(rosa, noor, town):
    calls = [lambda school=school: give(rosa, school, noor) for school in (town.maple, town.oak)]
    came = at_once(*calls)
    assert sorted(type(one).__name__ for one in came) == ["NotAllowed", "Post"]
    assert Post.objects.filter(user=rosa).count() == 1


SCHOOLS = ("maple", "oak", "cedar")
WEEK = st.lists(st.sampled_from([0, 120, 240, 300, 480]), min_size=5, max_size=5)
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("assign"), st.integers(0, 2), st.sampled_from(SCHOOLS), st.integers(0, 30),
                  st.integers(1, 30), WEEK),
        st.tuples(st.just("away"), st.integers(0, 2), st.integers(0, 30), st.integers(0, 9)),
        st.tuples(st.just("cover"), st.integers(0, 2), st.integers(0, 5), st.integers(0, 5)),
        st.tuples(st.just("lend"), st.integers(0, 2), st.sampled_from(SCHOOLS), st.integers(0, 30), WEEK),
        st.tuples(st.just("withdraw"), st.integers(0, 2), st.integers(0, 30)),
        st.tuples(st.just("renew"), st.integers(0, 2), st.integers(0, 30), st.integers(1, 30)),
        st.tuples(st.just("end"), st.integers(0, 5), st.integers(0, 40)),
    ),
    max_size=14,
)  # fmt: skip


def do(move: tuple, people: list[User], town, by: User) -> None:
    """One move of a random life; places past the end are others."""
    match move:
        case "assign", who, school, begins, length, week:
            first = TODAY + timedelta(begins)
            give(people[who], getattr(town, school), by, begins=first, ends=first + timedelta(length), week=week)
        case "away", who, begins, length:
            first = TODAY + timedelta(begins)
            ends = first + timedelta(length)
            absences.say_away(user=people[who], begins_on=first, ends_on=ends, why="ill", by=by)
        case "cover", who, which, of:
            gone, posts = list(Absence.objects.order_by("pk")), list(Post.objects.filter(role="counselor"))
            if gone and posts:
                one = gone[which % len(gone)]
                mine = [post for post in posts if post.user_id == one.user_id] or posts
                absences.cover(absence=one, post=mine[of % len(mine)], user=people[who], by=by)
        case "lend", who, school, begins, week:
            first = TODAY + timedelta(begins)
            ends = first + timedelta(6)
            absences.lend(user=people[who], school=getattr(town, school), begins=first, ends=ends, week=week, by=by)
        case "withdraw", who, on:
            held = people[who].credentials.filter(kind="pps", withdrawn_on=None).first()
            if held:
                seen.withdraw(credential=held, on=TODAY + timedelta(on), why="Lost.", by=by)
        case "renew", who, begins, length:
            first = TODAY + timedelta(begins)
            seen.record(
                user=people[who], kind="pps", number=f"{first}-{length}", issued_on=first,
                expires_on=first + timedelta(length), by=by,
            )  # fmt: skip
        case "end", which, on:
            posts = list(Post.objects.filter(role="counselor").order_by("pk"))
            if posts:
                end(post=posts[which % len(posts)], on=TODAY + timedelta(on), by=by)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MOVES)
def test_nobody_is_ever_in_two_schools_at_one_time_nor_works_without_papers(town, noor, moves):
    with transaction.atomic():
        people = [staff.qualify(somebody(f"Ada Roe{n}")) for n in range(3)]
        for move in moves:
            try:
                with transaction.atomic():
                    do(move, people, town, noor)
            except NotAllowed:
                continue
        for user in people:
            posts = list(user.posts.filter(role="counselor"))
            told = list(user.credentials.all())
            for n in range(80):
                day = TODAY + timedelta(n)
                here = [post for post in posts if day in post.span]
                assert sum(minutes_on(post, day) for post in here) <= A_DAY
                assert not here or holds(told, day)
        transaction.set_rollback(True)


def holds(told: list[Credential], day: date) -> bool:
    """The slow twin of qualified: asks each paper of one day."""
    kinds = {
        one.kind
        for one in told
        if one.issued_on <= day and not (one.expires_on and one.expires_on < day)
        and not (one.withdrawn_on and one.withdrawn_on <= day)
    }  # fmt: skip
    return {"pps", "cwa"} <= kinds and bool(kinds & {"social_work", "counseling"})
