"""What must never be kept is in no frame, no remark and no rejected row, wherever it was planted."""

import pytest

from firstbell.imports.reading import Unreadable, read

from ..extracts import EVENTS, Small

SECRET = "zq-900-55-1234-zq"
REFUSED = [
    "ssn",
    "SSN",
    "studentSSN",
    "social_security_number",
    "SocialSecurityNo",
    "password",
    "Passwd",
    "immigrationStatus",
    "Citizenship",
    "citizenshipStatus",
    "visaType",
    "passportNumber",
    "alienNumber",
    "undocumented",
]
FILES = ["users.csv", "demographics.csv", "contacts.csv", EVENTS]


def everything(extract) -> str:
    frames = [*extract.tables.values(), *extract.rejects.values(), extract.remarks.frame]
    return "\n".join(frame.write_csv() for frame in frames)


def planted(file, column):
    small = Small()
    small.headers[file] += [c for c in [column] if c not in small.headers[file]]
    small.rows[file][0][column] = SECRET
    return small


@pytest.mark.parametrize("column", REFUSED)
@pytest.mark.parametrize("file", ["users.csv", "contacts.csv"])
def test_a_refused_column_is_told_and_not_read(tmp_path, file, column):
    extract = read(planted(file, column).write(tmp_path))
    told = [(r.kind, r.rule) for r in extract.remarks if r.column == column]
    assert told == [("refused", "column-refused")]
    assert SECRET not in everything(extract)
    with pytest.raises(Unreadable, match="no such column"):
        read(tmp_path, strict=True)


@pytest.mark.parametrize("column", REFUSED)
def test_a_refused_column_without_values_is_passed_over(tmp_path, column):
    small = Small()
    small.headers["contacts.csv"].append(column)
    assert [r for r in read(small.write(tmp_path)).remarks if r.kind == "refused"] == []


@pytest.mark.parametrize("column", ["countryOfBirthCode", "cityOfBirth", "asian", "publicSchoolResidenceStatus"])
def test_columns_nobody_asked_for_are_dropped(tmp_path, column):
    assert SECRET not in everything(read(planted("demographics.csv", column).write(tmp_path)))


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("column", ["diagnosis", "ssn"])
@pytest.mark.parametrize(
    "spoil", ["{row},", ",{row}", "{row},{secret}", "{secret},{row}", '"{row}', '{row}"x', "{short}"]
)
def test_a_shifted_row_takes_no_secret_along(tmp_path, file, column, spoil):
    small = planted(file, column)
    head, first, *rest = small.text(file).splitlines()
    short = first.rpartition(",")[0].replace(",", "", 1) + SECRET
    small.raw[file] = "\n".join([head, spoil.format(row=first, secret=SECRET, short=short), *rest, ""]).encode()
    told = everything(read(small.write(tmp_path)))
    assert SECRET not in told
    assert "900-55-1234" not in told


def test_a_secret_in_the_wrong_column_is_not_shown(tmp_path):
    small = Small().add_mark("900-55-1234", "101", "2025-09-15", "U").add_mark("2001", "101", "900-55-1234", "U")
    remarks = read(small.write(tmp_path)).remarks.frame
    assert remarks.filter(kind="rejected").height == 2
    assert "900-55-1234" not in remarks.write_csv()
