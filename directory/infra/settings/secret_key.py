"""The secret key of an installation: made once, readable by its owner alone."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import Final

from directory.core.errors import Invalid

NAME: Final = "secret_key"
_BYTES: Final = 32
_SHORTEST: Final = 32  # characters; ours are 64
_WANTED: Final = "a key of 32 characters or more (delete the file: a new one is made, and everyone signs in again)"


def kept_in(instance: Path) -> str:
    """The key in ``instance``, made (mode 600) if there is none. Two processes at once get the same one.

    Raises Invalid when the file cannot be read, or holds something too short to be a key.
    """
    file = instance / NAME
    if not file.exists():
        _make(file)
    try:
        key = file.read_text(encoding="ascii").strip()
    except OSError as error:
        raise Invalid(str(file), f"{error.strerror}", "a file that this user can read (look at its owner)") from None
    except UnicodeDecodeError:
        raise Invalid(str(file), "something that is no text", _WANTED) from None
    if len(key) < _SHORTEST:
        raise Invalid(str(file), f"{len(key)} characters", _WANTED)
    return key


def _make(file: Path) -> None:
    """Write whole, then give it its name: nobody ever reads half a key, and the first one to finish wins."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f"{NAME}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_hex(_BYTES) + "\n")
            out.flush()
            os.fsync(out.fileno())
        with contextlib.suppress(FileExistsError):  # another process was first: its key is the key
            os.link(draft, file)
    finally:
        draft.unlink()
