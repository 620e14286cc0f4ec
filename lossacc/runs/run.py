"""What one training left behind: the logits of every example, epoch by epoch.

A `Run` is the one object that the figures, the ledger and the checks read, whether it comes from
`lossacc.train`, from an ordinary `model.fit` with the `Recorder`, or from another framework. It
holds and saves (`lossacc.runs.run_file`); what is made of it are functions elsewhere.
"""

from __future__ import annotations

import importlib
import numbers
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from lossacc.runs import run_file
from lossacc.runs.base_rate import BaseRate, base_rate_of
from lossacc.runs.scores import Scores
from lossacc.support.arrays import floats, integers
from lossacc.support.files import as_path
from lossacc.support.npz import TooLarge
from lossacc.support.types import FloatArray, IntArray
from lossacc.support.validate import number

SETS = ("train", "validation")
_NAME = 200  # characters that the name of a printed number may have
_COLUMNS = ("penalty", "learning_rate", "gradient_norm", "objective")


@dataclass(frozen=True, eq=False, repr=False)
class Run:
    """The record of one training, epochs 0 (before training) to E.

    Parameters
    ----------
    train, validation
        The scores of the training and (where there are any) the validation examples.
    epochs
        Shape (R,): the recorded epochs, in rising order.
    penalty
        Shape (R,): the sum of the regularisation penalties at the epoch's end.
    learning_rate, gradient_norm
        Shape (R,): the rate of the epoch's last step; the mean over its steps of the gradient's
        global norm before clipping. NaN at epoch 0 and where unknown.
    printed
        Name to array of shape (R,): the numbers that Keras prints. NaN at epoch 0.
    objective
        Shape (R,): the mean trained objective on the training examples, in evaluation mode and
        without the penalty, where it is not plain cross-entropy.
    settings, environment
        JSON values: what was asked for; versions and thread settings.

    The arrays are read-only; of one that may be written to a copy is held.

    Raises
    ------
    TypeError, ValueError
        If an array has another length than `epochs` or holds no real numbers, the epochs are not
        whole and rising, the sets differ in their classes, or there is no example.
    """

    train: Scores
    validation: Scores | None
    epochs: IntArray
    penalty: FloatArray
    learning_rate: FloatArray
    gradient_norm: FloatArray
    printed: Mapping[str, FloatArray] = field(default_factory=dict)
    objective: FloatArray | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check every field, and hold its arrays so that nobody can change them."""
        self._check_sets()
        self._hold(epochs=_checked_epochs(self.epochs))
        for name in _COLUMNS:
            if name != "objective" or self.objective is not None:
                self._hold(**{name: self._column(name, getattr(self, name))})
        for name in ("printed", "settings", "environment"):
            self._hold(**{name: _checked_table(name, getattr(self, name))})
        self._hold(printed={checked_name(n): self._column(n, v) for n, v in self.printed.items()})
        for on in self.sets:
            recorded = len(self.scores(on).logits)
            if recorded != len(self.epochs):
                raise ValueError(
                    f"{on} covers {recorded} epochs; expected {len(self.epochs)}, as epochs"
                )

    def _hold(self, **fields: Any) -> None:
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    def _check_sets(self) -> None:
        """Refuse sets that are no scores, do not fit each other, or hold nothing."""
        for on in SETS:
            scores = getattr(self, on)
            if not isinstance(scores, Scores) and (on == "train" or scores is not None):
                raise TypeError(f"{on} is {scores!r:.60}; expected Scores")
        sets = [self.scores(on) for on in self.sets]
        if not any(scores.size for scores in sets):
            raise ValueError("the run has no examples; expected at least one")
        if sets[0].classes != sets[-1].classes:
            raise ValueError(
                f"train has {sets[0].classes} classes and validation {sets[-1].classes}; "
                "expected as many"
            )

    def _column(self, name: str, values: Any) -> FloatArray:
        """Give one number an epoch, or refuse it."""
        column = floats(name, values)
        if column.ndim != 1:
            raise ValueError(f"{name} has the shape {column.shape}; expected one number an epoch")
        if len(column) != len(self.epochs):
            raise ValueError(
                f"{name} covers {len(column)} epochs; expected {len(self.epochs)}, as epochs"
            )
        return column

    def __repr__(self) -> str:
        """Name the run, its epochs and its sets."""
        told = [str(self.settings[key]) for key in ("experiment", "arm") if key in self.settings]
        told += [f"seed {self.settings['seed']}"] if "seed" in self.settings else []
        sizes = " and ".join(f"{self.scores(on).size} {on}" for on in self.sets)
        told += [f"{self.unit}s {self.epochs[0]} to {self.epochs[-1]}", f"{sizes} examples"]
        told += [self.stopped] if self.stopped else []
        return f"Run({', '.join(told)})"

    @property
    def total_epochs(self) -> int:
        """The last epoch that the run was to have; of one that does not say, its last."""
        return int(self.settings.get("epochs") or self.epochs[-1])

    @property
    def sets(self) -> tuple[str, ...]:
        """The sets of examples that the run holds."""
        return SETS if self.validation is not None else SETS[:1]

    @property
    def unit(self) -> str:
        """What the recorded rows count: "epoch", or "step" where every step was recorded."""
        return str(self.settings.get("unit", "epoch"))

    @property
    def example(self) -> str:
        """What one of its examples is called: "image", "pixel", "step", "answer" or "example"."""
        return str(self.settings.get("example", "image"))

    @property
    def stopped(self) -> str | None:
        """Why the run ended before its last epoch; None where it did not."""
        return str(self.settings["stopped"]) if "stopped" in self.settings else None

    @property
    def main(self) -> str:
        """The set that figures speak of where none is asked for.

        What the settings name, else validation where there is any.
        """
        named = str(self.settings.get("main", "validation"))
        return named if named in self.sets and self.scores(named).size else "train"

    def scores(self, on: str) -> Scores:
        """Give the scores of one set of examples.

        Parameters
        ----------
        on
            "train" or "validation".

        Raises
        ------
        ValueError
            If there is no such set, or the run has no validation examples.
        """
        if not isinstance(on, str) or on not in SETS:
            raise ValueError(f'got on={on!r}; expected "train" or "validation"')
        if on == "train":
            return self.train
        if self.validation is None:
            raise ValueError("this run has no validation examples; ask for on='train'")
        return self.validation

    def at(self, epoch: int) -> int:
        """Give the row of an epoch in the recorded arrays; negative epochs count from the end.

        Raises
        ------
        TypeError, ValueError
            If it is no whole number, or was not recorded.
        """
        if isinstance(epoch, bool) or not isinstance(epoch, numbers.Integral):
            raise TypeError(f"got the epoch {epoch!r:.60}; expected a whole number")
        if epoch < 0 and -epoch <= len(self.epochs):
            return len(self.epochs) + epoch
        rows = np.flatnonzero(self.epochs == epoch)
        if not len(rows):
            listed = f"{self.epochs[0]} to {self.epochs[-1]} ({len(self.epochs)} recorded)"
            raise ValueError(f"epoch {epoch} was not recorded; this run has epochs {listed}")
        return int(rows[0])

    def base_rate(self, on: str = "validation", epoch: int = -1) -> BaseRate:
        """Compare an epoch's accuracy with the share of the commonest class.

        Parameters
        ----------
        on
            "train" or "validation".
        epoch
            A recorded epoch; negative ones count from the end.

        Returns
        -------
        BaseRate
            It says whether the two are equal, and whether one answer serves every example.

        Raises
        ------
        ValueError
            If the run lacks the examples, or the epoch was not recorded.
        """
        return base_rate_of(self.scores(on), self.at(epoch), self.example)

    def diagnose(self, **at_hand: Any) -> Any:
        """Say what this run supports, what it rules out and what would decide.

        Parameters
        ----------
        **at_hand
            `model`, `data`, `validation` and `framework`, as `lossacc.diagnose` takes them.

        Returns
        -------
        Diagnosis
        """
        return importlib.import_module("lossacc").diagnose(self, **at_hand)

    def with_settings(self, **settings: Any) -> Run:
        """Give the same run with these settings added."""
        return replace(self, settings={**self.settings, **settings})

    def save(self, path: str | Path, *, half: bool = False) -> Path:
        """Write the run as one file, whole or not at all; give back its path.

        A run that was stopped is written to that path too: whoever names a file finds it by its
        name. Where the name is ours to choose, it is `file_name`.

        Parameters
        ----------
        path
            Ends in `.npz`. What was there before is replaced when the new file is whole.
        half
            Whether to keep the logits in half precision, which takes half the room. No answer
            changes, and no example's loss by more than a hundredth of itself or a millionth of a
            nat; a set of examples where one would is kept as it is.

        Raises
        ------
        OSError
            If it cannot be written; the sentence says why. What was there before is there still.
        TypeError, ValueError
            If the path does not end in `.npz`, or settings or environment are not JSON.
        """
        path = as_path(path)
        if path.suffix != ".npz":
            raise ValueError(f"got the path {str(path)!r}; expected one that ends in .npz")
        run_file.write(path, self.settings, self.environment, self._arrays(half))
        return path

    def file_name(self, stem: str) -> str:
        """Give the name for a file of this run: `stem.npz`, or `stem.stopped.npz` if it was."""
        return f"{stem}{'.stopped' if self.stopped else ''}.npz"

    def _arrays(self, half: bool) -> dict[str, Any]:
        arrays = {name: getattr(self, name) for name in ("epochs", *_COLUMNS)}
        arrays |= {f"printed/{name}": values for name, values in self.printed.items()}
        for on in self.sets:
            scores = self.scores(on)
            arrays |= {f"{on}/{one.name}": getattr(scores, one.name) for one in fields(Scores)}
            if half:
                arrays[f"{on}/logits"] = run_file.halved(scores)
        return {name: value for name, value in arrays.items() if value is not None}

    @staticmethod
    def load(path: str | Path, *, max_bytes: float = run_file.MAX_BYTES) -> Run:
        """Read a run from its file.

        Parameters
        ----------
        path
            The file.
        max_bytes
            The most that its arrays may take, unpacked. A file that claims more is refused before
            anything is read.

        Raises
        ------
        OSError
            If there is no such file, or it cannot be read.
        ValueError
            If the file is not a run, is damaged, of a later version, or takes more room.
        """
        path = as_path(path)
        max_bytes = number("max_bytes", max_bytes, least=0)
        if not os.path.exists(path):  # not Path's, which raises where a name is too long
            raise FileNotFoundError(f"there is no file {str(path)!r}")
        try:
            if not path.is_file():
                raise ValueError("it is no ordinary file")
            return _run_of(*run_file.read(path, max_bytes))
        except TooLarge as error:
            raise ValueError(f"{str(path)!r} was not read: {error}") from error
        except (TypeError, ValueError) as error:
            raise ValueError(f"{str(path)!r} is not a saved run: {error}") from error


def _checked_epochs(values: Any) -> IntArray:
    """Give the recorded epochs, or refuse them."""
    epochs = integers("epochs", values)
    if epochs.ndim != 1 or not len(epochs) or epochs[0] < 0 or (np.diff(epochs) <= 0).any():
        raise ValueError(f"got the epochs {epochs}; expected rising whole numbers")
    return epochs


def _checked_table(name: str, table: Any) -> dict[str, Any]:
    """Give a copy of a mapping from texts, or refuse it."""
    if not isinstance(table, Mapping):
        raise TypeError(f"{name} is {table!r:.60}; expected a mapping")
    for key in table:
        if not isinstance(key, str):
            raise TypeError(f"{name} has the key {key!r:.60}; expected a text")
    return dict(table)


def checked_name(name: str) -> str:
    """Refuse the name of a printed number that no file could hold."""
    if "\0" in name or len(name) > _NAME or name.encode("utf-8", "replace").decode() != name:
        raise ValueError(f"printed has the key {name!r:.60}; expected a name that can be saved")
    return name


def _run_of(meta: dict[str, Any], arrays: dict[str, Any]) -> Run:
    """Make a run of what is in its file."""
    columns: dict[str, Any] = {name: arrays.get(name) for name in _COLUMNS}
    prefix = "printed/"
    printed = {n.removeprefix(prefix): v for n, v in arrays.items() if n.startswith(prefix)}
    return Run(
        train=_scores_of(arrays, "train"),
        validation=_scores_of(arrays, "validation") if "validation/logits" in arrays else None,
        epochs=arrays["epochs"],
        printed=printed,
        settings=meta["settings"],
        environment=meta["environment"],
        **columns,
    )


def _scores_of(arrays: dict[str, Any], on: str) -> Scores:
    held: dict[str, Any] = {one.name: arrays.get(f"{on}/{one.name}") for one in fields(Scores)}
    return Scores(**held)
