"""What `train` records, how it ends, what it reuses and what it refuses; bits are in test_bits."""

from __future__ import annotations

import time

import numpy as np
import pytest

from lossacc.data import Examples
from lossacc.networks.cnn import initialise, small_cnn
from lossacc.support.keras_api import keras, tensorflow
from lossacc.training.loop import loop_of
from lossacc.training.train import TrainingError, interrupts_pass, shuffled, train
from tests.small import CLASSES, SHAPE, compiled, cross_entropy, data, dense, same, sgd, state

X, Y = data(50)
HELD_OUT = data(20, seed=1)
ONE_HOT = np.eye(CLASSES, dtype=np.float32)[Y]
# model.evaluate sums float32 losses batch by batch.
EVALUATED = 2e-6


@pytest.fixture(scope="module")
def shared():
    """One compiled network for all tests that only need one."""
    return compiled(dense(), metrics=["accuracy"])


@pytest.fixture
def model(shared):
    shared.optimizer.learning_rate = 0.1
    return initialise(shared, 0)


def arrays(run):
    """Every number of a run."""
    beside = [run.epochs, run.penalty, run.learning_rate, run.gradient_norm]
    return [run.train.logits, run.validation.logits, *beside, *run.printed.values()]


def same_runs(first, second):
    pairs = zip(arrays(first), arrays(second), strict=True)
    return all(np.array_equal(a, b, equal_nan=True) for a, b in pairs)


# What is recorded


def evaluated(model, x, y, weights=None):
    return model.evaluate(x, y, sample_weight=weights, batch_size=16, verbose=0, return_dict=True)


def regularised(**settings):
    return small_cnn(SHAPE, CLASSES, filters=(4,), dense=8, l2=0.01, batch_norm=True, **settings)


def active():
    """A penalty on what a layer gives out, which changes with the examples."""
    return dense(hidden=[keras().layers.Dense(8, activity_regularizer="l2")])


ACCOUNTS = {
    "BatchNorm, dropout, L2": (lambda: regularised(dropout=0.5), cross_entropy, Y, {}),
    "activity": (active, cross_entropy, Y, {}),
    "smoothed": (
        dense,
        lambda: keras().losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.2),
        ONE_HOT,
        {},
    ),
    "class weights": (dense, cross_entropy, Y, {"class_weight": {0: 0.2, 2: 5.0}}),
    "softmax": (
        lambda: dense(activation="softmax"),
        lambda: keras().losses.SparseCategoricalCrossentropy(),
        Y,
        {},
    ),
    "sigmoid": (lambda: dense(1, activation="sigmoid"), lambda: "binary_crossentropy", Y // 2, {}),
    "custom": (
        dense,
        lambda: lambda y, z: keras().ops.mean((z - keras().ops.one_hot(y, CLASSES)) ** 2, -1),
        Y,
        {"outputs": "logits"},
    ),
}


@pytest.mark.parametrize("account", ACCOUNTS.values(), ids=ACCOUNTS.keys())
def test_cross_entropy_and_penalty_are_what_evaluate_gives_at_every_epoch(account):
    build, loss, y, settings = account
    model = compiled(build(), loss=loss(), metrics=["accuracy"])
    weights = [settings.get("class_weight", {}).get(int(k), 1.0) for k in Y]
    weights = np.array(weights, np.float32) if "class_weight" in settings else None
    seen = []

    def look(run):
        seen.append((evaluated(model, X, y, weights), evaluated(model, X[:20], y[:20])))

    run = train(model, (X, y), (X[:20], y[:20]), epochs=2, batch_size=16, on_epoch=look, **settings)
    objective = run.train.loss if run.objective is None else run.objective
    for row, (ours, held_out) in enumerate(seen):
        assert objective[row] + run.penalty[row] == pytest.approx(ours["loss"], rel=EVALUATED)
        assert run.train.accuracy[row] == pytest.approx(ours["accuracy"])
        assert row == 0 or run.printed["val_loss"][row] == pytest.approx(
            held_out["loss"], rel=EVALUATED
        )
        assert run.validation.accuracy[row] == pytest.approx(held_out["accuracy"])
    if run.objective is None and not model.losses:
        assert run.validation.loss[-1] == pytest.approx(seen[-1][1]["loss"], rel=EVALUATED)


def test_only_what_is_not_plain_cross_entropy_has_an_objective():
    plain = train(compiled(dense()), (X, Y), epochs=1)
    assert plain.objective is None
    for loss, y, settings in (
        (cross_entropy(), Y, {"class_weight": {0: 2.0}}),
        (cross_entropy(reduction="sum"), Y, {}),
        (cross_entropy(ignore_class=0), Y, {}),
        (keras().losses.CategoricalCrossentropy(from_logits=True), ONE_HOT * 0.8 + 0.2 / 3, {}),
        (keras().losses.CategoricalFocalCrossentropy(from_logits=True), ONE_HOT, {}),
    ):
        run = train(compiled(dense(), loss=loss), (X, y), epochs=1, **settings)
        assert run.objective is not None


def test_soft_and_clean_labels_are_kept():
    soft = ONE_HOT * 0.7 + 0.1
    loss = keras().losses.CategoricalCrossentropy(from_logits=True)
    run = train(compiled(dense(), loss=loss), (X, soft), epochs=1)
    assert np.array_equal(run.train.targets, soft)
    assert np.array_equal(run.train.labels, Y)
    clean = (Y + 1) % CLASSES
    corrupted = Examples(X, Y, ("a", "b", "c"), clean)
    run = train(compiled(dense()), corrupted, epochs=1)
    assert np.array_equal(run.train.clean_labels, clean)
    assert run.train.targets is None


def test_epoch_0_is_the_untrained_network(model):
    before = model.predict(X, verbose=0)
    run = train(model, (X, Y), HELD_OUT, epochs=2)
    assert run.epochs.tolist() == [0, 1, 2]
    np.testing.assert_allclose(run.train.logits[0], before, rtol=1e-5, atol=1e-6)
    for unknown in (run.learning_rate, run.gradient_norm, *run.printed.values()):
        assert np.isnan(unknown[0])
        assert np.isfinite(unknown[1:]).all()


def test_the_last_record_is_the_trained_network(model):
    run = train(model, (X, Y), HELD_OUT, epochs=2)
    for scores, x in ((run.train, X), (run.validation, HELD_OUT[0])):
        predicted = model.predict(x, verbose=0)
        np.testing.assert_allclose(scores.logits[-1], predicted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("clip", [{}, {"clipnorm": 1e-3}, {"global_clipnorm": 1e-3}])
def test_gradient_norm_is_the_mean_over_the_steps_before_clipping(clip):
    """The oracle: a rate of 0, so that every step meets the same weights."""
    tf = tensorflow()
    model = compiled(small_cnn(SHAPE, CLASSES, filters=(4,), dense=8, batch_norm=True),
                     sgd(0.0, **clip))  # fmt: skip
    norms = []
    for first in range(0, 50, 20):
        batch = slice(first, first + 20)
        with tf.GradientTape() as tape:
            loss = model.loss(Y[batch], model(X[batch], training=True))
        gradients = tape.gradient(loss, [v.value for v in model.trainable_variables])
        norms.append(np.sqrt(sum((g.numpy() ** 2).sum() for g in gradients)))
    run = train(model, (X, Y), epochs=1, batch_size=20, order=lambda epoch: np.arange(50))
    assert run.gradient_norm[1] == pytest.approx(np.mean(norms), rel=1e-5)


@pytest.mark.usefixtures("mixed_precision")
def test_gradient_norm_in_mixed_precision_is_that_of_the_loss_as_it_is():
    """Half-precision gradients are scaled up by 2 ** 15; a half-precision number has 3 digits."""
    model = compiled(dense(), sgd(0.0))
    with tensorflow().GradientTape() as tape:
        loss = model.loss(Y, model(X))
    gradients = tape.gradient(loss, [v.value for v in model.trainable_variables])
    expected = np.sqrt(sum((g.numpy() ** 2).sum() for g in gradients))
    run = train(model, (X, Y), epochs=1, batch_size=50)
    assert run.train.logits.dtype == np.float32
    assert run.gradient_norm[1] == pytest.approx(expected, rel=5e-3)


def test_gradient_norm_counts_the_rows_of_an_embedding_once():
    layers = keras().layers
    model = keras().Sequential(
        [layers.Input((4,)), layers.Embedding(5, 3), layers.Flatten(), layers.Dense(2)]
    )
    compiled(model, sgd(0.0))
    x, y = np.array([[0, 1, 1, 1], [1, 2, 0, 0]]), np.array([0, 1])
    with tensorflow().GradientTape() as tape:
        loss = model.loss(y, model(x))
    gradients = tape.gradient(loss, [v.value for v in model.trainable_variables])
    dense_ones = [tensorflow().convert_to_tensor(g).numpy() for g in gradients]
    expected = np.sqrt(sum((g**2).sum() for g in dense_ones))
    run = train(model, (x, y), epochs=1, batch_size=2)
    assert run.gradient_norm[1] == pytest.approx(expected, rel=1e-5)


def test_learning_rate_is_that_of_the_last_step(model):
    run = train(model, (X, Y), epochs=3, learning_rate=lambda epoch: 0.1 / (epoch + 1))
    np.testing.assert_allclose(run.learning_rate[1:], [0.1, 0.05, 0.1 / 3], rtol=1e-6)
    decay = keras().optimizers.schedules.ExponentialDecay(0.1, 1, 0.5)
    run = train(compiled(dense(), sgd(decay)), (X, Y), epochs=2, batch_size=25)
    np.testing.assert_allclose(run.learning_rate[1:], [0.1 / 2, 0.1 / 8], rtol=1e-6)


def test_settings_and_environment_are_json(model, tmp_path):
    run = train(model, (X, Y), epochs=np.int64(1), batch_size=np.int32(16), seed=np.int64(4),
                learning_rate=np.float32(0.5))  # fmt: skip
    run.save(tmp_path / "run.npz")
    expected = {"epochs": 1, "batch_size": 16, "seed": 4, "learning_rate": 0.5}
    assert expected.items() <= run.settings.items()
    assert run.settings["optimizer"]["name"] == "SGD"
    assert run.environment["keras"] == keras().__version__


def test_settings_do_not_tell_of_an_earlier_training():
    model = compiled(dense(), sgd(0.3))
    for rate, told in [(0.1, 0.1), (0.02, 0.02), (lambda epoch: 0.5, "a schedule")]:
        run = train(model, (X, Y), epochs=1, learning_rate=rate)
        assert run.settings["optimizer"]["learning_rate"] == run.settings["learning_rate"] == told
    own = train(compiled(dense(), sgd(0.3)), (X, Y), epochs=1).settings
    assert own["optimizer"]["learning_rate"] == pytest.approx(0.3)
    assert own["learning_rate"] is None


# Seeds


def test_same_seed_same_run_bit_for_bit_however_the_epochs_are_cut(shared, monkeypatch):
    runs = []
    for seconds in (0.05, 1e-9, 10.0):  # as ever; one step a slice; a whole epoch in one
        monkeypatch.setattr("lossacc.training.train.SLICE", seconds)
        initialise(shared, 5)
        runs.append(train(shared, (X, Y), HELD_OUT, epochs=3, batch_size=8, seed=2))
    assert same_runs(runs[0], runs[1])
    assert same_runs(runs[0], runs[2])


def test_another_seed_gives_another_order_and_another_run(shared):
    runs = [train(initialise(shared, 0), (X, Y), HELD_OUT, epochs=1, seed=s) for s in (0, 1)]
    assert np.array_equal(runs[0].train.logits[0], runs[1].train.logits[0])
    assert not np.array_equal(runs[0].train.logits[1], runs[1].train.logits[1])


def test_order_is_a_permutation_of_its_own_in_each_epoch():
    first, second = shuffled(50, 0, 0), shuffled(50, 0, 1)
    assert sorted(first) == sorted(second) == list(range(50))
    assert not np.array_equal(first, second)
    assert np.array_equal(first, shuffled(50, 0, 0))
    # Written down once: the order must not change with NumPy's or this package's version.
    assert (
        shuffled(8, 0, 0).tolist()
        == np.random.Generator(np.random.PCG64(np.random.SeedSequence([0, 0])))
        .permutation(8)
        .tolist()
    )


# Reuse


def functions(model):
    """Count the compiled functions; each is concrete, and so traced once."""
    loop = loop_of(model, None)
    return len(loop._compiled) + len(loop.scorer._passes)


def test_a_second_run_of_the_same_kind_traces_nothing():
    calls = []

    class Counting(keras().layers.Layer):
        def call(self, x):
            calls.append(1)  # runs only while a function is traced
            return x

    model = compiled(dense(hidden=[Counting()]), sgd(momentum=0.9))
    train(model, (X, Y), HELD_OUT, epochs=1)
    count = len(calls)
    other = data(50, seed=9)
    initialise(model, 7)
    train(model, other, data(31, seed=8), epochs=2, seed=3, learning_rate=0.01)
    assert len(calls) == count
    assert functions(model) == 2


def test_a_model_compiled_anew_is_trained_by_what_it_was_compiled_with():
    model = compiled(dense())
    train(model, (X, Y), epochs=1)
    compiled(model, sgd(0.0))
    before = [w.copy() for w in model.get_weights()]
    train(model, (X, Y), epochs=1)
    assert same(before, model.get_weights())


def test_layers_frozen_between_two_runs_stay_as_they_are():
    model = compiled(dense(hidden=[keras().layers.Dense(8)]))
    train(model, (X, Y), epochs=1)
    model.layers[1].trainable = False
    compiled(model)
    before = [w.copy() for w in model.layers[1].get_weights()]
    train(model, (X, Y), epochs=1)
    assert same(before, model.layers[1].get_weights())


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras' own
def test_a_reused_model_can_still_be_saved_and_cloned(model, tmp_path):
    train(model, (X, Y), epochs=1)
    model.save(tmp_path / "model.keras")
    kept = keras().saving.load_model(tmp_path / "model.keras")
    assert same(kept.get_weights(), model.get_weights())
    assert len(keras().models.clone_model(model).get_weights()) == len(model.get_weights())


# How it ends


def test_should_stop_ends_it_and_keeps_what_was_finished(model):
    stops = []

    def stop():
        stops.append(1)
        return len(stops) > 12

    run = train(model, (X, Y), HELD_OUT, epochs=100, should_stop=stop)
    assert 1 < len(run.epochs) < 14
    assert run.settings["stopped"] == f"stopped in epoch {len(run.epochs)}"
    assert "stopped" not in train(model, (X, Y), epochs=1).settings


def test_stop_before_the_first_step_leaves_epoch_0(model):
    run = train(model, (X, Y), epochs=5, should_stop=lambda: True)
    assert run.epochs.tolist() == [0]


def test_stop_acts_within_a_fifth_of_a_second_of_a_long_epoch():
    x, y = np.repeat(X, 800, axis=0), np.repeat(Y, 800)  # 40,000 examples, some seconds an epoch
    model = compiled(small_cnn(SHAPE, CLASSES, filters=(8,), dense=16))
    asked: list[float] = []

    def stop():
        asked.append(time.process_time())
        return len(asked) > 15

    run = train(model, (x, y), epochs=1, batch_size=8, should_stop=stop)
    assert run.epochs.tolist() == [0]
    # Time of this process, so that others on the machine do not matter; the first are compiling.
    threads = 2
    assert max(np.diff(asked)[3:]) < 0.2 * threads


def test_on_epoch_sees_every_epoch_once(model):
    seen = []
    train(model, (X, Y), epochs=3, on_epoch=lambda run: seen.append(run.epochs.tolist()))
    assert seen == [[0], [0, 1], [0, 1, 2], [0, 1, 2, 3]]


def interrupting(error, epoch):
    def look(run):
        if run.epochs[-1] == epoch:
            raise error

    return look


def test_a_keyboard_interrupt_keeps_the_run_and_says_so(model, capsys):
    look = interrupting(KeyboardInterrupt(), 2)
    for _ in range(2):  # each time, not once a place as a warning would
        run = train(model, (X, Y), epochs=9, on_epoch=look)
        assert run.epochs.tolist() == [0, 1, 2]
        assert run.settings["stopped"] == "interrupted"
        said = capsys.readouterr().err
        assert said == (
            "train() was interrupted: the run has epochs 0 to 2 of 9, and no claim speaks of it\n"
        )


def test_a_keyboard_interrupt_passes_through_where_a_part_of_a_run_is_of_no_use(model):
    look = interrupting(KeyboardInterrupt(), 2)
    with interrupts_pass(), pytest.raises(KeyboardInterrupt):
        train(model, (X, Y), epochs=9, on_epoch=look)
    assert train(model, (X, Y), epochs=9, on_epoch=look).settings["stopped"] == "interrupted"


def test_an_error_keeps_the_run(model):
    look = interrupting(RuntimeError("the panel broke"), 1)
    with pytest.raises(TrainingError, match="after epoch 1: the panel broke") as caught:
        train(model, (X, Y), epochs=9, on_epoch=look)
    assert caught.value.run.epochs.tolist() == [0, 1]
    assert isinstance(caught.value.__cause__, RuntimeError)


def test_an_error_of_tensorflow_keeps_the_run():
    tf = tensorflow()

    class Failing(keras().layers.Layer):
        def build(self, shape):
            self.calls = self.add_weight(name="calls", initializer="zeros", trainable=False)

        def call(self, x, training=False):
            if training:
                self.calls.assign_add(1.0)
            with tf.control_dependencies([tf.debugging.assert_less(self.calls.value, 5.0)]):
                return tf.identity(x)

    model = compiled(dense(hidden=[Failing()]))
    with pytest.raises(TrainingError, match="after epoch 2") as caught:
        train(model, (X, Y), epochs=9, batch_size=25)
    assert caught.value.run.epochs.tolist() == [0, 1, 2]


def test_a_training_that_diverges_is_recorded_to_its_end(model):
    run = train(model, (X * 1e18, Y), HELD_OUT, epochs=4, learning_rate=1e30)
    assert len(run.epochs) == 5
    assert np.isnan(run.train.loss[-1])
    assert np.isnan(run.printed["loss"][-1])


# Memory


@pytest.mark.slow
def test_reuse_holds_no_more_memory():
    import resource

    model = compiled(small_cnn(SHAPE, CLASSES))
    peaks = []
    for seed in range(60):
        train(initialise(model, seed), (X, Y), HELD_OUT, epochs=5, seed=seed)
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    assert peaks[-1] - peaks[9] < 20  # MB


# What it refuses


def custom_step():
    class Own(keras().Sequential):
        def train_step(self, data):
            return {}

    return compiled(Own([keras().layers.Input(SHAPE), keras().layers.Flatten()]))


def two_inputs():
    layers = keras().layers
    first, second = layers.Input((3,)), layers.Input((3,))
    return compiled(keras().Model([first, second], layers.Add()([first, second])))


REFUSED = {
    "not compiled": (lambda: train(dense(), (X, Y), epochs=1), "is not compiled"),
    "not built": (
        lambda: train(compiled(keras().Sequential([keras().layers.Dense(3)])), (X, Y), epochs=1),
        "is not built",
    ),
    "own step": (lambda: train(custom_step(), (X, Y), epochs=1), "train_step of its own"),
    "two inputs": (lambda: train(two_inputs(), (X, Y), epochs=1), "takes 2 inputs"),
    "two axes": (
        lambda: train(
            compiled(keras().Sequential([keras().layers.Input(SHAPE), keras().layers.Dense(3)])),
            (X, Y),
            epochs=1,
        ),
        r"expected one output \(examples, K\)",
    ),
    "no epochs": (lambda: train(compiled(dense()), (X, Y), epochs=0), "epochs is 0;"),
    "half an epoch": (lambda: train(compiled(dense()), (X, Y), epochs=0.5), "epochs is 0.5;"),
    "no batch": (
        lambda: train(compiled(dense()), (X, Y), epochs=1, batch_size=-1),
        "batch_size is -1;",
    ),
    "lengths": (
        lambda: train(compiled(dense()), (X, Y[:9]), epochs=1),
        r"x of shape \(50, 6, 6, 1\) and y of shape \(9,\)",
    ),
    "nothing": (lambda: train(compiled(dense()), (X[:0], Y[:0]), epochs=1), "at least 1"),
    "high label": (lambda: train(compiled(dense()), (X, Y + 1), epochs=1), "run from 1 to 3"),
    "low label": (lambda: train(compiled(dense()), (X, Y - 1), epochs=1), "run from -1 to 1"),
    "validation label": (
        lambda: train(compiled(dense()), (X, Y), (X, Y + 9), epochs=1),
        "the validation labels run from 9 to 11; expected 0 to 2",
    ),
    "half a label": (lambda: train(compiled(dense()), (X, Y + 0.5), epochs=1), "y holds 2.5"),
    "both weights": (
        lambda: train(
            compiled(dense()), (X, Y), epochs=1, class_weight={0: 1.0}, sample_weight=np.ones(50)
        ),
        "expected one of them",
    ),
    "weights": (
        lambda: train(compiled(dense()), (X, Y), epochs=1, sample_weight=np.ones((50, 1))),
        r"sample_weight has the shape \(50, 1\); expected \(50,\)",
    ),
    "rate": (lambda: train(compiled(dense()), (X, Y), epochs=1, learning_rate=-1), "rate is -1"),
    "text": (lambda: train(compiled(dense()), (X, Y), epochs=1, learning_rate="x"), "rate is 'x'"),
    "two schedules": (
        lambda: train(
            compiled(dense(), sgd(keras().optimizers.schedules.CosineDecay(0.1, 9))),
            (X, Y),
            epochs=1,
            learning_rate=0.1,
        ),
        "schedule of its own",
    ),
    "outputs": (lambda: train(compiled(dense()), (X, Y), epochs=1, outputs="odds"), "'odds'"),
    "unknown outputs": (
        lambda: train(compiled(dense(), loss="mse"), (X, ONE_HOT), epochs=1),
        'say outputs="logits"',
    ),
}


@pytest.mark.parametrize(("call", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_refuses_by_name(call, words):
    with pytest.raises((TypeError, ValueError), match=words):
        call()


@pytest.mark.parametrize(
    "order", [[], [0, 50], [-1, 0], [[0, 1]]], ids=["empty", "high", "low", "axes"]
)
def test_refuses_an_order_that_names_no_examples(model, order):
    with pytest.raises(TrainingError, match=r"order .*; expected") as caught:
        train(model, (X, Y), epochs=1, order=lambda epoch: np.array(order, dtype=np.int64))
    assert caught.value.run.epochs.tolist() == [0]


def test_an_order_may_leave_examples_out(model):
    """As when one epoch is one batch, to record every step."""
    run = train(model, (X, Y), epochs=2, batch_size=8, order=lambda epoch: np.arange(8) + 8 * epoch)
    assert run.train.size == 50
    assert run.epochs.tolist() == [0, 1, 2]
    after = [w.copy() for w in model.get_weights()]
    initialise(model, 0)
    for first in (0, 8):
        model.train_on_batch(X[first : first + 8], Y[first : first + 8])
    assert same(after, model.get_weights())


def test_state_starts_afresh(model):
    before = state(model)
    train(model, (X, Y), epochs=1)
    assert not same(before, state(model))
    assert same(before, state(initialise(model, 0)))


def test_the_batch_may_change_from_epoch_to_epoch():
    """Two epochs of a schedule are one epoch of either size, one after the other."""
    x, y = data(60)
    orders = [np.random.default_rng(n).permutation(60) for n in range(2)]
    models = [initialise(compiled(dense(hidden=())), 3) for _ in range(2)]
    run = train(
        models[0],
        (x, y),
        epochs=2,
        batch_size=lambda epoch: (10, 60)[epoch],
        order=lambda epoch: orders[epoch],
    )
    for size, order in zip((10, 60), orders, strict=True):
        train(models[1], (x, y), epochs=1, batch_size=size, order=lambda _, order=order: order)
    assert same(state(models[0]), state(models[1]))
    assert int(models[0].optimizer.iterations.numpy()) == 7
    assert run.settings["batch_size"] == "a schedule"


def test_a_batch_of_a_schedule_that_makes_no_sense_is_refused():
    x, y = data(60)
    model = compiled(dense())
    with pytest.raises(TrainingError, match="batch_size of epoch 1 is 0;"):
        train(model, (x, y), epochs=2, batch_size=lambda epoch: 20 * (1 - epoch))
