"""Rows that do not fit under their header: they never shift, and the rest still arrives."""

import pytest

from firstbell.imports.reading import Limits, read

from ..extracts import CONTACTS, EVENTS, Small

HEADER = "contactUniqueId,firstName,lastSurname,city"
GOOD = {"1": ("Ida", "Roth", "Rosalia"), "2": ("Omid", "Tehrani", "Rosalia"), "3": ("Mei", "Lau", "Rosalia")}
CAREFUL = '9,"Line\nbreak",Two,"Rosalia"\n'  # a cell over two lines sends the rest of the file the careful way


def lines(*between, end="\n", header=HEADER):
    first, *rest = (",".join((key, *cells)) for key, cells in GOOD.items())
    return end.join([header, first, *between, *rest]) + end


def contacts(tmp_path, text, *, limits=None, encoding="utf-8"):
    small = Small()
    small.rows.pop("studentContactAssociations.csv")
    small.raw["contacts.csv"] = text if isinstance(text, bytes) else text.encode(encoding)
    extract = read(small.write(tmp_path), limits=limits or Limits())
    rows = extract.tables["contacts"].select("key", "given", "family", "city").rows()
    tally = extract.rows["contacts.csv"]
    assert tally["read"] == tally["kept"] + tally["rejected"]
    return extract, {key: tuple(rest) for key, *rest in rows}


def rejected(extract):
    return [(r.row, r.rule) for r in extract.remarks if r.kind == "rejected"]


RAGGED = {
    "too few cells": (("5,Nobody",), [(3, "too-few-cells")]),
    "one cell missing in the middle": (("5,Rosalia,Roth",), [(3, "too-few-cells")]),
    "too many cells": (("5,A,B,C,D",), [(3, "too-many-cells")]),
    "an address with a bare comma": (("5,A,B,Rosalia, CA",), [(3, "too-many-cells")]),
    "surplus blank cells": (("5,A,B,Rosalia,, ",), []),
    "only commas": ((",,,",), [(3, "required")]),
    "a quote that never closes": (('5,"A,B,Rosalia',), [(3, "quotes")]),
    "a quote that closes too soon": (('5,"A"x,B,Rosalia',), [(3, "quotes")]),
    "two quotes that never close": (('5,"A,B,Rosalia', '6,"C,D,Rosalia'), [(3, "quotes"), (4, "quotes")]),
    "a quote that would swallow the next student": (('5,"A,B,Rosalia', '6,x",D,Rosalia'), [(3, "quotes")]),
    "a blank line": (("",), []),
    "several": (("5", "", "6,A,B,C,D,E"), [(3, "too-few-cells"), (5, "too-many-cells")]),
    "a cell that is too long": (("5," + "x" * 10_001 + ",B,C",), [(3, "cell-too-long")]),
    "a cell of ten million letters": (("5," + "x" * 3_000_000 + ",B,C",), [(3, "cell-too-long")]),
}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("careful", [False, True])
@pytest.mark.parametrize(("between", "expected"), RAGGED.values(), ids=RAGGED)
def test_a_row_of_a_wrong_shape_is_refused_alone(tmp_path, between, expected, careful, end):
    text = lines(*between, end=end)
    if careful:
        text += CAREFUL.replace("\n", end)
    extract, people = contacts(tmp_path, text)
    assert rejected(extract) == expected
    assert {k: people[k] for k in GOOD} == GOOD
    assert ("9" in people) == careful
    if expected:
        refused = extract.rejects["contacts.csv"]
        assert refused.select("_row", "_reason").rows() == expected


NEAT = {
    "CRLF": lines(end="\r\n"),
    "only CR, as long ago": lines(end="\r"),
    "LF and CRLF mixed": lines().replace("\n", "\r\n", 2),
    "no end to the last line": lines().rstrip("\n"),
    "a byte order mark": "\ufeff" + lines(),
    "all quoted": "\n".join(",".join(f'"{c}"' for c in line.split(",")) for line in lines().splitlines()),
    "spaces around": lines().replace(",", " , "),
    "columns without a name": "".join(line + ",,\n" for line in lines().splitlines()),
    "a header without a name at its end only": lines().replace("city", "city,,"),
    "another order": "\n".join(",".join(reversed(line.split(","))) for line in lines().splitlines()),
    "another case": lines().replace("firstName", "FirstName"),
}


@pytest.mark.parametrize("text", NEAT.values(), ids=NEAT)
def test_neat_files_of_any_habit(tmp_path, text):
    extract, people = contacts(tmp_path, text)
    assert people == GOOD
    assert extract.rejects == {}


def test_values_under_no_name_are_refused(tmp_path):
    text = lines("5,A,B,C,,secret", header=HEADER + ",,") + "6,A,B,Rosalia,,\n"
    extract, people = contacts(tmp_path, text)
    assert rejected(extract) == [(3, "too-many-cells")]
    assert people == GOOD | {"6": ("A", "B", "Rosalia")}


@pytest.mark.parametrize("careful", [False, True])
def test_quoted_commas_quotes_and_lines_are_kept(tmp_path, careful):
    middle = '5,"Ann ""Bo""","Roth, Jr.",Rosalia'
    extract, people = contacts(tmp_path, lines(middle) + (CAREFUL if careful else ""))
    assert people["5"] == ('Ann "Bo"', "Roth, Jr.", "Rosalia")
    assert extract.rejects == {}


def test_rows_keep_their_order_when_some_were_odd(tmp_path):
    extract, people = contacts(tmp_path, lines("5,A,B,Rosalia,", "5,Other,B,Rosalia"))
    assert list(people) == ["1", "5", "2", "3"]
    assert people["5"] == ("A", "B", "Rosalia")
    assert rejected(extract) == [(4, "duplicate-id")]


ENCODINGS = {
    "Windows-1252": "cp1252",
    "UTF-16": "utf-16",
    "UTF-16 big": "utf-16-be",
}


@pytest.mark.parametrize("encoding", ENCODINGS.values(), ids=ENCODINGS)
def test_other_encodings_are_understood_and_told(tmp_path, encoding):
    text = lines("5,Zoë,Peña,Rosalia")
    if encoding == "utf-16-be":
        text = "\ufeff" + text
    extract, people = contacts(tmp_path, text, encoding=encoding)
    assert people["5"] == ("Zoë", "Peña", "Rosalia")
    assert [r.rule for r in extract.remarks if r.kind == "fixed"] == ["encoding"]


def test_one_damaged_line_does_not_turn_the_others_into_another_encoding(tmp_path):
    text = lines("5,Zoë,Peña,Rosalia", "6,Thảo,Nguyễn,Rosalia").encode() + b"7,Jos\xe9,Ruiz,Rosalia\n8,A,B,C\n"
    extract, people = contacts(tmp_path, text)
    assert people["6"] == ("Thảo", "Nguyễn", "Rosalia")
    assert rejected(extract) == [(7, "bad-bytes")]
    assert people["8"] == ("A", "B", "C")


def test_a_character_cut_in_two_by_a_chunk(tmp_path, monkeypatch):
    monkeypatch.setattr("firstbell.imports.reading.encoding.CHUNK", 7)
    extract, people = contacts(tmp_path, lines(*(f"1{n},Thảo,Nguyễn,Rosalia" for n in range(9))))
    assert people["15"] == ("Thảo", "Nguyễn", "Rosalia")
    assert [r.rule for r in extract.remarks if r.kind == "fixed"] == []


@pytest.mark.parametrize("block", [16, 40, 1000])
@pytest.mark.parametrize("between", [r[0] for r in RAGGED.values()][:12], ids=list(RAGGED)[:12])
def test_blocks_of_any_size_read_alike(tmp_path, monkeypatch, block, between):
    text = lines(*between) + CAREFUL
    whole, people = contacts(tmp_path / "whole", text)
    monkeypatch.setattr("firstbell.imports.reading.table.BLOCK", block)
    monkeypatch.setattr("firstbell.imports.reading.table.BATCH", 2)
    cut, same = contacts(tmp_path / "cut", text)
    assert (same, rejected(cut)) == (people, rejected(whole))


SHORT = {
    "all rows lack the last blank columns": (["1,A,", "2,B,"], {"1": "A", "2": "B"}),
    "one row lacks more": (["1,A,", "2,B"], {}),
    "a row does not end in a blank": (["1,A,", "2,B,C"], {}),
    "one whole row among them": (["1,A,", "2,B,,,"], {"2": "B"}),
    "a read column would be lacking": (["1", "2"], {}),
}


@pytest.mark.parametrize(("rows", "expected"), SHORT.values(), ids=SHORT)
def test_columns_left_off_by_a_writer_when_all_are_blank(tmp_path, rows, expected):
    text = "contactUniqueId,firstName,note1,note2,note3\n" + "\n".join(rows) + "\n"
    extract, people = contacts(tmp_path, text)
    assert {k: v[0] for k, v in people.items()} == expected
    assert len(rejected(extract)) == 2 - len(expected)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_of_one_column(tmp_path, end):
    extract, people = contacts(tmp_path, end.join(["contactUniqueId", "1", "", "2", "3,", "4,x", ""]))
    assert list(people) == ["1", "2", "3"]
    assert rejected(extract) == [(6, "too-many-cells")]


def test_a_limit_on_cells_is_the_callers(tmp_path):
    extract, people = contacts(tmp_path, lines(f"5,{'x' * 91},B,C"), limits=Limits(cell=90))
    assert people == GOOD
    assert rejected(extract) == [(3, "cell-too-long")]


def test_a_table_without_rows_is_no_error(tmp_path):
    extract, people = contacts(tmp_path, HEADER + "\n")
    assert people == {}
    assert extract.rows["contacts.csv"] == {"read": 0, "kept": 0, "rejected": 0}


def test_a_file_with_a_hostile_name_is_noted_on_one_line(tmp_path):
    folder = Small().write(tmp_path)
    (folder / ("a\nb\x1b[31m" + "c" * 90)).write_text("x")
    (note,) = (r for r in read(folder).remarks if r.kind == "note")
    assert note.rule == "unknown-file"
    assert note.file.isprintable()


def test_fewer_rows_than_promised_is_noted(tmp_path):
    small = Small()
    small.claims["contacts.csv"] = {"rows": 9}
    notes = [(r.rule, r.expected, r.found) for r in read(small.write(tmp_path)).remarks if r.kind == "note"]
    assert notes == [("manifest-differs", "9 rows", f"{len(CONTACTS)} rows")]


def test_unknown_files_are_noted_and_not_read(tmp_path):
    small = Small()
    small.raw["lunchBalances.csv"] = b"\x00\x00not even text"
    extract = read(small.write(tmp_path))
    assert [(r.rule, r.file) for r in extract.remarks if r.kind == "note"] == [("unknown-file", "lunchBalances.csv")]
    assert extract.tables["marks"].height == len(Small().rows[EVENTS]) + 1
