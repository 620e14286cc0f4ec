"""The doctor's look at Python and at what is installed."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from importlib import metadata
from importlib.util import find_spec
from typing import TYPE_CHECKING

from lossacc.commands.extras import CPU, LAB
from lossacc.support.finding import Finding

if TYPE_CHECKING:
    from packaging.requirements import Requirement


def python() -> Iterator[Finding]:
    """Compare Python with what the package supports."""
    version, wanted = platform.python_version(), metadata.metadata("lossacc")["Requires-Python"]
    text = f"{version} ({sys.executable})"
    if find_spec("packaging") is None:
        yield Finding("Python", "note", f"{text}; to compare it with {wanted}", LAB)
        return
    from packaging.specifiers import SpecifierSet

    if version in SpecifierSet(wanted):
        yield Finding("Python", "ok", text)
    else:
        yield Finding("Python", "wrong", f"{text}; lossacc is made for {wanted}")


def packages() -> Iterator[Finding]:
    """Compare the installed packages with the ranges that the package declares."""
    if find_spec("packaging") is None:
        yield Finding("packages", "wrong", "JupyterLab and its parts are missing", LAB)
        return
    for requirement in requirements("") + requirements("lab"):
        yield _compare(requirement, LAB)


def requirements(extra: str) -> list[Requirement]:
    """List what the package requires on this machine.

    Parameters
    ----------
    extra
        The name of an extra; empty for the base.

    Returns
    -------
    list of packaging.requirements.Requirement
        Those of the extra alone.
    """
    from packaging.requirements import Requirement

    found = []
    for text in metadata.requires("lossacc") or []:
        requirement = Requirement(text)
        marker = requirement.marker
        base = marker is None or marker.evaluate({"extra": ""})
        chosen = marker is None or marker.evaluate({"extra": extra})
        if chosen and base == (not extra):
            found.append(requirement)
    return found


def _compare(requirement: Requirement, command: str) -> Finding:
    """Compare one installed package with its range."""
    try:
        version = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        return Finding(requirement.name, "wrong", "not installed", command)
    if requirement.specifier.contains(version, prereleases=True):
        return Finding(requirement.name, "ok", version)
    wanted = f"{version} is outside {requirement.specifier}"
    return Finding(requirement.name, "wrong", wanted, f"{command} replaces it")


def tensorflow() -> Iterator[Finding]:
    """Find TensorFlow, under whichever of its names, and say if there are two of them."""
    versions = {name: _version(name) for name in ("tensorflow", "tensorflow-cpu")}
    found = {name: version for name, version in versions.items() if version}
    listed = " and ".join(f"{name} {version}" for name, version in found.items())
    if find_spec("tensorflow") is None:
        yield Finding("TensorFlow", "wrong", "not installed", CPU)
    elif len(found) == 2:
        same = len(set(found.values())) == 1
        yield Finding(
            "TensorFlow",
            "note" if same else "wrong",
            f"{listed} are both installed, in the same folder, and each overwrites the other's "
            "files",
            "uninstall both, then install the one that you want",
        )
    elif found:
        yield from _tensorflow_version(*next(iter(found.items())))
    else:
        yield Finding("TensorFlow", "ok", "a build of your own")


def _tensorflow_version(name: str, version: str) -> Iterator[Finding]:
    """Compare TensorFlow with the range of the extra `cpu`: other versions were not tried."""
    for requirement in requirements("cpu") if find_spec("packaging") else []:
        if not requirement.specifier.contains(version, prereleases=True):
            text = f"{name} {version}; the lessons were tried with {requirement.specifier}"
            yield Finding("TensorFlow", "note", text)
            return
    yield Finding("TensorFlow", "ok", f"{name} {version}")


def _version(name: str) -> str | None:
    """Give the version of an installed distribution, or None."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
