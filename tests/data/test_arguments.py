"""Every argument of every public function of the data, given what it cannot be."""

from __future__ import annotations

import datetime
import traceback
from pathlib import Path

import numpy as np
import pytest

import lossacc
from lossacc import data
from lossacc.data import load_digits

PACKAGE = str(Path(lossacc.__file__).parent)
DIGITS = load_digits().take(range(200))
SOME = {
    "Examples": {"images": np.zeros((2, 2, 2, 1)), "labels": [0, 1], "class_names": ("a", "b"),
                 "clean_labels": [1, 1], "source": "here"},
    "few": {"examples": DIGITS, "n": 5, "seed": 0},
    "glyphs": {"n": 4, "classes": 3, "size": 8, "channels": 1, "seed": 0, "fonts": "train",
               "shift": 0.1, "rotation": 1, "zoom": 0.1, "thickness": 0, "contrast": 1, "noise": 0},
    "hardest_pair": {"examples": DIGITS},
    "identical": {"examples": DIGITS, "labels": [0, 1], "seed": 0},
    "imbalanced": {"examples": DIGITS, "counts": 2, "seed": 0},
    "load": {"name": "digits", "n": 5, "classes": 3, "size": 8, "channels": 1, "seed": 0},
    "load_digits": {},
    "load_folder": {"path": "folder", "size": (2, 2), "channels": 1, "white": 9.0,
                    "max_pixels": 9, "max_bytes": 9},
    "load_keras": {"name": "mnist"},
    "one_against_others": {"examples": DIGITS, "rare": 1},
    "only_classes": {"examples": DIGITS, "classes": [1, 2]},
    "pixelated": {"examples": DIGITS, "side": 2},
    "save_folder": {"examples": DIGITS, "path": "folder"},
    "split": {"examples": DIGITS, "seed": 0, "stratify": True, "sizes": 3},
    "two_details": {"examples": DIGITS, "n": 4, "difference": 0.1, "noise": 0.1, "seed": 0},
    "with_noise": {"examples": DIGITS, "sd": 0.1, "seed": 0},
    "wrong_labels": {"examples": DIGITS, "fraction": 0.1, "seed": 0},
}  # fmt: skip
WRONG = {
    "object": object(), "bytes": b"digits", "complex": 1j, "nan": float("nan"), "inf": np.inf,
    "minus": -1, "half": 1.5, "huge": 10**400, "longest": 10**5000, "long": "x" * 100_000,
    "empty": "", "nul": "a\0b", "odd": "\udcff", "list": [], "uneven": [[1], [1, 2]],
    "mapping": {"a": 1}, "set": {1, 2}, "date": np.datetime64("2020-01-01"),
    "day": datetime.date(2020, 1, 1), "objects": np.array([object()]), "text": np.array(["7"]),
    "complexes": np.zeros((2, 2), complex), "truths": np.array([True, False]),
    "levels": np.full((2, 2, 2, 1), 255.0), "function": len, "type": int, "bool": True,
    "generator": (n for n in ()),
}  # fmt: skip
RIGHT = {  # what looks wrong and is not
    "source": {"long", "empty", "nul", "odd"}, "stratify": {"bool"}, "seed": {"huge", "longest"},
    "rotation": {"half"}, "counts": {"half"}, "noise": {"half"}, "sd": {"half"}, "path": {"odd"},
    "white": {"half", "huge"}, "max_pixels": {"huge"}, "max_bytes": {"huge"},
    "side": {"huge", "longest"},
}  # fmt: skip


def call(name, arguments):
    function, arguments = getattr(data, name), dict(arguments)
    if name == "split":
        return function(arguments.pop("examples"), arguments.pop("sizes"), **arguments)
    return function(**arguments)


def test_the_table_has_every_public_function_and_argument():
    public = {name for name in data.__all__ if callable(getattr(data, name))}
    assert set(SOME) == public


@pytest.mark.parametrize("kind", WRONG)
@pytest.mark.parametrize(
    ("name", "argument"), [(name, one) for name, rest in SOME.items() for one in rest]
)
def test_what_an_argument_cannot_be_is_refused_in_a_sentence(
    name, argument, kind, tmp_path, monkeypatch
):
    if kind in RIGHT.get(argument, ()):
        return
    monkeypatch.chdir(tmp_path)
    with pytest.raises((TypeError, ValueError, OSError)) as told:
        call(name, SOME[name] | {argument: WRONG[kind]})
    sentence = str(told.value)
    assert sentence.endswith(".")
    assert len(sentence) < 600
    assert argument in sentence or f"{argument.rstrip('s')} is" in sentence or "folder" in sentence
    sentence.encode()
    assert traceback.extract_tb(told.tb)[-1].filename.startswith(PACKAGE)
