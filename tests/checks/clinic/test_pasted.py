"""The code that a cause gives to paste runs as it stands, and leaves the reader's model alone."""

from __future__ import annotations

import ast
import builtins
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from tensorflow import data, keras

import lossacc
from lossacc.checks.clinic.causes import RECORD, TORCH_COPY, TORCH_FRESH, TORCH_RECORD, causes
from lossacc.figures.diagnosis_page import page
from tests.checks.clinic.made import curves, learning, sound

EPOCHS = 4


@pytest.fixture(scope="module")
def told():
    """What a reader has: a compiled model that trained, two sets, and the numbers to fill in."""
    x, x_val = np.random.default_rng(0).random((2, 24, 4, 4, 1), np.float32)
    y, y_val = np.arange(24) % 3, np.arange(24) % 3
    layers = keras.layers
    model = keras.Sequential(
        [layers.Input((4, 4, 1)), layers.Flatten(), layers.BatchNormalization(), layers.Dense(3)]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9), loss, metrics=["accuracy"])
    recorder = lossacc.Recorder((x, y), validation=(x_val, y_val))
    model.fit(x, y, 8, EPOCHS, validation_data=(x_val, y_val), callbacks=[recorder], verbose=0)
    names = {"model": model, "x": x, "y": y, "x_val": x_val, "y_val": y_val, "x_test": x_val}
    numbers = {"RATE": 0.01, "EPOCH": 2, "CUT": 1, "FIRST": 1, "LAST": 3, "K": 3, "FLOOR": 1.07}
    tools = {"lossacc": lossacc, "np": np, "recorder": recorder, "run": recorder.run}
    validation = data.Dataset.from_tensor_slices((x_val, y_val)).batch(8)
    return {
        **names, **numbers, **tools, "y_test": y_val, "validation": validation, "EPOCHS": EPOCHS,
    }  # fmt: skip


def state(model):
    optimizer = [one.numpy() for one in model.optimizer.variables]
    return [*model.get_weights(), *optimizer]


def run_it(code, told):
    before = state(told["model"])
    exec(code, dict(told))
    plt.close("all")
    after = state(told["model"])
    assert len(before) == len(after)
    for one, two in zip(before, after, strict=True):
        np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("name", causes())
def test_it_runs_and_leaves_the_model_alone(name, told, capsys) -> None:
    run_it(causes()[name].code.replace("epochs=200", "epochs=2"), told)
    assert name == "mispaired labels" or capsys.readouterr().out


def test_of_a_log_it_begins_with_recording_a_run(told) -> None:
    some = [one for one in causes().values() if re.search(r"\brun\b", one.code)]
    assert some
    for cause in causes().values():
        pasted = cause.paste(recorded=False)
        assert pasted == (RECORD if cause in some else "") + cause.code
        assert cause.paste(recorded=True) == cause.code
    alone = {name: held for name, held in told.items() if name not in ("run", "recorder")}
    run_it(RECORD + causes()["imbalance"].code, alone)


def test_reports_of_a_log_and_of_a_run_have_their_own_code() -> None:
    few = sound(learning(0), learning(1, size=20))
    log = curves([2, 1, 0.8, 0.7], [0.3, 0.6, 0.7, 0.8], [2, 1.2, 1, 1], [0.35, 0.6, 0.65, 0.7])
    for record, recorded in ((few, True), (log, False)):
        found = lossacc.diagnose(record)
        assert "small validation set" in {one.cause for one in found.shown}
        for text in (str(found), page(record, found), found._repr_html_()):
            assert ("Recorder(" in text) == (not recorded)


# What a reader who trains with PyTorch has.
TORCH = {
    "model", "x", "y", "x_val", "y_val", "x_test", "y_test", "validation", "loss_fn", "optimizer",
    "train_an_epoch", "lossacc", "np",
    "RATE", "EPOCH", "EPOCHS", "CUT", "FIRST", "LAST", "K", "FLOOR",
}  # fmt: skip


@pytest.mark.parametrize("recorded", [True, False])
@pytest.mark.parametrize("name", causes())
def test_of_pytorch_it_uses_what_such_a_reader_has(name, recorded) -> None:
    code = causes()[name].paste(recorded=recorded, framework="torch")
    if name not in ("conflicting duplicates", "capacity"):  # their examples alone are searched
        assert "keras" not in code.lower()
    names = [one for one in ast.walk(ast.parse(code)) if isinstance(one, ast.Name)]
    made = {one.id for one in names if isinstance(one.ctx, ast.Store)}
    made |= {"torch", "copy", "plt", "fresh", "part", "run" if recorded else "", "recorder"}
    made |= {"rate", "epochs"} if "def fresh" in code else set()
    used = {one.id for one in names if isinstance(one.ctx, ast.Load)}
    assert used <= made | TORCH | set(dir(builtins))


def test_reports_give_the_code_of_the_framework_that_is_asked_for() -> None:
    nothing = np.full(8, 2.303)
    log = curves(nothing, np.full(8, 0.1), nothing, np.full(8, 0.1))
    keras_code, torch_code = (lossacc.diagnose(log, framework=one) for one in ("keras", "torch"))
    assert keras_code.level == torch_code.level
    for text, has in ((keras_code, "keras.models"), (torch_code, "copy.deepcopy(model)")):
        for one in (str(text), page(log, text), text._repr_html_()):
            assert has in one
    assert torch_code.code("stuck").startswith(TORCH_FRESH)
    assert torch_code.code("metric").startswith(TORCH_COPY)
    assert torch_code.code("imbalance").startswith(TORCH_RECORD)  # of a log
    with pytest.raises(ValueError, match="framework is 'jax'; expected one of"):
        lossacc.diagnose(log, framework="jax")
