"""What `recorder.findings` says of trainings that went astray, and of sound ones: nothing."""

from __future__ import annotations

import numpy as np
import pytest

import lossacc
import lossacc.checks.run.recorder as recorder_of_checks
from lossacc.support.keras_api import keras, tensorflow
from tests.small import compiled, cross_entropy, dense, sgd

DIGITS = lossacc.load_digits()
ORDER = np.random.default_rng(0).permutation(len(DIGITS.labels))
X, Y = np.asarray(DIGITS.images)[ORDER], np.asarray(DIGITS.labels)[ORDER]
TRAIN, HELD_OUT = (X[:400], Y[:400]), (X[400:600], Y[400:600])


def network(
    *hidden, units=10, shape=(8, 8, 1), rate=0.01, loss=None, metrics=("accuracy",), **more
):
    model = dense(units, hidden=hidden, shape=shape)
    return compiled(model, keras().optimizers.Adam(rate), loss, metrics=list(metrics), **more)


def relu(units=32):
    return keras().layers.Dense(units, "relu")


def fitted(
    model, train=TRAIN, validation=HELD_OUT, *, seen=None, judged=None, epochs=5, **settings
):
    """Train; the Recorder may be handed other examples than those that are seen, or judged by."""
    recorder = lossacc.Recorder(train, validation=validation)
    settings = {"verbose": 0, "batch_size": 32, **settings}
    judged = validation if judged is None else judged
    model.fit(
        *(seen or train), validation_data=judged, epochs=epochs, callbacks=[recorder], **settings
    )
    return recorder


def of(recorder, check):
    """The one finding of a check."""
    (found,) = [one for one in recorder.findings if one.check == check]
    return found


@pytest.mark.parametrize("hidden", [
    lambda: (relu(),),
    lambda: (relu(), keras().layers.Dropout(0.6)),
    lambda: (keras().layers.Dense(32), keras().layers.BatchNormalization(), keras().layers.ReLU()),
], ids=["plain", "dropout", "batchnorm"])  # fmt: skip
@pytest.mark.slow
def test_sound_trainings_raise_no_alarm(hidden) -> None:
    assert fitted(network(*hidden())).findings == ()


# Case 15: fit and Recorder saw other numbers.
def test_it_was_trained_on_other_examples_than_these() -> None:
    recorder = fitted(
        network(relu()), seen=(X[:400] * 255 - 116, Y[:400]), judged=HELD_OUT, epochs=8
    )
    found = of(recorder, "accuracy")
    run = recorder.run
    assert found.severity == "wrong"
    assert "trained on other examples than these" in found.what
    assert f"{100 * run.printed['accuracy'][-1]:.1f}".removesuffix(".0") + " %" in found.what
    assert f"right in {100 * run.train.accuracy[-1]:.1f}".removesuffix(".0") in found.what


@pytest.mark.slow
def test_other_labels_than_these() -> None:
    recorder = fitted(network(relu()), seen=(X[:400], (Y[:400] + 3) % 10), epochs=15)
    assert "on other labels" in of(recorder, "accuracy").what


@pytest.mark.slow
def test_a_mode_is_told_from_other_examples() -> None:
    """BatchNormalization whose statistics have hardly moved: printed high, evaluated low."""
    norm = keras().layers.BatchNormalization(momentum=0.9999)
    model = network(relu(), norm, relu(), rate=0.02)
    big = (X[:400] * 30 + 100, Y[:400]), (X[400:600] * 30 + 100, Y[400:600])
    recorder = fitted(model, *big, epochs=12)
    weights = [value.copy() for value in model.get_weights()]
    found = of(recorder, "accuracy")
    assert found.severity == "note"
    assert "the mode makes the difference" in found.what
    for before, after in zip(weights, model.get_weights(), strict=True):
        assert np.array_equal(before, after)


# Case 02: a train_step and `metrics` of its own, an inherited test_step.
class OwnStep(keras().Model):
    def __init__(self):
        super().__init__()
        self.inner = dense(10, hidden=(relu(),), shape=(8, 8, 1))
        self.own_loss = keras().metrics.Mean(name="loss")
        self.own_accuracy = keras().metrics.SparseCategoricalAccuracy(name="accuracy")

    @property
    def metrics(self):
        return [self.own_loss, self.own_accuracy]

    def call(self, x, training=False):
        return self.inner(x, training=training)

    def train_step(self, data):
        x, y = data
        with tensorflow().GradientTape() as tape:
            logits = self(x, training=True)
            loss = self.compute_loss(x, y, logits)
        variables = self.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        self.own_loss.update_state(loss)
        self.own_accuracy.update_state(y, logits)
        return {one.name: one.result() for one in self.metrics}


def test_a_printed_zero_is_contradicted() -> None:
    model = OwnStep()
    model(X[:1])
    recorder = fitted(compiled(model, keras().optimizers.Adam(0.01), cross_entropy()))
    for name in ("val_loss", "val_accuracy"):
        found = of(recorder, name)
        assert found.severity == "wrong"
        assert (
            f"The training printed 0 {'% ' * (name == 'val_accuracy')}as {name} in every epoch"
            in (found.what.replace("0.000", "0"))
        )
        assert "test_step" in found.remedy
    assert (
        f"{100 * recorder.run.validation.accuracy[-1]:.1f}"[:4] in of(recorder, "val_accuracy").what
    )


# Case 08: shuffle, take, skip.
def leaking(reshuffle):
    data = tensorflow().data.Dataset.from_tensor_slices((X[:600], Y[:600]))
    data = data.shuffle(600, seed=1, reshuffle_each_iteration=reshuffle).batch(40)
    return data.take(10), data.skip(10)


def test_a_split_that_is_drawn_anew_leaks() -> None:
    train, held_out = leaking(True)
    recorder = lossacc.Recorder(train, validation=held_out)
    settings = {"verbose": 0, "shuffle": False, "callbacks": [recorder]}
    network(relu()).fit(train, validation_data=held_out, epochs=2, **settings)
    shared = of(recorder, "same examples")
    held = {row.tobytes() for row in recorder._sets["train"].examples[0]}
    count = sum(row.tobytes() in held for row in recorder._sets["validation"].examples[0])
    assert f"{count} of 200 validation examples are training examples" in shared.what
    assert "changes from pass to pass" in of(recorder, "passes").what
    assert {shared.severity, of(recorder, "passes").severity} == {"wrong"}


@pytest.mark.slow
def test_a_split_that_is_drawn_once_does_not() -> None:
    train, held_out = leaking(False)
    recorder = lossacc.Recorder(train, validation=held_out)
    settings = {"verbose": 0, "shuffle": False, "callbacks": [recorder]}
    network(relu()).fit(train, validation_data=held_out, epochs=2, **settings)
    assert recorder.findings == ()


# Case 10: one batch an epoch.
@pytest.mark.slow
def test_one_batch_an_epoch_prints_the_loss_before_the_step() -> None:
    recorder = fitted(network(relu(), rate=0.05), batch_size=400, epochs=10)
    run, found = recorder.run, of(recorder, "lag")
    np.testing.assert_allclose(run.printed["loss"][1:], run.train.loss[:-1], rtol=1e-3)
    assert found.severity == "note"
    assert "the weights before the step" in found.what


# Case 14: outputs compared one by one.
@pytest.mark.slow
def test_a_metric_is_asked_what_it_counts() -> None:
    onehot = keras().utils.to_categorical(Y, 10)
    sets = (X[:400], onehot[:400]), (X[400:600], onehot[400:600])
    loss = keras().losses.CategoricalCrossentropy(from_logits=True)
    model = network(relu(), loss=loss, metrics=["binary_accuracy"])
    found = of(fitted(model, *sets, epochs=1), "val_binary_accuracy")
    assert "The metric 'binary_accuracy'" in found.what
    assert "metrics=['accuracy']" in found.remedy


def test_a_metric_of_a_model_of_named_inputs_is_asked_too(monkeypatch) -> None:
    layers = keras().layers
    one, two = layers.Input((8, 8, 1), name="one"), layers.Input((8, 8, 1), name="two")
    both = layers.Flatten()(layers.Concatenate()([one, two]))
    model = keras().Model({"one": one, "two": two}, layers.Dense(10)(both))
    compiled(model, keras().optimizers.Adam(0.01), cross_entropy(), metrics=["accuracy"])
    sets = [({"one": x, "two": x}, y) for x, y in (TRAIN, HELD_OUT)]
    seen = {"one": X[:400] * 255 - 116, "two": X[:400]}, (Y[:400] + 3) % 10
    asked = []
    audited = recorder_of_checks.audit
    monkeypatch.setattr(
        recorder_of_checks, "audit", lambda *given: asked.append(given) or audited(*given)
    )
    recorder = fitted(model, *sets, seen=seen, epochs=8)
    assert "% as accuracy in epoch 8" in of(recorder, "accuracy").what
    ((_, x, y),) = asked
    assert {len(one) for one in [*x.values(), y]} == {64}


def test_numbers_to_come_close_to_are_no_classes() -> None:
    stars = np.sort(np.arange(600) % 5 + 1)
    model = compiled(dense(1, shape=(8, 8, 1)), sgd(0.01), "mse")
    recorder = fitted(model, (X[:400], stars[:400]), (X[400:600], stars[400:]), epochs=1)
    assert recorder.findings == ()


def test_a_pipeline_of_text_is_not_walked_again() -> None:
    texts = np.array(["a b", "b c", "c d", "d a"] * 10)
    words = keras().layers.TextVectorization(
        vocabulary=["a", "b", "c", "d"], output_mode="multi_hot"
    )
    inputs = keras().layers.Input((), dtype="string")
    model = keras().Model(inputs, keras().layers.Dense(2)(words(inputs)))
    compiled(model, sgd(0.1), cross_entropy(), metrics=["accuracy"])
    data = tensorflow().data.Dataset.from_tensor_slices((texts, np.arange(40) % 2)).batch(8)
    recorder = lossacc.Recorder(data, validation=data)
    settings = {"verbose": 0, "shuffle": False, "callbacks": [recorder]}
    model.fit(data, validation_data=data, epochs=1, **settings)
    assert isinstance(recorder.findings, tuple)


@pytest.mark.slow
def test_two_scales_are_found() -> None:
    recorder = fitted(network(relu()), validation=(X[400:600] * 255, Y[400:600]))
    found = of(recorder, "scale")
    assert "Training inputs run from 0 to 1" in found.what
    assert "validation inputs from 0 to 255" in found.what


@pytest.mark.slow
def test_the_class_numbers_of_another_order_are_found() -> None:
    moved = np.array([1, 0, 5, 3, 4, 9, 7, 6, 2, 8])
    recorder = fitted(network(relu()), validation=(X[400:600], moved[Y[400:600]]), epochs=15)
    found = of(recorder, "class numbers")
    assert found.severity == "wrong"
    assert "0 as 1, 1 as 0, 2 as 5, 5 as 9" in found.what


@pytest.mark.slow
def test_classes_of_one_side_only_are_named() -> None:
    order = np.argsort(Y[:600], kind="stable")
    x, y = X[order], Y[order]
    recorder = fitted(network(relu()), (x[:450], y[:450]), (x[450:], y[450:]))
    whats = [one.what for one in recorder.findings if one.check == "classes"]
    assert any("No training example is of class 8, 9" in what for what in whats)
    assert any("No validation example is of class 0, 1" in what for what in whats)
    assert of(recorder, "order").severity == "note"


def test_the_gravest_three_lines_are_printed_after_fit(capsys) -> None:
    validation = (X[:200] * 255, Y[:200])
    recorder = fitted(network(relu()), validation=validation, verbose=2, epochs=3)
    lines = capsys.readouterr().out.splitlines()
    after = lines[[line.startswith("recording took") for line in lines].index(True) + 1 :]
    wrong = [one for one in recorder.findings if one.severity == "wrong"]
    assert 1 <= len(after) <= 3
    assert after[0].startswith(f"wrong ({wrong[0].check}): ")


@pytest.mark.slow
def test_nothing_is_printed_after_a_sound_or_a_silent_fit(capsys) -> None:
    fitted(network(relu()), verbose=2, epochs=2)
    assert capsys.readouterr().out.splitlines()[-1].startswith("recording took")
    fitted(network(relu()), validation=TRAIN, epochs=2)
    assert capsys.readouterr().out == ""


def test_findings_wait_for_an_epoch() -> None:
    with pytest.raises(ValueError, match="nothing was recorded yet"):
        _ = lossacc.Recorder(TRAIN).findings


@pytest.mark.slow
def test_restored_weights_are_not_taken_for_the_last_epoch() -> None:
    """Then nobody can say what training mode gave at the last epoch: both readings are told."""
    model = network(relu())
    recorder = fitted(model, seen=(X[:400] * 255 - 116, Y[:400]), epochs=8)
    model.set_weights([np.zeros_like(value) for value in model.get_weights()])
    found = of(recorder, "accuracy")
    assert found.severity == "note"
    assert "Either training mode" in found.what


@pytest.mark.slow
def test_a_plain_sgd_that_swings_raises_no_alarm() -> None:
    model = dense(10, hidden=(relu(64),), shape=(8, 8, 1))
    compiled(model, sgd(1.5), metrics=["accuracy"])
    assert not [one for one in fitted(model, epochs=10).findings if one.severity == "wrong"]
