"""Images and labels, and every way to spoil them."""

from __future__ import annotations

from lossacc.data.corrupt import (
    few,
    identical,
    imbalanced,
    only_classes,
    with_noise,
    wrong_labels,
)
from lossacc.data.digits import load_digits
from lossacc.data.examples import Examples
from lossacc.data.fonts import HELD_OUT_FONTS, TRAIN_FONTS
from lossacc.data.glyphs import GLYPH_ORDER, glyphs
from lossacc.data.image_folder import load_folder, save_folder
from lossacc.data.keras_sets import KERAS_SETS, load_keras
from lossacc.data.load import DATA_NAMES, load
from lossacc.data.paired import hardest_pair, one_against_others, pixelated, two_details
from lossacc.data.splits import split

__all__ = [
    "DATA_NAMES",
    "GLYPH_ORDER",
    "HELD_OUT_FONTS",
    "KERAS_SETS",
    "TRAIN_FONTS",
    "Examples",
    "few",
    "glyphs",
    "hardest_pair",
    "identical",
    "imbalanced",
    "load",
    "load_digits",
    "load_folder",
    "load_keras",
    "one_against_others",
    "only_classes",
    "pixelated",
    "save_folder",
    "split",
    "two_details",
    "with_noise",
    "wrong_labels",
]
