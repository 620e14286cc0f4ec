"""Small images as PNG files in an address of their own."""

from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image

from lossacc.support.types import FloatArray


def png(image: FloatArray) -> bytes:
    """Encode an image as PNG, grey or RGB, of 8 bits a channel.

    Parameters
    ----------
    image
        Shape (H, W), (H, W, 1) or (H, W, 3), 0 to 1; what lies beyond is clipped, and what is not
        a number is black.

    Raises
    ------
    ValueError
        If the shape is another.
    """
    pixels = np.asarray(image, dtype=np.float64)
    pixels = pixels[..., 0] if pixels.ndim == 3 and pixels.shape[2] == 1 else pixels
    if pixels.ndim != 2 and (pixels.ndim != 3 or pixels.shape[2] != 3):
        raise ValueError(f"got an image of shape {pixels.shape}; expected (H, W) or (H, W, 3)")
    levels = np.rint(np.clip(np.nan_to_num(pixels), 0, 1) * 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(levels).save(file, "PNG")
    return file.getvalue()


def data_uri(data: bytes) -> str:
    """Give a PNG file as a `data:` address."""
    return "data:image/png;base64," + base64.b64encode(data).decode("ascii")
