"""A folder of images with one sub-folder a class: reading and writing."""

from __future__ import annotations

import os
import tempfile
import unicodedata
import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from lossacc.data.examples import Examples, check_room, checked_channels
from lossacc.data.image_file import Header, Pixels, header, pixels
from lossacc.data.image_scale import scale_of
from lossacc.support.arrays import read_only
from lossacc.support.types import FloatArray
from lossacc.support.validate import instance, number, quoted, whole_number

_SYSTEM_FILES = {"thumbs.db", "desktop.ini"}
MAX_PIXELS = 50_000_000  # of one image
MAX_BYTES = 2_000_000_000  # of a whole set
_GREY_OF = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R 601, as Pillow has it
_BILINEAR = 2  # Pillow's number of it


def load_folder(
    path: str | os.PathLike[str],
    *,
    size: tuple[int, int] | None = None,
    channels: int | None = None,
    white: float | None = None,
    max_pixels: int = MAX_PIXELS,
    max_bytes: int = MAX_BYTES,
) -> Examples:
    """Read a folder of images that has one sub-folder for each class.

    Images are scaled to 0..1. The classes are the names of the sub-folders in
    alphabetical order, as `keras.utils.image_dataset_from_directory` has them;
    the images follow by class, then by file name. Hidden files and files beside
    the sub-folders are passed over. Transparency is dropped, photographs are
    turned upright, and of a moving image the first frame is read. The formats
    are AVIF, BMP, GIF, JPEG, PNG, PPM, TIFF and WebP.

    Up to 8 bits a channel, 1 is the largest number of the format. Deeper images
    often use less of it, such as 12 of 16 bits, so of them the whole folder
    has one scale: 1 is the largest number of 8, 10, 12, 14 or 16 bits (above 16,
    of any number of bits) that holds every number in the folder, at most the
    format's. `source` says so, and a warning where it is not the format's.
    Floating point is taken as it is, and must be 0 to 1.

    Parameters
    ----------
    path
        The folder.
    size
        (H, W) in pixels, to which every image is resized; shapes are stretched.
        None: all images must be of one size already.
    channels
        1 for grey, 3 for colour. None: grey if every image is grey.
    white
        The number that is to be 1 in all images of more than 8 bits, in place of
        the rule above.
    max_pixels
        The most pixels that an image may have, by its header; none is decoded
        before that is known.
    max_bytes
        The most memory that all images together may take as float32.

    Raises
    ------
    FileNotFoundError, NotADirectoryError, OSError
        If there is no such folder, or the system does not let it be read.
    TypeError, ValueError
        If there are fewer than two classes, a class is empty, a file is no
        readable image or too large, holds negative numbers, NaN, infinity or
        more than `white`, the sizes differ and no `size` is given, or an
        argument is not as said.
    """
    size = None if size is None else _checked_size(size)
    checked_channels(channels)
    white = None if white is None else number("white", white, above=0)
    whole_number("max_pixels", max_pixels, least=1)
    whole_number("max_bytes", max_bytes, least=1)
    files = _files_by_class(folder_path("path", path))
    flat = [file for group in files.values() for file in group]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's; what it says of a file is no use here
        found = [header(file, max_pixels) for file in flat]
        colours = channels or (1 if all(one.grey for one in found) else 3)
        _check_memory(found, size, colours, max_bytes)
        images, deep = _stacked(flat, size, colours)
    said = _bring_to_one(images, flat, deep, white)
    labels = np.repeat(np.arange(len(files)), [len(group) for group in files.values()])
    source = f"folder {_written(os.fspath(path))}{said}"
    return Examples(read_only(images), labels, tuple(files), source=source)


def images_in_colour(path: str | os.PathLike[str]) -> int:
    """Count the images of a folder in colour; 0 where the first image of every class is in grey.

    What is no image is not told here.

    Raises
    ------
    FileNotFoundError, NotADirectoryError, OSError, ValueError
        If it is no folder of images, as `load_folder` says it.
    """
    groups = _files_by_class(folder_path("path", path)).values()
    if all(header(group[0], MAX_PIXELS).grey for group in groups):
        return 0
    return sum(len(group) for group in groups)


def save_folder(examples: Examples, path: str | os.PathLike[str]) -> None:
    """Write the images as PNG files, one sub-folder for each class.

    `load_folder` reads them back in 256 levels, sorted by class. Values outside
    0..1 are clipped. The labels that count are `labels`, not the clean ones; a
    class without examples gets no sub-folder.

    Parameters
    ----------
    examples
        The images, in 1 or 3 channels.
    path
        A folder that is empty or does not exist yet.

    Raises
    ------
    FileExistsError
        If there is something in the folder, or a file in its place.
    ValueError
        If the images have other channels, or a class cannot name a folder on
        every system.
    """
    _check_can_write(instance("examples", examples, Examples, "Examples"))
    folder = folder_path("path", path)
    try:
        _check_empty(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as new:
            _write_images(examples, Path(new) / "set")
            if folder.exists():
                folder.rmdir()
            os.replace(Path(new) / "set", folder)
    except FileExistsError:
        raise
    except OSError as error:
        raise _told(f"The folder {str(folder)!r} cannot be written", error) from error


def _write_images(examples: Examples, folder: Path) -> None:
    """Write the images into a new folder."""
    from PIL import Image

    levels = np.rint(np.clip(examples.images, 0, 1) * 255).astype(np.uint8)
    if examples.shape[2] == 1:
        levels = levels[..., 0]
    for place, (image, label) in enumerate(zip(levels, examples.labels, strict=True)):
        own = folder / examples.class_names[label]
        own.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(own / f"{place:06d}.png")


def folder_path(name: str, path: object) -> Path:
    """Return the path of a folder, or refuse what is none."""
    given = path if isinstance(path, str) else getattr(path, "__fspath__", lambda: None)()
    if not isinstance(given, str):
        raise TypeError(f"{name} is {quoted(path)}; expected the path of a folder, as text.")
    if not given or "\0" in given or len(given) > 4096:
        raise ValueError(f"{name} is {quoted(given)}; expected the path of a folder.")
    return Path(given)


def _checked_size(size: tuple[int, int]) -> tuple[int, int]:
    """Return (H, W), or refuse it."""
    if not isinstance(size, (tuple, list)) or len(size) != 2:
        raise TypeError(f"size is {quoted(size)}; expected (height, width) in pixels.")
    height, width = (whole_number("size", side, least=1) for side in size)
    return height, width


def _files_by_class(folder: Path) -> dict[str, list[Path]]:
    """Return the files of each class, or refuse the folder."""
    if not os.path.exists(folder):
        raise FileNotFoundError(f"There is no folder {str(folder)!r}.")
    if not folder.is_dir():
        raise NotADirectoryError(f"{str(folder)!r} is a file; expected a folder.")
    inside = _visible(folder)
    classes = [entry for entry in inside if entry.is_dir()]
    if len(classes) < 2:
        found = ", ".join(repr(entry.name) for entry in classes) or "none"
        raise ValueError(
            f"The folder {str(folder)!r} holds {len(inside) - len(classes)} files and these "
            f"sub-folders: {found}; expected at least two sub-folders, one for each class."
        )
    return {_written(entry.name): _files(entry) for entry in classes}


def _written(name: str) -> str:
    """Write a name so that it can be shown and kept: bytes that are no UTF-8 by their numbers."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _files(folder: Path) -> list[Path]:
    """Return the files of one class, or refuse the folder."""
    files = _visible(folder)
    if not files:
        raise ValueError(f"The class folder {str(folder)!r} is empty; expected images in it.")
    nested = [file for file in files if file.is_dir()]
    if nested:
        raise ValueError(
            f"The class folder {str(folder)!r} holds the folder {nested[0].name!r}; expected "
            "images only."
        )
    return files


def _visible(folder: Path) -> list[Path]:
    """Return what is in the folder, sorted, less what systems leave behind."""
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise _told(f"The folder {str(folder)!r} cannot be read", error) from error
    names = (entry.name.lower() for entry in entries)
    kept = (not name.startswith(".") and name not in _SYSTEM_FILES for name in names)
    return [entry for entry, keep in zip(entries, kept, strict=True) if keep]


def _told(what: str, error: OSError) -> OSError:
    """Give an error of the same kind, in a sentence."""
    return type(error)(f"{what}: the system says {error.strerror or 'no'!r}.")


def _check_memory(
    found: Sequence[Header], size: tuple[int, int] | None, channels: int, max_bytes: int
) -> None:
    """Refuse more images than the memory is meant to hold."""
    pixels = sum(height * width for height, width in (size or one.size for one in found))
    what = f"The folder holds {len(found)} images of {pixels * channels} numbers"
    check_room(f"{what}, against max_bytes", pixels * channels, max_bytes)


def _stacked(
    files: Sequence[Path], size: tuple[int, int] | None, channels: int
) -> tuple[FloatArray, dict[Path, Pixels]]:
    """Return the images, (N, H, W, C) float32, and which are deep: these in their own numbers."""
    deep: dict[Path, Pixels] = {}
    for place, file in enumerate(files):
        read = pixels(file)
        image = _of_size(read, size, channels)
        if place == 0:
            images = np.empty((len(files), *image.shape), np.float32)
        if image.shape != images.shape[1:]:
            raise _sizes_differ(files[0], images.shape[1:], file, image.shape)
        images[place] = image
        if read.values is not None:
            deep[file] = replace(read, values=None)
    return images, deep


def _of_size(read: Pixels, size: tuple[int, int] | None, channels: int) -> FloatArray:
    """Return an image (H, W, C), resized; of 8 bits from 0 to 1, else in the file's numbers."""
    from PIL import Image

    if read.image is not None:
        image = read.image if size is None else read.image.resize(size[::-1], _BILINEAR)
        levels = np.asarray(image.convert("L" if channels == 1 else "RGB"))
        return levels.reshape(*levels.shape[:2], channels).astype(np.float32) / np.float32(255)
    assert read.values is not None
    planes = np.moveaxis(np.atleast_3d(read.values), -1, 0)
    if size is not None:
        drawn = (Image.fromarray(np.ascontiguousarray(plane)) for plane in planes)
        planes = np.stack([np.asarray(plane.resize(size[::-1], _BILINEAR)) for plane in drawn])
    if channels == 1 and len(planes) == 3:
        planes = np.tensordot(_GREY_OF, planes, 1)[np.newaxis]
    return np.moveaxis(np.broadcast_to(planes, (channels, *planes.shape[1:])), 0, -1)


def _sizes_differ(
    one: Path, first: tuple[int, ...], other: Path, second: tuple[int, ...]
) -> ValueError:
    return ValueError(
        f"The images differ in size: {str(one)!r} has {first[0]}x{first[1]} pixels "
        f"(height x width) and {str(other)!r} has {second[0]}x{second[1]}; "
        "expected one size, or size=(height, width) to resize them all."
    )


def _bring_to_one(
    images: FloatArray, files: Sequence[Path], deep: dict[Path, Pixels], white: float | None
) -> str:
    """Bring the deep images to 0..1, all by one scale, and give what is to be said of it."""
    if not deep:
        return ""
    scale = scale_of(deep, white)
    for place, file in enumerate(files):
        if file in deep:
            images[place] /= np.float32(scale.one)
            if deep[file].inverted:
                images[place] = 1 - images[place]
    if scale.is_a_guess:
        told = f"{scale.said}; if 1 is meant to be {scale.own:.10g}, say white={scale.own:.10g}"
        warnings.warn(told, stacklevel=3)
    return f", {scale.said}" if scale.one != 1 else ""


def _check_can_write(examples: Examples) -> None:
    """Refuse a set that cannot be written."""
    if examples.shape[2] not in (1, 3):
        raise ValueError(f"The images have {examples.shape[2]} channels; expected 1 or 3.")
    for name in examples.class_names:
        if not _names_a_folder(name):
            raise ValueError(
                f"The class {quoted(name)} cannot name a folder; expected letters or digits."
            )
    alike = {unicodedata.normalize("NFC", name).casefold() for name in examples.class_names}
    if len(alike) < examples.classes:
        raise ValueError(
            f"The classes {quoted(examples.class_names)} differ only in capitals or accents, which "
            "some systems cannot tell apart; expected other names."
        )


def _names_a_folder(name: str) -> bool:
    """Say whether every system takes a name: letters of any script with their marks, digits."""
    # Signs such as "/" and "?" are forbidden on some systems, and 255 bytes are the most.
    fits = all(unicodedata.category(c)[0] in "LMN" or c in "_-+=@&#%$ " for c in name)
    return bool(name) and fits and name == name.strip() and len(name.encode()) <= 255


def _check_empty(folder: Path) -> None:
    """Refuse a place where there is something."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"There is something at {str(folder)!r}; expected an empty folder.")
