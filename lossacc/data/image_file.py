"""One image file: its header, and its pixels in the numbers that the file holds.

Pillow reads eight bits a channel. Of deeper colour it keeps one byte of two, and in some modes it
wraps or clips; so what is deeper is read here, byte by byte where it must be.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from PIL.Image import Image

T = TypeVar("T")

# Read by content, not by the end of the name. Others of Pillow's formats start programs, are known
# by nothing but their name, or are cut to eight bits before they can be looked at.
FORMATS = ("AVIF", "BMP", "GIF", "JPEG", "MPO", "PNG", "PPM", "TIFF", "WEBP")
_NAMED = "AVIF, BMP, GIF, JPEG, PNG, PPM, TIFF or WebP"
_HEIC = "it is a HEIC photograph, as phones write them; expected it saved as JPEG or PNG"
_GREY = ("1", "L", "LA", "La", "F", "I", "I;16", "I;16L", "I;16B", "I;16N")
_BITS, _PHOTOMETRIC, _PLANES, _SAMPLES = 258, 262, 284, 339  # tags of TIFF
_SIGNED, _SEPARATE = 2, 2
_TWO_BYTES = ("RGB;16", "RGBA;16", "RGBX;16")
# libtiff gives the machine's order of bytes, which Pillow forgets in these.
_NATIVE = {"I;16BS": "I;16NS", "I;32BS": "I;32NS", "F;32BF": "F;32NF"}


@dataclass(frozen=True)
class Header:
    """What is known of an image before its pixels are decoded: (H, W), and whether it is grey."""

    size: tuple[int, int]
    grey: bool


@dataclass(frozen=True, eq=False)
class Pixels:
    """An image upright, as its file has it.

    Attributes
    ----------
    image
        In mode "L" or "RGB", of eight bits; None for a deeper one.
    values
        (H, W) or (H, W, 3) float32: the numbers of a deeper image, none below 0.
    largest
        The largest of these numbers.
    white
        The largest number that the file could hold; None for floating point.
    inverted
        Whether 0 is white.
    """

    image: Image | None = None
    values: npt.NDArray[np.float32] | None = None
    largest: float = 0.0
    white: float | None = None
    inverted: bool = False


class _Unread(ValueError):
    """Why an image is not read, in words."""


def header(file: Path, max_pixels: int) -> Header:
    """Read the header of an image, or refuse the file.

    Raises
    ------
    ValueError
        If it is no image that can be read, or has more than `max_pixels` pixels.
    """
    return _opened(file, lambda image: _header(image, max_pixels))


def pixels(file: Path) -> Pixels:
    """Read an image, or refuse the file.

    Raises
    ------
    ValueError
        If it is damaged, holds negative numbers, NaN or infinity, or a kind of pixels that is not
        read.
    """
    return _opened(file, lambda image: _pixels(file, image))


def _opened(file: Path, work: Callable[[Any], T]) -> T:
    """Do something with an open image; whatever goes wrong with it names the file."""
    from PIL import Image

    if not file.is_file():  # a pipe would wait for ever
        raise _cannot(file, "it is no file" if file.exists() else "it leads nowhere")
    Image.init()
    try:
        with Image.open(file, formats=[name for name in FORMATS if name in Image.OPEN]) as image:
            return work(image)
    except Exception as error:  # of a damaged file Pillow raises whatever it stumbled over
        raise _cannot(file, _HEIC if _is_heic(file) else _reason(error)) from error


def _cannot(file: Path, why: str) -> ValueError:
    return ValueError(f"The file {str(file)!r} cannot be read as an image: {why}.")


def _is_heic(file: Path) -> bool:
    """Tell a photograph in HEVC, which only some systems may read, from AVIF, which all may."""
    with contextlib.suppress(OSError), file.open("rb") as opened:
        return opened.read(12)[4:] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1")
    return False


def _reason(error: Exception) -> str:
    """Say in words why a file could not be read."""
    from PIL import Image, UnidentifiedImageError

    if isinstance(error, _Unread):
        return str(error)
    if isinstance(error, UnidentifiedImageError):
        return (
            f"it is damaged, or of a kind that is not read; expected {_NAMED}, in 1 to 16 bits a "
            "channel or grey in 32"
        )
    if isinstance(error, Image.DecompressionBombError):
        return "it has far more pixels than Pillow allows"
    if isinstance(error, OSError) and error.errno:
        return f"the system says {error.strerror!r}"
    return "it is too large for the memory" if isinstance(error, MemoryError) else "it is damaged"


def _header(image: Any, max_pixels: int) -> Header:
    width, height = image.size
    if width * height > max_pixels:
        raise _Unread(
            f"it has {height}x{width} = {width * height} pixels; expected at most {max_pixels}, "
            "or a larger max_pixels"
        )
    _refuse_unknown_depth(image)
    grey = image.mode in _GREY or _raw(image) == "LA;16B"
    if image.format == "PNG":
        image.verify()  # its checksums: else a damaged one may be read as another image
    return Header((height, width), grey)


def _raw(image: Any) -> str:
    """Give Pillow's name for the bytes in the file, as "RGB;16B"; empty where there is none."""
    arguments = image.tile[0].args if image.tile else ""
    first = arguments[0] if isinstance(arguments, tuple) and arguments else arguments
    return first if isinstance(first, str) else ""


def _refuse_unknown_depth(image: Any) -> None:
    """Refuse the deep images that Pillow would read wrong without a word."""
    raw, tags = _raw(image), _tags(image)
    if max(tags.get(_BITS, (8,))) > 8 and tags.get(_PLANES) == _SEPARATE:
        raise _Unread("it has more than 8 bits and its channels lie apart")
    colour = ";16" in raw and image.mode[0] not in "IF"
    if colour and raw[:-1] not in (*_TWO_BYTES, "LA;16"):
        raise _Unread(f"it has 16 bits a channel in {image.mode}; expected grey or RGB")
    if image.format == "PPM" and image.mode not in ("I", "F") and _maxval(image) > 255:
        raise _Unread("it is a PPM of more than 8 bits in colour; expected PNG or TIFF")


def _tags(image: Any) -> Any:
    return image.tag_v2 if image.format == "TIFF" else {}


def _maxval(image: Any) -> int:
    arguments = image.tile[0].args
    return arguments[1] if isinstance(arguments, tuple) and len(arguments) == 2 else 255


def _pixels(file: Path, image: Any) -> Pixels:
    raw, tags = _raw(image), _tags(image)
    if raw in _NATIVE and image.tile[0].codec_name == "libtiff":
        _read_as(image, _NATIVE[raw])
    inverted = tags.get(_PHOTOMETRIC) == 0
    signed = tags.get(_SAMPLES, (1,))[0] == _SIGNED
    if ";16" in raw and image.mode[0] not in "IF":
        return _deep(_two_bytes(file, image, raw), 65535.0)
    if image.mode == "F":
        return _deep(_array(image), None, inverted)
    if image.mode.startswith("I"):
        bits = int(tags[_BITS][0]) if tags else 16
        values = _array(image)
        values = values.view(np.uint32) if bits == 32 and not signed else values
        return _deep(values, 2.0 ** (bits - signed) - 1, inverted)
    if signed:
        return _deep(_array(image).view(np.int8), 127.0)
    return Pixels(_eight_bits(_upright(image)))


def _upright(image: Any) -> Any:
    from PIL import ImageOps

    return ImageOps.exif_transpose(image)


def _array(image: Any) -> npt.NDArray[Any]:
    return np.array(_upright(image))


def _eight_bits(image: Any) -> Image:
    """Return the image in mode "L" or "RGB", its transparency dropped."""
    image.info.pop("transparency", None)  # Pillow warns of it
    converted: Image = image.convert("L" if image.mode in _GREY else "RGB")
    return converted


def _two_bytes(file: Path, image: Any, raw: str) -> npt.NDArray[np.uint16]:
    """Read 16 bits a channel: Pillow gives the high bytes, and the low ones in the other order."""
    if raw == "LA;16B":  # four bytes a pixel: grey high, grey low, then the transparency
        high, low = np.moveaxis(_array(_read_as(image, "RGBA")), -1, 0)[:2].astype(np.uint16)
        return np.asarray(high << 8 | low)
    little = raw.endswith("L") or (raw.endswith("N") and sys.byteorder == "little")
    other = raw[:-1] + ("B" if little else "L")
    low = _opened(file, lambda again: _array(_read_as(again, other)))
    return np.asarray(_array(image)[..., :3].astype(np.uint16) << 8 | low[..., :3])


def _read_as(image: Any, raw: str) -> Any:
    """Tell Pillow to take the bytes in the file for something else."""
    image.tile = [
        tile._replace(args=raw if isinstance(tile.args, str) else (raw, *tile.args[1:]))
        for tile in image.tile
    ]
    return image


def _deep(values: npt.NDArray[Any], white: float | None, inverted: bool = False) -> Pixels:
    """Check the numbers of a deep image."""
    if not np.isfinite(values).all():
        raise _Unread("it holds NaN or infinity; expected finite numbers")
    if values.min() < 0:
        raise _Unread(f"it holds {values.min():g}; expected no numbers below 0")
    largest = float(values.max())
    return Pixels(None, np.asarray(values, np.float32), largest, white, inverted)
