"""What a long training keeps on disk, so that it survives Ctrl+C, a kill and a power cut.

=====================  ==========================================================================
file                   holds
=====================  ==========================================================================
`settings.json`        what was asked for, and a checksum of the images
`epochs/000.npz` ...   a `Run` of one epoch each: every validation example, and the probe
`checkpoint.npz`       all that the next epoch starts from: `epochs`, the number that are over, and
                       `000`, `001`, ...: the variables of the model, then those of the optimizer
=====================  ==========================================================================

Every file is whole or not there. The checkpoint comes last: an epoch that it does not count is
trained again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lossacc.runs.joined import joined
from lossacc.runs.run import Run
from lossacc.support.files import check_writable, make_folder, whole_file, write_whole
from lossacc.support.json_text import parsed
from lossacc.support.npz import read_npz, write_npz

_SETTINGS, _CHECKPOINT, _EPOCHS = "settings.json", "checkpoint.npz", "epochs"
_MAX_BYTES = 8e9  # of a checkpoint: far more than any network here has
_ARRAYS = re.compile(r"epochs|\d{3,}")  # of a checkpoint


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
    OSError
        If it cannot be made or written to.
    ValueError
        If the folder holds a training with other settings, or something else.
    """

    def __init__(self, path: Path, settings: Mapping[str, Any]) -> None:
        """Open the folder, or begin one."""
        self.path = make_folder(path)
        if (path / _SETTINGS).exists():
            self._check(settings)
        elif any(not file.name.startswith(".") for file in path.iterdir()):
            raise ValueError(
                f"the folder {str(path)!r} is not empty and holds no training; expected a new "
                "folder, or that of a training to go on with"
            )
        else:  # first of all, so that a folder that was only just begun can be gone on with
            write_whole(path / _SETTINGS, json.dumps(dict(settings), indent=2))
        check_writable(make_folder(path / _EPOCHS) / "000.npz")
        check_writable(path / _CHECKPOINT)

    def keep(self, row: Run) -> None:
        """Keep a run of one epoch."""
        row.save(self.path / self._row(int(row.epochs[-1])))

    def keep_state(self, model: Any, epochs: int) -> None:
        """Keep all that the next epoch starts from, when so many are over."""
        arrays: dict[str, Any] = {"epochs": epochs}
        arrays |= {f"{n:03d}": np.asarray(v) for n, v in enumerate(_variables(model))}
        with whole_file(self.path / _CHECKPOINT) as file:
            write_npz(file, arrays, compress=False)

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
            arrays = read_npz(path, known=_ARRAYS, max_bytes=_MAX_BYTES)
        except ValueError as error:
            raise ValueError(f"{str(path)!r} is damaged: {error}") from error
        epochs = arrays.pop("epochs", None)
        if epochs is None or epochs.shape != () or epochs.dtype.kind != "i":
            raise ValueError(f"{str(path)!r} is damaged: it does not say how many epochs are over")
        held = [arrays[name] for name in sorted(arrays, key=int)]
        if [a.shape for a in held] != [tuple(v.shape) for v in variables]:
            raise ValueError(f"{str(path)!r} was kept by another network than this one")
        for variable, array in zip(variables, held, strict=True):
            variable.assign(array)
        return int(epochs)

    def run(self, epochs: int) -> Run:
        """Give the run of the first so many epochs, and of epoch 0."""
        return joined([Run.load(self.path / self._row(n)) for n in range(epochs + 1)])

    def _row(self, epoch: int) -> str:
        return f"{_EPOCHS}/{epoch:03d}.npz"

    def _check(self, settings: Mapping[str, Any]) -> None:
        """Refuse other settings than those that the folder began with."""
        path = self.path / _SETTINGS
        try:
            held = parsed(path.read_bytes())
        except ValueError as error:
            raise ValueError(f"{str(path)!r} is damaged: {error}") from error
        if not isinstance(held, dict):
            raise ValueError(f"{str(path)!r} is damaged: it holds no settings")
        names = sorted(n for n in {*held, *settings} if held.get(n) != settings.get(n))
        if names:
            was, now = (", ".join(f"{n}={of.get(n)}" for n in names) for of in (held, settings))
            raise ValueError(
                f"the folder {str(self.path)!r} holds a training with {was}; got {now}. Give the "
                "same settings to go on with it, or another folder for a new one"
            )


def _variables(model: Any) -> list[Any]:
    """List all that a training moves: the optimizer's velocities too."""
    return [*model.variables, *model.optimizer.variables]
