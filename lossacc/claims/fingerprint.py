"""What results speak of, part by part, so that a test can tell which part is another by now.

A fingerprint has a short digest for each of these parts:

- `settings of arm NAME`: the value of every knob, for each arm that claims and remedies read;
- `evidence of claim NAME`, `gain of ARM: ...`: the arms that it reads, and with which function;
- `rule of claim NAME`, `bound of ARM: ...`: the rule's words and its effect; bound and verdict;
- `code of NAME`: every function, method and constant that training, evidence and gains reach.

The parts of the third line judge and do not measure: where only they changed, the kept evidence
can be judged anew and nothing need be trained.

Versions and processor are no part of it, or results would be wrong on every other computer: a
report has them in its environment, and `versions` decides what may be taken from the cache.

Not seen is what no syntax tells: an attribute whose name is put together as it runs, what Keras and
TensorFlow do, and the content of data files.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from lossacc.claims.experiment import Claim, Experiment, Remedy
from lossacc.claims.source_code import PACKAGE, definition, lambdas, reached, syntax
from lossacc.support.arithmetic import processor

Fingerprint = Mapping[str, str]

JUDGES = ("rule of ", "bound of ")
_LOADERS = {"digits": "load_digits", "glyphs": "glyphs"}
_SHORT = 10  # digits of a digest; it is to find a change, not to withstand an attack


def fingerprint(experiment: Experiment) -> dict[str, str]:
    """Give the digest of every part of what an experiment's results speak of."""
    parts = {f"settings of arm {arm}": experiment.settings(arm) for arm in experiment.arms_read()}
    functions: list[Callable[..., Any]] = [experiment.trains]
    told: dict[str, Any] = dict(parts)
    for claim in experiment.claims:
        functions.append(claim.evidence)
        told |= _of_claim(claim)
    for remedy in experiment.remedies:
        functions.append(remedy.gain)
        told |= _of_remedy(remedy)
    told |= {f"code of {name}": text for name, text in _code(functions, experiment.data).items()}
    return {name: digest(what) for name, what in told.items()}


def remedy_name(remedy: Remedy) -> str:
    """Name a remedy: an arm may be judged by more than one gain, or against more than one arm."""
    return f"{remedy.arm}: {remedy.measures}, against {remedy.against}"


def measured_parts(parts: Fingerprint) -> dict[str, str]:
    """Give the parts that decide what is measured, not how it is judged."""
    return {name: part for name, part in parts.items() if not name.startswith(JUDGES)}


def changes(before: Fingerprint, now: Fingerprint) -> tuple[str, ...]:
    """List the parts that are not the same any more, as "code of train changed"."""
    said = [f"{name} changed" for name in before if name in now and before[name] != now[name]]
    said += [f"{name} is new" for name in now if name not in before]
    return (*said, *(f"{name} is gone" for name in before if name not in now))


def versions() -> dict[str, str]:
    """Give the versions and the processor that bits depend on, without starting TensorFlow."""
    tensorflow = _version("tensorflow") or _version("tensorflow-cpu") or "none"
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "keras": _version("keras") or "none",
        "tensorflow": tensorflow,
        "processor": processor(),
    }


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def digest(what: Any) -> str:
    """Give a short digest of a JSON value."""
    text = json.dumps(what, sort_keys=True, default=repr)
    return hashlib.sha256(text.encode()).hexdigest()[:_SHORT]


def _of_claim(claim: Claim) -> dict[str, Any]:
    return {
        f"evidence of claim {claim.name}": (claim.reads, claim.control, _written(claim.evidence)),
        f"rule of claim {claim.name}": (str(claim.rule), claim.effect),
    }


def _of_remedy(remedy: Remedy) -> dict[str, Any]:
    name = remedy_name(remedy)
    return {
        f"gain of {name}": _written(remedy.gain),
        f"bound of {name}": (remedy.bound, remedy.verdict),
    }


def _code(functions: list[Callable[..., Any]], data: str) -> dict[str, str]:
    """Give what the functions and the loader of the data reach."""
    places = definition(f"{PACKAGE}.data.load", _LOADERS.get(data, "load"))
    nodes: list[tuple[str, ast.AST]] = []
    for function in functions:
        nodes += [(function.__module__, node) for node in _lambdas(function)]
        places += definition(function.__module__, function.__qualname__)
    return reached(places, nodes)


def _written(function: Callable[..., Any]) -> list[str]:
    """Say which function it is: its name, or a lambda itself.

    Raises
    ------
    TypeError
        If it is neither: what a closure or a partial brings along could not be seen.
    """
    found = [syntax(node) for node in _lambdas(function)]
    named = definition(function.__module__, getattr(function, "__qualname__", ""))
    if (not found and not named) or getattr(function, "__closure__", None):
        raise TypeError(f"got {function!r}; expected a function of a module's top, or a lambda")
    return found or [named[0][1]]


def _lambdas(function: Callable[..., Any]) -> list[ast.AST]:
    if getattr(function, "__name__", "") != "<lambda>":
        return []
    return lambdas(function.__module__, function.__code__.co_firstlineno)
