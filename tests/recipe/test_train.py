"""A training that is broken off and gone on with ends as one that was not."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from lossacc.data import Examples
from lossacc.recipe import train
from lossacc.recipe.progress import Clock
from lossacc.recipe.run_folder import Folder
from lossacc.recipe.train import moments, recorded_part, train_plan
from lossacc.runs.run import Run
from lossacc.support.keras_api import keras
from tests.recipe.small import network, plan

pytestmark = pytest.mark.usefixtures("small_network")


def quiet(text):
    pass


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A training that nothing disturbed: its run, its folder and its lines."""
    folder, lines = tmp_path_factory.mktemp("whole") / "new", []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train, "resnet18", network)
        run = train_plan(plan(), folder, lines.append)
    return run, folder, lines


def checkpoint(folder):
    with np.load(folder / "checkpoint.npz", allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def same_bits(run, other):
    for on in ("train", "validation"):
        np.testing.assert_array_equal(run.scores(on).logits, other.scores(on).logits)
    assert run.printed.keys() == other.printed.keys()
    for name in run.printed:
        np.testing.assert_array_equal(run.printed[name], other.printed[name])
    for name in ("epochs", "penalty", "learning_rate"):
        np.testing.assert_array_equal(getattr(run, name), getattr(other, name))


def stop_between_epochs(monkeypatch):
    def say(text):
        if text.startswith("epoch 2 "):
            raise KeyboardInterrupt

    return say


def stop_within_an_epoch(monkeypatch):
    steps = iter(range(1000))

    def step(self):
        if next(steps) == 6:  # the third of the second epoch's four
            raise KeyboardInterrupt

    monkeypatch.setattr(Clock, "step", step)
    return quiet


def stop_before_the_checkpoint(monkeypatch):
    keep_state = Folder.keep_state

    def late(self, model, epochs):
        if epochs == 3:
            raise KeyboardInterrupt
        keep_state(self, model, epochs)

    monkeypatch.setattr(Folder, "keep_state", late)
    return quiet


@pytest.mark.parametrize(
    ("stop", "done"),
    [(stop_between_epochs, 2), (stop_within_an_epoch, 1), (stop_before_the_checkpoint, 2)],
)
def test_gone_on_with_it_ends_at_the_same_bits(stop, done, whole, tmp_path):
    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        train_plan(plan(), tmp_path / "run", stop(patch))
    assert checkpoint(tmp_path / "run")["epochs"] == done
    lines = []
    run = train_plan(plan(), tmp_path / "run", lines.append)
    assert lines[1] == f"{done} of 4 epochs are in {tmp_path / 'run'}."
    same_bits(run, whole[0])
    one, other = checkpoint(tmp_path / "run"), checkpoint(whole[1])
    assert one.keys() == other.keys()
    for name in one:
        np.testing.assert_array_equal(one[name], other[name])


def test_it_learns_and_records_every_epoch_of_the_recipe(whole):
    run, folder, _ = whole
    assert run.epochs.tolist() == [0, 1, 2, 3, 4]
    np.testing.assert_allclose(run.learning_rate[1:], [0.1, 0.02, 0.004, 0.0008], rtol=1e-6)
    assert run.train.loss[-1] < run.train.loss[0]
    assert np.all(run.penalty == 0)  # the decay is in the gradient, not in the loss
    np.testing.assert_array_equal(run.printed["val_loss"][1:], run.validation.loss[1:])
    assert np.isnan(run.printed["val_accuracy"][0])
    assert run.settings["optimizer"]["coupled_decay"] == 1e-4
    assert repr(run).startswith("Run(three-boxes, glyphs, seed 0, epochs 0 to 4")
    assert json.loads((folder / "settings.json").read_text())["precision"] == "float32"


def test_its_lines_say_what_is_trained_and_how_it_went(whole):
    _, folder, lines = whole
    assert lines[0].startswith("three-boxes-glyphs: ResNet-18 of ")
    assert lines[0].endswith("60 training and 12 validation images of 32x32x3; "
                             "4 epochs of 4 steps.")  # fmt: skip
    assert lines[1] == f"All is kept in {folder}."
    assert lines[2].startswith("A step takes ")
    assert [line.split(":")[0] for line in lines[3:]] == [f"epoch {n} of 4" for n in range(1, 5)]


def test_a_training_that_is_over_is_read_and_not_done_again(whole, monkeypatch):
    monkeypatch.setattr(train, "stream", None)
    same_bits(train_plan(plan(), whole[1], quiet), whole[0])


@pytest.mark.parametrize(
    ("settings", "was", "got"),
    [
        ({"epochs": 5}, "epochs=4", "epochs=5"),
        ({"seed": 1}, "seed=0", "seed=1"),
        ({"data": "digits", "limit": None}, "data=glyphs", "data=digits"),
    ],
)
def test_other_settings_are_refused_and_named(settings, was, got, whole):
    with pytest.raises(ValueError, match="holds a training with") as caught:
        train_plan(plan(**settings), whole[1], quiet)
    before, after = str(caught.value).split("; got ")
    assert was in before
    assert got in after
    assert "another folder" in after


def test_another_folder_s_contents_are_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(ValueError, match="is not empty and holds no training"):
        train_plan(plan(), tmp_path, quiet)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(
    ("name", "content"), [("checkpoint.npz", b"PK no"), ("settings.json", b"{")]
)
def test_a_damaged_file_is_named(name, content, whole, tmp_path):
    folder = shutil.copytree(whole[1], tmp_path / "copy")
    (folder / name).write_bytes(content)
    with pytest.raises(ValueError, match=rf"{name}' is damaged"):
        train_plan(plan(), folder, quiet)


def test_the_checkpoint_of_another_network_is_refused(whole, tmp_path, monkeypatch):
    folder = shutil.copytree(whole[1], tmp_path / "copy")
    wider = lambda *given, width, **settings: network(*given, width=width + 1, **settings)  # noqa: E731
    monkeypatch.setattr(train, "resnet18", wider)
    with pytest.raises(ValueError, match="another network"):
        train_plan(plan(), folder, quiet)


def test_mixed_precision_is_trained_recorded_and_gone_on_with(tmp_path, monkeypatch):
    monkeypatch.setattr(train, "use_the_machine", lambda: train.MIXED)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        train_plan(plan(), tmp_path / "run", stop_between_epochs(patch))
    run = train_plan(plan(), tmp_path / "run", quiet)
    assert run.train.logits.dtype == np.float32
    np.testing.assert_allclose(run.learning_rate[1:], [0.1, 0.02, 0.004, 0.0008], rtol=1e-6)
    assert run.settings["optimizer"]["name"] == "CoupledSGD"
    scale = keras().optimizers.LossScaleOptimizer
    assert isinstance(train.compiled(plan(), *few_examples(), train.MIXED).optimizer, scale)
    monkeypatch.setattr(train, "use_the_machine", lambda: train.SINGLE)  # elsewhere
    with pytest.raises(ValueError, match="precision=mixed_float16; got precision=float32"):
        train_plan(plan(), tmp_path / "run", quiet)


def few_examples():
    rng = np.random.default_rng(0)
    images = rng.random((6, 32, 32, 3), np.float32)
    return (Examples(images, np.arange(6) % 2, ("a", "b")),)


def test_moments_are_those_of_each_channel():
    (examples,) = few_examples()
    mean, variance = moments(examples.images)
    exact = examples.images.astype(np.float64)
    np.testing.assert_allclose(mean, exact.mean((0, 1, 2)), rtol=1e-12)
    np.testing.assert_allclose(variance, exact.var((0, 1, 2)), rtol=1e-9)


def test_the_recorded_part_keeps_some_examples_and_the_means_over_all(whole, tmp_path, monkeypatch):
    run = whole[0]
    monkeypatch.setattr(train, "KEPT", {"train": 20, "validation": 5})
    part = recorded_part(run, seed=0)
    assert (part.train.size, part.validation.size) == (20, 5)
    np.testing.assert_array_equal(part.printed["val_loss"][1:], run.validation.loss[1:])
    examples, held_out = plan().examples()
    for on, of in (("train", examples), ("validation", held_out)):
        np.testing.assert_array_equal(
            part.scores(on).labels, of.labels[part.settings["places"][on]]
        )
    read = Run.load(part.save(tmp_path / "part.npz", half=True))
    np.testing.assert_allclose(read.validation.loss, part.validation.loss, rtol=2e-3)
    assert read.settings["places"] == part.settings["places"]
