"""What a long training keeps on disk, so that it survives Ctrl+C, a kill and a power cut.

=====================  ==========================================================================
file                   holds
=====================  ==========================================================================
`settings.json`        what was asked for, and a checksum of the images
`epochs/000.npz` ...   a `Run` of one epoch each: every validation example, and the probe
`checkpoint.npz`       all that the next epoch starts from: `epochs`, the number that are over, and
                       `000`, `001`, ...: the variables of the model, then those of the optimizer
=====================  ==========================================================================

Every file is written beside its place and then moved into it, so it is whole or not there. The
checkpoint comes last: an epoch that it does not count is trained again.
"""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lossacc.runs.joined import joined
from lossacc.runs.run import Run

_SETTINGS, _CHECKPOINT, _EPOCHS = "settings.json", "checkpoint.npz", "epochs"
_DAMAGE = (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile, zlib.error)


class Folder:
    """The folder of one training.

    Parameters
    ----------
    path
        Where; it is made where there is none.
    settings
        JSON values: all that decides the training.

    Raises
    ------
    ValueError
        If the folder holds a training with other settings, or something else.
    """

    def __init__(self, path: Path, settings: Mapping[str, Any]) -> None:
        """Open the folder, or begin one."""
        self.path = path
        if (path / _SETTINGS).exists():
            self._check(settings)
            return
        if path.exists() and any(path.iterdir()):
            raise ValueError(
                f"the folder {str(path)!r} is not empty and holds no training; expected a new "
                "folder, or that of a training to go on with"
            )
        (path / _EPOCHS).mkdir(parents=True, exist_ok=True)
        self._write(_SETTINGS, lambda file: file.write_text(json.dumps(dict(settings), indent=2)))

    def keep(self, row: Run) -> None:
        """Keep a run of one epoch."""
        self._write(self._row(int(row.epochs[-1])), row.save)

    def keep_state(self, model: Any, epochs: int) -> None:
        """Keep all that the next epoch starts from, when so many are over."""
        arrays: dict[str, Any] = {"epochs": epochs}
        arrays |= {f"{n:03d}": np.asarray(v) for n, v in enumerate(_variables(model))}
        self._write(_CHECKPOINT, lambda file: np.savez(file, **arrays))

    def restore(self, model: Any) -> int:
        """Put a model where the training stood; give the number of epochs that are over.

        Raises
        ------
        ValueError
            If the checkpoint cannot be read, or is another network's.
        """
        path = self.path / _CHECKPOINT
        if not path.exists():
            return 0
        variables = _variables(model)
        try:
            with np.load(path, allow_pickle=False) as file:
                held = [file[f"{n:03d}"] for n in range(len(file.files) - 1)]
                epochs = int(file["epochs"])
        except _DAMAGE as error:
            raise ValueError(f"{str(path)!r} is damaged: {error}") from error
        if [a.shape for a in held] != [tuple(v.shape) for v in variables]:
            raise ValueError(f"{str(path)!r} was kept by another network than this one")
        for variable, array in zip(variables, held, strict=True):
            variable.assign(array)
        return epochs

    def run(self, epochs: int) -> Run:
        """Give the run of the first so many epochs, and of epoch 0."""
        return joined([Run.load(self.path / self._row(n)) for n in range(epochs + 1)])

    def _row(self, epoch: int) -> str:
        return f"{_EPOCHS}/{epoch:03d}.npz"

    def _check(self, settings: Mapping[str, Any]) -> None:
        """Refuse other settings than those that the folder began with."""
        path = self.path / _SETTINGS
        try:
            held = dict(json.loads(path.read_text(encoding="utf-8")))
        except ValueError as error:
            raise ValueError(f"{str(path)!r} is damaged: {error}") from error
        names = sorted(n for n in {*held, *settings} if held.get(n) != settings.get(n))
        if names:
            was, now = (", ".join(f"{n}={of.get(n)}" for n in names) for of in (held, settings))
            raise ValueError(
                f"the folder {str(self.path)!r} holds a training with {was}; got {now}. Give the "
                "same settings to go on with it, or another folder for a new one"
            )

    def _write(self, name: str, save: Callable[[Path], Any]) -> None:
        """Write a file beside its place, and move it there when it is whole."""
        path, beside = self.path / name, self.path / f"writing{Path(name).suffix}"
        save(beside)
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        beside.replace(path)


def _variables(model: Any) -> list[Any]:
    """List all that a training moves: the optimizer's velocities too."""
    return [*model.variables, *model.optimizer.variables]
