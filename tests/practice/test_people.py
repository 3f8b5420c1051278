"""Students, households and contacts, recounted from the files."""

import re
from collections import Counter, defaultdict
from datetime import date

import pytest

from firstbell.practice.names import GIVEN_NICKNAMES
from firstbell.practice.schools import GRADES

LANGUAGES = {"en", "es", "hy", "ko", "fil", "zh-Hant", "zh-Hans", "fa", "ru", "vi", "ar", "km"}
PHONE = re.compile(r"(\(\d{3}\) |\d{3}-?)555-?01\d\d")


def _students(ledger):
    born = {row["sourcedId"]: row for row in ledger.rows("demographics")}
    return [row | born[row["sourcedId"]] for row in ledger.rows("users") if row["sourcedId"] in born]


@pytest.mark.parametrize("which", ["today", "small"])
def test_birth_dates_fit_the_grade(request, which):
    """Five by 1 September of the kindergarten year (EC 48000), and at most one year held back."""
    for row in _students(request.getfixturevalue(which)):
        born = date.fromisoformat(row["birthDate"])
        age = 2025 - born.year - ((born.month, born.day) > (9, 1))
        grade = GRADES.index(row["grades"]) - 1
        assert age - grade in ((5,) if grade <= 1 else (5, 6)), row


def test_grades_are_about_equally_full(today):
    count = Counter(row["grades"] for row in _students(today))
    assert set(count) == set(GRADES)
    assert all(8000 / 14 * 0.85 < count[grade] < 8000 / 14 * 1.2 for grade in GRADES[1:])
    assert 8000 / 14 * 0.5 < count["TK"] < min(count[grade] for grade in GRADES[1:])  # not compulsory


def test_students_attend_schools_that_have_their_grade(today):
    level = {row["sourcedId"]: row["name"] for row in today.rows("orgs")}
    spans = {"Elementary": range(7), "TK-8": range(10), "Middle": range(7, 10), "High": range(10, 14)}
    for row in today.rows("studentSchoolAssociations"):
        span = next(grades for word, grades in spans.items() if word in level[row["schoolId"]])
        assert GRADES.index(row["entryGradeLevel"]) in span, row


def test_names_are_varied_and_not_only_ascii(today):
    rows = _students(today)
    assert len({row["givenName"] for row in rows}) >= 150
    assert len({row["familyName"] for row in rows}) >= 190
    assert sum(not row["familyName"].isascii() for row in rows) > 500
    shares = Counter((row["givenName"], row["familyName"]) for row in rows)
    assert shares.most_common(1)[0][1] < 20


def test_preferred_names_are_nicknames_of_the_given_name(today):
    preferred = [(row["givenName"], row["preferredGivenName"]) for row in _students(today) if row["preferredGivenName"]]
    assert len(preferred) > 100
    assert all(GIVEN_NICKNAMES[given] == nickname for given, nickname in preferred)


def test_home_languages_are_tags_with_a_californian_mix(today):
    count = Counter(row["metadata.homeLanguage"] for row in _students(today))
    assert set(count) == LANGUAGES
    assert 0.25 < count["es"] / 8000 < 0.45
    assert 0.4 < count["en"] / 8000 < 0.6


@pytest.mark.parametrize(
    ("program", "low", "high"),
    [
        ("EL", 0.1, 0.3), ("SWD", 0.1, 0.17), ("504", 0.01, 0.03), ("Foster", 0.003, 0.015), ("Homeless", 0.015, 0.05),
        ("SED", 0.65, 0.8), ("Migrant", 0.001, 0.01),
    ],
)  # fmt: skip
def test_program_shares(today, program, low, high):
    count = Counter(row["program"] for row in today.rows("studentPrograms"))
    assert low < count[program] / 8000 < high


def test_english_learners_speak_another_language_at_home(today):
    speaks = {row["sourcedId"]: row["metadata.homeLanguage"] for row in today.rows("demographics")}
    learners = [row["studentUniqueId"] for row in today.rows("studentPrograms") if row["program"] == "EL"]
    assert all(speaks[student] != "en" for student in learners)


def _families(ledger):
    families = defaultdict(list)
    for row in ledger.rows("studentContactAssociations"):
        families[row["contactUniqueId"]].append(row)
    return families


def test_siblings_share_contacts_and_may_go_to_different_schools(today):
    school = {row["sourcedId"]: row["primaryOrgSourcedId"] for row in today.rows("users")}
    shared = [rows for rows in _families(today).values() if len(rows) > 1]
    assert len(shared) > 1500
    assert sum(len({school[row["studentUniqueId"]] for row in rows}) > 1 for rows in shared) > 500


def test_one_household_has_one_address(today):
    lives = {row["contactUniqueId"]: row["address1"] for row in today.rows("contacts")}
    homes = defaultdict(set)
    for row in today.rows("studentContactAssociations"):
        if row["livesWith"] == "true":
            homes[row["studentUniqueId"]].add(lives[row["contactUniqueId"]])
    assert max(len(some) for some in homes.values()) == 1


def test_addresses_are_invented(today):
    rows = today.rows("contacts")
    assert {(row["city"], row["state"], row["postalCode"]) for row in rows} == {("Rosalia", "CA", "90099")}
    assert all(re.fullmatch(r"\d+ [A-Z][a-z]+ [A-Z][a-z]+", row["address1"]) for row in rows)
    assert {row["email"].partition("@")[2] for row in rows if row["email"]} == {"example.org"}


@pytest.mark.parametrize("place", ["phone1", "phone2", "phone3"])
def test_telephone_numbers_are_fictional_or_broken(today, place):
    numbers = [row[place] for row in today.rows("contacts") if row[place]]
    broken = [number for number in numbers if not PHONE.fullmatch(number)]
    assert set(broken) <= {"disconnected", "555-01"}
    assert 0 < len(broken) < 0.05 * len(numbers)


def test_a_blank_number_has_no_facts_about_it(today):
    for row in today.rows("contacts"):
        for place in ("phone1", "phone2", "phone3"):
            said = [bool(row[place + suffix]) for suffix in ("", "Type", "TextCapable", "DoNotPublish")]
            assert len(set(said)) == 1


def test_only_mobiles_take_texts(today):
    pairs = Counter((row["phone1Type"], row["phone1TextCapable"]) for row in today.rows("contacts"))
    assert {kind for kind, takes in pairs if takes == "true"} == {"Mobile"}
    assert pairs["Fax", "false"] > 0


def test_some_families_cannot_be_reached_at_all(today):
    linked = {row["studentUniqueId"] for row in today.rows("studentContactAssociations")}
    lost = 8000 - len(linked)
    assert 5 < lost < 120


def test_court_orders_bar_someone_who_lives_elsewhere(today):
    barred = [row for row in today.rows("studentContactAssociations") if row["contactRestrictions"]]
    assert len(barred) > 5
    for row in barred:
        assert row["contactRestrictions"] == "No contact: court order"
        flags = ("livesWith", "legalGuardian", "educationRightsHolder", "mailingReceives", "emergencyContactStatus")
        assert {row[flag] for flag in flags} == {"false"}


def test_foster_students_have_a_rights_holder_who_lives_elsewhere(today):
    foster = {row["studentUniqueId"] for row in today.rows("studentPrograms") if row["program"] == "Foster"}
    holders = defaultdict(list)
    for row in today.rows("studentContactAssociations"):
        if row["educationRightsHolder"] == "true":
            holders[row["studentUniqueId"]].append(row)
    assert len(foster) > 20
    assert all([row["livesWith"] for row in holders[student]] == ["false"] for student in foster)


def test_each_student_has_one_primary_contact_and_priorities_from_one(today):
    of_student = defaultdict(list)
    for row in today.rows("studentContactAssociations"):
        of_student[row["studentUniqueId"]].append(row)
    for rows in of_student.values():
        assert [row["primaryContactStatus"] for row in rows].count("true") == 1
        assert sorted(int(row["contactPriority"]) for row in rows) == list(range(1, len(rows) + 1))


def test_every_school_has_its_staff(today):
    schools = {row["sourcedId"] for row in today.rows("orgs") if row["type"] == "school"}
    roles = Counter((row["orgSourcedId"], row["role"]) for row in today.rows("roles"))
    assert all(roles[school, "principal"] == 1 for school in schools)
    assert all(roles[school, role] >= 1 for school in schools for role in ("counselor", "teacher", "aide"))
    assert sum(count for (_, role), count in roles.items() if role == "districtAdministrator") == 1 + 3


def test_students_are_in_one_homeroom_for_each_enrolment(today):
    kinds = {row["sourcedId"]: row["classType"] for row in today.rows("classes")}
    places = [row for row in today.rows("enrollments") if row["role"] == "student"]
    assert {kinds[row["classSourcedId"]] for row in places} == {"homeroom"}
    assert sorted((r["userSourcedId"], r["schoolSourcedId"], r["beginDate"]) for r in places) == sorted(
        (r["studentUniqueId"], r["schoolId"], r["entryDate"]) for r in today.rows("studentSchoolAssociations")
    )
    assert max(Counter(row["classSourcedId"] for row in places).values()) <= 60
