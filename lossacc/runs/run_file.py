"""The file of a run, version 1.

One `.npz` file (a zip of `.npy` arrays, no pickle). Shapes: R recorded epochs, N examples, K
classes.

=======================  ==============  ====================================================
array                    shape           meaning
=======================  ==============  ====================================================
`meta`                   ()              a JSON string: format, version, settings, environment
`epochs`                 (R,)            recorded epochs, rising; 0 is before training
`train/logits`           (R, N, K)       float32, evaluation mode, the epoch's final weights; or
                                         float16 to save room, less each example's largest logit
`train/labels`           (N,)            integers in 0..K-1
`train/clean_labels`     (N,)            optional: the labels before they were spoilt
`train/targets`          (N, K)          optional: soft targets
`validation/...`                         optional: the same four for the validation examples
`penalty`                (R,)            the sum of the regularisation penalties
`learning_rate`          (R,)            NaN where unknown, and at epoch 0
`gradient_norm`          (R,)            NaN where unknown, and at epoch 0
`objective`              (R,)            optional: the trained objective, where it is not plain
                                         cross-entropy
`printed/<name>`         (R,)            what Keras prints: loss, accuracy, val_loss, ...
=======================  ==============  ====================================================

A network with one output unit stores its logit z as the pair `[0, z]`; one that gives only
probabilities stores their logarithms.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lossacc.runs.scores import Scores
from lossacc.support.files import whole_file
from lossacc.support.json_text import DEPTH, parsed
from lossacc.support.npz import Array, read_npz, write_npz
from lossacc.support.types import FloatArray

FORMAT, VERSION = "lossacc run", 1
MAX_BYTES = 2e9  # that are read unless one asks for more
_META = 4_000_000  # characters of JSON
_KNOWN = re.compile(
    r"meta|epochs|penalty|learning_rate|gradient_norm|objective|printed/.+"
    r"|(train|validation)/(logits|labels|clean_labels|targets)"
    r"|allow_pickle",  # which NumPy 2.0 wrote, taking its own argument for an array
    re.DOTALL,
)
_ALWAYS = ("meta", "epochs", "penalty", "learning_rate", "gradient_norm")
_PARTS: dict[str, type] = {"format": str, "version": int, "settings": dict, "environment": dict}


def write(
    path: Path, settings: Mapping[str, Any], environment: Mapping[str, Any], arrays: dict[str, Any]
) -> None:
    """Write a run's file, whole or not at all.

    Raises
    ------
    OSError
        If it cannot be written.
    TypeError, ValueError
        If the settings or the environment are not JSON.
    """
    meta = {"format": FORMAT, "version": VERSION}
    text = _as_json({**meta, "settings": settings, "environment": environment})
    with whole_file(path) as file:
        write_npz(file, {"meta": text, **arrays})


def read(path: Path, max_bytes: float) -> tuple[dict[str, Any], dict[str, Array]]:
    """Read what is in a run's file: the values of `meta`, and the arrays.

    Raises
    ------
    ValueError
        If it is not one; the sentence says why, and does not name it.
    """
    arrays = read_npz(path, known=_KNOWN, max_bytes=max_bytes)
    arrays.pop("allow_pickle", None)
    sets = ["train", *(["validation"] if any(n.startswith("validation/") for n in arrays) else [])]
    for name in (*_ALWAYS, *(f"{on}/{one}" for on in sets for one in ("logits", "labels"))):
        if name not in arrays:
            raise ValueError(f"it holds no {name!r}")
    return _meta_of(arrays.pop("meta")), arrays


def halved(scores: Scores) -> FloatArray:
    """Give logits in half precision; as they are, where that would change what they say.

    They are given less the largest of each example, so that the likely classes keep most.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        less = scores.logits - scores.logits.max(axis=-1, keepdims=True)
        half = less.astype(np.float16)
        back = Scores(half, scores.labels)
        same = np.allclose(back.cross_entropy, scores.cross_entropy, 0.01, 1e-6, equal_nan=True)
    return half if same and np.array_equal(back.predicted, scores.predicted) else scores.logits


def _as_json(meta: Mapping[str, Any]) -> str:
    """Write JSON values as text, and NumPy's numbers as the numbers that they are."""
    try:
        text = json.dumps(meta, default=_plain)
        parsed(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"settings or environment are nested more than {DEPTH} deep") from error
    except TypeError as error:
        raise TypeError(f"settings or environment are not JSON: {error}") from error
    if len(text) > _META:
        raise ValueError(
            f"settings and environment take {len(text)} characters of JSON; expected {_META} at "
            "most"
        )
    return text


def _plain(value: Any) -> Any:
    """Give the JSON value of what JSON does not know."""
    if isinstance(value, np.generic | np.ndarray) and value.dtype.kind in "biufU":
        return value.tolist()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"they hold {value!r:.60}")


def _meta_of(array: Array) -> dict[str, Any]:
    """Read the JSON, or refuse it."""
    if array.dtype.kind != "U" or array.shape != () or array.dtype.itemsize > 4 * _META:
        raise ValueError("its 'meta' is no JSON text of reasonable length")
    try:
        meta = parsed(str(array))
    except ValueError as error:
        raise ValueError(f"its 'meta' cannot be read: {error}") from error
    if not isinstance(meta, dict):
        raise ValueError("its 'meta' is no table of JSON values")
    for name, kind in _PARTS.items():
        if type(meta.get(name)) is not kind:
            raise ValueError(f"its 'meta' gives {meta.get(name)!r:.60} for {name}")
    if meta["format"] != FORMAT or not 1 <= meta["version"] <= VERSION:
        raise ValueError(
            f"got a file of format {meta['format']!r:.60}, version {meta['version']}; "
            f"expected {FORMAT!r}, version {VERSION} or earlier"
        )
    return meta
