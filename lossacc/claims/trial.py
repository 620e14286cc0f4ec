"""What several experiments do alike: split and spoil the images, and train with their knobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lossacc.claims.experiment import Hooks, Settings
from lossacc.data import Examples, split, with_noise
from lossacc.runs.run import Run
from lossacc.support.types import IntArray, Seed
from lossacc.training.train import shuffled, train


def noisy_split(
    data: Examples, settings: Settings, held_out: int, seed: Seed
) -> tuple[Examples, Examples]:
    """Give training and validation images, with the knob `noise` on both.

    Parameters
    ----------
    settings
        The knobs `examples`, how many to train on, and `noise`, its standard deviation.
    held_out
        How many to validate on.
    """
    parts = split(data, int(settings["examples"]), held_out, seed=seed)
    sd = float(settings["noise"])
    return with_noise(parts[0], sd, 2 * seed), with_noise(parts[1], sd, 2 * seed + 1)


def trained(
    model: Any,
    settings: Settings,
    examples: Examples,
    held_out: Examples | None,
    seed: Seed,
    hooks: Hooks,
    **options: Any,
) -> Run:
    """Train with the knobs `epochs`, `learning_rate` and, where there is one, `batch_size`.

    The options are those of `train`: weights, or an order of one's own.
    """
    hooks.show(examples, held_out)
    return train(
        model,
        examples,
        held_out,
        epochs=int(settings["epochs"]),
        batch_size=int(settings.get("batch_size", 32)),
        seed=seed,
        learning_rate=float(settings["learning_rate"]),
        should_stop=hooks.should_stop,
        on_epoch=hooks.on_epoch,
        **options,
    )


def single_steps(n: int, batch: int, seed: Seed) -> Callable[[int], IntArray]:
    """Cut every shuffled pass over n examples into steps, so that each is recorded as an epoch.

    Returns
    -------
    Callable
        An `order` for `train`: from the step to the examples in it.
    """
    steps = -(-n // batch)

    def order(step: int) -> IntArray:
        first = batch * (step % steps)
        return shuffled(n, seed, step // steps)[first : first + batch]

    return order
