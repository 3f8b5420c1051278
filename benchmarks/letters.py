"""How long a district's letters take: bilingual, with evidence, each its own tagged PDF/UA-1 file.

    python -m benchmarks.letters --families 10000

Every family is invented from a number: its own names, days and reference; four in five letters are first notices of
truancy with three to eight days, the others invite to a conference. The bar is five minutes for ten thousand.
"""

import argparse
import hashlib
import os
import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from firstbell.law.notices import Kind
from firstbell.letters.data import Letter, Occasion, What
from firstbell.letters.samples import SENT, sample
from firstbell.letters.text import text
from firstbell.letters.typeset import merged, pdfs

BAR = 300  # seconds for ten thousand
PARTS = 500  # letters of one print run


def family(number: int) -> tuple[Letter, Letter]:
    """One household's letter in English and Spanish."""
    kind = Kind.CONFERENCE if number % 5 == 4 else Kind.FIRST_TRUANCY
    letter = sample(kind, "en")
    days = tuple(
        Occasion(SENT - timedelta(1 + 2 * day + number % 3), list(What)[(number + day) % 3])
        for day in range(3 + number % 6 if kind is Kind.FIRST_TRUANCY else 0)
    )
    student = replace(letter.students[0], name=f"Ana {number} Reyes", called=f"Ana {number}", occasions=days)
    home = replace(letter.to, name=f"Marisol {number} Reyes", address=(f"{number} Olive Street", "Arroyo Verde, CA"))
    letter = replace(letter, students=(student,), to=home, reference=f"MM-2026-{number:06}")
    return letter, replace(letter, language="es")


def peak() -> int:
    """MiB at the most: this process, and the largest of those it started."""
    own, others = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return (own + others * (os.cpu_count() or 1)) // 1024


def written(families: int, folder: Path) -> Iterator[bytes]:
    """Each PDF on disk with its hash beside it, as a proof keeps it."""
    for number, made in enumerate(pdfs([family(number) for number in range(families)])):
        if isinstance(made, ValueError):
            raise made
        (folder / f"{number}.pdf").write_bytes(made)
        (folder / f"{number}.sha256").write_text(hashlib.sha256(made).hexdigest())
        yield made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--families", type=int, default=10_000)
    families = parser.parse_args().families
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        sizes = [len(made) for made in written(families, Path(folder))]
        took = time.perf_counter() - began
        processor = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
        files = [Path(folder, f"{number}.pdf").read_bytes() for number in range(min(PARTS, families))]
    began = time.perf_counter()
    run = merged(files)
    joined = time.perf_counter() - began
    began = time.perf_counter()
    said = sum(len(text(letter)) for number in range(min(PARTS, families)) for letter in family(number))
    spoken = time.perf_counter() - began
    pages = 2 * families
    print(f"{families} bilingual letters as PDF/UA-1: {took:.1f} s, {pages / took:.0f} pages/s (bar {BAR} s a 10,000)")
    print(f"  processor {processor:.1f} s in {os.cpu_count()} processes; load when done {os.getloadavg()[0]:.1f}")
    print(f"  {sum(sizes) / len(sizes) / 1024:.0f} KiB a letter; peak {peak()} MiB in all processes")
    print(f"print run of {len(files)}: {joined:.1f} s, {len(run) / 2**20:.1f} MiB")
    print(f"plain text of {2 * len(files)} pages: {spoken:.2f} s, {said / 2 / len(files):.0f} characters a page")


if __name__ == "__main__":
    main()
