"""Do foreign images suit an experiment? Each arm draws its own from them, and trains nothing."""

from __future__ import annotations

from lossacc.claims.experiment import Experiment, Hooks, StoppedEarly
from lossacc.data import Examples
from lossacc.support.types import Seed


class _Drawn(Exception):
    """The images are drawn; what follows is the training."""


def rehearse(experiment: Experiment, data: Examples, seed: Seed) -> None:
    """Let every arm that claims and remedies read draw its images, up to the first step.

    Raises
    ------
    ValueError
        If an arm needs what the data have not: the sentence names the arm and the class.
    """
    experiment.check_data(data)
    for arm in experiment.arms_read():
        try:
            hooks = Hooks(should_stop=lambda: True, on_data=_enough)
            experiment.train_alone(experiment.settings(arm), data, seed, hooks)
        except (_Drawn, StoppedEarly):
            continue
        except ValueError as error:
            told = f"{experiment.name}, arm {arm!r}, cannot use {data.source}: {error}"
            raise ValueError(told) from None


def _enough(examples: Examples, held_out: Examples | None) -> None:
    raise _Drawn
