"""Other arithmetic on the same machine: what another processor would compute, made at will.

oneDNN, which multiplies for TensorFlow, takes its kernels by the processor. The last bits differ,
and a long training makes another run of them. What is true of one run only on one processor is not
true. So a run is tried under other kernels, under other threads, and as a copy whose first weights
are moved by a millionth of themselves, which stands for a processor that nobody has at hand.
"""

from __future__ import annotations

import contextlib
import os
import platform
import re
import sys
import zlib
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from lossacc.support.types import FloatArray

ONEDNN, LARGEST_ISA = "TF_ENABLE_ONEDNN_OPTS", "ONEDNN_MAX_CPU_ISA"
THREADS = "TF_NUM_INTRAOP_THREADS"
OWN = "own"
NUDGE = 1e-6  # of a weight, about ten times float32's last bit
COPIES = 10


@dataclass(frozen=True)
class Arithmetic:
    """One way to compute.

    Parameters
    ----------
    name, says
        Its name on the command line, and what it is, in a phrase.
    variables
        The environment variables that TensorFlow reads when it starts.
    copy
        Which copy with moved first weights, 0 or more; None for the weights as they are drawn.
    needs
        What the processor must have, as NumPy 2.4 and later and as earlier ones call it; nothing
        where any will do.
    """

    name: str
    says: str
    variables: Mapping[str, str] = field(default_factory=dict)
    copy: int | None = None
    needs: tuple[str, ...] = ()

    @property
    def possible(self) -> bool:
        """Whether this processor can compute so."""
        return not self.needs or any(name in _features() for name in self.needs)


def _kernels(name: str, called: str, largest: str, needs: tuple[str, ...]) -> Arithmetic:
    """Hold oneDNN to the kernels of one set of instructions."""
    return Arithmetic(name, f"oneDNN's kernels for {called}", {LARGEST_ISA: largest}, needs=needs)


_WAYS = (
    Arithmetic(OWN, "as this machine computes"),
    Arithmetic("no-onednn", "TensorFlow's own kernels, without oneDNN", {ONEDNN: "0"}),
    _kernels("sse41", "SSE 4.1", "SSE41", ("X86_V2", "SSE41")),
    _kernels("avx2", "AVX2", "AVX2", ("X86_V3", "AVX2")),
    _kernels("avx512", "AVX-512", "AVX512_CORE", ("X86_V4", "AVX512_SKX")),
    Arithmetic("two-threads", "two threads an operation", {THREADS: "2"}),
    *(
        Arithmetic(f"copy-{n}", f"copy {n}, its first weights moved by a millionth", copy=n)
        for n in range(COPIES)
    ),
)
ARITHMETICS = {way.name: way for way in _WAYS}

_COPY: ContextVar[int | None] = ContextVar("copy of a run", default=None)


def arithmetic_named(name: str) -> Arithmetic:
    """Give one of `ARITHMETICS` by its name.

    Raises
    ------
    ValueError
        If there is none of that name, or this processor cannot compute so.
    """
    if name not in ARITHMETICS:
        raise ValueError(
            f"there is no arithmetic {name!r}; expected one of {', '.join(ARITHMETICS)}"
        )
    way = ARITHMETICS[name]
    if not way.possible:
        raise ValueError(f"arithmetic {name!r} is {way.says}, which this processor does not have")
    return way


def use(name: str) -> None:
    """Compute so from now on, in this process and those that it starts.

    Raises
    ------
    ValueError
        As `arithmetic_named`.
    RuntimeError
        If TensorFlow has started already and would not read the variables any more.
    """
    way = arithmetic_named(name)
    if way.variables and "tensorflow" in sys.modules:
        raise RuntimeError(
            f"arithmetic {name!r} must be chosen before TensorFlow starts; start a new process"
        )
    os.environ.update(way.variables)
    _COPY.set(way.copy)


@contextlib.contextmanager
def copy_of_run(number: int | None) -> Iterator[None]:
    """Start every network inside from first weights that are moved by a millionth; None: not."""
    before = _COPY.set(number)
    try:
        yield
    finally:
        _COPY.reset(before)


def current_copy() -> int | None:
    """Tell which copy is being made, None where the weights are as they are drawn."""
    return _COPY.get()


def moved(values: Any, name: str) -> Any:
    """Move first weights by a millionth of themselves, up or down by lot, where a copy is made.

    Parameters
    ----------
    values
        The weights as they were drawn, of any shape.
    name
        The weight's place in its network, which decides its lot.
    """
    copy = current_copy()
    if copy is None:
        return values
    array: FloatArray = np.asarray(values)
    lot = np.random.default_rng([copy, zlib.crc32(name.encode())])
    return array * (1 + NUDGE * lot.choice([-1.0, 1.0], array.shape)).astype(array.dtype)


def described() -> dict[str, Any]:
    """Name the processor and how it computes, as JSON values."""
    return {
        "processor": processor(),
        "instructions": " ".join(_features()),
        "onednn": os.environ.get(ONEDNN, "default"),
        "onednn_instructions": os.environ.get(LARGEST_ISA, "default"),
        "copy": current_copy(),
    }


@cache
def processor() -> str:
    """Name the processor, as the system does."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        found = re.search(r"^model name\s*:\s*(.+)$", cpuinfo.read_text(), flags=re.M)
        if found:
            return found[1].strip()
    return platform.processor() or platform.machine()


@cache
def _features() -> tuple[str, ...]:
    """Give the groups of instructions that NumPy knows and this processor has."""
    told: Any = np.show_config(mode="dicts")  # typed as if it only printed
    extensions = (told or {}).get("SIMD Extensions", {})
    return (*extensions.get("baseline", ()), *extensions.get("found", ()))
