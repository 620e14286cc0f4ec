"""Small images as PNG, without a library."""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np

from lossacc.support.types import FloatArray


def png(image: FloatArray) -> bytes:
    """Encode an image as PNG.

    Parameters
    ----------
    image
        Shape (H, W), (H, W, 1) or (H, W, 3), 0 to 1; what lies beyond is clipped.

    Returns
    -------
    bytes
        A grey or an RGB file of 8 bits a channel (https://www.w3.org/TR/png-3/).

    Raises
    ------
    ValueError
        If the shape is another.
    """
    pixels = np.asarray(image, dtype=np.float64)
    pixels = pixels[..., 0] if pixels.ndim == 3 and pixels.shape[2] == 1 else pixels
    if pixels.ndim != 2 and (pixels.ndim != 3 or pixels.shape[2] != 3):
        raise ValueError(f"got an image of shape {pixels.shape}; expected (H, W) or (H, W, 3)")
    height, width = pixels.shape[:2]
    levels = np.rint(np.clip(np.nan_to_num(pixels), 0, 1) * 255).astype(np.uint8)
    rows = np.concatenate(
        [np.zeros((height, 1), np.uint8), levels.reshape(height, -1)], axis=1
    )  # each row begins with its filter: none
    header = struct.pack(">IIBBBBB", width, height, 8, 0 if pixels.ndim == 2 else 2, 0, 0, 0)
    body = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows.tobytes(), 9))
    return b"\x89PNG\r\n\x1a\n" + body + _chunk(b"IEND", b"")


def data_uri(data: bytes) -> str:
    """Give a PNG file as a `data:` address."""
    return "data:image/png;base64," + base64.b64encode(data).decode("ascii")


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check
