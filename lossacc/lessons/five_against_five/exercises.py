"""What notebook 03, five against five, needs of its own: two views of images, and exercises."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lossacc.analysis.label_conflicts import Conflicts
from lossacc.data import Examples
from lossacc.figures.draw import Picture
from lossacc.figures.duplicates import duplicates
from lossacc.losses.bounds import prior_entropy
from lossacc.quiz import Exercise
from lossacc.support.types import FloatArray, IntArray
from lossacc.support.validate import generator, whole_number

NOISE, LIGHT = 0.02, 0.05  # of the near copies: standard deviation, and change of brightness


def four_kinds(examples: Examples) -> Picture:
    """Show the first four of images with two details, one of each combination, A beside B.

    Parameters
    ----------
    examples
        Images of "five-against-five" that are alike, with the right labels.
    """
    headings = ("A: brighter on the same side", "B: brighter on opposite sides")
    groups = [np.flatnonzero(examples.labels[:4] == label).tolist() for label in (0, 1)]
    names = [examples.class_names[label] for label in examples.labels]
    return duplicates("Two small details decide", headings, groups, examples.images, names)


@dataclass(frozen=True, eq=False)
class Planted:
    """A set to which copies of some of its images were added, under other labels.

    Parameters
    ----------
    examples
        The images of the set, and after them the copies.
    originals
        Shape (M,): of which image each of the M copies is one.
    """

    examples: Examples
    originals: IntArray

    @property
    def copies(self) -> IntArray:
        """The places of the copies, shape (M,)."""
        return np.arange(len(self.examples) - len(self.originals), len(self.examples))


def plant(examples: Examples, exact: int, near: int, seed: int) -> Planted:
    """Add copies of images of a set, each under a label that is not its own.

    Parameters
    ----------
    examples
        The set.
    exact
        How many copies are identical to their image.
    near
        How many come after these, each a little brighter or darker and with a little noise.
    seed
        Decides which images are copied, the labels and the noise.

    Raises
    ------
    TypeError, ValueError
        If the copies are more than the images, or fewer than none.
    """
    whole_number("exact", exact, least=0, most=len(examples))
    whole_number("near", near, least=0, most=len(examples) - exact)
    random = generator(seed, "plant")
    originals = random.permutation(len(examples))[: exact + near]
    images = examples.images[originals].copy()
    light = random.uniform(1 - LIGHT, 1 + LIGHT, (near, 1, 1, 1))
    noise = NOISE * random.standard_normal(images[exact:].shape)
    images[exact:] = np.clip(images[exact:] * light + noise, 0.0, 1.0)
    steps = random.integers(1, examples.classes, len(originals))
    other = (examples.labels[originals] + steps) % examples.classes
    return Planted(_joined(examples, images, originals, other), originals)


def _joined(
    examples: Examples, images: FloatArray, originals: IntArray, labels: IntArray
) -> Examples:
    """Add images with their labels, which are wrong, to a set."""
    return Examples(
        np.concatenate([examples.images, images]),
        np.concatenate([examples.labels, labels]),
        examples.class_names,
        np.concatenate([examples.truth, examples.truth[originals]]),
        f"{examples.source}, {len(labels)} copies under other labels",
    )


def found_again(found: Conflicts, planted: Planted) -> tuple[float, float]:
    """Give precision and recall of what was found, against what was planted.

    Parameters
    ----------
    found
        What `find_conflicts` says of the planted set.
    planted
        The set.

    Returns
    -------
    tuple of float
        The share of the images found that are planted copies or their originals; NaN where none
        was found. And the share of the copies that stand in one group with their original.
    """
    pairs = list(zip(planted.copies.tolist(), planted.originals.tolist(), strict=True))
    groups = [set(group.indices) for group in found.groups]
    together = sum(any({*pair} <= group for group in groups) for pair in pairs)
    known = {place for pair in pairs for place in pair}
    shown = set(found.indices.tolist())
    precision = len(shown & known) / len(shown) if shown else math.nan
    return precision, together / len(pairs) if pairs else math.nan


EXERCISES = (
    Exercise(
        "one fifth in conflict",
        "the lowest mean loss, in nats, of 100 images of which 20 are copies of one, ten labelled "
        "A and ten B",
        lambda: 0.2 * math.log(2),
        "The twenty cost ln 2 each at best and the eighty nothing: .2 times .693. The accuracy is "
        "at most 90 %.",
        slips={
            0.693: "That is the loss of each of the twenty; average over all hundred.",
            0.0693: "Ten images will be wrong, but all twenty cost ln 2.",
            13.863: "That is the sum; the mean loss is a hundredth of it.",
            0.325: "That is nine against one: the best accuracy is 90 % in both, the loss is not "
            "the same.",
            0.1: "That is the lowest error; the loss is in nats.",
        },
    ),
    Exercise(
        "sure guesses",
        "the mean validation loss, in nats, of answers that are right half of the time, each "
        "given with p = .98",
        lambda: -(math.log(0.98) + math.log(0.02)) / 2,
        "Half of the images cost -ln .98 = .020 and half cost -ln .02 = 3.912. To say one half "
        "would have cost .693.",
        slips={
            0.693: "That is the loss of a guess that says so, p = .5; these are sure of it.",
            3.912: "That is what each wrong one costs; half of them are right.",
            0.020: "That is what each right one costs; half of them are wrong.",
            3.932: "That is the sum of a right one and a wrong one; take the mean.",
            1.956: "Nearly: the right half costs a little too, .020 each.",
        },
    ),
    Exercise(
        "two of four",
        "what the network tells of an image's label, in nats: the entropy of four equal classes, "
        "minus its loss",
        lambda: math.log(4) - math.log(2) / 2,
        "The labels have an entropy of ln 4 = 1.386. Half of the images cost ln 2, so the loss is "
        ".347. Merged, the labels have an entropy of 1.040 and the loss is 0: the same 1.040.",
        slips={
            1.386: "That is the entropy of the labels; take off the loss.",
            0.347: "That is the loss; take it off the entropy of the labels, ln 4.",
            0.693: "Only half of the images cost ln 2, so the mean loss is .347.",
            1.733: "Take the loss off the entropy; it is not added.",
        },
    ),
    Exercise(
        "three labels for one image",
        "the lowest mean loss, in nats, of twelve identical images, four each labelled A, B and C",
        lambda: prior_entropy(np.arange(12) % 3),
        "The best answer gives one third to each: ln 3 for every image. At most 4 of 12 are right.",
        slips={
            0.693: "That is two labels; here three share the image.",
            2.485: "That is ln 12; the network knows that only three labels occur.",
            0.366: "That is ln 3 over 3; each image costs ln 3, and so does their mean.",
            1.386: "That is ln 4; four is how many images each label has.",
            0.405: "That is the loss of p = 2/3; each label has one third.",
        },
    ),
    Exercise(
        "fifty pairs",
        "the best accuracy, between 0 and 1, where 1000 images hold 50 pairs of identical ones "
        "with two labels",
        lambda: 1 - 50 / 1000,
        "Of each pair one image can be right: 50 of 1000 are lost. The loss is at least .1 times "
        "ln 2 = .069 nats, as 100 images are in conflict.",
        slips={
            0.9: "A hundred images are in conflict, but of each pair one can still be right.",
            0.5: "That is the best on the pairs alone; there are 900 more images.",
            0.05: "That is the share that must be wrong.",
            0.975: "Fifty images are lost, one of each pair, not half of that.",
            0.069: "That is the lowest loss in nats.",
        },
    ),
)
