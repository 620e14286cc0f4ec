"""Keras' own callbacks, driven by the numbers of a run that was recorded."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from lossacc.runs.run import Run
from lossacc.support.keras_api import keras


class _Epochs:
    """A stand-in for a model: its only weight is the number of the epoch."""

    def __init__(self) -> None:
        self.epoch = 0
        self.stop_training = False
        self.optimizer = None
        self.distribute_strategy = None

    def get_weights(self) -> list[int]:
        """Give the epoch."""
        return [self.epoch]

    def set_weights(self, weights: list[int]) -> None:
        """Go back to an epoch."""
        (self.epoch,) = weights

    def save_weights(self, path: Any, overwrite: bool = True) -> None:
        """Write the epoch."""
        Path(path).write_text(str(self.epoch), encoding="utf-8")


def saved(run: Run, monitor: str = "val_loss", **options: Any) -> int:
    """Give the epoch whose weights lie in the file that ModelCheckpoint wrote.

    Parameters
    ----------
    run
        A recorded run, whose validation numbers the callback is told.
    monitor, options
        Those of `keras.callbacks.ModelCheckpoint`, with one fixed file name.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "best.weights.h5"
        callback = keras().callbacks.ModelCheckpoint(
            str(path), monitor=monitor, save_weights_only=True, **options
        )
        _drive(callback, run)
        return int(path.read_text(encoding="utf-8"))


def ended(run: Run, monitor: str = "val_loss", **options: Any) -> int:
    """Give the epoch whose weights the network has after EarlyStopping; as `saved`."""
    callback = keras().callbacks.EarlyStopping(monitor=monitor, **options)
    return _drive(callback, run).epoch


def _drive(callback: Any, run: Run) -> _Epochs:
    """Tell a callback of one epoch after another, until it stops the training."""
    model, scores = _Epochs(), run.scores("validation")
    callback.set_model(model)
    callback.on_train_begin()
    for row in range(1, len(scores.loss)):
        model.epoch = row
        logs = {"val_loss": float(scores.loss[row]), "val_accuracy": float(scores.accuracy[row])}
        callback.on_epoch_end(row - 1, logs)
        if model.stop_training:
            break
    callback.on_train_end()
    return model
