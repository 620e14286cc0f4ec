"""A learner's prediction, kept beside the notebook, so that a restart loses nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lossacc.lab.controller import Controller
from lossacc.lab.sketch import Measure, Sketch
from lossacc.quiz import store

_PARTS = ("epochs", "values", "top")


def recall(controller: Controller) -> None:
    """Predict again what was predicted before the kernel was restarted."""
    prediction = controller.experiment.prediction
    if prediction is None or controller.state.predicted:
        return
    kept = store.kept(_key(controller))
    if kept in [outcome.says for outcome in prediction.outcomes]:
        controller.predict(str(kept))


def keep(controller: Controller, says: str) -> str:
    """Predict, and keep it; give what the learner should be told about the file, if anything."""
    controller.predict(says)
    store.keep(_key(controller), says)
    return store.news()


def recall_sketch(controller: Controller, measure: Measure) -> Sketch | None:
    """Give the curve that was last drawn, where it is of what the knobs ask for; else None.

    The file may have been edited: what is no curve any more is passed over.
    """
    found = store.kept(f"{_key(controller)}/{measure}")
    if not isinstance(found, Mapping) or found.get("knobs") != dict(controller.state.knobs):
        return None
    return _sketch(measure, found)


def keep_sketch(controller: Controller, measure: Measure, sketch: Sketch | None) -> str:
    """Keep the curve that was drawn, None for none, and the knobs that it was drawn for.

    Gives what there is to tell, as `keep` does.
    """
    points = {} if sketch is None else {part: getattr(sketch, part) for part in _PARTS}
    knobs = dict(controller.state.knobs)
    store.keep(f"{_key(controller)}/{measure}", points and {**points, "knobs": knobs})
    return store.news()


def _sketch(measure: Measure, found: Mapping[str, Any]) -> Sketch | None:
    try:
        return Sketch(measure, **{part: found[part] for part in _PARTS})
    except (KeyError, TypeError, ValueError):
        return None


def _key(controller: Controller) -> str:
    """Give the name under which the prediction is kept."""
    return f"lab/{controller.experiment.name}"
