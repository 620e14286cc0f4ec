"""The built-in real images: 1797 handwritten digits."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import numpy as np

from lossacc.data.examples import Examples

_FILE = Path(__file__).with_name("digits.npz")
_SHA256 = "b3b9c8cc11d765ce4264d8748bf3edbafa5038d91c93cf713ddbd6ae8652b410"


def load_digits() -> Examples:
    """Return the 1797 handwritten digits of 8x8, scaled to 0..1.

    Images of (8, 8, 1) in 17 grey levels; classes "0" to "9", 174 to 183 each.
    They were written by 13 people, and neighbours in the file are often
    by the same hand. A random split therefore puts every writer on both sides.

    Raises
    ------
    FileNotFoundError, ValueError
        If the file in the package is missing, or is not the one that was published.

    Notes
    -----
    The test set of Optical Recognition of Handwritten Digits, E. Alpaydin and
    C. Kaynak, UCI Machine Learning Repository, 1998, doi 10.24432/C50P49,
    CC BY 4.0. See DIGITS-LICENSE.txt beside this file.
    """
    content = _verified_content(_FILE)
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        images = file["images"].astype(np.float32)[..., np.newaxis] / np.float32(16)
        labels = file["labels"].astype(np.int64)
    names = tuple(str(digit) for digit in range(10))
    return Examples(images, labels, names, source="digits")


def _verified_content(path: Path) -> bytes:
    """Return the bytes of the file, or refuse a file that was changed."""
    if not path.is_file():
        raise FileNotFoundError(f"The digits are missing: no file {path}. Install lossacc again.")
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != _SHA256:
        raise ValueError(
            f"The digits in {path} were changed: the SHA-256 is {found}, expected {_SHA256}. "
            "Install lossacc again."
        )
    return content
