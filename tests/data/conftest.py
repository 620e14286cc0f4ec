from __future__ import annotations

import numpy as np
import pytest

from lossacc.data import Examples


def numbered(counts):
    """Examples of the given class counts; every image holds its own number / 1024 and no other."""
    labels = np.random.default_rng(0).permutation(np.repeat(np.arange(len(counts)), counts))
    images = np.arange(len(labels), dtype=np.float32).reshape(-1, 1, 1, 1) / 1024
    return Examples(images, labels, tuple(f"class {k}" for k in range(len(counts))))


def numbers(examples):
    """Return which of the numbered examples these are."""
    return (examples.images.reshape(-1) * 1024).astype(int).tolist()


@pytest.fixture(scope="session")
def make_numbered():
    return numbered


@pytest.fixture(scope="session")
def numbers_of():
    return numbers
