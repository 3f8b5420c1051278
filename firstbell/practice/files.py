"""Writing the two folders: CSV files in pieces, and the two manifests that count them."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import polars as pl

from firstbell.practice.plan import Plan

SCHEMA_VERSION = "1.0"
ONEROSTER_CATALOGUE = (
    "academicSessions", "categories", "classes", "classResources", "courseResources", "courses", "demographics",
    "enrollments", "lineItemLearningObjectiveIds", "lineItems", "lineItemScoreScales", "orgs", "resources",
    "resultLearningObjectiveIds", "results", "resultScoreScales", "roles", "scoreScales", "userProfiles",
    "userResources", "users",
)  # fmt: skip


class Folder:
    """One folder of CSV files; counts the rows of each as it writes."""

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        for old in path.glob("*.csv"):
            old.unlink()
        self.path, self.rows = path, dict[str, int]()

    def write(self, name: str, frames: Iterable[pl.DataFrame]) -> None:
        """Write `<name>.csv` from frames of the same columns."""
        for frame in frames:
            self.append(name, frame)

    def append(self, name: str, frame: pl.DataFrame) -> None:
        """Add rows to `<name>.csv`; the first frame brings the header."""
        with (self.path / f"{name}.csv").open("ab") as file:
            frame.write_csv(
                file,
                include_header=name not in self.rows,
                datetime_format="%Y-%m-%dT%H:%M:%SZ",
                time_format="%H:%M:%S",
            )
        self.rows[name] = self.rows.get(name, 0) + frame.height


def sha256(path: Path) -> str:
    """Hexadecimal digest of a file of any size."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def attendance_manifest(folder: Folder, plan: Plan, as_of: date) -> None:
    """manifest.json: half past four in the afternoon in summer, so the UTC date is the school's date."""
    files = {
        f"{name}.csv": {"rows": rows, "sha256": sha256(folder.path / f"{name}.csv")}
        for name, rows in sorted(folder.rows.items())
    }
    facts = {
        "schemaVersion": SCHEMA_VERSION,
        "schoolYear": plan.label,
        "asOf": f"{as_of.isoformat()}T23:30:00Z",
        "files": files,
    }
    (folder.path / "manifest.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def oneroster_manifest(folder: Folder) -> None:
    """manifest.csv with the whole catalogue: bulk for what is here, absent for the rest."""
    lines = ["propertyName,value", "manifest.version,1.0", "oneroster.version,1.2"]
    lines += [f"file.{name},{'bulk' if name in folder.rows else 'absent'}" for name in ONEROSTER_CATALOGUE]
    lines += ["source.systemName,Firstbell practice district", "source.systemCode,practice-1"]
    (folder.path / "manifest.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
