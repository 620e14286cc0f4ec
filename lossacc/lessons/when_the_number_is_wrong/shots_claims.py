"""What `ten-shots` claims, and the numbers that it reads from its runs."""

from __future__ import annotations

import math

from lossacc.claims.experiment import Claim, Remedy
from lossacc.claims.rules import Evidence, all_of, at_least, at_most
from lossacc.runs.run import Run


def new(run: Run) -> float:
    """Give the accuracy on images of new groups at the end; NaN of a run that did not end."""
    return float(run.settings.get("new", math.nan))


def gap(run: Run) -> float:
    """Give the validation accuracy less the accuracy on images of new groups, at the end."""
    return float(run.scores("validation").accuracy[-1]) - new(run)


def _both_sides(run: Run) -> Evidence:
    return {
        "validation accuracy": float(run.scores("validation").accuracy[-1]),
        "less that on new groups": gap(run),
    }


def _random_labels(run: Run) -> Evidence:
    held = run.scores("validation")
    return {
        "validation accuracy": float(held.accuracy[-1]),
        "accuracy on new groups": new(run),
        "validation loss over ln K": float(held.loss[-1]) / math.log(held.classes),
    }


def _nearest(shots: Run, fonts: Run) -> Evidence:
    return {
        "shots, own group nearest": float(shots.settings["same_group"]),
        "fonts, own group nearest": float(fonts.settings["same_group"]),
    }


CLAIMS = (
    Claim(
        name="both sides",
        sentence=(
            "Where images are split one by one, 97 % of the validation shots are right or more, "
            "and five points more or above than of digits that had no part in the training."
        ),
        catalogue=("M06",),
        reads=("base",),
        control=("whole digits",),
        evidence=_both_sides,
        measured="accuracy at the end, on validation images and on 400 digits of which there is "
        "one shot each",
        rule=all_of(
            at_least("validation accuracy", 0.97), at_least("less that on new groups", 0.05)
        ),
        effect="less that on new groups",
    ),
    Claim(
        name="nothing to learn",
        sentence=(
            "Where each digit bears a label that was drawn at random, so that there is nothing to "
            "learn, eight in ten validation shots are right or more, and two in ten new digits at "
            "most."
        ),
        catalogue=("M06",),
        reads=("labels at random",),
        control=("labels at random, whole digits",),
        evidence=_random_labels,
        measured="accuracy at the end, on validation images and on 400 new digits with labels "
        "drawn at random",
        rule=all_of(at_least("validation accuracy", 0.8), at_most("accuracy on new groups", 0.2)),
        effect="validation accuracy",
    ),
    Claim(
        name="whole digits",
        sentence=(
            "With all shots of a digit on one side, three in ten validation shots with random "
            "labels are right at most, and their loss is above twice ln K."
        ),
        catalogue=("M06",),
        reads=("labels at random, whole digits",),
        control=("labels at random",),
        evidence=_random_labels,
        measured="validation accuracy, and validation loss over ln K, at the end",
        rule=all_of(
            at_most("validation accuracy", 0.3),
            at_most("accuracy on new groups", 0.2),
            at_least("validation loss over ln K", 2),
        ),
        effect="validation accuracy",
    ),
    Claim(
        name="nearest",
        sentence=(
            "Pixel by pixel, the training image that is nearest to a validation shot is of the "
            "same digit nine times in ten or more; the one nearest to a letter is of the same font "
            "three times in ten at most."
        ),
        catalogue=("M06",),
        reads=("base", "fonts"),
        control=("whole digits", "fonts"),
        evidence=_nearest,
        measured="the share of validation images whose nearest training image is of their group",
        rule=all_of(
            at_least("shots, own group nearest", 0.9), at_most("fonts, own group nearest", 0.3)
        ),
        effect="shots, own group nearest",
    ),
)


def gain(without: Run, given: Run) -> float:
    """Give by how much less the validation accuracy lies above that on new groups."""
    return gap(without) - gap(given)


_MEASURES = "validation accuracy above that on new groups"

REMEDIES = (
    Remedy("whole digits", ("M06",), _MEASURES, gain, 0.03, "helps"),
    Remedy("whole fonts", ("M06",), _MEASURES, gain, 0.04, "does nothing", "fonts"),
)
