"""What becomes of a question: state, journal, day, and every refusal; what pages read of it."""

from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.timezone import make_aware

from firstbell.core.models import JournalLine
from firstbell.core.refusals import NotAllowed
from firstbell.training.actions import questions as actions
from firstbell.training.models.questions import Question
from firstbell.training.queries import questions as queries
from tests import staff
from tests.training.asked import ANSWER, answered, asked
from tests.training.conftest import somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def school(district, region):
    return district.schools[0]


@pytest.fixture
def one(school, counselor) -> Question:
    return asked(school, counselor)


@pytest.fixture
def taken(one, marisa) -> Question:
    return actions.take(question=one, by=marisa)


def last() -> JournalLine:
    return JournalLine.objects.order_by("-pk").first()


# -- asking ------------------------------------------------------------------------------------------------------------


def test_asked(one, counselor, school, today):
    assert (one.state, one.version, one.by, one.school) == ("open", 1, counselor, school)
    assert queries.working_days(today, one.due_on) == 5
    line = last()
    assert (line.verb, line.by, line.about_id) == ("training.question_asked", counselor, one.pk)
    assert line.detail == {"school": school.pk, "area": "truancy", "urgency": "week"}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"title": " "}, "in a line"),
        ({"what": ""}, "what happened"),
        ({"what": "x" * 10_000}, "10,000 characters"),
        ({"area": "weather"}, "Choose what"),
        ({"urgency": "now"}, "Choose what"),
        ({"what": "Her number is 078-05-1120."}, "Social Security"),
        ({"title": "078 05 1120", "sure": True}, "Social Security"),
        ({"what": "Born 5/1/2015, may she stay?"}, "birthday"),
        ({"what": "1234567890 was away."}, "long number"),
    ],
)
def test_what_is_not_asked(school, counselor, more, words):
    with pytest.raises(NotAllowed, match=words):
        asked(school, counselor, **more)
    assert not Question.objects.exists()


def test_a_day_that_is_no_birthday_may_stand(school, counselor):
    assert asked(school, counselor, what="The rule of 7/1/2015: does it stand?", sure=True).pk


def test_nobody_asks_for_another_school_or_without_the_permission(district, school, counselor, marisa):
    for where, who in ((district.schools[1], counselor), (school, marisa)):
        with pytest.raises(NotAllowed, match="at which you work"):
            asked(where, who)


# -- taking, handing over, urgency -------------------------------------------------------------------------------------


def test_taken(taken, marisa):
    assert (taken.state, taken.answerer, taken.version) == ("taken", marisa, 2)
    assert taken.taken_at
    assert (last().verb, last().by) == ("training.question_taken", marisa)


def test_two_take_at_once_and_the_second_is_told_who_has_it(one, marisa, noor):
    actions.take(question=one, by=marisa, version=1)
    with pytest.raises(NotAllowed, match="Marisa Tolentino has this question since you opened"):
        actions.take(question=one, by=noor, version=1)
    with pytest.raises(NotAllowed, match="Somebody has this question already"):
        actions.take(question=one, by=noor)


def test_only_the_region_answers(one, hugo, elsewhere, counselor):
    for who in (hugo, elsewhere, counselor):
        with pytest.raises(NotAllowed, match="answered by the people of its region"):
            actions.take(question=one, by=who)
        with pytest.raises(NotAllowed, match="answered by the people of its region"):
            actions.answer(question=one, text=ANSWER, by=who)


def test_handed_over(taken, marisa, noor, elsewhere):
    due = taken.due_on
    given = actions.hand_over(question=taken, to=noor, by=marisa)
    assert (given.answerer, given.state, given.due_on) == (noor, "taken", due)
    assert (last().verb, last().detail["to"]) == ("training.question_handed_over", noor.pk)
    for to, words in ((elsewhere, "does not answer"), (noor, "already")):
        with pytest.raises(NotAllowed, match=words):
            actions.hand_over(question=taken, to=to, by=marisa)


def test_answerers_are_of_the_region_and_the_district(school, marisa, noor, samir, elsewhere, hugo, today):
    assert set(queries.answerers(school, today)) == {marisa, noor, samir}


@pytest.mark.parametrize("urgency", ["today", "month"])
def test_another_urgency_moves_the_day_and_says_why(taken, marisa, urgency):
    was = taken.due_on
    changed = actions.change_urgency(question=taken, urgency=urgency, why="A hearing is set.", by=marisa)
    assert changed.urgency == urgency
    assert (changed.due_on < was) is (urgency == "today")
    (told,) = queries.urgency_changes(changed)
    assert (told.why, told.was, told.by) == ("A hearing is set.", "This week", marisa)


def test_urgency_is_the_answerers(one, taken, marisa, noor):
    for told, words in (
        ({"by": noor, "urgency": "today", "why": "x"}, "Marisa Tolentino has this question"),
        ({"by": marisa, "urgency": "week", "why": "x"}, "its urgency already"),
        ({"by": marisa, "urgency": "soon", "why": "x"}, "Choose by when"),
        ({"by": marisa, "urgency": "today", "why": " "}, "Say why"),
    ):
        with pytest.raises(NotAllowed, match=words):
            actions.change_urgency(question=taken, **told)


def test_a_late_question_stays_late_however_little_it_is_urgent(taken, marisa, settings, today):
    settings.TODAY = (today + timedelta(60)).isoformat()
    changed = actions.change_urgency(question=taken, urgency="month", why="It can wait.", by=marisa)
    assert changed.due_on < today + timedelta(60)


# -- answering, closing, withdrawing -----------------------------------------------------------------------------------


def test_answered_with_what_it_rests_on(school, counselor, marisa):
    before = answered(school, counselor, marisa)
    made = answered(school, counselor, marisa, law=["EC 48262", "EC 48262"], earlier=[before.pk], share=True)
    assert (made.state, made.answer, made.answerer, made.shared) == ("answered", ANSWER, marisa, True)
    assert made.sources == {"law": ["EC 48262"], "earlier": [before.pk]}
    assert (last().verb, last().detail["shared"]) == ("training.question_answered", True)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"text": "  "}, "Write the answer"),
        ({"text": "x" * 10_000}, "10,000 characters"),
        ({"text": "078-05-1120"}, "Social Security"),
        ({"law": ["EC 1"]}, "no section of the library"),
        ({"earlier": [987654]}, "not there for you"),
        ({"text": "As School 1 did.", "share": True}, "every school would read"),
        ({"text": "Tell Rosa Diaz.", "share": True}, "every school would read"),
    ],
)
def test_what_is_no_answer(taken, marisa, school, more, words):
    if "As School 1" in more.get("text", ""):
        more = more | {"text": f"As {school.name} did."}
    with pytest.raises(NotAllowed, match=words):
        actions.answer(question=taken, by=marisa, **({"text": ANSWER} | more))
    assert Question.objects.get().state == "taken"


def test_an_answer_that_names_the_school_may_stay_with_it_or_be_looked_at(school, counselor, marisa):
    text = f"At {school.name} send it again."
    assert not answered(school, counselor, marisa, text=text).shared
    assert answered(school, counselor, marisa, text=text, share=True, sure=True).shared


def test_an_answer_is_given_once_by_who_has_it(taken, marisa, noor):
    with pytest.raises(NotAllowed, match="Marisa Tolentino has this question"):
        actions.answer(question=taken, text=ANSWER, by=noor)
    actions.answer(question=taken, text=ANSWER, by=marisa)
    with pytest.raises(NotAllowed, match="the answer stands"):
        actions.answer(question=taken, text="Another", by=marisa)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Question.objects.update(answer="Another")


def test_closed_by_who_asked(school, counselor, principal, marisa):
    made = answered(school, counselor, marisa)
    with pytest.raises(NotAllowed, match="Rosa Diaz asked this"):
        actions.close(question=made, helped=True, by=principal)
    closed = actions.close(question=made, helped=False, by=counselor)
    assert (closed.state, closed.helped, last().detail["helped"]) == ("closed", False, False)
    with pytest.raises(NotAllowed, match="is closed"):
        actions.close(question=made, helped=True, by=counselor)


def test_withdrawn_while_nobody_has_it(one, counselor, marisa):
    gone = actions.withdraw(question=one, by=counselor)
    assert (gone.state, last().verb) == ("closed", "training.question_withdrawn")
    for act in (lambda: actions.answer(question=one, text=ANSWER, by=marisa),
                lambda: actions.take(question=one, by=marisa, version=1)):  # fmt: skip
        with pytest.raises(NotAllowed, match="withdrawn"):
            act()


def test_not_withdrawn_once_somebody_has_it(taken, counselor, marisa):
    with pytest.raises(NotAllowed, match="Marisa Tolentino is at it"):
        actions.withdraw(question=taken, by=counselor)
    with pytest.raises(NotAllowed, match="asked this"):
        actions.withdraw(question=taken, by=marisa)


def test_no_longer_shared(school, counselor, marisa):
    made = answered(school, counselor, marisa, share=True)
    assert not actions.stop_sharing(question=made, by=marisa).shared
    assert last().verb == "training.question_no_longer_shared"
    with pytest.raises(NotAllowed, match="not shared"):
        actions.stop_sharing(question=made, by=marisa)


# -- what pages read ---------------------------------------------------------------------------------------------------


def test_the_board_is_by_the_clock(school, counselor, marisa, scope, today):
    on = {name: asked(school, counselor, title=name, urgency="today").pk for name in ("late", "now", "month")}
    for name, days in (("late", -3), ("now", 0), ("month", 25)):
        Question.objects.filter(pk=on[name]).update(due_on=today + timedelta(days))
    actions.take(question=Question.objects.get(pk=on["now"]), by=marisa)

    def titles(**asked_for):
        return [one.title for one in queries.board(scope(marisa), marisa, today, asked_for)]

    assert titles() == ["late", "now", "month"]
    assert (titles(part="late"), titles(part="today"), titles(part="week")) == (["late"], ["now"], [])
    assert (titles(part="mine"), titles(state="open"), titles(state="answered")) == (["now"], ["late", "month"], [])
    assert (titles(area="other"), titles(school="x"), titles(region=str(school.region_id))) == (
        [], [], ["late", "now", "month"],
    )  # fmt: skip
    counts = queries.parts(scope(marisa), marisa, today, {})
    assert counts == {"": 3, "late": 1, "today": 1, "week": 0, "mine": 1}


def test_a_board_holds_no_other_regions_questions(one, elsewhere, marisa, scope, today):
    assert not queries.board(scope(elsewhere), elsewhere, today, {}).exists()
    assert queries.board(scope(marisa), marisa, today, {}).count() == 1


def test_earlier_answers_that_fit(district, school, counselor, hugo, marisa, scope):
    fits = answered(school, counselor, marisa, share=True)
    same = answered(school, counselor, marisa, share=True, area="panels", title="Letters to a board", what="How many?")
    hidden = answered(school, counselor, marisa)
    asked(school, counselor)  # nobody has answered it
    found = queries.earlier(scope(hugo), "a second letter?", "truancy")
    assert found == [fits, same]
    assert queries.earlier(scope(hugo), "a second letter?", "panels") == [same, fits]
    assert hidden in queries.earlier(scope(counselor), "second letters", "truancy")
    assert queries.earlier(scope(hugo), "zzqqk", "truancy") == []


@pytest.mark.parametrize("words", ["", "  ", "the", "\0", "' & | ! :* (", "x" * 200, "a " * 90, "<script>"])
def test_no_words_break_the_search(school, counselor, marisa, scope, words):
    answered(school, counselor, marisa, share=True)
    assert queries.earlier(scope(counselor), words, "nonsense") == []
    list(queries.answers(scope(counselor), words, "nonsense"))


def test_how_the_clock_is_kept(school, counselor, marisa, scope, today):
    def instant(day: date) -> datetime:
        return make_aware(datetime(day.year, day.month, day.day, 10))

    begun = today - timedelta(28)
    usual = {"school": school, "area": "truancy", "title": "t", "what": "w", "by": counselor, "at": instant(begun)}
    usual |= {"due_on": begun + timedelta(7), "answerer": marisa, "state": "taken"}
    weeks = [*[1] * 7, 2, 2, 0, 0]  # in time, late, and twice not answered at all
    rows = Question.objects.bulk_create([Question(**usual) for _ in weeks])
    for row, week in zip(rows, weeks, strict=True):
        if week:
            told = {"state": "answered", "answer": "a", "answered_at": instant(begun + timedelta(7 * week))}
            Question.objects.filter(pk=row.pk).update(**told)
    more = ({"state": "closed"}, {"area": "other", "due_on": today}, {"area": "panels"})  # withdrawn, there is time
    Question.objects.bulk_create([Question(**(usual | one)) for one in more])
    every, truancy, panels = queries.kept(scope(marisa), today)
    assert (every.asked, every.in_time, every.days, every.tells) == (12, 7, 5, True)
    assert (truancy.asked, truancy.in_time, truancy.tells) == (11, 7, True)
    assert (panels.asked, panels.tells) == (1, False)


def test_law_choices_lead_to_the_library(today):
    from firstbell.core.citing import address

    told = queries.law_choices(today)
    assert ("EC 48262" in dict(told), all(address(section) for section, _ in told)) == (True, True)


def test_who_may_what(taken, counselor, principal, marisa, noor, scope):
    def may(who):
        return queries.may_now(Question.objects.get(), who, scope(who))

    assert may(marisa) == {"answer", "urgency", "hand_over"}
    assert may(noor) == {"hand_over"}
    assert (may(counselor), may(principal)) == (set(), set())
    actions.answer(question=taken, text=ANSWER, by=marisa, share=True)
    assert (may(marisa), may(counselor), may(principal)) == ({"stop_sharing"}, {"close"}, set())


def test_somebody_without_a_post_may_nothing(one):
    with pytest.raises(NotAllowed):
        actions.take(question=one, by=somebody("no.post"))


def test_nobody_answers_their_own_question_nor_by_a_post_elsewhere(hugo, district, region, south):
    """Hugo counsels here; a post in another region lets him answer there, and not here."""
    one, span = asked(district.schools[1], hugo), DateRange(date(2020, 1, 1), None)
    staff.post(user=hugo, role="region_counselor", region=south, span=span)
    with pytest.raises(NotAllowed, match="answered by the people of its region"):
        actions.take(question=one, by=hugo)
    staff.post(user=hugo, role="region_counselor", region=region, span=span)
    with pytest.raises(NotAllowed, match="their own question"):
        actions.take(question=one, by=hugo)
