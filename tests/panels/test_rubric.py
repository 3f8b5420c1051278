"""Evidence for the Model SARB rubric: what is shown, what is missing, and that nobody is given away."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import Error, transaction
from django.urls import reverse

from firstbell.attendance.actions import rebuild
from firstbell.cases.rules import NotAllowed
from firstbell.core.access import EVERYTHING, Scope
from firstbell.core.models import JournalLine
from firstbell.law.calendar import SchoolYear
from firstbell.panels.actions import send_report
from firstbell.panels.actions.people import consult, sign_roster
from firstbell.panels.models import CountyReport, Hearing, Member, Seating
from firstbell.panels.queries.rubric import known_of, rubric
from firstbell.panels.rubric import AREAS
from firstbell.panels.rules.rubric import SHOWS, Board, Change, Known, share
from firstbell.panels.rules.tracking import Share, Waited
from tests.attendance.conftest import DAYS, YEAR
from tests.panels.conftest import somebody
from tests.panels.test_tracking import directive, year

__all__ = ["year"]
NOW = SchoolYear(YEAR)
CRITERIA = [one for area in AREAS for one in area.criteria]
FULL = Board(1, "North", 13, (), 13, 13, 13, date(2025, 9, 1), date(2025, 10, 1))
BARE = Board(2, "South", 12, ("the public defender",), 5, 3, 4)


def test_every_criterion_has_evidence_and_every_evidence_a_criterion():
    assert {one.key for one in CRITERIA} == set(SHOWS)
    assert len(CRITERIA) == len(SHOWS)
    assert len(AREAS) == 4
    assert all(one.who and one.title for one in CRITERIA)


@pytest.mark.parametrize("one", CRITERIA, ids=lambda one: one.key)
def test_an_empty_year_shows_nothing_and_says_so(one):
    found = SHOWS[one.key](Known())
    if one.key == "spoken":
        assert [each.text for each in found.told] == [
            "No hearing of this year was of a family who speaks another language."
        ]
    else:
        assert found.told == ()
        assert found.missing or one.key in ("kept", "teams"), "a list of nothing"


@pytest.mark.parametrize(("part", "whole", "told"), [
    (0, 10, "10 or fewer in all, too few to tell"), (10, 10, "10 or fewer in all, too few to tell"),
    (10, 40, "too few on one side to tell, of 40"), (30, 40, "too few on one side to tell, of 40"),
    (40, 40, "too few on one side to tell, of 40"), (11, 40, "11 of 40"), (29, 40, "29 of 40"),
    (1500, 3000, "1,500 of 3,000"),
])  # fmt: skip
def test_a_share_of_students_gives_nobody_away(part, whole, told):
    assert share(Share(part, whole)) == told


@pytest.mark.parametrize(("key", "known", "told", "missing"), [
    ("referred", Known(grounds={"Habitual truancy": 30, "Chronic absence": 12}), "Habitual truancy: 30.", ""),
    ("referred", Known(grounds={"Habitual truancy": 30, "Chronic absence": 2}),
     "Habitual truancy: 10 or fewer, or hidden with it.", ""),
    ("spoken", Known(interpreted=Share(15, 30)), "with an interpreter: 15 of 30.", ""),
    ("consulted", Known((FULL, BARE)), "North: students were consulted on October 1, 2025.",
     "South: no consultation of this year is on record."),
    ("helped", Known(helped=Share(20, 40)), "20 of 40", ""),
    ("met", Known(met=Share(3, 9)), "too few to tell", ""),
    ("teams", Known(teams=[("SSPT", 40, 20), ("SART", 0, 0)]), "SSPT, heard of those referred: 20 of 40.",
     "SART: nobody was referred."),
    ("asked", Known(agreed=Share(15, 30)), "15 of 30", ""),
    ("composition", Known((BARE,)), "South: 12 of 13 seats filled.", "South: nobody represents the public defender."),
    ("training", Known((BARE,)), "3 of 5 members trained, 4 promised", "2 members without training on record."),
    ("roster", Known((FULL, BARE)), "North: in force from September 1, 2025.", "South: no roster was signed."),
    ("quorum", Known(quorum=Share(5, 6)), "Hearings held with a quorum: 5 of 6.", "1 hearing on record without"),
    ("quorum", Known(quorum=Share(6, 6)), "6 of 6", ""),
    ("chain", Known(standing=Share(11, 12)), "11 of 12", "1 referral without a standing step."),
    ("waited", Known(waited=Waited(21, 40, Share(15, 30))), "within 21 days; in the time the district aims at: 15 of",
     ""),
    ("waited", Known(waited=Waited(21, 40, Share(5, 6))), "too few to tell", ""),
    ("came", Known(came=Share(25, 40)), "Families who came: 25 of 40.", ""),
    ("kept", Known(sides=[("School", 20, 40), ("Agency", 0, 0)]), "School, kept of those looked at: 20 of 40.",
     "Agency: nothing was said"),
    ("returned", Known(returned=Share(12, 24)), "12 of 24", ""),
    ("change", Known(change=Change(40, 20, 25, 400, 200, 1600)), "missed 25 before the hearing and 12 after",
     "20 students with fewer than 20 school days on a side"),
    ("change", Known(change=Change(9, 2, 5, 90, 40, 300)), "Cannot tell: 10 or fewer students can be compared.", ""),
    ("change", Known(change=Change(0, 2, 0, 0, 0, 0)), "", "Cannot tell: no student heard"),
    ("reported", Known(sent=(date(2026, 6, 1), "County Superintendent")), "Sent on June 1, 2026 to County", ""),
])  # fmt: skip
def test_what_each_criterion_says(key, known, told, missing):
    found = SHOWS[key](known)
    assert told in " ".join(one.text for one in found.told)
    assert bool(found.told) is bool(told)
    assert missing in " ".join(found.missing)
    assert bool(found.missing) is bool(missing)


def test_a_years_evidence_is_counted_from_the_records(year, sarb, ines, counselor, marisa, today):
    heard = list(Hearing.objects.filter(state="held").order_by("pk"))
    for n, hearing in enumerate(heard):
        for member in sarb.members.all()[: 5 if n else 2]:
            Seating.objects.create(hearing=hearing, member=member, came=True)
    Hearing.objects.filter(pk=heard[0].pk).update(language="es", interpreter="Ines Prado")
    Hearing.objects.filter(pk=heard[1].pk).update(language="hy")
    directive(year[0], "school", [(10, "kept")], ines)
    directive(year[1], "family", [(10, "broken")], ines)
    Member.objects.filter(name="Ana Sousa").update(trained_on=None)
    known = known_of(EVERYTHING, NOW, today)
    assert known.grounds == {"Habitual truancy": 5, "Chronic absence": 9}
    assert (known.quorum, known.interpreted, known.came) == (Share(5, 6), Share(1, 2), Share(6, 8))
    assert known.agreed == Share(1, 2)
    assert known.standing == Share(0, 8), "no step of the ladder was taken"
    assert (known.helped, known.met) == (Share(0, 14), Share(0, 14))
    board = known.boards[0]
    assert (board.members, board.trained, board.sworn, board.signed, board.consulted) == (5, 4, 5, None, None)
    assert [(title, kept, said) for title, kept, said in known.sides if said] == [("School", 1, 1), ("Family", 0, 1)]
    consult(panel=sarb, on=today, with_whom="Student council", heard="Buses.", by=ines)
    sign_roster(panel=sarb, on=today, by=marisa)
    board = known_of(EVERYTHING, NOW, today).boards[0]
    assert (board.signed, board.consulted) == (today, today)


def test_help_before_the_referral_counts_and_help_after_it_does_not(referral, take, truant, rosa):
    from firstbell.cases import actions as cases

    type(referral).objects.update(state="sent", made_on=DAYS[10])
    late = cases.log(key="6a5b3a52-5c8f-4f4e-9d0b-0b6f0a1c2d3e", student=truant, kind="call", outcome="reached",
                     on=DAYS[12], by=rosa)  # fmt: skip
    assert known_of(EVERYTHING, NOW, DAYS[-1]).helped == Share(0, 1)
    cases.log(key="6a5b3a52-5c8f-4f4e-9d0b-0b6f0a1c2d3f", student=truant, kind="visit", outcome="reached",
              on=DAYS[5], by=rosa)  # fmt: skip
    assert late.on > DAYS[10]
    assert known_of(EVERYTHING, NOW, DAYS[-1]).helped == Share(1, 1)


def test_attendance_before_and_after_needs_days_on_both_sides(year, absences, district):
    district.arrives(DAYS[-1])
    rebuild(YEAR)
    found = known_of(EVERYTHING, NOW, DAYS[-1]).change
    assert (found.students, found.unknown) == (0, 6)
    assert "Cannot tell" in " ".join(SHOWS["change"](Known(change=found)).missing)


def test_a_neighbour_reads_nothing_of_ours(year, district, marisa):
    elsewhere = Scope(schools=frozenset({district.schools[1].pk}), regions=frozenset())
    known = known_of(elsewhere, NOW, DAYS[-1])
    assert (known.grounds, known.quorum, known.helped) == ({}, Share(0, 0), Share(0, 0))
    nowhere = Scope(regions=frozenset({10**6}))
    assert known_of(nowhere, NOW, DAYS[-1]).boards == ()


def test_the_questions_do_not_grow(year, sarb, django_assert_max_num_queries, django_assert_num_queries):
    with django_assert_max_num_queries(26) as few:
        rubric(EVERYTHING, NOW, DAYS[-1])
    twin = type(sarb).objects.create(kind="sarb", name="Second SARB", region=sarb.region, address="x", board="local")
    for hearing in Hearing.objects.filter(state="held"):
        Seating.objects.create(hearing=hearing, member=sarb.members.first(), came=True)
    assert twin.pk
    with django_assert_num_queries(len(few.captured_queries)):
        rubric(EVERYTHING, NOW, DAYS[-1])


@pytest.mark.parametrize(("role", "status"), [("coordinator", 200), ("chair", 200), ("counselor", 404), ("clerk", 404)])
def test_who_reads_it(client, year, region, district, role, status):
    where = {"region": region} if role in ("coordinator", "chair") else {"school": district.schools[0]}
    client.force_login(somebody("some.body", role, **where))
    for name in ("rubric", "rubric_csv"):
        assert client.get(reverse(f"panels:{name}")).status_code == status, name


def test_the_page_opens_its_figures_and_the_table_says_the_same(client, year, sarb, marisa):
    client.force_login(marisa)
    page = " ".join(client.get(reverse("panels:rubric")).content.decode().split())
    assert f'href="{reverse("panels:panel", args=[sarb.pk])}"' in page
    assert f'href="{reverse("panels:report")}?year={YEAR}"' in page
    assert "The state scores, not this page." in page
    assert "14 referrals to a review board." in page
    assert "Graduation, dropout and suspension rates" in page
    rows = list(csv.reader(io.StringIO(client.get(reverse("panels:rubric_csv")).content.decode())))
    assert rows[0] == ["Area", "Criterion", "Shown", "Missing", "Who can supply it"]
    roster = next(row for row in rows if row[1] == "A roster signed into force")
    assert roster[3:] == ["North SARB: no roster was signed.", "The Field Coordinator of the region"]
    assert len(rows) == 1 + len(CRITERIA) + sum(len(one.elsewhere) for one in AREAS)
    linked = client.get(reverse("panels:tracking")).content.decode()
    assert reverse("panels:rubric") in linked


@pytest.mark.parametrize(("on", "to", "why"), [
    (timedelta(1), "County", "is to come"), (timedelta(-400), "County", "before the school year"),
    (timedelta(0), "  ", "Say to whom"),
])  # fmt: skip
def test_a_report_was_sent_on_a_day_of_the_past_to_somebody(ines, today, on, to, why):
    with pytest.raises(NotAllowed, match=why):
        send_report(year=NOW, on=today + on, to=to, by=ines)
    assert not CountyReport.objects.exists()


def test_the_director_says_that_the_report_was_sent(client, year, marisa, today):
    at_ = f"{reverse('panels:send_report')}?year={YEAR}"
    client.force_login(marisa)
    assert client.post(at_, {"on": today, "to": "County"}).status_code == 404, "one region is not the district"
    assert "It was sent to the county" not in client.get(reverse("panels:report")).content.decode()
    samir = somebody("samir.haddad", "director")
    client.force_login(samir)
    refused = client.post(at_, {"on": today + timedelta(1), "to": "County Superintendent"})
    assert refused.status_code == 409
    assert 'value="County Superintendent"' in refused.content.decode()
    assert client.post(at_, {"on": today, "to": "County Superintendent"}).status_code == 302
    made = CountyReport.objects.get()
    assert made.totals[0] == ["Referrals to a review board", 14]
    assert JournalLine.objects.filter(verb="panels.county_report_sent", about_id=made.pk).exists()
    assert "County Superintendent" in client.get(reverse("panels:report")).content.decode()
    assert known_of(EVERYTHING, NOW, today).sent == (today, "County Superintendent")
    with pytest.raises(Error, match="never changed"), transaction.atomic():
        CountyReport.objects.update(to="Somebody else")
