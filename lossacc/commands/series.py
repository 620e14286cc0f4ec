"""Where the series is: in a clone as it stands, or as a copy of one's own of what was installed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from pathlib import Path

import lossacc
from lossacc.support.files import write_whole

SERIES = "[0-9][0-9]*.ipynb"
"""How the files of the series are named: a number, then words."""
OWN = "lossacc-notebooks"
"""The folder of one's own copy, in the working directory."""
RECORD = ".lossacc-series.json"
"""In that folder: for each file, the SHA-256 of what was last copied for it."""


def installed_series() -> Path | None:
    """Find the series inside the package, where a wheel put it; None in a clone."""
    return _with_series(Path(lossacc.__file__).resolve().parent / "notebooks")


def cloned_series() -> Path | None:
    """Find the series beside the package, as in a clone; None elsewhere."""
    return _with_series(Path(lossacc.__file__).resolve().parents[1] / "notebooks")


def _with_series(folder: Path) -> Path | None:
    return folder if any(folder.glob(SERIES)) else None


def own_folder() -> Path:
    """Give the folder for one's own copy: the working directory if it is one, or one in it."""
    here = Path.cwd()
    return here if (here / RECORD).is_file() else here / OWN


@dataclass(frozen=True)
class Copied:
    """What `copy_series` did.

    Parameters
    ----------
    folder
        Where the copy is.
    new, updated
        The files that were not there, and those that stood as an older version had put them.
    kept
        Each file that the learner changed and of which there is a newer version, with the name
        under which that was put beside it.
    """

    folder: Path
    new: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Say where the copy is and what changed in it."""
        lines = [f"Your copy of the series is {self.folder}"]
        if self.new:
            lines.append(f"  new in it: {len(self.new)} of the series")
        if self.updated:
            lines.append(f"  updated, as you had not changed them: {', '.join(self.updated)}")
        for yours, newer in self.kept.items():
            lines.append(f"  {yours} is as you left it; the newer one is {newer}")
        return "\n".join(lines)


def copy_series(source: Path, folder: Path) -> Copied:
    """Copy the series into a folder of the learner's, and never write over a change of theirs.

    A file that is not there is copied. One that stands as it was copied is brought up to date. One
    that was changed stays; if there is a newer version of it, that is put beside it, once, under a
    name with the version in it.

    Parameters
    ----------
    source
        The folder to copy from.
    folder
        The folder to copy to; it is made if need be.

    Returns
    -------
    Copied

    Raises
    ------
    OSError
        If the folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    record = _read_record(folder)
    new, updated, kept = [], [], {}
    for path in sorted(path for path in source.rglob("*") if path.is_file()):
        name, content = path.relative_to(source).as_posix(), path.read_bytes()
        mark, found = _mark(content), _mark_of(folder / name)
        if found is None:
            new.append(name)
        elif found == record.get(name) != mark:
            updated.append(name)
        elif found != mark and record.get(name) != mark:
            kept[name] = _name_beside(folder / name, mark).relative_to(folder).as_posix()
        if name in new or name in updated or name in kept:
            copy = folder / kept.get(name, name)
            copy.parent.mkdir(parents=True, exist_ok=True)
            write_whole(copy, content)
        record[name] = mark
    write_whole(folder / RECORD, json.dumps(record, indent=1))
    return Copied(folder, tuple(new), tuple(updated), kept)


def _name_beside(path: Path, mark: str) -> Path:
    """Give a path whose name says the version, and at which nothing else stands."""
    version = f"lossacc {lossacc.__version__}"
    told = (version if number == 1 else f"{version}, {number}" for number in count(1))
    paths = (path.with_name(f"{path.stem} ({words}){path.suffix}") for words in told)
    return next(path for path in paths if _mark_of(path) in (None, mark))


def _mark(content: bytes) -> str:
    return sha256(content).hexdigest()


def _mark_of(path: Path) -> str | None:
    return _mark(path.read_bytes()) if path.exists() else None


def _read_record(folder: Path) -> dict[str, str]:
    """Read the record. Without one, or with half of one, every file counts as the learner's."""
    try:
        found = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def choose(folder: Path, name: str | None) -> str:
    """Find the notebook that a name means.

    Parameters
    ----------
    folder
        The folder of the series.
    name
        A number (``2``, ``02``), a part of a file name, or a file name. None: the first one.
        ``45`` and ``90`` are the workshops', which have a folder of their own.

    Returns
    -------
    str
        The path of the notebook in the folder, as ``workshops/45_minutes.ipynb``. Copies of it,
        whose names begin as its own does, do not count.

    Raises
    ------
    ValueError
        If no notebook or several have that name. The sentence lists what there is.
    """
    found_in = [folder.glob(SERIES), folder.glob(f"*/{SERIES}")]
    in_order = [path for each in found_in for path in sorted(each, key=lambda one: one.stem)]
    paths = {path.stem: path.relative_to(folder).as_posix() for path in in_order}
    stems = list(paths)
    if name is None:
        return paths[stems[0]]
    found = _named(stems, Path(name).name.removesuffix(".ipynb").lower())
    if found and all(stem.startswith(found[0]) for stem in found):
        return paths[found[0]]
    problem = "Several notebooks are" if found else "No notebook is"
    listed = "\n".join(f"  {paths[stem]}" for stem in (found or stems))
    raise ValueError(f"{problem} called {name!r}. There is:\n{listed}")


def _named(stems: list[str], wanted: str) -> list[str]:
    """List the stems that a name in small letters may mean, the best of them first."""
    whole = [stem for stem in stems if stem.lower() == wanted]
    if whole:
        return whole
    if wanted.isdecimal():
        return [stem for stem in stems if int(stem[:2]) == int(wanted)]
    return [stem for stem in stems if _plain(wanted) in _plain(stem)]


def _plain(name: str) -> str:
    return name.lower().translate(str.maketrans("", "", "-_ "))
