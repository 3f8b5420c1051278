"""A sound extract, however it is packed, says nothing but what it is."""

import shutil
import zipfile
from datetime import UTC, date, datetime

import polars as pl
import pytest

from firstbell.imports.reading import Limits, read

from ..extracts import CODES, DAYS, ENROLMENTS, EVENTS, FAMILY, PROGRAMS, SCHOOLS, SECTION_EVENTS, STUDENTS, Small

SCHEMAS = {
    "regions": "key name",
    "schools": "key name state_id region_key",
    "years": "year:Int32 name starts:Date ends:Date",
    "calendars": "school_key year:Int32 code kind",
    "calendar_days": "school_key year:Int32 code day:Date event minutes:Int16",
    "codes": "year:Int32 school_key code description category excused:Boolean absence:Boolean truancy:Boolean "
    "ada:Boolean suspension study over30:Boolean",
    "students": "key given middle family preferred_given preferred_family born_on:Date sex grade language",
    "contacts": "key given family preferred_given language email address city state postal",
    "phones": "contact_key place:Int16 number kind text_ok:Boolean private:Boolean",
    "family": "student_key contact_key relation guardian:Boolean lives_with:Boolean primary:Boolean emergency:Boolean "
    "priority:Int16 restrictions rights_holder:Boolean mailing:Boolean",
    "enrolments": "student_key school_key year:Int32 entry_on:Date calendar_code grade entry_code exit_on:Date "
    "exit_code primary:Boolean status",
    "programs": "student_key program begins_on:Date ends_on:Date",
    "marks": "student_key school_key day:Date period code minutes:Int16 share:Int16",
    "roll": "school_key day:Date period sections:Int32",
}


def schema(words: str) -> dict[str, pl.DataType]:
    pairs = [[*word.split(":"), "String"][:2] for word in words.split()]
    return {name: getattr(pl, kind)() for name, kind in pairs}


def told(extract) -> list:
    return [r for r in extract.remarks if r.kind != "dropped"]


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a_sound_extract_has_nothing_to_remark(tmp_path, version, strict):
    extract = read(Small(version=version).write(tmp_path / "day"), strict=strict)
    assert told(extract) == []
    assert (extract.version, extract.year, extract.system) == (version, 2026, "Invented SIS")
    assert extract.as_of == datetime(2026, 1, 30, 18, tzinfo=UTC)
    assert extract.name == "day"
    assert extract.rejects == {}


@pytest.mark.parametrize("rows", ["full", "none"])
def test_tables_have_the_agreed_columns_and_types(tmp_path, rows):
    small = Small()
    if rows == "none":
        for file in ("contacts.csv", FAMILY, PROGRAMS, SECTION_EVENTS, "sectionAttendanceTaken.csv"):
            small.remove(file)
        small.rows[EVENTS].clear()
    tables = read(small.write(tmp_path)).tables
    assert {name: dict(frame.schema) for name, frame in tables.items()} == {n: schema(w) for n, w in SCHEMAS.items()}


def test_every_person_and_place_arrives(tmp_path):
    tables = read(Small().write(tmp_path)).tables
    people = tables["students"].select("key", "given", "family", pl.col("born_on").cast(pl.String), "grade").rows()
    assert people == [s[:5] for s in STUDENTS]
    assert dict(tables["schools"].select("key", "name").rows()) == SCHOOLS
    assert tables["schools"]["region_key"].to_list() == ["11", "11", "12"]
    assert tables["years"].rows() == [(2026, "2025-2026", date(2025, 8, 14), date(2026, 6, 10))]
    assert tables["calendars"].select("school_key", "code").rows()[:2] == [("101", "R"), ("101", "EK")]
    assert tables["enrolments"].filter(student_key="2002")["calendar_code"].item() == "EK"


def test_marks_carry_share_minutes_and_period(tmp_path):
    marks = read(Small().write(tmp_path)).tables["marks"]
    assert marks.filter(student_key="2001", code="U").select("period", "minutes", "share").rows() == [("", -1, 100)] * 2
    assert marks.filter(student_key="2004").select("code", "minutes", "share").rows() == [("T", 12, -1)]
    assert marks.filter(student_key="2010").select("period", "code").rows() == [("3", "U")]


def test_roll_counts_sections(tmp_path):
    assert read(Small().write(tmp_path)).tables["roll"].rows() == [("103", date(2025, 10, 7), "3", 2)]


def flat(small, folder):
    small.write(folder / "parts")
    for file in (folder / "parts").glob("*/*"):
        shutil.move(file, folder / file.name)
    shutil.rmtree(folder / "parts")
    return folder


def two_zips(small, folder):
    folder.mkdir()
    for part, name in (("oneroster/", "oneroster.zip"), ("attendance/", "attendance-extract.zip")):
        with zipfile.ZipFile(folder / name, "w") as archive:
            for path, data in small.files().items():
                if path.startswith(part):
                    archive.writestr(path.removeprefix(part), data)
    return folder


def mixed(small, folder):
    small.write(folder)
    (folder / "attendance").rename(folder / "attendance-extract")
    (folder / "oneroster" / ".DS_Store").write_bytes(b"junk")
    return folder


@pytest.mark.parametrize("pack", [lambda s, f: s.zip(f.with_suffix(".zip")), flat, two_zips, mixed])
def test_packing_changes_neither_digest_nor_content(tmp_path, pack):
    plain = read(Small().write(tmp_path / "plain"))
    packed = read(pack(Small(), tmp_path / "packed"))
    assert packed.digest == plain.digest
    assert told(packed) == []
    for name, frame in plain.tables.items():
        assert frame.equals(packed.tables[name]), name


def test_the_digest_is_of_the_content(tmp_path):
    first = read(Small().write(tmp_path / "a"))
    assert read(Small().write(tmp_path / "b")).digest == first.digest
    assert read(Small().add_mark("2005", "102", "2025-10-03", "U").write(tmp_path / "c")).digest != first.digest


def test_columns_not_read_are_named_once(tmp_path):
    small = Small().add("contacts.csv", contactUniqueId="3009", favouriteColour="teal")
    dropped = [(r.file, r.column) for r in read(small.write(tmp_path)).remarks if r.kind == "dropped"]
    assert len(dropped) == len(set(dropped))
    assert ("contacts.csv", "favouriteColour") in dropped
    assert ("demographics.csv", "countryOfBirthCode") in dropped


def test_progress_is_heard_and_never_passes_a_hundred(tmp_path):
    heard = []
    read(Small().write(tmp_path), progress=lambda file, percent: heard.append((file, percent)))
    assert {file for file, _ in heard} >= {"users.csv", EVENTS}
    assert all(0 <= percent <= 100 for _, percent in heard)
    assert [p for _, p in heard] == sorted(p for _, p in heard)


@pytest.mark.parametrize(
    ("is_last", "left", "expected"),
    [
        (True, "2026-01-16", date(2026, 1, 16)),
        (False, "2026-01-16", date(2026, 1, 15)),
        (False, "2026-03-01", date(2026, 2, 28)),
        (True, "2025-08-14", date(2025, 8, 14)),
        (False, "2025-08-14", date(2025, 8, 14)),  # a no-show keeps its day: the exit code tells
        (False, "", None),
    ],
)
def test_the_exit_date_is_the_last_day_or_the_day_after(tmp_path, is_last, left, expected):
    small = Small().change(ENROLMENTS, "2005", exitWithdrawDate=left, exitWithdrawType="T160")
    enrolments = read(small.write(tmp_path), limits=Limits(exit_is_last_day=is_last)).tables["enrolments"]
    assert enrolments.filter(student_key="2005")["exit_on"].item() == expected


def test_several_events_on_one_day_stay_together(tmp_path):
    day = {"schoolId": "103", "schoolYear": "2025-2026", "calendarCode": "R", "date": "2025-09-03"}
    small = Small().add(DAYS, calendarEvents="Student late arrival/early dismissal", **day)
    days = read(small.write(tmp_path)).tables["calendar_days"].filter(school_key="103", day=date(2025, 9, 3))
    assert days["event"].to_list() == ["Instructional day; Student late arrival/early dismissal"]


def test_a_school_may_have_codes_of_its_own(tmp_path):
    own = {"schoolYear": "2025-2026", "schoolId": "103", "code": "Z", "countsAsAbsence": "Y"}
    small = (
        Small().add(CODES, **own).add_mark("2007", "103", "2025-10-03", "Z").add_mark("2005", "102", "2025-10-03", "Z")
    )
    extract = read(small.write(tmp_path))
    assert extract.tables["marks"].filter(code="Z")["student_key"].to_list() == ["2007"]
    assert [(r.rule, r.found) for r in told(extract)] == [("unknown-code", "Z")]


def test_phones_keep_their_place_kind_and_wishes(tmp_path):
    phone = {"phone1": "555 0101", "phone1Type": "Cell phone", "phone1TextCapable": "Y", "phone1DoNotPublish": "true"}
    second = {"phone2": "555 0102", "phone2Type": "Unlisted", "phone3": "555 0103", "phone3Type": "Emergency 1"}
    small = Small().add("contacts.csv", contactUniqueId="3009", **phone, **second)
    phones = read(small.write(tmp_path)).tables["phones"].filter(contact_key="3009").drop("contact_key").rows()
    assert phones == [
        (1, "555 0101", "mobile", True, True),
        (2, "555 0102", "other", None, True),
        (3, "555 0103", "emergency", None, False),
    ]


def test_class_lists_are_not_needed(tmp_path):
    small = Small()
    for file in ("classes.csv", "courses.csv", "demographics.csv"):
        small.remove(file)
    extract = read(small.write(tmp_path), strict=True)
    assert told(extract) == []
    assert extract.tables["students"]["born_on"].null_count() == len(STUDENTS)


def test_headers_of_older_versions_are_understood(tmp_path):
    small = Small()
    text = small.text("demographics.csv").replace("sourcedId", "userSourcedId", 1).replace("birthDate", "birthdate", 1)
    small.raw["demographics.csv"] = text.encode()
    small.raw["users.csv"] = small.text("users.csv").replace("dateLastModified", "dataLastModified", 1).encode()
    extract = read(small.write(tmp_path))
    fixed = {(r.file, r.column) for r in extract.remarks if r.rule == "header-name"}
    demographics = {("demographics.csv", "sourcedId"), ("demographics.csv", "birthDate")}
    assert fixed == demographics | {("users.csv", "dateLastModified")}
    assert extract.tables["students"]["born_on"].null_count() == 0


def test_a_region_may_be_two_levels_up(tmp_path):
    small = Small().add("orgs.csv", sourcedId="D7", name="Zone", type="department", parentSourcedId="12")
    small.change("orgs.csv", "102", parentSourcedId="D7").change("orgs.csv", "101", parentSourcedId="1")
    schools = read(small.write(tmp_path)).tables["schools"]
    assert dict(schools.select("key", "region_key").rows()) == {"101": None, "102": "12", "103": "12"}
