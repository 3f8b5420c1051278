import json
import os
import shutil
from dataclasses import replace

import numpy as np
import pytest

from firstbell.facts.daybook import BadBook, build, check, current, publish, shelf

from .districts import book_of, seeded

BOOK = book_of("..U.E", "TTTTT", "-.S")


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_published_book_reads_back_whole(tmp_path):
    folder = publish(BOOK, tmp_path)
    read = current(tmp_path, 2026)
    assert read.digest == BOOK.digest
    assert (read.year, read.version, read.through) == (BOOK.year, BOOK.version, BOOK.through)
    assert read.line_of(2) == 1
    assert files(tmp_path) == sorted([folder.name, "2026.current"])


def test_a_read_book_is_mapped_and_cannot_be_changed(tmp_path):
    publish(BOOK, tmp_path)
    cells = current(tmp_path, 2026).cells
    assert isinstance(cells.base, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        cells[0, 0] = 1


def test_before_anything_is_published(tmp_path):
    assert current(tmp_path, 2026) is None
    assert current(tmp_path / "nowhere", 2026) is None


def test_years_do_not_disturb_each_other(tmp_path):
    last = replace(BOOK, year=2025)
    publish(last, tmp_path)
    publish(BOOK, tmp_path)
    assert current(tmp_path, 2025).digest == last.digest
    assert current(tmp_path, 2026).digest == BOOK.digest


def test_a_reader_keeps_the_map_it_opened(tmp_path):
    publish(BOOK, tmp_path)
    open_since_the_morning = current(tmp_path, 2026)
    for n in range(3):
        publish(replace(build(seeded(n))[0], version=f"run{n}"), tmp_path)
    assert open_since_the_morning.cells.tolist() == BOOK.cells.tolist()
    assert current(tmp_path, 2026).version == "run2"


def test_only_the_current_book_and_the_one_before_stay(tmp_path):
    folders = [publish(replace(BOOK, version=f"run{n}"), tmp_path) for n in range(4)]
    assert files(tmp_path) == sorted([folders[2].name, folders[3].name, "2026.current"])


def test_publishing_twice_is_harmless(tmp_path):
    first = publish(BOOK, tmp_path)
    written = {path.name: path.stat().st_mtime_ns for path in first.iterdir()}
    assert publish(BOOK, tmp_path) == first
    assert {path.name: path.stat().st_mtime_ns for path in first.iterdir()} == written


def test_what_a_killed_run_left_is_never_read_and_swept_away(tmp_path):
    publish(BOOK, tmp_path)
    for orphan in ("2026-abc.tmp", "2026-zzz.tmp"):
        (tmp_path / orphan).mkdir()
        (tmp_path / orphan / "cells.npy").write_bytes(b"half a book")
    assert current(tmp_path, 2026).digest == BOOK.digest
    later = publish(replace(BOOK, version="later"), tmp_path)
    assert [name for name in files(tmp_path) if name.endswith(".tmp")] == []
    assert current(tmp_path, 2026).version == "later"
    check(later)


@pytest.mark.parametrize("call", ["fsync", "replace", "save"])
def test_a_failure_at_any_write_leaves_the_old_book(tmp_path, monkeypatch, call):
    """The disk fails at the first, second, … call: readers see the old book or the new one, and a retry finishes."""
    publish(BOOK, tmp_path)
    owner = {"fsync": os, "replace": shelf.Path, "save": np}[call]
    real, new = getattr(owner, call), replace(BOOK, version="new")
    for nth in range(1, 50):
        left = [nth]

        def failing(*args, left=left, **kwargs):
            left[0] -= 1
            if left[0] == 0:
                raise OSError("no space left on device")
            return real(*args, **kwargs)

        monkeypatch.setattr(owner, call, failing)
        try:
            publish(new, tmp_path)
            break
        except OSError:
            assert current(tmp_path, 2026).version in {"told", "new"}
        finally:
            monkeypatch.setattr(owner, call, real)
    assert nth > 2
    assert current(tmp_path, 2026).version == "new"
    check(publish(new, tmp_path))


def cut_short(folder):
    with (folder / "cells.npy").open("r+b") as file:
        file.truncate(file.seek(0, 2) - 1)
    return "cells.npy"


def emptied(folder):
    (folder / "days.npy").write_bytes(b"")
    return "days.npy"


def missing(folder):
    (folder / "line_school.npy").unlink()
    return "line_school.npy"


def of_another_shape(folder):
    np.save(folder / "students.npy", np.arange(9, dtype=np.int32))
    return "students.npy"


def of_another_type(folder):
    np.save(folder / "students.npy", np.arange(3, dtype=np.int64))
    return "students.npy"


def without_manifest(folder):
    (folder / "manifest.json").unlink()
    return "manifest.json"


def with_half_a_manifest(folder):
    (folder / "manifest.json").write_text((folder / "manifest.json").read_text()[:40])
    return "manifest.json"


@pytest.mark.parametrize(
    "damage",
    [cut_short, emptied, missing, of_another_shape, of_another_type, without_manifest, with_half_a_manifest],
)
def test_a_damaged_book_is_refused_on_opening(tmp_path, damage):
    folder = publish(BOOK, tmp_path)
    file = damage(folder)
    with pytest.raises(BadBook, match=r"expected .*, found ") as refused:
        current(tmp_path, 2026)
    assert refused.value.file == folder / file
    with pytest.raises(BadBook):
        check(folder)


def one_bit(folder):
    data = bytearray((folder / "cells.npy").read_bytes())
    data[-1] ^= 1
    (folder / "cells.npy").write_bytes(data)
    return "cells.npy"


def another_day(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"through": manifest["through"] + 1}))
    return "manifest.json"


def other_totals(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["totals"]["35"] += 1
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return "manifest.json"


@pytest.mark.parametrize("damage", [one_bit, another_day, other_totals])
def test_a_check_reads_to_the_last_byte(tmp_path, damage):
    folder = publish(BOOK, tmp_path)
    file = damage(folder)
    with pytest.raises(BadBook) as refused:
        check(folder)
    assert refused.value.file == folder / file


def test_publishing_again_mends_a_damaged_book(tmp_path):
    folder = publish(BOOK, tmp_path)
    cut_short(folder)
    assert publish(BOOK, tmp_path) == folder
    check(folder)


def test_a_book_written_wrong_is_never_pointed_to(tmp_path, monkeypatch):
    publish(BOOK, tmp_path)
    real = np.save

    def rotten(file, array, **kwargs):
        real(file, np.where(array == 1, 7, array).astype(array.dtype), **kwargs)

    monkeypatch.setattr(np, "save", rotten)
    with pytest.raises(BadBook):
        publish(replace(BOOK, version="rotten"), tmp_path)
    assert current(tmp_path, 2026).version == "told"
    assert not [name for name in files(tmp_path) if "rotten" in name or name.endswith(".tmp")]


def test_a_pointer_to_nothing_says_so(tmp_path):
    shutil.rmtree(publish(BOOK, tmp_path))
    with pytest.raises(BadBook, match=r"manifest\.json"):
        current(tmp_path, 2026)


@pytest.mark.parametrize("version", ["", "../elsewhere", "a b", "a/b"])
def test_a_version_must_be_able_to_name_a_folder(tmp_path, version):
    with pytest.raises(ValueError, match="version"):
        publish(replace(BOOK, version=version), tmp_path)


def test_the_digest_is_of_the_content_not_of_the_version():
    assert replace(BOOK, version="other").digest == BOOK.digest
    assert replace(BOOK, through=BOOK.through + 1).digest != BOOK.digest
    assert book_of("..U.E", "TTTTT", "-.E").digest != BOOK.digest
