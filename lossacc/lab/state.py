"""A learner's prediction, kept beside the notebook, so that a restart loses nothing."""

from __future__ import annotations

from lossacc.lab.session import Session
from lossacc.quiz import store


def key(session: Session) -> str:
    """Give the name under which the prediction is kept."""
    return f"lab/{session.experiment.name}"


def remember(session: Session) -> None:
    """Predict again what was predicted before the kernel was restarted."""
    prediction = session.experiment.prediction
    if prediction is None or session.predicted:
        return
    kept = store.kept(key(session))
    if kept in [outcome.says for outcome in prediction.outcomes]:
        session.predict(str(kept))


def keep(session: Session, says: str) -> str:
    """Predict, and keep it; give what the learner should be told about the file, if anything."""
    session.predict(says)
    store.keep(key(session), says)
    return store.news()
