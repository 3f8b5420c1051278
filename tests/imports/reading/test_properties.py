"""Whatever the bytes: a clear answer, every row accounted for, and nobody's cells under somebody else's name."""

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firstbell.imports.reading import Extract, Unreadable, careful, read, scan

from ..extracts import HEADERS, Small

FILES = [*HEADERS, "manifest.csv", "manifest.json"]
BASE = {name.rpartition("/")[2]: data for name, data in Small().files().items()}
settings.register_profile("files", deadline=None, suppress_health_check=[HealthCheck.too_slow])
fast = settings(settings.get_profile("files"), max_examples=60)
faster = settings(settings.get_profile("files"), max_examples=300)

SPLINTERS = [
    b",",
    b'"',
    b"\n",
    b"\r",
    b"\r\n",
    b"\xff",
    b"\x00",
    b"\xef\xbb\xbf",
    b"\xc3",
    b" ",
    b"2025-13-45",
    b'""',
    b",,,,",
]
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["insert", "delete", "swap", "repeat"]),
        st.floats(0, 1, exclude_max=True),
        st.sampled_from(SPLINTERS) | st.binary(max_size=12),
    ),
    min_size=1,
    max_size=6,
)


def outcome(files: dict[str, bytes], *, strict: bool = False) -> Extract | Unreadable:
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            (Path(folder) / name).write_bytes(data)
        try:
            return read(Path(folder), strict=strict)
        except Unreadable as stopped:
            return stopped


def check(result: Extract | Unreadable) -> None:
    """What holds of every reading."""
    if isinstance(result, Unreadable):
        assert result.remark.expected
        assert result.remark.remedy
        return
    rejected = result.remarks.frame.filter(kind="rejected")
    for file, tally in result.rows.items():
        assert tally["read"] == tally["kept"] + tally["rejected"]
        frame = result.rejects.get(file)
        assert tally["rejected"] == (0 if frame is None else frame.height)
        assert sorted(rejected.filter(file=file)["row"]) == ([] if frame is None else frame["_row"].to_list())
    for remark in result.remarks:
        assert remark.rule
        assert remark.remedy
        assert "\n" not in remark.found


def mangled(data: bytes, edits) -> bytes:
    for kind, where, splinter in edits:
        at = int(where * (len(data) + 1))
        width = len(splinter) or 1
        if kind == "insert":
            data = data[:at] + splinter + data[at:]
        elif kind == "delete":
            data = data[:at] + data[at + width :]
        elif kind == "swap":
            data = data[:at] + splinter + data[at + width :]
        else:
            data = data[:at] + data[max(0, at - 40 * width) : at] + data[at:]
    return data


@fast
@given(st.sampled_from(FILES), st.binary(max_size=400), st.booleans())
def test_random_bytes_in_any_file(file, data, strict):
    check(outcome(BASE | {file: data}, strict=strict))


@fast
@given(st.sampled_from(FILES), st.binary(max_size=300))
def test_random_bytes_under_a_good_header(file, data):
    head = BASE[file].split(b"\n")[0] + b"\n"
    check(outcome(BASE | {file: head + data}))


@settings(fast, max_examples=200)
@given(st.sampled_from(FILES), EDITS, st.booleans())
def test_mangled_files(file, edits, strict):
    check(outcome(BASE | {file: mangled(BASE[file], edits)}, strict=strict))


def owned(number: int) -> list[str]:
    """A contact all of whose cells carry its own number."""
    return [f"c{number}", f"given{number}", f"family{number}", f"city{number}"]


@settings(fast, max_examples=150)
@given(
    st.lists(st.tuples(st.sampled_from(["", "quoted", "comma", "lines"]), st.booleans()), min_size=1, max_size=8),
    EDITS,
)
def test_no_cell_ever_lands_with_another_person(rows, edits):
    """Cells of a row may be lost or odd, but what arrives under a key is of that key's own line."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    for number, (style, _) in enumerate(rows):
        cells = owned(number)
        cells[3] += {"": "", "quoted": ' "q"', "comma": ", CA", "lines": "\nannex"}[style]
        writer.writerow(cells)
    body = mangled(out.getvalue().encode(), [(k, w, s) for k, w, s in edits if k != "repeat" and s in SPLINTERS])
    header = b"contactUniqueId,firstName,lastSurname,city\n"
    result = outcome(BASE | {"contacts.csv": header + body})
    check(result)
    if isinstance(result, Extract):
        for key, given_, family, city in result.tables["contacts"].select("key", "given", "family", "city").rows():
            digits = key.strip('c"')
            if digits.isdigit():
                strangers = {w for n in range(len(rows)) if str(n) not in digits for w in owned(n)[1:]}
                assert not {given_, family, city} & strangers


def widths_by_hand(text: str) -> list[int] | None:
    """Cells of each line by the book (RFC 4180), None when a quote is misplaced or a cell spans lines."""
    widths = []
    for line in text.removesuffix("\n").split("\n"):
        state, cells = "start", 1
        for char in line.removesuffix("\r"):
            if state == "quoted":
                state = "closed" if char == '"' else "quoted"
            elif char == '"':
                if state == "plain":
                    return None
                state = "quoted"
            elif char == ",":
                state, cells = "start", cells + 1
            elif state == "closed":
                return None
            else:
                state = "plain"
        if state == "quoted":
            return None
        widths.append(cells)
    return widths


@settings(faster, max_examples=1500)
@given(st.text(alphabet='a,"\n', max_size=24), st.integers(1, 4))
def test_the_array_scan_counts_as_one_would_by_hand(text, width):
    block = text + "\n"
    found = scan.lines(block.encode(), width, longest=100)
    by_hand = widths_by_hand(block)
    if by_hand is None:
        assert found is None
    else:
        assert found is not None
        fits = [bool(line) and w == width for line, w in zip(block.split("\n"), by_hand, strict=False)]
        assert found.sound.tolist() == fits
        kept = [line for line, fit in zip(block.split("\n"), fits, strict=False) if fit]
        assert found.cut(block.encode(), found.sound) == "".join(line + "\n" for line in kept).encode()


@pytest.mark.parametrize("block", ["a\rb\n", "a\r\nb\rc\n"])
def test_a_lone_return_goes_the_careful_way(block):
    assert scan.lines(block.encode(), 1, longest=100) is None


@faster
@given(st.lists(st.lists(st.text(alphabet='ab ,"é', max_size=5), min_size=3, max_size=3), max_size=6))
def test_the_careful_reader_reads_what_a_csv_writer_wrote(rows):
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    lines = enumerate(io.StringIO(out.getvalue(), newline=""), start=2)
    found = list(careful.rows(lines, careful.Shape(width=3, cell=100)))
    assert [row.cells for row in found if not row.rule] == rows
    assert [row.line for row in found] == list(range(2, 2 + len(rows)))


@faster
@given(st.text(alphabet='ab,"\n\r', max_size=60))
def test_the_careful_reader_answers_for_every_line(text):
    numbered = list(enumerate(io.StringIO(text, newline=""), start=2))
    found = list(careful.rows(numbered, careful.Shape(width=2, cell=100)))
    said = [row.line for row in found]
    assert said == sorted(set(said))
    assert set(said) <= {n for n, _ in numbered}
    blank = {n for n, line in numbered if not line.strip("\r\n")}
    assert not set(said) & blank
    assert all(len(row.cells) == 2 for row in found if not row.rule)
