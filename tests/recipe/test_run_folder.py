"""What a long training keeps is whole, or a sentence says what is wrong with it."""

from __future__ import annotations

import os
from types import SimpleNamespace

import numpy as np
import pytest

from lossacc.recipe import run_folder
from lossacc.recipe.run_folder import Folder
from tests.made_runs import random_scores, run_of

SETTINGS = {"seed": 1, "data": "glyphs"}


class Variable:
    def __init__(self, value):
        self.value = np.asarray(value)
        self.shape = self.value.shape

    def assign(self, value):
        self.value = value

    def __array__(self, dtype=None, copy=None):
        return self.value


def model(*values):
    weights = [Variable(value) for value in values]
    return SimpleNamespace(variables=weights[:1], optimizer=SimpleNamespace(variables=weights[1:]))


MODEL = (np.ones((2, 3), np.float32), np.int64(7), np.zeros(3, np.float16))


def test_what_is_kept_is_restored(tmp_path):
    folder = Folder(tmp_path / "new" / "it", SETTINGS)
    folder.keep(run_of(random_scores(0, 1, 4, 2)))
    folder.keep_state(model(*MODEL), 3)
    other = model(*(np.zeros_like(value) for value in MODEL))
    assert Folder(tmp_path / "new" / "it", SETTINGS).restore(other) == 3
    for value, found in zip(MODEL, other.variables + other.optimizer.variables, strict=True):
        np.testing.assert_array_equal(found.value, value)
        assert found.value.dtype == value.dtype
    assert folder.run(0).epochs.tolist() == [0]
    named = {file.name for file in (tmp_path / "new" / "it").iterdir()}
    assert named == {"settings.json", "checkpoint.npz", "epochs"}


def test_a_folder_that_was_only_just_begun_is_gone_on_with(tmp_path):
    """A kill may come between any two files, and leave one that it was writing."""
    (tmp_path / ".settings.json.0123.part").write_text("{")
    Folder(tmp_path, SETTINGS)
    os.rmdir(tmp_path / "epochs")
    Folder(tmp_path, SETTINGS).keep(run_of(random_scores(0, 1, 4, 2)))


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_an_error_while_the_checkpoint_is_written_leaves_the_old_one(error, tmp_path, monkeypatch):
    folder = Folder(tmp_path, SETTINGS)
    folder.keep_state(model(*MODEL), 3)

    def fail(*given, **settings):
        raise error

    monkeypatch.setattr(run_folder, "write_npz", fail)
    with pytest.raises((KeyboardInterrupt, OSError)):
        folder.keep_state(model(*MODEL), 4)
    assert folder.restore(model(*MODEL)) == 3
    assert not list(tmp_path.glob(".*"))


BAD_CHECKPOINTS = {
    "no count": {"000": np.zeros(3)},
    "a count that is none": {"epochs": 1.5, "000": np.zeros(3)},
    "counts": {"epochs": np.arange(3)},
    "objects": {"epochs": 1, "000": np.array([None])},
    "a name": {"epochs": 1, "weights": np.zeros(3)},
}


@pytest.mark.parametrize("arrays", BAD_CHECKPOINTS.values(), ids=BAD_CHECKPOINTS.keys())
def test_a_checkpoint_that_is_none_is_told_in_a_sentence(arrays, tmp_path):
    folder = Folder(tmp_path, SETTINGS)
    np.savez(tmp_path / "checkpoint.npz", **arrays)
    with pytest.raises(ValueError, match=r"checkpoint\.npz' is damaged: it") as caught:
        folder.restore(model(*MODEL))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"[1]", b"[" * 100_000, b"\xff", b"", b"3"])
def test_settings_that_are_none_are_told_in_a_sentence(content, tmp_path):
    Folder(tmp_path, SETTINGS)
    (tmp_path / "settings.json").write_bytes(content)
    with pytest.raises(ValueError, match=r"settings\.json' is damaged: it "):
        Folder(tmp_path, SETTINGS)


def test_a_file_in_the_place_of_the_folder_is_told_before_anything_is_trained(tmp_path):
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OSError, match="cannot be made: "):
            Folder(path, SETTINGS)
