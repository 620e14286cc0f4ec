"""What `few-images` claims."""

from __future__ import annotations

from lossacc.claims.experiment import Claim
from lossacc.claims.rules import above, all_of, at_least, at_most, below, difference, equal
from lossacc.lessons.little_data import few_evidence as read

CLAIMS = (
    Claim(
        name="twenty",
        sentence=(
            "Without regularisers the network has nineteen of twenty training images right or all; "
            "with all of them at once and SGD by its name alone, twelve at most."
        ),
        catalogue=("C55",),
        reads=("twenty, bare", "twenty, everything"),
        control=("twenty, everything", "twenty, bare"),
        evidence=read.twenty,
        measured="accuracy on the twenty training images at the end, in evaluation mode",
        rule=all_of(at_least("without", 0.95), at_most("with everything", 0.6)),
        effect="with everything",
    ),
    Claim(
        name="two explanations",
        sentence=(
            "In evaluation mode the training images cost the bare network less than .2 nats, and "
            "the network with everything more than 1.4."
        ),
        catalogue=("C51", "C55"),
        reads=("bare", "base"),
        control=("base", "bare"),
        evidence=read.two_explanations,
        measured=(
            "training loss in evaluation mode at the end: below .2 and validation .5 or more "
            "above it; above 1.4 and validation within .3"
        ),
        rule=all_of(
            below("bare, training images", 0.2),
            at_least("bare, validation less training", 0.5),
            above("everything, training images", 1.4),
            below("everything, validation less training", 0.3),
        ),
        effect="everything, training images",
    ),
    Claim(
        name="noise of sixty",
        sentence=(
            "The same network, scored on one set of sixty images or another, differs by 12 points "
            "or more; and of its falls from one epoch to the next, one in eight or more is none on "
            "other images."
        ),
        catalogue=("C56",),
        reads=("bare",),
        control=("renumbered, larger",),
        evidence=read.noise_of_sixty,
        measured=(
            "over 100 drawings of 60 images: accuracy at the end, 95th less 5th percentile; "
            "falls after epoch 10 at which the accuracy on all others does not fall; 95 % "
            "intervals that hold the accuracy on all others"
        ),
        rule=all_of(
            at_least("between the lowest and the highest twentieth", 0.12),
            at_least("falls that are none on other images", 0.125),
            at_least("intervals that hold", 0.8),
        ),
        effect="falls that are none on other images",
    ),
    Claim(
        name="checkpoint",
        sentence=(
            "With save_best_only=False and one file name the file holds the last epoch, which "
            "costs .1 nats more than the best one; with True it holds the best."
        ),
        catalogue=("C66",),
        reads=("bare",),
        control=("by name alone",),
        evidence=read.checkpoint,
        measured=(
            "Keras' ModelCheckpoint, told the run's validation numbers: the epoch in the file, "
            "and its validation loss above the lowest"
        ),
        rule=all_of(
            equal("epochs after the one kept", 0),
            at_least("above the lowest loss", 0.1),
            equal("save_best_only, above the lowest loss", 0),
        ),
        effect="above the lowest loss",
    ),
    Claim(
        name="restored",
        sentence=(
            "EarlyStopping on the validation loss ends with weights that cost more than those "
            "that it puts back where restore_best_weights is set."
        ),
        catalogue=("C67",),
        reads=("bare",),
        control=("by name alone",),
        evidence=read.endings,
        measured=(
            "Keras' EarlyStopping with a patience of 8, told the run's validation numbers: the "
            "validation loss of the weights that are left, less that where they are restored"
        ),
        rule=all_of(
            at_least(difference("above the lowest loss", "restored, above the lowest loss"), 0.025),
        ),
        effect="above the lowest loss",
    ),
    Claim(
        name="shuffled",
        sentence=(
            "Shuffling the validation images changes no mean over all of them; predictions set "
            "beside labels that were not shuffled lose 30 points of accuracy or more."
        ),
        catalogue=("C58",),
        reads=("bare",),
        control=("base",),
        evidence=read.shuffled,
        measured="accuracy at the end, of shuffled pairs and of predictions shuffled alone",
        rule=all_of(
            below("means apart", 1e-9),
            at_least("lost where predictions meet listed labels", 0.3),
            at_least("spread of a part of the steps", 0.05),
        ),
        effect="lost where predictions meet listed labels",
    ),
    Claim(
        name="by name alone",
        sentence=(
            "In the epochs in which SGD with a rate of .05 and momentum learns nine in ten images, "
            "SGD by its name alone gets six in ten right at most."
        ),
        catalogue=("C63",),
        reads=("by name alone", "bare"),
        control=("bare", "by name alone"),
        evidence=read.by_name,
        measured="accuracy on the training images after 40 epochs",
        rule=all_of(at_most("by name alone", 0.6), at_least("with rate and momentum", 0.9)),
        effect="by name alone",
    ),
    Claim(
        name="every network",
        sentence=(
            "Where validation numbers its classes otherwise, three networks learn the training "
            "images, and none of them has one validation image in four right."
        ),
        catalogue=("C64",),
        reads=("renumbered", "renumbered, larger", "renumbered, linear"),
        control=("bare", "larger", "linear"),
        evidence=read.every_network,
        measured=(
            "over the three networks: the least training accuracy, and the largest validation "
            "accuracy over the last tenth of the epochs"
        ),
        rule=all_of(
            at_least("least training accuracy", 0.9), below("largest validation accuracy", 0.25)
        ),
        effect="largest validation accuracy",
    ),
    Claim(
        name="softmax apart",
        sentence=(
            "A softmax in a layer of its own changes no loss by more than .001, in training or "
            "validation, in any epoch."
        ),
        catalogue=("C70",),
        reads=("softmax apart", "bare"),
        control=("normalised", "bare"),
        evidence=read.same_training,
        measured="the largest distance between the losses of the two runs, over all epochs",
        rule=all_of(
            at_most("training losses apart", 1e-3), at_most("validation losses apart", 1e-3)
        ),
        effect="validation losses apart",
    ),
)
