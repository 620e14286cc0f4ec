"""The fonts that matplotlib brings, and which characters each can draw."""

from __future__ import annotations

import string
from collections.abc import Sequence
from pathlib import Path

from lossacc.support.validate import quoted

_PLAIN = string.ascii_letters + string.digits

TRAIN_FONTS = (
    "DejaVuSans",
    "DejaVuSans-Bold",
    "DejaVuSans-Oblique",
    "DejaVuSans-BoldOblique",
    "DejaVuSansMono",
    "DejaVuSansMono-Bold",
    "DejaVuSansMono-Oblique",
    "DejaVuSansMono-BoldOblique",
    "STIXGeneral",
    "STIXGeneralBol",
    "cmr10",
    "cmb10",
    "cmss10",
)
HELD_OUT_FONTS = (
    "DejaVuSerif",
    "DejaVuSerif-Bold",
    "DejaVuSerif-Italic",
    "DejaVuSerif-BoldItalic",
    "STIXGeneralItalic",
    "STIXGeneralBolIta",
    "cmtt10",
)
_GROUPS = {
    "train": TRAIN_FONTS,
    "held out": HELD_OUT_FONTS,
    "all": TRAIN_FONTS + HELD_OUT_FONTS,
}


def font_paths(fonts: str | Sequence[str], characters: str) -> list[Path]:
    """Return the files of the fonts that can draw every one of the characters.

    A font that lacks one is left out for all of them: else the font would
    give the class away.

    Parameters
    ----------
    fonts
        "train", "held out", "all", or names out of these.
    characters
        What is to be drawn.

    Raises
    ------
    FileNotFoundError, ValueError
        If a font is unknown or missing, or none can draw all the characters.
    """
    names = _names(fonts)
    paths = [path for name in names if _can_draw(path := _path(name), characters)]
    if not paths:
        missing = [c for c in characters if not any(_can_draw(_path(name), c) for name in names)]
        what = f"has {', '.join(map(repr, missing))}" if missing else f"has all of {characters!r}"
        raise ValueError(f"None of the fonts {', '.join(names)} {what}; expected at least one.")
    return paths


def _names(fonts: str | Sequence[str]) -> tuple[str, ...]:
    """Return the names of the fonts, or refuse them."""
    if isinstance(fonts, str) and fonts in _GROUPS:
        return _GROUPS[fonts]
    names = tuple(fonts) if isinstance(fonts, (list, tuple)) else (fonts,)
    unknown = [name for name in names if not isinstance(name, str) or name not in _GROUPS["all"]]
    if unknown or not names:
        raise ValueError(
            f"fonts is {quoted(fonts)}; expected 'train', 'held out', 'all', or names out of "
            f"{', '.join(_GROUPS['all'])}."
        )
    return names


def _path(name: str) -> Path:
    """Return the file of a font in matplotlib's data."""
    import matplotlib

    path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / f"{name}.ttf"
    if not path.is_file():
        raise FileNotFoundError(f"The font {name} is missing: expected matplotlib to bring {path}.")
    return path


def _can_draw(path: Path, characters: str) -> bool:
    """Say whether the font has a glyph for every one of the characters."""
    # The Computer Modern fonts are in TeX's encoding, whatever their table says:
    # the glyph in the place of "<" is an inverted exclamation mark.
    if path.stem.startswith("cm"):
        return all(character in _PLAIN for character in characters)
    from matplotlib.ft2font import FT2Font

    table = FT2Font(str(path)).get_charmap()
    return all(ord(character) in table for character in characters)
