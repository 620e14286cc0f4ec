"""The sentences of titles and alt texts, computed from a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from lossacc.runs.curves import Curves, Means, Record
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from lossacc.support import validate
from lossacc.support.text import nats, percent, shown_names
from lossacc.support.types import FloatArray

T = TypeVar("T")
Writer = Callable[[float], str]
_WIDE, _CROSSED = 0.2, 4  # what makes a swing, see there
ROLE = {"train": "training", "validation": "validation"}


def example_of(run: Record) -> str:
    """Give what one example of a run is called; of the outline of an earlier one, an image."""
    return getattr(run, "example", "image")


def way(before: str, after: str, rises: bool) -> str:
    """Say which way a number went; nowhere if it reads the same."""
    return "stays" if before == after else "rises" if rises else "falls"


@dataclass(frozen=True)
class Stretch:
    """The stretch of a run that its title speaks of: two rows, and what loss and accuracy did.

    `turns` says that the loss fell before the stretch and rises in it.
    """

    first: int
    last: int
    loss: tuple[float, float]
    accuracy: tuple[float, float]
    turns: bool = False

    @property
    def loss_way(self) -> str:
        """`rises`, `falls` or `stays`."""
        before, after = self.loss
        return way(nats(before), nats(after), after > before)

    @property
    def accuracy_way(self) -> str:
        """`rises`, `falls` or `stays`."""
        before, after = self.accuracy
        return way(percent(before), percent(after), after > before)

    @property
    def same_way(self) -> bool:
        """Whether loss and accuracy both rise, or both fall."""
        return self.loss_way == self.accuracy_way != "stays"


def stretch(scores: Scores | Means) -> Stretch:
    """Find the stretch worth telling: from the lowest loss on where it ends clearly higher.

    "Clearly" is by a twentieth, and by .01 nats at least. Elsewhere it is the whole run. Rows
    where the loss is not finite are passed over.

    Raises
    ------
    ValueError
        If there is no row with a finite loss.
    """
    loss = finite_loss(scores)
    rows = np.flatnonzero(np.isfinite(loss))
    if not len(rows):
        raise ValueError("the loss is not finite at any epoch; expected one that is.")
    low, last = int(rows[np.argmin(loss[rows])]), int(rows[-1])
    turns = bool(loss[last] - loss[low] > max(0.01, 0.05 * loss[low]))
    first = low if turns else int(rows[0])
    return Stretch(
        first,
        last,
        (float(loss[first]), float(loss[last])),
        (float(scores.accuracy[first]), float(scores.accuracy[last])),
        turns and first > rows[0],
    )


def swing(scores: Scores | Means) -> tuple[float, float] | None:
    """Give the accuracies between which a run goes to and fro to its end; None where it does not.

    It does where the second half covers 20 points or more, and crosses their middle four times.
    """
    late = scores.accuracy[len(scores.accuracy) // 2 :]
    low, high = float(late.min()), float(late.max())
    crossed = np.count_nonzero(np.diff(late > (low + high) / 2))
    return (low, high) if high - low >= _WIDE and crossed >= _CROSSED else None


def finite_loss(scores: Scores | Means) -> FloatArray:
    """Give the mean loss, shape (R,); NaN everywhere for an empty set."""
    if isinstance(scores, Scores) and not scores.size:
        return np.full(len(scores.logits), np.nan)
    return scores.loss


def main_set(run: Record, on: str | None) -> str:
    """Give the set to speak of: the one asked for, else the run's own."""
    record("run", run)
    if on is None:
        return run.main
    run.scores(validate.one_of("on", on, ROLE))
    return on


def runs_to_show(name: str, runs: Mapping[str, Run]) -> dict[str, Run]:
    """Give the runs that a figure is to show, by name, one at least."""
    return under_shown_names(validate.named(name, runs, Run, "a Run"))


def records_to_show(name: str, runs: Mapping[str, Record]) -> dict[str, Record]:
    """Give what a figure of means is to show, by name, one at least."""
    found: dict[str, Any] = validate.named(name, runs, object, "a Run")
    return under_shown_names({key: record(f"{name}[{key!r}]", one) for key, one in found.items()})


def record(name: str, one: Any) -> Any:
    """Give back what has epochs and the means of sets: a run, the curves of a log, an outline."""
    if not all(hasattr(one, part) for part in ("epochs", "sets", "scores")):
        raise TypeError(f"{name} is {validate.quoted(one)}; expected a Run.")
    return one


def name_to_show(name: str) -> str:
    """Give what a run is called as a figure can show it; empty where it has no name."""
    if validate.instance("name", name, str, "text") == "":
        return ""
    (shown,) = shown_names([name])
    return shown


def under_shown_names(things: Mapping[str, T]) -> dict[str, T]:
    """Give things under names that a figure can show and tell apart."""
    return dict(zip(shown_names(things), things.values(), strict=True))


def said(run: Record, on: str) -> str:
    """Say in one sentence what loss and accuracy of a set do."""
    scores = run.scores(on)
    if not scores.size:
        nothing = "examples" if isinstance(scores, Scores) else "finite number in this log"
        return f"The {ROLE[on]} set has no {nothing}"
    if isinstance(run, Curves):
        if words := _one_alone(run, on):
            return words
        run = run.both(on)
        scores = run.scores(on)
    if not np.isfinite(scores.loss).any():
        return f"{ROLE[on].capitalize()} loss has no finite value"
    part = stretch(scores)
    lost = int(part.last) + 1 < len(run.epochs)
    end = f"; from {run.unit} {run.epochs[part.last + 1]:g} on it is not a number" if lost else ""
    words = _sentence(run, ROLE[on], part) + _excursion(scores, part)
    return (_swing_sentence(scores, ROLE[on]) or words) + end


def _one_alone(run: Curves, on: str) -> str:
    """Say what a log's loss or accuracy does where the two never stand together; else ""."""
    scores = run.scores(on)
    if (np.isfinite(scores.loss) & np.isfinite(scores.accuracy)).any():
        return ""
    write: Writer
    for name, values, write in (
        ("loss", scores.loss, nats),
        ("accuracy", scores.accuracy, percent),
    ):
        rows = np.flatnonzero(np.isfinite(values))
        if len(rows):
            ends = (float(values[rows[0]]), float(values[rows[-1]]))
            did = way(write(ends[0]), write(ends[1]), ends[1] > ends[0])
            return f"{ROLE[on].capitalize()} {name} {did} {_from_to(ends, write)}"
    return f"{ROLE[on].capitalize()} loss has no finite value"


def _excursion(scores: Scores | Means, part: Stretch) -> str:
    """Own up to a wide drop or leap of an accuracy that ends where it began."""
    if part.accuracy_way != "stays":
        return ""
    inside, stays = scores.accuracy[part.first : part.last + 1], part.accuracy[1]
    far = float(inside[np.abs(inside - stays).argmax()])
    if abs(far - stays) < _WIDE:
        return ""
    return f", but for a {'drop' if far < stays else 'leap'} to {percent(far)}"


def _swing_sentence(scores: Scores | Means, who: str) -> str:
    found = swing(scores)
    if found is None:
        return ""
    late = scores.loss[len(scores.loss) // 2 :]
    low, high = nats(float(np.nanmin(late))), nats(float(np.nanmax(late)))
    between = " and ".join(map(percent, found))
    return (
        f"{who.capitalize()} accuracy swings between {between}, and loss between {low} and {high}"
    )


def _sentence(run: Record, who: str, part: Stretch) -> str:
    if part.first == part.last:
        loss, accuracy = nats(part.loss[0]), percent(part.accuracy[0])
        start = f"At {run.unit} {run.epochs[part.first]:g}, {who} loss is {loss}"
        return f"{start} and accuracy {accuracy}"
    since = f"From {run.unit} {run.epochs[part.first]:g} on, " if part.turns else ""
    name = who if since else who.capitalize()
    loss, accuracy = _from_to(part.loss, nats), _from_to(part.accuracy, percent)
    if part.same_way:
        both = part.loss_way.removesuffix("s")
        ends = f"loss {' to '.join(map(nats, part.loss))}, "
        ends += f"accuracy {' to '.join(map(percent, part.accuracy))}"
        return f"{since}{name} loss and accuracy both {both}: {ends}"
    joined = "while" if "stays" in (part.loss_way, part.accuracy_way) else "and"
    return (
        f"{since}{name} loss {part.loss_way} {loss} {joined} accuracy "
        f"{part.accuracy_way} {accuracy}"
    )


def _from_to(pair: tuple[float, float], write: Writer) -> str:
    before, after = map(write, pair)
    return f"at {before}" if before == after else f"from {before} to {after}"


def described(
    name: str, epochs: FloatArray, values: FloatArray, write: Writer, unit: str = "epoch"
) -> str:
    """Say what a curve does: its start, its lowest and highest point, its end.

    Returns
    -------
    str
        One sentence, for an alt text.
    """
    rows = np.flatnonzero(np.isfinite(values))
    if not len(rows):
        return f"{name} has no finite value."
    low, high = rows[np.argmin(values[rows])], rows[np.argmax(values[rows])]
    inner = sorted({int(low), int(high)} - {int(rows[0]), int(rows[-1])})
    words = [f"{name} starts at {write(values[rows[0]])}"]
    for row in inner:
        verb = "falls to" if row == low else "reaches"
        words.append(f"{verb} {write(values[row])} at {unit} {epochs[row]:g}")
    if len(rows) > 1:
        words.append(f"ends at {write(values[rows[-1]])} at {unit} {epochs[rows[-1]]:g}")
    return ", ".join(words) + "."
