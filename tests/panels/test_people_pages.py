"""The pages of panels, their people and referrals: by role, by a neighbour's student, and with what was typed kept."""

import pytest
from django.urls import reverse

from firstbell.core.models import AccessRow
from firstbell.panels.models import Member, Panel, Referral
from firstbell.staffing.models import Post
from tests.attendance.conftest import DAYS
from tests.panels.conftest import TERM, somebody


@pytest.fixture
def clerk(district):
    return somebody("grace.okafor", "clerk", school=district.schools[0])


@pytest.fixture
def neighbour(district):
    """A counselor of the other school."""
    return somebody("hugo.petrosyan", "counselor", school=district.schools[1])


def body(answer) -> str:
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize(
    ("role", "status"), [("counselor", 200), ("clerk", 200), ("principal", 200), ("engineer", 404)]
)
def test_who_sees_the_panels(client, district, sarb, sspt, role, status):
    where = {} if role == "engineer" else {"school": district.schools[0]}
    client.force_login(somebody("some.body", role, **where))
    answer = client.get(reverse("panels:index"))
    assert answer.status_code == status
    if status == 200:
        assert "North SARB" in body(answer)
        assert "SSPT of School 1" in body(answer)


def test_an_empty_list_of_panels_says_who_opens_them(as_user, clerk):
    assert "Whoever coordinates the region opens them" in body(as_user(clerk).get(reverse("panels:index")))


def test_a_school_does_not_run_its_regions_board(as_user, counselor, sarb, sspt):
    browser = as_user(counselor)
    assert browser.get(reverse("panels:panel", args=[sarb.pk])).status_code == 200
    assert browser.get(reverse("panels:add_member", args=[sarb.pk])).status_code == 404
    assert browser.get(reverse("panels:member", args=[sarb.members.first().pk])).status_code == 404
    assert browser.get(reverse("panels:add_member", args=[sspt.pk])).status_code == 200


def test_a_neighbours_panel_is_not_there(as_user, neighbour, sspt):
    assert as_user(neighbour).get(reverse("panels:panel", args=[sspt.pk])).status_code == 404


def test_seating_a_member_and_a_refusal_that_keeps_what_was_typed(as_user, ines, sarb):
    browser, at_ = as_user(ines), reverse("panels:add_member", args=[sarb.pk])
    said = {
        "name": "Ada Roe", "seat": "welfare", "standing": "chair", "begins": DAYS[0].isoformat(),
        "ends": DAYS[-1].isoformat(), "agency": "County welfare",
    }  # fmt: skip
    answer = browser.post(at_, said)
    assert answer.status_code == 409
    assert "Ines Quiroga chairs the North SARB then" in body(answer)
    assert 'value="County welfare"' in body(answer)
    answer = browser.post(at_, said | {"standing": "member"})
    assert answer.status_code == 302
    assert Member.objects.get(name="Ada Roe").seat == "welfare"


def test_only_the_coordinator_signs(as_user, ines, marisa, sarb):
    at_ = reverse("panels:sign", args=[sarb.pk])
    said = {"on": DAYS[-1].isoformat()}
    assert as_user(ines).post(at_, said).status_code == 404
    assert "No roster is in force" in body(as_user(marisa).get(reverse("panels:panel", args=[sarb.pk])))
    assert as_user(marisa).post(at_, said).status_code == 302
    assert "signed by Marisa Tolentino" in body(as_user(marisa).get(reverse("panels:panel", args=[sarb.pk])))


def test_opening_a_panel_of_ones_own_region(as_user, marisa, region):
    browser, at_ = as_user(marisa), reverse("panels:open")
    said = {"kind": "resource_panel", "where": f"region {region.pk}", "name": "North RP", "address": "12 Alder"}
    assert browser.post(at_, said | {"address": ""}).status_code == 409
    assert browser.post(at_, said | {"where": "region 999999"}).status_code == 409
    assert browser.post(at_, said).status_code == 302
    assert Panel.objects.get(name="North RP").region == region


def test_a_recusal_names_a_student_in_scope(as_user, ines, sarb, truant):
    tom = sarb.members.get(name="Tom Abara")
    browser, at_ = as_user(ines), reverse("panels:recuse", args=[tom.pk])
    answer = browser.post(at_, {"student": "NOBODY", "why": "Uncle."})
    assert answer.status_code == 409
    assert "No student of yours has the number NOBODY" in body(answer)
    assert browser.post(at_, {"student": truant.key.lower(), "why": "Uncle."}).status_code == 302
    assert "Uncle." in body(browser.get(reverse("panels:member", args=[tom.pk])))


def test_a_guest_sees_no_page_but_their_seats(as_user, sarb, referral):
    tom = somebody("tom.abara")
    Member.objects.filter(name="Tom Abara").update(user=tom, term=TERM)
    browser = as_user(tom)
    assert browser.get(reverse("panels:seats")).status_code == 200
    for name, args in (
        ("panels:index", []), ("panels:referrals", []), ("panels:referral", [referral.pk]),
        ("desk:student", [referral.student_id]), ("panels:panel", [sarb.pk]), ("desk:today", []),
    ):  # fmt: skip
        assert browser.get(reverse(name, args=args)).status_code == 404, name
    assert browser.get(reverse("home")).url == reverse("panels:seats")


def test_a_referral_is_begun_from_a_students_file(as_user, counselor, truant, sarb):
    browser, at_ = as_user(counselor), reverse("panels:refer", args=[truant.pk])
    assert "North SARB" in body(browser.get(at_))
    said = {"panel": sarb.pk, "ground": "other", "why": "Five <b>days</b>.", "asked": "A bus pass."}
    answer = browser.post(at_, said)
    assert answer.status_code == 409
    assert "Choose one of the three grounds" in body(answer)
    assert "Five &lt;b&gt;days" in body(answer)
    answer = browser.post(at_, said | {"ground": "habitual"})
    made = Referral.objects.get(student=truant)
    assert answer.url == reverse("panels:referral", args=[made.pk])
    assert AccessRow.objects.filter(student_id=truant.pk).exists()


def test_where_there_is_no_panel_the_page_says_so(as_user, counselor, truant):
    assert "There is no panel to refer to" in body(as_user(counselor).get(reverse("panels:refer", args=[truant.pk])))


def test_the_page_of_a_referral_names_what_is_missing(as_user, counselor, referral):
    answer = as_user(counselor).get(reverse("panels:referral", args=[referral.pk]))
    said = body(answer)
    assert answer.status_code == 200
    for words in ("Is it ready?", "Missing", "The written notice of the referral went out", "The office, by"):
        assert words in said
    assert "Send to the chair" not in said


def test_sending_an_unready_referral_is_refused_on_the_page(as_user, counselor, referral):
    browser = as_user(counselor)
    answer = browser.post(reverse("panels:send", args=[referral.pk]), {"version": 1})
    assert answer.status_code == 409
    assert "Student and parents have not been told in writing" in body(answer)


def test_a_neighbour_and_a_clerk_decide_nothing(as_user, clerk, neighbour, referral):
    for name in ("send", "withdraw", "reword", "ask_override"):
        assert as_user(clerk).post(reverse(f"panels:{name}", args=[referral.pk])).status_code == 404
    assert as_user(clerk).get(reverse("panels:referral", args=[referral.pk])).status_code == 200
    assert as_user(neighbour).get(reverse("panels:referral", args=[referral.pk])).status_code == 404
    assert as_user(neighbour).post(reverse("panels:send", args=[referral.pk])).status_code == 404


def test_only_who_runs_the_panel_accepts(as_user, counselor, ines, referral):
    Referral.objects.filter(pk=referral.pk).update(state="sent")
    at_ = reverse("panels:send_back", args=[referral.pk])
    said = {"version": 1, "why": "Ask the family."}
    assert as_user(counselor).post(at_, said).status_code == 404
    answer = as_user(ines).post(at_, said | {"why": ""})
    assert answer.status_code == 409
    assert "Say what the school is to do" in body(answer)
    answer = as_user(ines).post(at_, said | {"version": 7})
    assert answer.status_code == 409
    assert "Ask the family." in body(answer)
    assert as_user(ines).post(at_, said).status_code == 302
    referral.refresh_from_db()
    assert referral.state == "returned"


def test_the_list_filters_by_state_and_panel(as_user, counselor, referral, sspt):
    browser, at_ = as_user(counselor), reverse("panels:referrals")
    assert "Noor Baptiste" in body(browser.get(at_))
    assert "The school prepares it · 1" in body(browser.get(at_))
    assert "No such referral" in body(browser.get(at_, {"panel": sspt.pk}))
    assert "No such referral" in body(browser.get(at_, {"panel": "x"}))
    assert "No such referral" in body(browser.get(at_, {"state": "heard"}))
    Referral.objects.filter(pk=referral.pk).update(state="withdrawn", closed_on=DAYS[-1])
    assert "No open referral" in body(browser.get(at_))
    assert "Noor Baptiste" in body(browser.get(at_, {"state": "all"}))


def test_a_post_that_ended_ends_the_page(as_user, counselor, referral):
    Post.objects.filter(user=counselor).delete()
    assert as_user(counselor).get(reverse("panels:referral", args=[referral.pk])).status_code == 404
