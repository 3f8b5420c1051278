"""What stops an extract as a whole, each with where, what was expected, what was found and what to do."""

import io
import struct
import zipfile

import pytest

from firstbell.imports.reading import Limits, Unreadable, read

from ..extracts import CODES, ENROLMENTS, EVENTS, PROGRAMS, SECTION_EVENTS, Small


def stopped(path, **options):
    with pytest.raises(Unreadable) as caught:
        read(path, **options)
    remark = caught.value.remark
    assert remark.expected, remark
    assert remark.remedy, remark
    assert remark.file
    return remark


def header_of(small, file, old, new):
    small.raw[file] = small.text(file).replace(old, new, 1).encode()


def without(*files):
    def spoil(small):
        for file in files:
            small.remove(file)

    return spoil


def raw(file, data):
    def spoil(small):
        small.raw[file] = data

    return spoil


def head(file, old, new):
    return lambda small: header_of(small, file, old, new)


def manifest(**said):
    return lambda small: small.manifest.update({k.replace("__", "."): v for k, v in said.items()})


def wide(small):
    small.raw["users.csv"] = (",".join(f"c{n}" for n in range(5000)) + "\n").encode()


def old_year(small):
    small.change("academicSessions.csv", "Y26", schoolYear="2025")
    small.change("academicSessions.csv", "F25", schoolYear="2025")


def no_schools(small):
    for key in ("101", "102", "103"):
        small.remove("orgs.csv", key)


SPOILED = {
    "no roster manifest at all": (raw("manifest.csv", b""), "manifest"),
    "roster manifest of another kind": (raw("manifest.csv", b"key,val\na,b\n"), "manifest"),
    "OneRoster 1.0": (manifest(oneroster__version="1.0"), "version"),
    "OneRoster 2": (manifest(oneroster__version="2.0"), "version"),
    "delta files": (manifest(file__users="delta"), "delta"),
    "side manifest is not JSON": (raw("manifest.json", b"{not json"), "manifest"),
    "side manifest is a list": (raw("manifest.json", b"[1,2]"), "manifest"),
    "side manifest too deep": (raw("manifest.json", b"[" * 100_000), "manifest"),
    "unknown schema version": (raw("manifest.json", b'{"schemaVersion":"2.0"}'), "version"),
    "no school year": (raw("manifest.json", b'{"schemaVersion":"1.0","asOf":"2026-01-01T00:00:00Z"}'), "school-year"),
    "years that do not follow": (
        raw("manifest.json", b'{"schemaVersion":"1.0","schoolYear":"2024-2026"}'),
        "school-year",
    ),
    "no as-of": (raw("manifest.json", b'{"schemaVersion":"1.0","schoolYear":"2025-2026"}'), "as-of"),
    "as-of is no date": (raw("manifest.json", b'{"schemaVersion":"1.0","schoolYear":"2026","asOf":"soon"}'), "as-of"),
    "as-of before time began": (
        raw("manifest.json", b'{"schemaVersion":"1.0","schoolYear":"2026","asOf":"0001-01-01T00:00:00+23:00"}'),
        "as-of",
    ),
    "manifest in Latin-1": (raw("manifest.json", b'{"a":"\xe9"}'), "encoding"),
    "no users": (without("users.csv"), "missing-file"),
    "no roles in 1.2": (without("roles.csv"), "missing-file"),
    "no calendars": (without("calendars.csv"), "missing-file"),
    "no codes": (without(CODES), "missing-file"),
    "no enrolments": (without(ENROLMENTS), "missing-file"),
    "no events of either kind": (without(EVENTS, SECTION_EVENTS), "missing-file"),
    "an empty file": (raw("users.csv", b""), "no-header"),
    "only a byte order mark": (raw("users.csv", b"\xef\xbb\xbf"), "no-header"),
    "only line ends": (raw("users.csv", b"\r\n\r\n"), "no-header"),
    "the same column twice": (head("users.csv", "middleName", "givenName"), "header-twice"),
    "the same column twice by case": (head("users.csv", "middleName", "GIVENNAME"), "header-twice"),
    "a needed column renamed": (head("users.csv", "familyName", "lastName"), "missing-column"),
    "no header, data at once": (raw("calendars.csv", b"R,101,2025-2026,School,\n"), "missing-column"),
    "5,000 columns": (wide, "too-many-columns"),
    "semicolons": (raw("calendars.csv", b"calendarCode;schoolId;schoolYear\nR;101;2026\n"), "separator"),
    "tabs": (raw("calendars.csv", b"calendarCode\tschoolId\tschoolYear\n"), "separator"),
    "an Excel separator line": (raw("calendars.csv", b"sep=;\ncalendarCode;schoolId\n"), "separator"),
    "a stray quote in the header": (raw("calendars.csv", b'"calendarCode"x,"schoolId\nR,101\n'), "header"),
    "NUL bytes": (raw("contacts.csv", b"contactUniqueId,firstName\n30\x0001,A\n"), "nul-byte"),
    "UTF-16 without a mark": (raw("contacts.csv", "contactUniqueId\n1\n".encode("utf-16-le")), "nul-byte"),
    "UTF-32": (raw("contacts.csv", "contactUniqueId\n1\n".encode("utf-32")), "nul-byte"),
    "broken UTF-16": (raw("contacts.csv", b"\xff\xfea\x00\x00\xd8\x00\xd8"), "encoding"),
    "bytes of no encoding": (raw("contacts.csv", b"contactUniqueId\n\x81\x8d\n"), "encoding"),
    "a workbook named csv": (raw("contacts.csv", b"PK\x03\x04rest"), "not-text"),
    "a locked old workbook named csv": (raw("contacts.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "not-text"),
    "a gzip named csv": (raw("contacts.csv", b"\x1f\x8b\x08\x00"), "not-text"),
    "one line without an end": (raw("contacts.csv", b"contactUniqueId," + b"x" * 5_000_000), "line-too-long"),
    "a roster of last year": (old_year, "other-year"),
    "no school at all": (no_schools, "no-schools"),
}


@pytest.mark.parametrize(("spoil", "rule"), SPOILED.values(), ids=SPOILED)
def test_an_unusable_extract_says_why(tmp_path, spoil, rule):
    small = Small()
    spoil(small)
    assert stopped(small.write(tmp_path)).rule == rule


def test_all_missing_files_are_named_at_once(tmp_path):
    small = Small()
    without("calendars.csv", "roles.csv", EVENTS, SECTION_EVENTS)(small)
    expected = stopped(small.write(tmp_path)).expected
    assert all(name in expected for name in ("calendars.csv", "roles.csv", EVENTS, SECTION_EVENTS))


STRICT_ONLY = {
    "a header typo": (head("users.csv", "preferredGivenName", "prefferedGivenName"), "header-name"),
    "columns out of order": (head("users.csv", "givenName,familyName", "familyName,givenName"), "header-order"),
    "columns without a name": (
        lambda s: s.raw.update({"orgs.csv": s.text("orgs.csv").replace("\n", ",\n").encode()}),
        "unnamed-columns",
    ),
    "Windows-1252": (
        lambda s: s.raw.update(
            {
                "users.csv": s.change("users.csv", "2003", givenName="Zoë", familyName="Wu")
                .text("users.csv")
                .encode("cp1252")
            }
        ),
        "encoding",
    ),
    "UTF-16": (lambda s: s.raw.update({"orgs.csv": s.text("orgs.csv").encode("utf-16")}), "encoding"),
    "rows fewer than the manifest says": (lambda s: s.claims.update({EVENTS: {"rows": 99}}), "manifest-differs"),
    "another digest than the manifest says": (
        lambda s: s.claims.update({EVENTS: {"sha256": "0" * 64}}),
        "manifest-differs",
    ),
    "a file the manifest names is not there": (
        lambda s: s.claims.update({PROGRAMS: {"rows": 1}}) or s.remove(PROGRAMS),
        "manifest-differs",
    ),
    "absent by the manifest yet there": (manifest(file__users="absent"), "manifest-state"),
    "bulk by the manifest yet not there": (manifest(file__results="bulk"), "manifest-state"),
    "systemCode absent": (manifest(source__systemCode="absent"), "manifest"),
    "an unknown property": (manifest(vendor__mood="good"), "manifest"),
    "an unknown file in the manifest": (manifest(file__lunches="bulk"), "manifest"),
    "an empty manifest value": (manifest(file__results=""), "manifest"),
    "as-of without a zone": (lambda s: setattr(s, "as_of", "2026-01-30T18:00:00"), "as-of-zone"),
    "a file name in the wrong case": (
        lambda s: s.raw.update({"Users.csv": s.text("users.csv").encode()}) or s.remove("users.csv"),
        "file-name",
    ),
    "a refused column with values": (
        lambda s: s.add("contacts.csv", contactUniqueId="3009", parentSSN="900-12-3456"),
        "column-refused",
    ),
}


@pytest.mark.parametrize(("spoil", "rule"), STRICT_ONLY.values(), ids=STRICT_ONLY)
def test_strict_stops_where_lenient_goes_on(tmp_path, spoil, rule):
    small = Small()
    spoil(small)
    folder = small.write(tmp_path)
    files = list(folder.glob("attendance/[U]*"))
    for file in files:  # Small files a misnamed file under attendance; a folder is a folder
        file.rename(folder / "oneroster" / file.name)
    lenient = read(folder)
    assert rule in {r.rule for r in lenient.remarks}
    assert lenient.tables["students"].height == 10
    assert stopped(folder, strict=True).rule == rule


def test_a_manifest_that_lacks_a_file_stops_only_strictly(tmp_path):
    small = Small()
    small.raw["manifest.csv"] = b"propertyName,value\noneroster.version,1.2\nfile.users,bulk\nfile.users,bulk\n"
    folder = small.write(tmp_path)
    assert read(folder).version == "1.2"
    assert stopped(folder, strict=True).rule == "manifest"


def bounds(**limits):
    return Limits(**limits)


@pytest.mark.parametrize(
    ("limits", "rule"),
    [
        (Limits(rows=500), "too-many-rows"),
        (Limits(columns=8), "too-many-columns"),
        (Limits(file_bytes=2_000), "too-large"),
        (Limits(folder_bytes=9_000), "too-large"),
        (Limits(entries=5), "too-many-files"),
    ],
)
def test_bounds_of_a_folder(tmp_path, limits, rule):
    assert stopped(Small().write(tmp_path), limits=limits).rule == rule


def test_paths_that_are_no_extract(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear office")
    (tmp_path / "empty").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "holiday.jpg").write_bytes(b"\xff\xd8")
    assert stopped(tmp_path / "nowhere").rule == "no-such-path"
    assert stopped(tmp_path / "letter.txt").rule == "not-an-extract"
    assert stopped(tmp_path / "empty").rule == "empty-extract"
    assert stopped(tmp_path / "other").rule == "empty-extract"


def test_a_file_given_twice(tmp_path):
    folder = Small().write(tmp_path)
    (folder / "users.csv").write_bytes((folder / "oneroster" / "users.csv").read_bytes())
    assert stopped(folder).rule == "file-twice"


def test_a_link_in_a_folder_is_not_followed(tmp_path):
    folder = Small().write(tmp_path / "day")
    secret = tmp_path / "secret.csv"
    secret.write_text("sourcedId\n1\n")
    (folder / "oneroster" / "userProfiles.csv").symlink_to(secret)
    assert stopped(folder).rule == "link"


def test_a_manifest_as_large_as_a_file(tmp_path):
    small = Small()
    small.raw["manifest.json"] = b" " * 2_000_000
    assert stopped(small.write(tmp_path)).rule == "manifest"


def zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


def link(name):
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


ZIPS = {
    "a path upwards": ([("../../etc/users.csv", b"x")], "zip-path"),
    "an absolute path": ([("/etc/users.csv", b"x")], "zip-path"),
    "a path upwards the Windows way": ([("..\\users.csv", b"x")], "zip-path"),
    "a drive letter": ([("C:/users.csv", b"x")], "zip-path"),
    "a link": ([(link("users.csv"), b"/etc/passwd")], "link"),
    "a zip in the zip": ([("oneroster.zip", b"PK")], "zip-in-zip"),
    "a bomb": ([("users.csv", b"0" * 30_000_000)], "zip-bomb"),
    "10,000 entries": ([(f"f{n}.csv", b"") for n in range(10_000)], "too-many-files"),
    "a workbook": ([("[Content_Types].xml", b"<x/>"), ("xl/workbook.xml", b"<x/>")], "workbook"),
    "nothing known": ([("readme.md", b"hello")], "empty-extract"),
    "nothing at all": ([], "empty-extract"),
    "the same name twice": ([("a/users.csv", b"x"), ("b/users.csv", b"x")], "file-twice"),
}


@pytest.mark.parametrize(("members", "rule"), ZIPS.values(), ids=ZIPS)
def test_zips_that_are_refused(tmp_path, members, rule):
    folder = tmp_path / "in" / "it"
    folder.mkdir(parents=True)
    before = set(tmp_path.rglob("*"))
    assert stopped(zipped(folder / "up.zip", members)).rule == rule
    assert set(tmp_path.rglob("*")) - before == {folder / "up.zip"}, "nothing was written beside it"


def test_bounds_of_a_zip(tmp_path):
    path = Small().zip(tmp_path / "day.zip")
    assert stopped(path, limits=Limits(zip_bytes=20_000)).rule == "too-large"
    assert stopped(path, limits=Limits(file_bytes=2_000)).rule == "too-large"
    assert stopped(path, limits=Limits(entries=3)).rule == "too-many-files"


def patched(path, change):
    data = bytearray(path.read_bytes())
    change(data)
    path.write_bytes(bytes(data))
    return path


def test_an_encrypted_zip(tmp_path):
    def lock(data):
        for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            start = data.find(mark)
            data[start + at] |= 1

    assert stopped(patched(Small().zip(tmp_path / "day.zip"), lock)).rule == "zip-locked"


def test_a_zip_that_lies_about_its_sizes(tmp_path):
    path = zipped(tmp_path / "lie.zip", [("users.csv", b"0" * 30_000_000)])

    def shrink(data):
        for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
            struct.pack_into("<I", data, data.find(mark) + at, 1000)

    assert stopped(patched(path, shrink)).rule in {"zip-damaged", "zip-bomb", "empty-extract", "no-manifest"}


@pytest.mark.parametrize("keep", [0.3, 0.9])
def test_half_a_zip(tmp_path, keep):
    data = Small().zip(tmp_path / "whole.zip").read_bytes()
    (tmp_path / "half.zip").write_bytes(data[: int(len(data) * keep)])
    assert stopped(tmp_path / "half.zip").rule == "not-an-extract"


def test_a_zip_with_a_damaged_member(tmp_path):
    out = io.BytesIO(Small().zip(tmp_path / "day.zip").read_bytes())
    data = bytearray(out.getvalue())
    data[200:260] = bytes(60)
    (tmp_path / "day.zip").write_bytes(bytes(data))
    assert stopped(tmp_path / "day.zip").rule == "zip-damaged"


def test_a_file_that_cannot_be_opened(tmp_path, monkeypatch):
    folder = Small().write(tmp_path)
    monkeypatch.setattr(
        "firstbell.imports.reading.encoding.prepare", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left"))
    )
    remark = stopped(folder)
    assert (remark.rule, remark.found) == ("cannot-read", "No space left")
