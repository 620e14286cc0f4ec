"""A folder of images with one sub-folder a class: reading and writing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lossacc.data.examples import Examples
from lossacc.support.types import FloatArray
from lossacc.support.validate import whole_number

if TYPE_CHECKING:
    from PIL.Image import Image

_SYSTEM_FILES = {"thumbs.db", "desktop.ini"}


def load_folder(
    path: str | os.PathLike[str],
    *,
    size: tuple[int, int] | None = None,
    channels: int | None = None,
) -> Examples:
    """Read a folder of images that has one sub-folder for each class.

    Images are scaled to 0..1. The classes are the names of the sub-folders in
    alphabetical order, as `keras.utils.image_dataset_from_directory` has them;
    the images follow by class, then by file name. Hidden files and files beside
    the sub-folders are passed over. Transparency is dropped, and of a moving
    image the first frame is read.

    Parameters
    ----------
    path
        The folder.
    size
        (H, W) in pixels, to which every image is resized; shapes are stretched.
        None: all images must be of one size already.
    channels
        1 for grey, 3 for colour. None: grey if every image is grey.

    Raises
    ------
    FileNotFoundError, NotADirectoryError
        If there is no such folder.
    ValueError
        If there are fewer than two classes, a class is empty, a file is no
        readable image, or the sizes differ and no `size` is given.
    """
    if size is not None:
        size = _checked_size(size)
    if channels not in (None, 1, 3):
        raise ValueError(f"channels is {channels!r}; expected 1 (grey), 3 (colour) or None.")
    files = _files_by_class(Path(path))
    flat = [file for group in files.values() for file in group]
    opened = [_opened(file, size) for file in flat]
    _check_one_size(flat, opened)
    mode = {None: _common_mode(opened), 1: "L", 3: "RGB"}[channels]
    counts = [len(group) for group in files.values()]
    labels = np.repeat(np.arange(len(files)), counts)
    return Examples(_stacked(opened, mode), labels, tuple(files), source=f"folder {path}")


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
    from PIL import Image

    folder = Path(path)
    _check_can_write(examples, folder)
    levels = np.rint(np.clip(examples.images, 0, 1) * 255).astype(np.uint8)
    if examples.shape[2] == 1:
        levels = levels[..., 0]
    for place, (pixels, label) in enumerate(zip(levels, examples.labels, strict=True)):
        own = folder / examples.class_names[label]
        own.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(own / f"{place:06d}.png")


def _checked_size(size: tuple[int, int]) -> tuple[int, int]:
    """Return (H, W), or refuse it."""
    if not isinstance(size, (tuple, list)) or len(size) != 2:
        raise TypeError(f"size is {size!r}; expected (height, width) in pixels.")
    height, width = (whole_number("size", side, least=1) for side in size)
    return height, width


def _files_by_class(folder: Path) -> dict[str, list[Path]]:
    """Return the files of each class, or refuse the folder."""
    if not folder.exists():
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
    return {entry.name: _files(entry) for entry in classes}


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
    return sorted(
        entry
        for entry in folder.iterdir()
        if not entry.name.startswith(".") and entry.name.lower() not in _SYSTEM_FILES
    )


def _opened(file: Path, size: tuple[int, int] | None) -> Image:
    """Return one image, 8 bit grey or colour, upright and resized, or refuse the file."""
    from PIL import Image, ImageOps

    try:
        with Image.open(file) as image:
            upright = _eight_bit(ImageOps.exif_transpose(image))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(
            f"The file {str(file)!r} cannot be read as an image ({error}); expected an image, "
            "such as PNG or JPEG."
        ) from error
    if size is None:
        return upright
    return upright.resize((size[1], size[0]), resample=Image.Resampling.BILINEAR)


def _eight_bit(image: Image) -> Image:
    """Return the image in mode "L" or "RGB"."""
    from PIL import Image

    if image.mode.startswith("I"):  # 16 bit grey, which Pillow's own conversion would clip
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.mode == "F":
        raise ValueError("its pixels are floating point")
    return image.convert("L" if image.mode in ("1", "L", "LA", "La") else "RGB")


def _check_one_size(files: list[Path], images: list[Image]) -> None:
    """Refuse images of different sizes."""
    first = images[0].size
    for file, image in zip(files, images, strict=True):
        if image.size != first:
            raise ValueError(
                f"The images differ in size: {str(files[0])!r} has {first[1]}x{first[0]} pixels "
                f"(height x width) and {str(file)!r} has {image.size[1]}x{image.size[0]}; "
                "expected one size, or size=(height, width) to resize them all."
            )


def _common_mode(images: list[Image]) -> str:
    """Return "L" if every image is grey, else "RGB"."""
    return "L" if all(image.mode == "L" for image in images) else "RGB"


def _stacked(images: list[Image], mode: str) -> FloatArray:
    """Return (N, H, W, C) float32 in 0..1."""
    levels = np.stack([np.asarray(image.convert(mode)) for image in images])
    if levels.ndim == 3:
        levels = levels[..., np.newaxis]
    return levels.astype(np.float32) / np.float32(255)


def _check_can_write(examples: Examples, folder: Path) -> None:
    """Refuse a set or a place that cannot be written."""
    if examples.shape[2] not in (1, 3):
        raise ValueError(f"The images have {examples.shape[2]} channels; expected 1 or 3.")
    for name in examples.class_names:
        # Letters such as "/" and "?" are forbidden in names on some systems.
        allowed = name and all(c.isalnum() or c in "_-+=@&#%$ " for c in name)
        if not allowed or name != name.strip():
            raise ValueError(
                f"The class {name!r} cannot name a folder; expected letters or digits."
            )
    if len({name.casefold() for name in examples.class_names}) < examples.classes:
        raise ValueError(
            f"The classes {', '.join(examples.class_names)} differ only in capitals, which some "
            "systems cannot tell apart; expected other names."
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"There is something at {str(folder)!r}; expected an empty folder.")
