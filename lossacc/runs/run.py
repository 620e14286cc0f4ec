"""What one training left behind: the logits of every example, epoch by epoch.

A `Run` is the one object that the figures, the ledger and the checks read, whether it comes from
`lossacc.train`, from an ordinary `model.fit` with the `Recorder`, or from another framework. It
holds and saves; what is made of it are functions elsewhere.

File format, version 1
----------------------
One `.npz` file (a zip of `.npy` arrays, no pickle). Shapes: R recorded epochs, N examples, K
classes.

=======================  ==============  ====================================================
array                    shape           meaning
=======================  ==============  ====================================================
`meta`                   ()              a JSON string: format, version, settings, environment
`epochs`                 (R,)            recorded epochs, rising; 0 is before training
`train/logits`           (R, N, K)       float32, evaluation mode, the epoch's final weights; or
                                         float16 to save room, less each example's largest logit
`train/labels`           (N,)            integers in 0..K-1
`train/clean_labels`     (N,)            optional: the labels before they were spoilt
`train/targets`          (N, K)          optional: soft targets
`validation/...`                         optional: the same four for the validation examples
`penalty`                (R,)            the sum of the regularisation penalties
`learning_rate`          (R,)            NaN where unknown, and at epoch 0
`gradient_norm`          (R,)            NaN where unknown, and at epoch 0
`objective`              (R,)            optional: the trained objective, where it is not plain
                                         cross-entropy
`printed/<name>`         (R,)            what Keras prints: loss, accuracy, val_loss, ...
=======================  ==============  ====================================================

A network with one output unit stores its logit z as the pair `[0, z]`; one that gives only
probabilities stores their logarithms.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from lossacc.runs.base_rate import BaseRate, base_rate_of
from lossacc.runs.scores import Scores
from lossacc.support.types import FloatArray, IntArray

FORMAT, VERSION = "lossacc run", 1
SETS = ("train", "validation")
# What NumPy, zip and JSON raise on a file that is damaged or something else.
_DAMAGE: tuple[type[Exception], ...] = (
    *(ValueError, KeyError, TypeError, AttributeError, OSError, EOFError, NotImplementedError),
    *(zipfile.BadZipFile, zlib.error),
)


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

    Raises
    ------
    ValueError
        If an array has another length than `epochs`, or the epochs do not rise.
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
        """Refuse arrays of unequal length, and epochs that do not rise."""
        recorded = len(self.epochs)
        if not recorded or (np.diff(self.epochs) <= 0).any():
            raise ValueError(f"got the epochs {self.epochs}; expected rising whole numbers")
        for name, length in self._lengths():
            if length != recorded:
                raise ValueError(f"{name} covers {length} epochs; expected {recorded}, as epochs")

    def __repr__(self) -> str:
        """Name the run, its epochs and its sets."""
        told = [str(self.settings[key]) for key in ("experiment", "arm") if key in self.settings]
        told += [f"seed {self.settings['seed']}"] if "seed" in self.settings else []
        sizes = " and ".join(f"{self.scores(on).size} {on}" for on in self.sets)
        told += [f"{self.unit}s {self.epochs[0]} to {self.epochs[-1]}", f"{sizes} examples"]
        return f"Run({', '.join(told)})"

    def _lengths(self) -> list[tuple[str, int]]:
        arrays = {"penalty": self.penalty, "learning_rate": self.learning_rate}
        arrays |= {"gradient_norm": self.gradient_norm, **self.printed}
        if self.objective is not None:
            arrays["objective"] = self.objective
        lengths = [(name, len(values)) for name, values in arrays.items()]
        return lengths + [(on, len(self.scores(on).logits)) for on in self.sets]

    @property
    def sets(self) -> tuple[str, ...]:
        """The sets of examples that the run holds."""
        return SETS if self.validation is not None else SETS[:1]

    @property
    def unit(self) -> str:
        """What the recorded rows count: "epoch", or "step" where every step was recorded."""
        return str(self.settings.get("unit", "epoch"))

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
        if on not in SETS:
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
        ValueError
            If the epoch was not recorded.
        """
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
            It says whether the two are equal, and whether one answer serves every image.

        Raises
        ------
        ValueError
            If the run lacks the examples, or the epoch was not recorded.
        """
        return base_rate_of(self.scores(on), self.at(epoch))

    def with_settings(self, **settings: Any) -> Run:
        """Give the same run with these settings added."""
        return replace(self, settings={**self.settings, **settings})

    def save(self, path: str | Path, *, half: bool = False) -> Path:
        """Write the run as one `.npz` file in the format above; give back its path.

        Parameters
        ----------
        path
            Ends in `.npz`.
        half
            Whether to keep the logits in half precision, which takes half the room; an example's
            loss changes by less than a hundredth of itself.

        Raises
        ------
        ValueError
            If the path does not end in `.npz`.
        """
        path = Path(path)
        if path.suffix != ".npz":
            raise ValueError(f"got the path {str(path)!r}; expected one that ends in .npz")
        meta = {"format": FORMAT, "version": VERSION}
        meta |= {"settings": dict(self.settings), "environment": dict(self.environment)}
        np.savez_compressed(path, allow_pickle=False, meta=json.dumps(meta), **self._arrays(half))
        return path

    def _arrays(self, half: bool) -> dict[str, Any]:
        arrays: dict[str, Any] = {"epochs": self.epochs, "penalty": self.penalty}
        arrays |= {"learning_rate": self.learning_rate, "gradient_norm": self.gradient_norm}
        arrays |= {f"printed/{name}": values for name, values in self.printed.items()}
        arrays["objective"] = self.objective
        for on in self.sets:
            arrays |= {
                f"{on}/{name}": value
                for name, value in vars(self.scores(on)).items()
                if name in Scores.__dataclass_fields__
            }
            if half:
                arrays[f"{on}/logits"] = _halved(self.scores(on).logits)
        return {name: value for name, value in arrays.items() if value is not None}

    @staticmethod
    def load(path: str | Path) -> Run:
        """Read a run from its file.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If the file is not a run, is damaged, or is of a later version.
        """
        path = Path(path)
        if not path.exists():
            raise FileNotFoundError(f"there is no file {str(path)!r}")
        try:
            return _from_arrays(_read(path))
        except _DAMAGE as error:
            raise ValueError(f"{str(path)!r} is not a saved run: {error}") from error


def _halved(logits: FloatArray) -> FloatArray:
    """Give logits in half precision; less the largest, so that the likely classes keep most."""
    with np.errstate(invalid="ignore"):  # infinite less infinite is NaN, as is their loss
        less = logits - logits.max(axis=-1, keepdims=True)
    return np.asarray(np.maximum(less, np.finfo(np.float16).min), np.float16)


def _read(path: Path) -> dict[str, Any]:
    """Read every array of a `.npz` file; one that holds a pickle is refused."""
    if not zipfile.is_zipfile(path):
        raise ValueError("expected a whole .npz file")
    with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def _from_arrays(arrays: dict[str, Any]) -> Run:
    """Make a run of the file's arrays."""
    meta = json.loads(str(arrays["meta"]))
    if meta["format"] != FORMAT or meta["version"] > VERSION:
        raise ValueError(
            f"got a file of format {meta['format']!r}, version {meta['version']}; "
            f"expected {FORMAT!r}, version {VERSION} or earlier"
        )
    printed = {
        name.removeprefix("printed/"): values
        for name, values in arrays.items()
        if name.startswith("printed/")
    }
    plain = {name: arrays[name] for name in ("epochs", "penalty", "learning_rate", "gradient_norm")}
    has_validation = "validation/logits" in arrays
    return Run(
        train=_scores_from(arrays, "train"),
        validation=_scores_from(arrays, "validation") if has_validation else None,
        printed=printed,
        objective=arrays.get("objective"),
        settings=meta["settings"],
        environment=meta["environment"],
        **plain,
    )


def _scores_from(arrays: dict[str, Any], on: str) -> Scores:
    logits = arrays[f"{on}/logits"]
    return Scores(
        logits.astype(np.float32) if logits.dtype == np.float16 else logits,
        arrays[f"{on}/labels"],
        arrays.get(f"{on}/clean_labels"),
        arrays.get(f"{on}/targets"),
    )
