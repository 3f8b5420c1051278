"""Where Firstbell keeps its state: one folder, `FIRSTBELL_HOME`.

Without it, a folder in the user's data directory. Inside: `postgres/` (the embedded server's data),
`facts/` (day books), `uploads/` (files waiting for a person), `district.json` (this installation's settings).
"""

import json
import os
import secrets
from pathlib import Path
from typing import Any

import platformdirs


def home() -> Path:
    """The state folder, made if missing, readable by this user only where the system allows it."""
    folder = Path(os.environ.get("FIRSTBELL_HOME") or platformdirs.user_data_dir("firstbell"))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder.resolve()


def setting(name: str, default: Any = None) -> Any:
    """One value of `district.json`; the environment variable FIRSTBELL_<NAME> wins."""
    if (told := os.environ.get(f"FIRSTBELL_{name.upper()}")) is not None:
        return told
    return _district().get(name, default)


def remember(**values: Any) -> None:
    """Write values into `district.json`, whole file beside and renamed over."""
    path = home() / "district.json"
    fresh = path.with_suffix(f".{os.getpid()}.tmp")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(json.dumps({**_district(), **values}, indent=1))  # the secret key is in it
    fresh.replace(path)


def written_at() -> int:
    """When `district.json` was last written: a number that changes with it, 0 where there is none."""
    try:
        return (home() / "district.json").stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def secret_key() -> str:
    """The installation's own signing key, made once and kept in the state folder."""
    if not (key := setting("secret_key")):
        key = secrets.token_urlsafe(50)
        remember(secret_key=key)
    return str(key)


def _district() -> dict[str, Any]:
    path = home() / "district.json"
    return json.loads(path.read_text()) if path.exists() else {}
