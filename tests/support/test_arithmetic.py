"""Other arithmetic: other bits, chosen in time, named in the run, and possible or refused."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache

import numpy as np
import pytest

from lossacc import lessons
from lossacc.runs.run import Run
from lossacc.support import arithmetic
from lossacc.support.arithmetic import ARITHMETICS, copy_of_run, current_copy, moved

POSSIBLE = [way.name for way in ARITHMETICS.values() if way.possible and way.variables]
FINGERPRINT = """
import hashlib, sys
from lossacc import lessons
from lossacc.support.arithmetic import use
use(sys.argv[1])
run = lessons.experiment("sure-and-wrong").run(seed=1)
print(hashlib.sha256(run.train.logits.tobytes()).hexdigest(), dict(run.environment))
"""


def trained() -> Run:
    return lessons.experiment("nine-against-one").run(seed=1)


def test_a_copy_is_another_run_close_by_and_the_same_each_time() -> None:
    own = trained()
    with copy_of_run(3):
        copies = [trained(), trained()]
    with copy_of_run(4):
        other = trained()
    np.testing.assert_array_equal(copies[0].train.logits, copies[1].train.logits)
    for one, two in ((own, copies[0]), (own, other), (copies[0], other)):
        apart = np.abs(one.train.logits[0] - two.train.logits[0]).max()
        assert 0 < apart < 1e-4
    np.testing.assert_array_equal(trained().train.logits, own.train.logits)
    assert [run.environment["copy"] for run in (own, *copies, other)] == [None, 3, 3, 4]


def test_weights_move_by_a_millionth_of_themselves_and_zeros_stay() -> None:
    values = np.linspace(-2, 2, 41, dtype=np.float32)
    with copy_of_run(0):
        changed = moved(values, "a")
        assert not np.array_equal(changed, moved(values, "b"))
    assert changed.dtype == np.float32
    np.testing.assert_allclose(changed, values, rtol=1.2e-6, atol=0)
    assert (changed != values).sum() == 40
    assert moved(values, "a") is values


def test_a_copy_ends_with_its_block_also_after_an_error() -> None:
    with pytest.raises(KeyError), copy_of_run(2):
        raise KeyError
    assert current_copy() is None


@pytest.mark.parametrize("name", POSSIBLE)
def test_each_arithmetic_makes_other_bits_and_says_so(name: str) -> None:
    way = ARITHMETICS[name]
    hashed, told = bits(name)
    for value in way.variables.values():
        assert f"'{value}'" in told or f": {value}," in told
    if name in ("no-onednn", "sse41"):  # the others may be what this processor does anyway
        assert hashed != bits("own")[0]


@cache
def bits(way: str) -> tuple[str, str]:
    """The digest of a run that another process computed in this way, and its environment."""
    command = [sys.executable, "-c", FINGERPRINT, way]
    said = subprocess.run(command, capture_output=True, text=True, check=True, env=clean())
    hashed, _, told = said.stdout.partition(" ")
    return hashed, told


def clean() -> dict[str, str]:
    """This environment without the variables that an arithmetic sets."""
    names = {name for way in ARITHMETICS.values() for name in way.variables}
    return {name: value for name, value in os.environ.items() if name not in names}


def test_an_arithmetic_that_is_none_or_comes_too_late_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no arithmetic 'sse5'; expected one of own, no"):
        arithmetic.use("sse5")
    trained()
    with pytest.raises(RuntimeError, match="must be chosen before TensorFlow starts"):
        arithmetic.use("no-onednn")


def test_a_processor_that_lacks_the_instructions_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arithmetic, "_features", lambda: ("X86_V2",))
    assert arithmetic.arithmetic_named("sse41").possible
    with pytest.raises(ValueError, match="'avx512' is oneDNN's kernels for AVX-512, which this"):
        arithmetic.arithmetic_named("avx512")


def test_a_run_names_the_processor_and_its_instructions() -> None:
    told = trained().environment
    assert told["processor"]
    assert isinstance(told["instructions"], str)
    assert set(told) >= {"onednn", "onednn_instructions", "intra_op_threads"}
