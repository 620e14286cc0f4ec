"""A diagnosis as one HTML page that stands alone: no script, no other file, no network."""

from __future__ import annotations

from html import escape

import numpy as np

from lossacc.analysis.ledger import ledger
from lossacc.checks.clinic.causes import causes
from lossacc.checks.clinic.diagnosis import Diagnosis
from lossacc.checks.clinic.differential import Candidate
from lossacc.figures.draw.picture import Picture
from lossacc.figures.history import curves
from lossacc.figures.ledger import ledger_picture
from lossacc.figures.loss_accuracy_plane import plane
from lossacc.runs.curves import Record
from lossacc.runs.run import Run

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;
color:#222;background:#fff}
section{border-top:1px solid #ccc;margin-top:1.5rem}
pre{background:#f4f4f4;padding:.6rem;overflow-x:auto;white-space:pre-wrap}
dt{font-weight:600;margin-top:.5rem}dd{margin-left:1rem}
figure{margin:1rem 0;overflow-x:auto}svg{max-width:100%;height:auto}
"""
_WIDTH = 760


def page(record: Record, found: Diagnosis) -> str:
    """Give the page of a diagnosis.

    Parameters
    ----------
    record
        What was diagnosed, for the figures.
    found
        What `diagnose` made of it.

    Returns
    -------
    str
        HTML. Every text in it is escaped.
    """
    symptom = f"<p><strong>Symptom:</strong> {escape(found.symptom)}</p>" if found.symptom else ""
    figures = "".join(_figure(picture) for picture in _pictures(record))
    told = "".join(
        _section(place, one, found.code(one.cause)) for place, one in enumerate(found.shown)
    )
    against = "".join(
        f"<li>{escape(causes()[one.cause].title)}: {escape(one.against)}</li>"
        for one in found.ruled_out
    )
    rest = "".join(f"<p>{escape(sentence)}</p>" for sentence in found.rest)
    out = f"<section><h2>Ruled out</h2><ul>{against}</ul></section>" if against else ""
    foot = escape(found.foot).replace("\n", "<br>")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(found.headline)}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{escape(found.headline)}</h1><p>{foot}</p>{symptom}{figures}{told}{rest}{out}"
        "</main></body></html>\n"
    )


def _pictures(record: Record) -> list[Picture]:
    """Give the curves, the plane where there is an accuracy, the ledger where there is a Run."""
    drawn = [curves(record)]
    if record.scores(record.main).size and np.isfinite(record.scores(record.main).accuracy).any():
        drawn.append(plane(record))
    if isinstance(record, Run):
        loss = record.scores(record.main).loss
        sound = np.isfinite(loss).all() and np.isfinite(record.penalty).all()
        low = int(loss.argmin())
        if sound and low < len(loss) - 1:
            low_epoch, last = int(record.epochs[low]), int(record.epochs[-1])
            drawn.append(ledger_picture(ledger(record, low_epoch, last, on=record.main)))
    return drawn


def _figure(picture: Picture) -> str:
    return f"<figure>{picture.svg(width=_WIDTH, dark=False)}</figure>"


def _section(place: int, one: Candidate, code: str) -> str:
    """Give one cause: what was seen, what it usually means, the rival, what decides, what to do."""
    said = causes()[one.cause]
    seen = "".join(f"<li>{escape(evidence.seen)}</li>" for evidence in one.evidence)
    examples = sorted({place for evidence in one.evidence for place in evidence.examples})
    shown = f"<dt>Examples</dt><dd>{', '.join(map(str, examples))}</dd>" if examples else ""
    return (
        f"<section><h2>{place + 1}. {escape(said.title)}</h2><dl>"
        f"<dt>Seen</dt><dd><ul>{seen}</ul></dd>{shown}"
        f"<dt>Usually</dt><dd>{escape(said.usually)}</dd>"
        f"<dt>Rival</dt><dd>{escape(causes()[said.rival].title)}</dd>"
        f"<dt>What decides</dt><dd>{escape(said.decide)}"
        f"<pre>{escape(code)}</pre></dd>"
        f"<dt>To do</dt><dd>{escape(said.todo)}</dd>"
        f"<dt>Shown in</dt><dd>notebook {said.lesson:02d}, {escape(said.section)}</dd>"
        "</dl></section>"
    )
