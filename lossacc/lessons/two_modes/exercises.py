"""What notebook 08, two modes of one network, needs of its own: a recorded gap, and exercises."""

from __future__ import annotations

from lossacc.checks.modes import ModeGap
from lossacc.lessons.two_modes.toy import Moments, initial_left, masks, printed_mean
from lossacc.lessons.two_modes.training import from_json
from lossacc.quiz import Exercise
from lossacc.runs.run import Run
from lossacc.support.text import Sheet, percent


def recorded_gap(run: Run) -> ModeGap:
    """Give what `mode_gap` measured at the end of a run of `two-modes`.

    Raises
    ------
    ValueError
        If nothing was measured: the run is of another experiment, or was stopped.
    """
    held = run.settings.get("gap")
    if held is None:
        raise ValueError(f"{run!r} holds no gap; expected a whole run of two-modes")
    return from_json(held)


def recomputed_statistics(run: Run) -> Sheet:
    """Give the accuracy in evaluation mode, as training left it and with new statistics.

    Raises
    ------
    ValueError
        If the network has no running statistics, or nothing was measured.
    """
    modes = run.settings.get("modes", {})
    if "recomputed accuracy" not in modes:
        raise ValueError(f"{run!r} holds no new statistics; expected BatchNormalization in it")
    rows = (
        ("training images", run.train, "recomputed accuracy"),
        ("validation images", run.scores("validation"), "recomputed, validation accuracy"),
    )
    cells = (
        (name, percent(scores.accuracy[-1]), percent(modes[key])) for name, scores, key in rows
    )
    return Sheet(("right in evaluation mode", "as training left it", "recomputed"), tuple(cells))


def _largest(values: tuple[float, ...], rate: float) -> float:
    """Give the mean of the largest unit behind Dropout."""
    made, likely = masks(values, rate)
    return float(likely @ made.max(axis=1))


EXERCISES = (
    Exercise(
        "the larger of two ones",
        "the mean of the larger unit in training mode",
        lambda: _largest((1.0, 1.0), 0.5),
        "With probability 3/4 one at least is kept, and then the larger is 2. In evaluation mode "
        "it is 1.",
        slips={
            1.0: "That is evaluation mode, where nothing is dropped.",
            2.0: "That is when one at least is kept, which is not always.",
            0.75: "That is how often one at least is kept; what is kept is doubled.",
            0.5: "That is the share that is kept; what is kept is doubled, and the max takes the "
            "larger.",
        },
    ),
    Exercise(
        "always two",
        "the variance of the unit in training mode",
        lambda: Moments(2.0, 0.0).dropped(0.5).variance,
        "It is 0 or 4, half of the time each: the mean is 2, and each value is 2 away from it. In "
        "evaluation mode the variance is 0.",
        slips={
            0.0: "That is evaluation mode. In training mode it is 0 or 4.",
            2.0: "That is the standard deviation, or the mean; the variance is the mean square "
            "distance from the mean.",
            8.0: "That is the mean square; take the square of the mean off it.",
            1.0: "That is without the doubling of what is kept: 0 or 2.",
        },
    ),
    Exercise(
        "twenty updates at .9",
        "the share of the start that is left, between 0 and 1",
        lambda: initial_left(0.9, 20),
        "Each update keeps .9 of what was there: .9 multiplied by itself twenty times.",
        slips={
            0.878: "That is the share that has been learned.",
            0.818: "That is at a momentum of .99.",
            0.349: "That is after ten updates.",
            0.1: "That is what each update takes in.",
        },
    ),
    Exercise(
        "three and seven",
        "what the normalisation makes of the 7",
        lambda: (7 - 5) / 2,
        "The mean is 5 and the standard deviation 2. Whatever the two numbers are, the larger one "
        "becomes 1 and the smaller one -1.",
        slips={
            2.0: "That is the distance from the mean; divide it by the standard deviation.",
            0.707: "BatchNormalization divides the sum of squares by 2, not by 1.",
            7.0: "In a batch of two the mean and the variance are those of the two numbers.",
            0.5: "That divides by the variance, 4; divide by its root.",
            -1.0: "That is the 3.",
        },
    ),
    Exercise(
        "a line from 2.0 to 1.2",
        "the loss that fit prints, in nats",
        lambda: printed_mean(2.0, 1.2, 100_000),
        "The mean of a straight line is its middle. Evaluation, with the weights at the end, says "
        "1.2.",
        slips={
            1.2: "That is evaluation, with the weights at the end of the epoch.",
            2.0: "That is the first step; fit takes the mean over all of them.",
            0.4: "That is by how much it lies above evaluation.",
            0.8: "That is how far the loss falls.",
        },
    ),
)
