"""What notebook 10, built to train, needs of its own: a table of readouts, and exercises."""

from __future__ import annotations

from collections.abc import Mapping

from lossacc.lessons.built_to_train.evidence import readout
from lossacc.lessons.built_to_train.toy import left
from lossacc.quiz import Exercise
from lossacc.runs.run import Run
from lossacc.support.text import Sheet, percent


def readout_table(runs: Mapping[str, Run]) -> Sheet:
    """Give what a linear readout of frozen features tells, beside the network's own answers.

    Raises
    ------
    ValueError
        If a run holds no readouts: it is of another experiment, or was stopped.
    """
    for run in runs.values():
        if "readouts" not in run.settings:
            raise ValueError(f"{run!r} holds no readouts; expected a whole run of built-to-train")
    cells = (
        (
            name,
            *(percent(readout(run, place)) for place in ("middle", "end")),
            percent(run.scores("validation").accuracy[-1]),
        )
        for name, run in runs.items()
    )
    columns = ("right in validation", "readout in the middle", "readout at the end", "the network")
    return Sheet(columns, tuple(cells))


EXERCISES = (
    Exercise(
        "ten halvings",
        "what is left of the mean square behind ten layers",
        lambda: left(10),
        "One half multiplied by itself ten times: about a thousandth.",
        within=1e-5,
        slips={
            0.05: "That is one half divided by ten. Each layer halves what the one before left.",
            0.03125: "That is the length of the signal, the root of its mean square.",
            0.001953125: "That is behind nine layers.",
        },
    ),
    Exercise(
        "nan on two classes",
        "the accuracy that is printed, between 0 and 1",
        lambda: 90 / 250,
        "Where all outputs are nan, argmax gives the first place: all 250 answers are "
        "class 0, and the 90 images of class 0 count as right.",
        slips={
            0.5: "Nothing is drawn at random: every answer is the same one.",
            0.64: "That is the share of class 1. The answer that argmax gives is class 0.",
            0.0: "The loss is no number, and the answers still are.",
        },
    ),
    Exercise(
        "three heads",
        "the loss that is printed, in nats",
        lambda: 0.5 + 0.3 * (0.8 + 1.2),
        "The last head counts in full, each of the other two times .3: .50 + .24 + .36.",
        slips={
            0.5: "That is the last head's own loss, which the answers come from.",
            2.5: "Each auxiliary head counts times .3.",
            0.833: "The heads are added, not averaged.",
            0.74: "That leaves out the second auxiliary head.",
            0.86: "That leaves out the first auxiliary head.",
        },
    ),
    Exercise(
        "cut to two",
        "the rate at which an unclipped step would be as long",
        lambda: 0.1 * 2 / 8,
        "Clipped, the gradient has the length 2, and the step .1 * 2 = .2. Unclipped it has the "
        "length 8: .2 / 8 = .025.",
        within=0.0005,
        slips={
            0.2: "That is the length of the step. Divide it by the length of the gradient.",
            0.1: "That would be a step four times as long.",
            0.4: "Clipping shortens: the rate goes down.",
        },
    ),
)
