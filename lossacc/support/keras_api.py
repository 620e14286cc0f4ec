"""The one place that starts TensorFlow: late, quietly, and with settings that it records."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import platform
import sys
import threading
from collections.abc import Iterator
from typing import Any

from lossacc.support.arithmetic import THREADS, described

RANDOM_STATE = "seed_generator_state"  # how Keras names the state of a layer's random generator
_INSTALL = (
    "TensorFlow is not installed. Without a GPU: pip install 'lossacc[cpu]'. "
    "With a GPU: pip install 'tensorflow[and-cuda]'."
)

_FORKED = (
    "this process was forked from one in which TensorFlow was running, and it would hang here. "
    "Start a new process instead: multiprocessing.get_context('spawn') does."
)

# A panel starts TensorFlow on a thread of its own while cells ask for it on theirs.
_STARTING = threading.RLock()
_forked_beside_it = False


def _note_fork() -> None:
    """Note, in a forked process, whether TensorFlow was there before; its threads are not."""
    global _STARTING, _forked_beside_it
    _STARTING, _forked_beside_it = threading.RLock(), "tensorflow" in sys.modules


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_note_fork)


def check_installed() -> None:
    """Refuse to go on without TensorFlow, and say how to get it.

    Raises
    ------
    ModuleNotFoundError
        If TensorFlow is not installed.
    """
    if importlib.util.find_spec("tensorflow") is None:
        raise ModuleNotFoundError(_INSTALL)


def tensorflow() -> Any:
    """Import TensorFlow, quietly.

    Where `lossacc` is the first to import it, it gives each operation one thread: the networks of
    the lessons are so small that waking a second thread costs more than it saves (30 ms an epoch
    against 56 to 88), unless TF_NUM_INTRAOP_THREADS asks for more. Where TensorFlow is running
    already, its settings are left alone. Any thread may ask: while one starts it, the others wait.

    Raises
    ------
    ModuleNotFoundError
        If TensorFlow is not installed.
    RuntimeError
        If this process was forked from one in which TensorFlow was running.
    """
    if _forked_beside_it:
        raise RuntimeError(_FORKED)
    with _STARTING:
        # Another thread may be in the midst of importing it: then `import` waits for that.
        if "tensorflow" not in sys.modules:
            return _started()
        import tensorflow as tf

        return tf


def _started() -> Any:
    """Start TensorFlow."""
    check_installed()
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with _silent_stderr():
        import tensorflow as tf
    # A process that has begun to compute keeps the settings that it has.
    with contextlib.suppress(RuntimeError):
        threads = int(os.environ.get(THREADS, "1"))
        tf.config.threading.set_intra_op_parallelism_threads(threads)
    return tf


def keras() -> Any:
    """Import Keras, on TensorFlow.

    Raises
    ------
    ModuleNotFoundError
        If TensorFlow is not installed.
    RuntimeError
        If Keras was started on another backend.
    """
    tensorflow()
    import keras

    if keras.backend.backend() != "tensorflow":
        raise RuntimeError(
            f"Keras runs on {keras.backend.backend()!r}; lossacc needs 'tensorflow'. "
            "Set the environment variable KERAS_BACKEND=tensorflow and restart the kernel."
        )
    return keras


def environment() -> dict[str, Any]:
    """Give the versions and thread settings that a run depends on, as JSON values."""
    import numpy as np

    tf = tensorflow()
    threading = tf.config.threading
    return {
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "numpy": np.__version__,
        "tensorflow": tf.__version__,
        "keras": keras().__version__,
        "intra_op_threads": threading.get_intra_op_parallelism_threads(),
        "inter_op_threads": threading.get_inter_op_parallelism_threads(),
        "cores": os.cpu_count(),
        **described(),
    }


@contextlib.contextmanager
def _silent_stderr() -> Iterator[None]:
    """Send file descriptor 2 to nowhere: TensorFlow's C++ writes there before it reads a level."""
    sys.stderr.flush()
    try:
        kept = os.dup(2)
    except OSError:  # no standard error at all, as under pythonw
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
