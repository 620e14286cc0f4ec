"""What each colour means, in every figure.

The colours are Okabe and Ito's (https://jfly.uni-koeln.de/color/), which people with the common
kinds of colour blindness tell apart. The lines (training, validation) use those that stand out
by 3 to 1 on white and on JupyterLab's dark ground; the paler ones fill bars that carry an outline.
A colour never speaks alone: lines differ in dashes too, bars in their place or filling.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Style:
    """How a role is drawn.

    Parameters
    ----------
    colour
        `#rrggbb`; None stands for the colour of the text around it.
    dash
        Lengths of strokes and gaps in pixels; empty for a solid line.
    width
        Of a line, in pixels.
    """

    colour: str | None
    dash: tuple[float, ...] = ()
    width: float = 2.5


ROLES: dict[str, Style] = {
    "training": Style("#0072B2", dash=(8, 4)),
    "validation": Style("#D55E00"),
    "stayed right": Style("#009E73"),
    "stayed wrong": Style("#CC79A7"),
    "newly right": Style("#56B4E9"),
    "newly wrong": Style("#E69F00"),
    "penalty": Style("#7F7F7F", dash=(2, 3)),
    "total": Style(None),
    "expected": Style(None, dash=(7, 3, 2, 3), width=2.0),  # what a person drew before the run
    "reference": Style(None, dash=(1, 3), width=1.2),
    "forbidden": Style("#7F7F7F", width=1.2),
    # What a person draws around a stretch; each box has its name written on it.
    "red box": Style("#CC3311"),
    "green box": Style("#228833"),
    "blue box": Style("#3366CC"),
}

# Dashes of curves that share a role, as lengths of strokes and gaps in pixels.
SOLID: tuple[float, ...] = ()
DOTTED: tuple[float, ...] = (2, 4)
DASHED: tuple[float, ...] = (9, 4)
DASH_DOTTED: tuple[float, ...] = (9, 4, 2, 4)
SHORT_DASHED: tuple[float, ...] = (5, 3)

DOT = 8.0  # pixels across: a curve of a single point
FAINT_WIDTH, FAINT = 1.6, 0.8  # pixels and opacity of an earlier run's curve


def style(role: str) -> Style:
    """Give the style of a role.

    Raises
    ------
    ValueError
        If no such role exists.
    """
    if role not in ROLES:
        raise ValueError(f"got the role {role!r}; expected one of {', '.join(ROLES)}")
    return ROLES[role]
