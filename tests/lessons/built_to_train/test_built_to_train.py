"""Built to train: the network, the counted steps, the heads, and the numbers that are read."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lossacc.claims.experiment import Hooks
from lossacc.data import glyphs
from lossacc.lessons import experiment as load
from lossacc.lessons.built_to_train import built_to_train, toy
from lossacc.lessons.built_to_train import evidence as read
from lossacc.lessons.built_to_train import training as nets
from lossacc.lessons.built_to_train.exercises import readout_table
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores

BUILT = load("built-to-train")
SHAPE = (8, 8, 1)


def kinds(**options):
    model = nets.fresh_deep(1, SHAPE, 10, **options).model
    return [type(layer).__name__ for layer in model.layers]


def test_the_network_is_twelve_plain_convolutions() -> None:
    found = kinds()
    assert found.count("Conv2D") == found.count("ReLU") == nets.DEEP == 12
    assert (found.count("MaxPooling2D"), found.count("Dense")) == (1, 1)
    assert set(found) == {"InputLayer", "Conv2D", "ReLU", "MaxPooling2D", "Flatten", "Dense"}


@pytest.mark.parametrize(
    ("options", "kind", "count"),
    [
        ({"norm": nets.BATCH}, "BatchNormalization", 12),
        ({"paths": nets.RESIDUAL}, "Add", 5),
        ({"paths": nets.RESIDUAL}, "Conv2D", 12),
        ({"heads": 2}, "Dense", 3),
        ({"narrow": 1}, "Dense", 3),
        ({"depth": nets.SHALLOW}, "Conv2D", 4),
    ],
)
def test_a_knob_puts_layers_in(options, kind, count) -> None:
    assert kinds(**options).count(kind) == count


@pytest.mark.parametrize(("first", "variance"), [(nets.GLOROT, 1 / 72), (nets.HE, 2 / 72)])
def test_the_first_weights_have_the_variance_that_the_text_names(first, variance) -> None:
    model = nets.fresh_deep(1, SHAPE, 10, first=first).model
    kernels = [layer.kernel for layer in model.layers if type(layer).__name__ == "Conv2D"]
    inner = np.concatenate([np.asarray(kernel).ravel() for kernel in kernels[1:]])
    assert inner.var() == pytest.approx(variance, rel=0.1)


def test_cut_steps_are_counted_as_numpy_counts_them() -> None:
    """Gradients of known norms through the optimizer, some above the limit."""
    keras = pytest.importorskip("keras")
    from lossacc.lessons.built_to_train.keras_parts import CountingSGD

    one, two = (keras.Variable(np.zeros(2, np.float32)) for _ in range(2))
    optimizer = CountingSGD(0.1, global_clipnorm=1.0)
    optimizer.build([one, two])
    gradients = [((0.5, 0.5), (0.5, 0.4)), ((3.0, 0.0), (0.0, 4.0)), ((0.0, 0.0), (1.1, 0.0))]
    for pair in gradients:
        values = [keras.ops.convert_to_tensor(np.array(part, np.float32)) for part in pair]
        optimizer.apply_gradients(zip(values, [one, two], strict=True))
    norms = [float(np.linalg.norm(np.ravel(pair))) for pair in gradients]
    assert int(optimizer.cut) == sum(norm > 1 for norm in norms) == 2
    cut = [np.array(pair) / max(norm, 1) for pair, norm in zip(gradients, norms, strict=True)]
    assert np.asarray(one) == pytest.approx(-0.1 * sum(part[0] for part in cut))


def test_counting_changes_no_bit_of_a_step() -> None:
    keras = pytest.importorskip("keras")
    from lossacc.lessons.built_to_train.keras_parts import CountingSGD

    ends = []
    for kind in (keras.optimizers.SGD, CountingSGD):
        variable = keras.Variable(np.arange(3, dtype=np.float32))
        optimizer = kind(0.1, momentum=0.9, global_clipnorm=1.0)
        for _ in range(7):
            optimizer.apply([variable.value - 1], [variable])
        ends.append(np.asarray(variable).tobytes())
    assert ends[0] == ends[1]


def test_a_fresh_start_sets_the_count_back() -> None:
    assert BUILT.run("residual, cut", seed=1).settings["share_cut"] == 1
    settings = BUILT.settings("residual, cut")
    options = {name: settings[name] for name in built_to_train.OPTIONS}
    assert nets.fresh_deep(2, SHAPE, 10, **options).share_cut() == 0


def test_the_loss_is_the_last_head_plus_a_share_of_each_other() -> None:
    """What is printed for validation, against the heads asked one by one."""
    keras = pytest.importorskip("keras")
    model = nets.fresh_deep(1, SHAPE, 10, heads=2).model
    images = np.random.default_rng(1).random((20, *SHAPE)).astype(np.float32)
    labels = np.arange(20) % 10
    heads = [layer for layer in model.layers if type(layer).__name__ == "Dense"]
    whole = keras.Model(model.input, [head.output for head in heads])

    def entropy(logits):
        return float(Scores(np.asarray(logits)[None], labels).loss[0])

    given = {id(head): entropy(out) for head, out in zip(heads, whole(images), strict=True)}
    last = entropy(model(images))
    others = sum(given.values()) - last
    assert float(model.evaluate(images, labels, verbose=0)) == pytest.approx(
        last + 0.3 * others, rel=1e-5
    )


@pytest.fixture(scope="module")
def digits_run() -> Run:
    return BUILT.run("base", seed=1)


def test_a_readout_is_ridge_regression() -> None:
    random = np.random.default_rng(1)
    train, test = random.standard_normal((50, 4)), random.standard_normal((9, 4))
    goal = np.eye(3)[random.integers(0, 3, 50)]
    mean, spread = train.mean(0), train.std(0)
    stacked = np.vstack([(train - mean) / spread, np.eye(4) * math.sqrt(nets.RIDGE)])
    weights = np.linalg.lstsq(stacked, np.vstack([goal - goal.mean(0), np.zeros((4, 3))]))[0]
    wanted = (test - mean) / spread @ weights + goal.mean(0)
    assert nets._ridge(train, goal, test) == pytest.approx(wanted)


def test_a_run_holds_its_readouts_and_its_share_of_cut_steps(digits_run) -> None:
    assert read.share_cut(digits_run) == 0
    assert 0 < read.readout(digits_run, "middle") <= 1
    assert readout_table({"base": digits_run}).rows[0][0] == "base"


def test_a_run_that_was_stopped_holds_no_readouts() -> None:
    seen: list[Run] = []
    hooks = Hooks(should_stop=lambda: len(seen) > 2, on_epoch=seen.append)
    run = BUILT.run(seed=1, hooks=hooks)
    assert math.isnan(read.readout(run, "middle"))
    with pytest.raises(ValueError, match="holds no readouts; expected a whole run"):
        readout_table({"stopped": run})


def test_the_same_seed_measures_the_same() -> None:
    one, two = (BUILT.run("hot, clipped", seed=2) for _ in range(2))
    assert one.train.logits.tobytes() == two.train.logits.tobytes()
    assert one.settings["share_cut"] == two.settings["share_cut"]
    assert one.settings["readouts"] == two.settings["readouts"]


def test_coloured_images_of_other_kinds_will_do() -> None:
    coloured = glyphs(400, classes=7, size=12, channels=3, seed=1)
    run = BUILT.run("residual", data=coloured)
    assert run.train.classes == 7
    assert 0 <= read.readout(run, "end") <= 1


def made(loss, right) -> Run:
    """A run of ten examples of two classes with these mean losses and accuracies."""
    p = np.exp(-np.array(loss, dtype=float))
    rows = np.arange(len(p))
    logits = np.stack([np.log(p), np.log1p(-p)], -1)[:, None].repeat(10, axis=1)
    for row, share in enumerate(right):
        wrong = round(10 * (1 - share))
        logits[row, :wrong] = [-1.0, 1.0]
        logits[row, wrong:] = [1.0, -1.0]
    scores = Scores(logits.astype(np.float32), np.zeros(10, int))
    zeros = np.zeros(len(p))
    return Run(scores, scores, rows, zeros, zeros, zeros, {})


def test_a_collapse_is_the_steepest_fall() -> None:
    found = read.collapse(made([0.5] * 5, [0.2, 0.9, 0.8, 0.3, 0.4]))
    assert found["steepest fall"] == pytest.approx(0.5)
    assert found["before it"] == pytest.approx(0.8)
    assert found["after it"] == pytest.approx(0.3)
    assert found["best so far"] == pytest.approx(0.9)


def test_two_curves_that_go_opposite_ways_have_a_rank_correlation_of_minus_one() -> None:
    assert read._rank_correlation(np.arange(9.0), -(np.arange(9.0) ** 3)) == pytest.approx(-1)


def test_epochs_are_counted_to_sixty_per_cent_or_to_behind_the_end() -> None:
    soon, never = made([0.5] * 4, [0.1, 0.6, 0.7, 0.7]), made([0.5] * 4, [0.1, 0.2, 0.3, 0.5])
    assert read.gain_epochs(never, soon) == (3 + 1) - 1


def test_of_any_run_one_option_comes_true() -> None:
    assert BUILT.prediction is not None
    options = [one.says for one in BUILT.prediction.outcomes]
    for right, says in ((0.5, options[1]), (1.0, options[2])):
        run = made([0.7, 0.5], [0.5, right])
        assert BUILT.prediction.outcome(run).says == says
        assert BUILT.prediction.measured(run).endswith(".")


def test_the_toy_halves_or_keeps() -> None:
    squares = toy.mean_squares(toy.GLOROT, 12)
    assert np.log2(squares[:-1] / squares[1:]).mean() == pytest.approx(1, abs=0.15)
    assert toy.mean_squares(toy.HE, 12) == pytest.approx(np.ones(13), abs=0.6)
    assert toy.left(12) == 1 / 4096
    with pytest.raises(ValueError, match="layers"):
        toy.left(-1)


def test_remedies_name_arms_and_what_is_done() -> None:
    for remedy in BUILT.remedies:
        assert (remedy.says or BUILT.arm(remedy.arm).says).endswith(".")
        BUILT.arm(remedy.against)
        assert remedy.bound > 0
