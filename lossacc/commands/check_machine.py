"""The doctor's look at memory and speed."""

from __future__ import annotations

import math
import os
import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

from lossacc.commands.extras import CPU, LAB
from lossacc.commands.series import cloned_series, installed_series, own_folder
from lossacc.support.arithmetic import LARGEST_ISA, ONEDNN, described
from lossacc.support.files import check_writable
from lossacc.support.finding import Finding

CGROUP = Path("/sys/fs/cgroup")
GIB = 2**30
ROOM = 500e6
"""Bytes of disk that the runs of a long day may take."""
NEEDED = 1.2 * GIB
"""Memory of JupyterLab's server (.12 GB), one kernel with TensorFlow (.9 GB), and some air."""
COMFORTABLE = 2.0 * GIB
"""The same with a second notebook left open."""
SLOW = 0.1
"""Seconds an epoch from which on a lesson drags: three times an ordinary laptop."""
TOO_SLOW = 0.4
"""Seconds an epoch from which on a room would wait a minute for one curve."""


def memory() -> Iterator[Finding]:
    """Compare the free memory with what JupyterLab and one notebook need."""
    if find_spec("psutil") is None:
        yield Finding("memory", "note", "cannot be read", LAB)
        return
    import psutil

    free = min(int(psutil.virtual_memory().available), _container_limit())
    yield judge_memory(free)


def judge_memory(free: int) -> Finding:
    """Say whether so much free memory is enough.

    Parameters
    ----------
    free
        Bytes.

    Returns
    -------
    Finding
        Wrong below 1.2 GiB, a note below 2.
    """
    text = f"{free / GIB:.1f} GiB free"
    if free < NEEDED:
        needed = f"{text}, and a notebook needs {NEEDED / GIB:.1f}"
        return Finding("memory", "wrong", needed, "close other programs")
    if free < COMFORTABLE:
        return Finding("memory", "note", text, "one notebook at a time")
    return Finding("memory", "ok", text)


def _container_limit(root: Path = CGROUP) -> int:
    """Give the bytes that a container (Binder, a hub) still allows; without one, a huge number."""
    try:
        limit = int((root / "memory.max").read_text())
        return limit - int((root / "memory.current").read_text())
    except (OSError, ValueError):  # not Linux, or the word "max"
        return sys.maxsize


def cores() -> Iterator[Finding]:
    """Say how many cores there are, how many a container may use, and what was set of threads."""
    yield judge_cores(os.cpu_count() or 1, _container_cores())


def judge_cores(there: int, allowed: float) -> Finding:
    """Say whether the cores are enough.

    Parameters
    ----------
    there
        How many the machine has.
    allowed
        How many a container (Binder, a hub) may use at once; infinite without one.

    Returns
    -------
    Finding
        A note below one: everything takes as much longer.
    """
    names = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
    limit = [f"this container may use {allowed:g}"] if allowed < there else []
    text = ", ".join([str(there), *limit, *_set(names)])
    if min(there, allowed) < 1:
        return Finding("cores", "note", f"{text}. Less than one: every training takes longer")
    return Finding("cores", "ok", text)


def _container_cores(root: Path = CGROUP) -> float:
    """Give the cores that a container may use at once; without a limit, infinity."""
    try:
        quota, period = (root / "cpu.max").read_text().split()
        return int(quota) / int(period)
    except (OSError, ValueError, ZeroDivisionError):  # not Linux, or the word "max"
        return math.inf


def folder(place: Path | None = None) -> Iterator[Finding]:
    """Look whether the folder of the series takes a file, and how much room there is."""
    place = place or series_place()
    try:
        check_writable(place / "my_answers.json")
    except OSError as error:
        move = "start `lossacc lab` in a folder of your own"
        yield Finding("folder", "wrong", f"answers and copies cannot be kept: {error}", move)
        return
    yield judge_room(place, shutil.disk_usage(place).free)


def judge_room(place: Path, free: int) -> Finding:
    """Say whether there is room for answers, copies and runs that are kept.

    Parameters
    ----------
    place
        The folder.
    free
        Bytes.

    Returns
    -------
    Finding
        A note below 500 MB, which the runs of a long day may take.
    """
    text = f"{place} takes files, {free / 1e9:.1f} GB free"
    return Finding("folder", "ok" if free >= ROOM else "note", text)


def series_place() -> Path:
    """Give the folder in which a learner works: the clone's notebooks, or where a copy goes."""
    if installed_series() is None:
        return cloned_series() or Path.cwd()
    own = own_folder()
    return own if own.is_dir() else own.parent


def processor() -> Iterator[Finding]:
    """Name the processor, its instructions, and what was set about oneDNN."""
    found = described()
    told = [found["processor"], found["instructions"], *_set((ONEDNN, LARGEST_ISA))]
    yield Finding("processor", "ok", ", ".join(told))


def _set(names: Iterable[str]) -> list[str]:
    """Give those of some environment variables that are set."""
    return [f"{name}={os.environ[name]}" for name in names if name in os.environ]


def training(seconds: float = 5) -> Iterator[Finding]:
    """Train a small CNN on the digits for a few seconds, and see that it works, and how fast."""
    if find_spec("tensorflow") is None:
        yield Finding("training", "wrong", "there is no TensorFlow to train with", CPU)
        return
    from lossacc.support.keras_api import tensorflow

    began = time.monotonic()
    tensorflow()
    loaded = time.monotonic() - began
    epochs, each, accuracy = _practice(seconds)
    speed = f"TensorFlow loads in {loaded:.1f} s; {epochs} epochs of {each * 1000:.0f} ms"
    yield judge_training(each, accuracy, speed)


def judge_training(each: float, accuracy: float, text: str) -> Finding:
    """Say whether a short training is quick enough, and whether it learnt.

    Parameters
    ----------
    each
        Seconds an epoch.
    accuracy
        On validation digits, at the end.
    text
        What was measured, in words.

    Returns
    -------
    Finding
        Wrong if a lesson would drag past a minute or nothing was learnt.
    """
    learnt = f"{text}; validation accuracy {accuracy:.0%}"
    if accuracy < 0.9:
        return Finding("training", "wrong", f"{learnt}, and above 90% was to be expected")
    if each > TOO_SLOW:
        return Finding("training", "wrong", f"{learnt}. Too slow", "close what else is running")
    if each > SLOW:
        return Finding("training", "note", f"{learnt}. Slow: a lesson takes some minutes more")
    return Finding("training", "ok", learnt)


def _practice(seconds: float) -> tuple[int, float, float]:
    """Train a small CNN on 1280 digits for so long.

    Returns
    -------
    epochs : int
        How many it did.
    each : float
        Seconds an epoch.
    accuracy : float
        On 517 other digits, at the end.
    """
    from lossacc.data import load_digits, split
    from lossacc.networks.cnn import initialise, small_cnn
    from lossacc.support.keras_api import keras
    from lossacc.training.train import train

    known, held_out = split(load_digits(), 1280, 517, seed=0)
    model = initialise(small_cnn(known.shape, known.classes), seed=0)
    loss = keras().losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras().optimizers.SGD(0.05, momentum=0.9), loss, metrics=["accuracy"])
    train(model, known, held_out, epochs=1)  # compiles; not what is measured
    began = time.monotonic()
    run = train(
        model,
        known,
        held_out,
        epochs=1000,
        should_stop=lambda: time.monotonic() - began > seconds,
    )
    epochs = len(run.epochs) - 1
    each = (time.monotonic() - began) / max(epochs, 1)
    return epochs, each, float(run.scores("validation").accuracy[-1])
