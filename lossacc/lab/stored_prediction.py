"""A learner's prediction, kept beside the notebook, so that a restart loses nothing."""

from __future__ import annotations

from lossacc.lab.controller import Controller
from lossacc.quiz import store


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


def _key(controller: Controller) -> str:
    """Give the name under which the prediction is kept."""
    return f"lab/{controller.experiment.name}"
