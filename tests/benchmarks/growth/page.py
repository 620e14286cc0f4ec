"""The page of what grows: tables and a plot, made of the measured numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.growth.axes import AXES
from tests.benchmarks.growth.large import EPOCHS, EXAMPLES, HELD_OUT, RECORDED

HERE = Path(__file__).parent
JSON, PLOT, PAGE = HERE / "growth.json", HERE / "growth.svg", HERE / "README.md"
WORDS = HERE / "page.md"
_REACH = 10**1.2
Told = Mapping[str, Any]


def write(told: Told) -> None:
    """Write the three files."""
    JSON.write_text(json.dumps(told, indent=1) + "\n")
    PLOT.write_text(plot(told["measured"]))
    PAGE.write_text(page(told))


def page(told: Told) -> str:
    """Write what was measured as a page."""
    measured, where = told["measured"], told["environment"]
    loads = [one["load"] for one in measured.values()]
    return WORDS.read_text(encoding="utf-8").format(
        tensorflow=where["tensorflow"],
        processor=where["processor"],
        loads=f"{min(loads):g} to {max(loads):g}",
        growth=_rows(_growth(measured[axis.name]) for axis in AXES),
        recorded=_rows(_recorded(measured[name]) for name in RECORDED),
        load=f"{measured['figures']['load']:g}",
        figures=_rows(map(_figure, measured["figures"]["figures"])),
        examples=f"{EXAMPLES:,}",
        held_out=f"{HELD_OUT:,}",
        epochs=EPOCHS,
    )


def _rows(rows: Any) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def _growth(one: Told) -> tuple[str, ...]:
    sizes, seconds = one["sizes"], one["seconds"]
    ends = f"{sizes[0]:,} to {sizes[-1]:,}"
    took = f"{_seconds(seconds[0])} to {_seconds(seconds[-1])}"
    return one["name"], ends, one["of"], took, _exponent(one["exponent"]), _exponent(one["upper"])


def _exponent(told: list[float]) -> str:
    value, low, high = told
    return f"{value:.2f} ({low:.2f} to {high:.2f})"


def _seconds(value: float) -> str:
    return f"{1000 * value:.2g} ms" if value < 0.1 else f"{value:.2g} s"


def _recorded(one: Told) -> tuple[str, ...]:
    kept = " and ".join(f"{n:,}" for n in one["kept"])
    names = ("whole_mb", "run_mb", "process_mb")
    return str(one["classes"]), kept, *(f"{one[name]:,} MB" for name in names)


def _figure(one: Told) -> tuple[str, ...]:
    return (
        f"`{one['figure']}`",
        f"{one['first']:.2f}",
        f"{one['again']:.2f}",
        f"{one['extra_mb']:,}",
    )


def plot(measured: Told) -> str:
    """Draw each growth on logarithmic axes with the fitted line, as SVG."""
    import io

    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context({"svg.hashsalt": "growth", "svg.fonttype": "none", "font.size": 8}):
        figure = Figure((9, 5), layout="constrained")
        for axes, axis in zip(figure.subplots(2, 3).flat, AXES, strict=True):
            _draw(axes, measured[axis.name])
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None})
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()) + "\n"


def _draw(axes: Any, one: Told) -> None:
    sizes, seconds = np.array(one["sizes"], float), np.array(one["seconds"])
    slope, middle = one["exponent"][0], np.exp(np.log(seconds).mean())
    fitted = middle * (sizes / np.exp(np.log(sizes).mean())) ** slope
    axes.loglog(sizes, fitted, color="0.6", linewidth=1)
    axes.loglog(sizes, seconds, "o", color="#1f77b4", markersize=4)
    centre = float(np.sqrt(seconds.min() * seconds.max()))
    axes.set_ylim(centre / _REACH, centre * _REACH)  # as high in every plot: slopes can be compared
    of = one["of"].replace("`", "")
    axes.set(xlabel=one["name"], ylabel=f"seconds: {of}", title=f"exponent {slope:.2f}")
