"""How much one arrival may hold before it is refused, and how the source means its dates."""

from dataclasses import dataclass

GIB = 1024**3


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on an upload (bytes are uncompressed), and the one setting that differs between student systems."""

    entries: int = 200
    folder_bytes: int = 4 * GIB
    zip_bytes: int = 3 * GIB // 2
    file_bytes: int = 2 * GIB
    zip_ratio: int = 200
    rows: int = 50_000_000
    columns: int = 300
    cell: int = 10_000
    exit_is_last_day: bool = True  # False: the exit date is the first day no longer enrolled (OneRoster 1.1 wording)
