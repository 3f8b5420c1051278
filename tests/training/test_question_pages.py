"""Pages of questions: by role, by a neighbour's school, what is shared, what is typed badly, and what they cost."""

from datetime import timedelta

import pytest
from django.urls import reverse

from firstbell.training.actions import questions as actions
from firstbell.training.models.questions import Question
from tests.training.asked import ANSWER, OF_ALL, TITLE, WHAT, answered, asked
from tests.training.conftest import body, somebody

pytestmark = pytest.mark.django_db
ASKS = ("counselor", "clerk", "principal", "chair")
ANSWERS = ("coordinator", "region_counselor", "director")
REST = ("teacher", "fiscal", "engineer")


def at(name, *args):
    return reverse(f"training:{name}", args=args)


@pytest.fixture
def school(district, region):
    return district.schools[0]


@pytest.fixture
def one(school, counselor) -> Question:
    return asked(school, counselor)


# -- by role -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [*ASKS, *ANSWERS, *REST])
def test_who_sees_which_page(as_user, school, region, counselor, role):
    where = {"chair": {"region": region}, "coordinator": {"region": region}, "region_counselor": {"region": region}}
    where |= {"director": {}, "fiscal": {}, "engineer": {}}
    browser = as_user(somebody("some.body", role, **where.get(role, {"school": school})))
    one = asked(school, counselor)
    pages = {at("questions"): ASKS, at("ask"): ASKS, at("board"): ANSWERS, at("answers"): ASKS + ANSWERS,
             at("question", one.pk): ASKS + ANSWERS}  # fmt: skip
    for address, roles in pages.items():
        assert browser.get(address).status_code == (200 if role in roles else 404), address


def test_the_side_leads_there(as_user, counselor, marisa):
    shown = body(as_user(counselor).get(at("ask")))
    assert f'href="{at("ask")}"' in shown
    assert f'href="{at("board")}"' not in shown
    shown = body(as_user(marisa).get(at("board")))
    assert f'href="{at("board")}"' in shown
    assert f'href="{at("consults")}"' in shown


def test_a_neighbours_question_is_missing(as_user, one, hugo, elsewhere, marisa, region):
    for who in (hugo, elsewhere):
        assert as_user(who).get(at("question", one.pk)).status_code == 404
        assert as_user(who).post(at("question", one.pk), {"do": "take", "version": 1}).status_code == 404
    assert as_user(marisa).get(at("question", 987654)).status_code == 404
    assert TITLE not in body(as_user(hugo).get(at("questions")))
    assert TITLE not in body(as_user(elsewhere).get(at("board")))


def test_what_is_shared_tells_neither_the_school_nor_who_asked(as_user, school, counselor, hugo, marisa):
    before = answered(school, counselor, marisa)
    made = answered(school, counselor, marisa, share=True, law=["EC 48262"], earlier=[before.pk])
    shown = body(as_user(hugo).get(at("question", made.pk)))
    assert ANSWER in shown
    assert WHAT in shown
    assert reverse("library:section", args=["ec-48262"]) in shown
    main = shown[shown.index("<main") :]
    for hidden in (school.name, "Rosa", "Diaz", "Marisa", at("question", before.pk)):
        assert hidden not in main, hidden
    found = body(as_user(hugo).get(f"{at('answers')}?q=second+letter"))
    assert at("question", made.pk) in found
    assert at("question", before.pk) not in found
    assert school.name not in found[found.index("<main") :]
    assert as_user(hugo).post(at("question", made.pk), {"do": "close", "helped": "yes"}).status_code == 404
    assert at("question", made.pk) in body(as_user(marisa).get(f"{at('answers')}?q=conference&area=truancy"))
    assert "Nothing fits these words" in body(as_user(marisa).get(f"{at('answers')}?q=zzqqk"))


# -- asking ------------------------------------------------------------------------------------------------------------


def test_looked_for_and_asked(as_user, school, counselor, marisa):
    made = answered(school, counselor, marisa)
    shown = body(as_user(counselor).get(f"{at('ask')}?q=second+letter&area=truancy"))
    assert at("question", made.pk) in shown
    assert 'value="second letter"' in shown
    assert "No earlier answer fits" in body(as_user(counselor).get(f"{at('ask')}?q=zzqqk"))
    answer = as_user(counselor).post(at("ask"), OF_ALL | {"school": school.pk})
    new = Question.objects.latest("pk")
    assert answer["Location"] == at("question", new.pk)
    assert TITLE in body(as_user(counselor).get(at("questions")))


def test_what_was_typed_is_kept_when_it_is_refused(as_user, district, school, counselor):
    for more, words in (
        ({"title": ""}, "Say what you want to know"), ({"what": "x" * 10_000}, "at most 2000"),
        ({"area": "x"}, "not one of the available"), ({"school": district.schools[1].pk}, "not one of the available"),
        ({"what": "Her number: 078-05-1120"}, "Social Security"), ({"what": "Born 5/1/2015"}, "I have looked"),
        ({"what": "a\0b"}, "Null characters"),
    ):  # fmt: skip
        told = OF_ALL | {"school": school.pk} | more
        answer = as_user(counselor).post(at("ask"), told)
        assert (answer.status_code, words in body(answer)) == (409, True), words
        assert told["title"] in body(answer)
    assert not Question.objects.exists()
    as_user(counselor).post(at("ask"), OF_ALL | {"school": school.pk, "what": "Born 5/1/2015", "sure": "on"})
    assert Question.objects.count() == 1


def test_script_is_only_text(as_user, school, counselor, hugo, marisa):
    bad = "<script>alert(1)</script>"
    made = answered(school, counselor, marisa, title=bad, what=bad, text=bad, share=True)
    for who, address in (
        (counselor, at("question", made.pk)), (hugo, at("question", made.pk)), (counselor, at("questions")),
        (hugo, f"{at('ask')}?q={bad}"), (hugo, at("answers")), (marisa, f"{at('board')}?state=answered"),
    ):  # fmt: skip
        shown = body(as_user(who).get(address))
        assert "<script>alert" not in shown, address
        assert "&lt;script&gt;alert" in shown, address
        assert "&amp;lt;" not in shown, address


# -- answering ---------------------------------------------------------------------------------------------------------


def test_taken_answered_and_closed_on_its_page(as_user, one, counselor, marisa):
    page = at("question", one.pk)
    assert "Take it" in body(as_user(marisa).get(page))
    as_user(marisa).post(page, {"do": "take", "version": 1})
    shown = body(as_user(counselor).get(page))
    assert "Marisa Tolentino answers" in shown
    assert "Answer it" not in shown
    as_user(marisa).post(page, {"do": "urgency", "version": 2, "urgency": "today", "why": "The hearing is tomorrow."})
    assert "The hearing is tomorrow." in body(as_user(counselor).get(page))
    as_user(marisa).post(page, {"do": "answer", "version": 3, "text": ANSWER, "law_1": "EC 48262", "share": "on"})
    shown = body(as_user(counselor).get(page))
    assert ANSWER in shown
    assert "Did it help?" in shown
    as_user(counselor).post(page, {"do": "close", "version": 4, "helped": "no"})
    now = Question.objects.get()
    assert (now.state, now.helped, now.shared, now.sources["law"]) == ("closed", False, True, ["EC 48262"])
    as_user(marisa).post(page, {"do": "stop_sharing", "version": 5})
    assert not Question.objects.get().shared


def test_handed_over_on_its_page(as_user, one, marisa, noor, elsewhere):
    page = at("question", one.pk)
    assert as_user(marisa).post(page, {"do": "hand_over", "version": 1, "to": elsewhere.pk}).status_code == 409
    as_user(marisa).post(page, {"do": "hand_over", "version": 1, "to": noor.pk})
    assert Question.objects.get().answerer == noor


def test_the_second_to_take_is_told_who_was_first(as_user, one, marisa, noor):
    page = at("question", one.pk)
    as_user(marisa).post(page, {"do": "take", "version": 1})
    answer = as_user(noor).post(page, {"do": "take", "version": 1})
    assert answer.status_code == 409
    assert "Marisa Tolentino has this question since you opened the page" in body(answer)


@pytest.mark.parametrize("version", ["1", "", "x", "٣", "99999999999999999999"])
def test_what_was_written_is_kept_when_the_question_moved_on(as_user, one, counselor, marisa, version):
    actions.withdraw(question=one, by=counselor)
    answer = as_user(marisa).post(at("question", one.pk), {"do": "answer", "version": version, "text": ANSWER})
    assert answer.status_code == 409
    assert "withdrawn this question" in body(answer)
    assert ANSWER in body(answer)
    assert Question.objects.get().answer == ""


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"text": ""}, "Write the answer"),
        ({"text": "x" * 10_000}, "at most 4000"),
        ({"law_1": "EC 1"}, "not one of the available"),
        ({"earlier": ["987"]}, "not one of the available"),
        ({"text": "078-05-1120"}, "Social Security"),
        ({"text": "Rosa Diaz knows.", "share": "on"}, "every school would read"),
    ],
)
def test_an_answer_that_is_refused_stands_in_its_form(as_user, one, marisa, more, words):
    answer = as_user(marisa).post(at("question", one.pk), {"do": "answer", "version": 1, "text": ANSWER} | more)
    assert (answer.status_code, words in body(answer)) == (409, True)
    assert Question.objects.get().state == "open"


@pytest.mark.parametrize("do", ["take", "answer", "hand_over", "urgency", "stop_sharing", "", "delete"])
def test_a_school_does_nothing_of_the_regions(as_user, one, principal, do):
    told = {"do": do, "version": 1, "text": ANSWER, "urgency": "today", "why": "x"}
    assert as_user(principal).post(at("question", one.pk), told).status_code == 404


def test_only_who_asked_withdraws(as_user, one, counselor, principal):
    page = at("question", one.pk)
    assert "Rosa Diaz asked this" in body(as_user(principal).post(page, {"do": "withdraw", "version": 1}))
    as_user(counselor).post(page, {"do": "withdraw", "version": 1})
    assert Question.objects.get().state == "closed"
    assert "Withdrawn" in body(as_user(counselor).get(page))


# -- the board ---------------------------------------------------------------------------------------------------------


def test_the_board_narrows_by_its_address_and_turns_pages(as_user, school, counselor, marisa, today):
    usual = {"school": school, "area": "truancy", "title": TITLE, "what": WHAT, "by": counselor}
    Question.objects.bulk_create(Question(**usual, due_on=today - timedelta(1)) for _ in range(60))
    browser, board = as_user(marisa), at("board")
    shown = body(browser.get(f"{board}?part=late&area=truancy&school={school.pk}"))
    assert "1 to 50 of 60" in shown
    assert "Late · 60" in shown
    assert "Late by 1 day" in shown
    assert "51 to 60 of 60" in body(browser.get(f"{board}?part=late&page=2"))
    assert "60 of 60" not in body(browser.get(f"{board}?part=today"))
    for query in ("area=other", "part=today", "state=answered", "school=x", "region=99999999999", "school=٣"):
        assert "No question fits" in body(browser.get(f"{board}?{query}")), query
    assert "0 of 60" in shown
    assert "No answer yet" in shown


@pytest.mark.parametrize("name", ["questions", "ask", "answers"])
def test_pages_say_so_when_there_is_nothing(as_user, counselor, name):
    assert as_user(counselor).get(at(name)).status_code == 200


def test_an_empty_board_says_so(as_user, elsewhere):
    shown = body(as_user(elsewhere).get(at("board")))
    assert "No school waits for an answer" in shown
    assert "Too few to say" in shown


def test_pages_cost_the_same_however_much_there_is(as_user, school, counselor, marisa, django_assert_max_num_queries):
    made = answered(school, counselor, marisa, share=True)
    for _ in range(4):
        answered(school, counselor, marisa, share=True)
    waits = asked(school, counselor)
    budgets = {at("board"): 19, at("question", waits.pk): 18, at("answers"): 11, at("question", made.pk): 13}
    browser = as_user(marisa)
    for address, most in budgets.items():
        with django_assert_max_num_queries(most):
            assert browser.get(address).status_code == 200
    browser = as_user(counselor)
    for address, most in {f"{at('ask')}?q=letter": 11, at("questions"): 11}.items():
        with django_assert_max_num_queries(most):
            assert browser.get(address).status_code == 200
