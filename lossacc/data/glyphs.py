"""Letters, digits and signs, rendered from the fonts that matplotlib brings."""

from __future__ import annotations

import string
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lossacc.data.examples import Examples, check_room, checked_channels
from lossacc.data.fonts import font_paths
from lossacc.support.arrays import read_only
from lossacc.support.types import FloatArray, IntArray
from lossacc.support.validate import generator, number, quoted, whole_number

if TYPE_CHECKING:
    from PIL.Image import Image

# What `classes=k` takes the first k of. Without 0 and 1, which are O and I in some fonts.
GLYPH_ORDER = string.ascii_uppercase + "23456789" + "+=?#%&@$"

_HEIGHT, _WIDTH = 0.68, 0.80  # the room for the tallest and the widest, of the image's side
_LEVELS = 4  # of stroke width, from the font's own to the widest


def glyphs(
    n: int,
    *,
    classes: int | str = 10,
    size: int = 16,
    channels: int = 1,
    seed: int = 0,
    fonts: str | Sequence[str] = "train",
    shift: float = 0.06,
    rotation: float = 12.0,
    zoom: float = 0.1,
    thickness: float = 0.03,
    contrast: float = 0.5,
    noise: float = 0.04,
) -> Examples:
    """Render `n` images of characters, as evenly over the classes as possible.

    The characters are lighter than their background. All are drawn to one
    scale in each font, so that "o" stays smaller than "O".

    Parameters
    ----------
    n
        How many images.
    classes
        How many classes (the capital letters, then 2 to 9, then signs), or the
        characters themselves, such as "+-=?".
    size
        The side of the images in pixels, 8 to 256.
    channels
        1 for grey, 3 for colour.
    seed
        Decides everything that is random. The same seed gives the same images
        to the bit with the same version of Pillow.
    fonts
        "train", "held out" (other fonts, for a distribution shift), "all", or
        names of fonts (`TRAIN_FONTS`, `HELD_OUT_FONTS`). Fonts that lack one of
        the characters are not used.
    shift
        The largest shift each way, as a fraction of the side, 0 to .5.
    rotation
        The largest rotation each way, in degrees, 0 to 180.
    zoom
        The largest change of scale each way, as a fraction, 0 to .5.
    thickness
        How far the stroke grows on each side at most, as a fraction of the side of
        the image, 0 to .1.
    contrast
        The smallest difference between character and background in every
        channel, .05 to 1. At 1 it is white on black.
    noise
        The standard deviation of the pixel noise, 0 to 1. The sum is clipped to 0..1.

    Raises
    ------
    TypeError, ValueError
        If a setting is out of range, or no font has all the characters.
    """
    whole_number("n", n, least=1)
    whole_number("size", size, least=8, most=256)
    checked_channels(channels)
    check_room(f"n is {quoted(n)} images", n * size**2 * channels)
    number("contrast", contrast, least=0.05, most=1)
    number("noise", noise, least=0, most=1)
    number("thickness", thickness, least=0, most=0.1)
    characters = _characters(classes)
    paths = font_paths(fonts, characters)
    # The fonts are mixed in, so that a held-out set of the same seed shares no background
    # with the training set.
    random = generator(seed, " ".join(["glyphs", *(path.stem for path in paths)]))
    labels = random.permutation(np.arange(n) % len(characters))
    masters = _Masters(characters, paths, size, thickness)
    maps = _affine_maps(random, n, masters.side, shift, rotation, zoom)
    ink = _ink(random, labels, masters, maps)
    images = _coloured(random, ink, channels, contrast)
    images += np.float32(noise) * random.standard_normal(images.shape, dtype=np.float32)
    source = f"glyphs (rendered, fonts {fonts if isinstance(fonts, str) else ', '.join(fonts)})"
    return Examples(read_only(np.clip(images, 0, 1)), labels, tuple(characters), source=source)


def _characters(classes: int | str) -> str:
    """Return the characters, one a class, or refuse them."""
    if not isinstance(classes, str):
        return GLYPH_ORDER[: whole_number("classes", classes, least=2, most=len(GLYPH_ORDER))]
    if len(classes) < 2 or len(set(classes)) < len(classes):
        raise ValueError(
            f"classes is {quoted(classes)}; expected at least two characters, each once."
        )
    blank = [character for character in classes if not character.isprintable() or character == " "]
    if blank:
        raise ValueError(f"classes is {quoted(classes)}, which holds {blank[0]!r}; expected signs.")
    return classes


class _Masters:
    """Large drawings of each character in each font and stroke width, made when asked for."""

    def __init__(self, characters: str, paths: list[Path], size: int, thickness: float) -> None:
        self.characters = characters
        self.size = size
        self.shrink = max(1, -(-64 // size))  # drawn this many times larger than needed
        self.side = size * self.shrink
        self.fonts = len(paths)
        self._strokes = np.rint(np.linspace(0, thickness, _LEVELS) * self.side).astype(int)
        self._layouts = [_Layout(path, characters, self.side) for path in paths]
        self._drawn: dict[tuple[int, int, int], Image] = {}

    def get(self, font: int, character: int, level: int) -> Image:
        """Return one drawing, `side` pixels square, the character in white on black."""
        key = (font, character, int(self._strokes[level]))
        if key not in self._drawn:
            self._drawn[key] = self._layouts[font].draw(self.characters[character], key[2])
        return self._drawn[key]


class _Layout:
    """How one font is set in a square: one scale and one baseline for all characters."""

    def __init__(self, path: Path, characters: str, side: int) -> None:
        from PIL import ImageFont

        # The basic layout engine is the one that every Pillow has.
        basic = ImageFont.Layout.BASIC
        probe = ImageFont.truetype(path, 256, layout_engine=basic)
        boxes = np.array([probe.getbbox(c, anchor="ls") for c in characters])
        left, top, right, bottom = boxes.T
        scale = min(_HEIGHT / (bottom.max() - top.min()), _WIDTH / (right - left).max())
        self._font = ImageFont.truetype(path, int(256 * scale * side), layout_engine=basic)
        self._baseline = side / 2 - scale * side * (bottom.max() + top.min()) / 2
        self._side = side

    def draw(self, character: str, stroke: int) -> Image:
        """Draw one character in the middle, its stroke widened on each side by some pixels."""
        from PIL import Image, ImageDraw

        image = Image.new("L", (self._side, self._side))
        left, _, right, _ = self._font.getbbox(character, anchor="ls")
        place = (self._side / 2 - (left + right) / 2, self._baseline)
        ImageDraw.Draw(image).text(
            place, character, fill=255, font=self._font, anchor="ls", stroke_width=stroke
        )
        return image


def _affine_maps(
    random: np.random.Generator, n: int, side: int, shift: float, rotation: float, zoom: float
) -> FloatArray:
    """Return (n, 6) maps from the pixels of the result to those of the drawing."""
    number("shift", shift, least=0, most=0.5)
    number("rotation", rotation, least=0, most=180)
    number("zoom", zoom, least=0, most=0.5)
    angle = np.deg2rad(random.uniform(-rotation, rotation, n))
    scale = 1 / random.uniform(1 - zoom, 1 + zoom, n)
    move_x, move_y = random.uniform(-shift, shift, (2, n)) * side
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    middle = side / 2
    x0 = middle - cos * (middle + move_x) - sin * (middle + move_y)
    y0 = middle + sin * (middle + move_x) - cos * (middle + move_y)
    return np.stack([cos, sin, x0, -sin, cos, y0], axis=1)


def _ink(
    random: np.random.Generator, labels: IntArray, masters: _Masters, maps: FloatArray
) -> FloatArray:
    """Return (n, size, size) float32: how much of each pixel the character covers, 0..1."""
    from PIL import Image

    fonts = random.integers(masters.fonts, size=len(labels))
    levels = random.integers(_LEVELS, size=len(labels))
    ink = np.empty((len(labels), masters.size, masters.size), dtype=np.uint8)
    for place, (font, label, level) in enumerate(zip(fonts, labels, levels, strict=True)):
        drawing = masters.get(int(font), int(label), int(level))
        turned = drawing.transform(
            drawing.size,
            Image.Transform.AFFINE,
            tuple(maps[place]),
            resample=Image.Resampling.BILINEAR,
        )
        ink[place] = np.asarray(turned.reduce(masters.shrink))
    return ink.astype(np.float32) / np.float32(255)


def _coloured(
    random: np.random.Generator, ink: FloatArray, channels: int, contrast: float
) -> FloatArray:
    """Return (n, size, size, channels): the ink in one colour on a ramp of two darker ones."""
    n, size, _ = ink.shape
    start, end = random.uniform(0, 1 - contrast, (2, n, 1, 1, channels)).astype(np.float32)
    lowest = np.maximum(start, end) + np.float32(contrast)
    colour = lowest + (1 - lowest) * random.random(lowest.shape, dtype=np.float32)
    ramp = _ramp(2 * np.pi * random.random(size=(n,)), size)[..., np.newaxis]
    background = start + (end - start) * ramp
    cover = ink[..., np.newaxis]
    return np.asarray(background + (colour - background) * cover)


def _ramp(angles: FloatArray, size: int) -> FloatArray:
    """Return (n, size, size) float32 that rise from 0 to 1 in the directions of the angles."""
    line = np.linspace(-0.5, 0.5, size)
    cos, sin = np.cos(angles)[:, np.newaxis, np.newaxis], np.sin(angles)[:, np.newaxis, np.newaxis]
    slope = cos * line[np.newaxis, np.newaxis, :] + sin * line[np.newaxis, :, np.newaxis]
    return np.asarray(0.5 + slope / (np.abs(cos) + np.abs(sin)), dtype=np.float32)
