"""What took minutes to make is kept on this computer: executed notebooks, and recorded trainings.

A file's name is a digest of all that decides what is in it: the notebook or the training, the
package's own files, and the versions. Where one of them is another, it is made again.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import lossacc
from lossacc.claims import cache
from lossacc.claims.fingerprint import digest, versions
from lossacc.support.files import write_whole

_BESIDE = ("commands", "notebooks", "__pycache__")  # what no cell of a lesson can reach
_MAKERS = ("commands/execute.py", "commands/site/executed.py", "commands/site/recorded.py")


def user_folder() -> Path:
    """Give the folder where this system keeps what can be made again."""
    return cache.user_folder().with_name("site")


def kept(folder: Path | None, what: Any, make: Callable[[], Any]) -> Any:
    """Give what was made before, or make it and keep it, where it can be kept.

    Parameters
    ----------
    folder
        Where it is kept; None makes it, and keeps nothing.
    what
        Says what it is, beside package and versions, as JSON can.
    make
        Makes it: something that is JSON.
    """
    if folder is None:
        return make()
    path = folder / f"{digest([what, package(), versions()])}.json"
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # there is none, or something else damaged it
        made = make()
        with suppress(OSError):  # what took minutes is not lost for a folder that cannot be used
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(path, json.dumps(made, ensure_ascii=False, allow_nan=False))
        return made


@functools.cache
def package() -> str:
    """Give a digest of every file of the package that a lesson can reach, and of what runs it."""
    root, read = Path(lossacc.__file__).parent, hashlib.sha256()
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        name = path.relative_to(root)
        if name.as_posix() in _MAKERS or not set(name.parts) & set(_BESIDE):
            read.update(name.as_posix().encode() + b"\0" + path.read_bytes())
    return read.hexdigest()
