"""Which column is what: training or validation, loss or accuracy, per cent or a fraction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from lossacc.runs.curves import ROLES, Curves
from lossacc.runs.logs.merging import Epoch, Found
from lossacc.runs.logs.names import Meaning, aside, meaning, words
from lossacc.runs.logs.rows import LogError
from lossacc.support.types import FloatArray

_SLOW = ("step", "batch", "running", "smooth", "smoothed", "ema", "iter", "moving")


@dataclass(slots=True)
class Table:
    """The columns of one run.

    Parameters
    ----------
    at
        Shape (R,): epochs.
    columns
        Name to array of shape (R,), as printed.
    percent
        Name to which of its values bear "%", shape (R,).
    """

    at: FloatArray
    columns: dict[str, FloatArray]
    percent: dict[str, FloatArray]


@dataclass(slots=True)
class Answer:
    """What was decided, assumed and asked."""

    taken: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)


def table(epochs: list[Epoch]) -> Table:
    """Lay the epochs of a run out in columns."""
    names = list(dict.fromkeys(name for one in epochs for name in one.values))
    at = np.array([one.at for one in epochs])
    columns = {name: np.full(len(at), np.nan) for name in names}
    percent = {name: np.zeros(len(at), bool) for name in names}
    for row, one in enumerate(epochs):
        for name, value in one.values.items():
            columns[name][row] = value
            percent[name][row] = one.percent.get(name, False)
    return Table(at, columns, percent)


def as_curves(
    found: Found,
    *,
    source: str,
    format: str,
    convention: str,
    columns: Mapping[str, str] | None,
    percent: bool | None,
    notes: list[str],
    unread: list[tuple[int, str]],
) -> Curves:
    """Give the columns of a run their meaning.

    Raises
    ------
    LogError
        If `columns` names what is not there, or no column has a meaning.
    """
    held = table(found.epochs)
    answer = Answer(notes=[*notes, *found.notes])
    _once_only(held, answer)
    for role in ROLES:
        _take(role, held, answer, convention, columns)
    _test_as_validation(held, answer, columns)
    if not answer.taken and not answer.questions:
        raise LogError(_nothing(held, source))
    arrays = {role: np.full(len(held.at), np.nan) for role in ROLES}
    for role, name in list(answer.taken.items()):
        arrays[role] = held.columns[name]
    _fractions(arrays, held, answer, percent)
    if not answer.taken and not answer.questions:
        raise LogError(_nothing(held, source))
    used = set(answer.taken.values())
    other = {name: values for name, values in held.columns.items() if name not in used}
    return Curves(
        held.at,
        train_loss=arrays["train_loss"],
        train_accuracy=arrays["train_accuracy"],
        validation_loss=arrays["validation_loss"],
        validation_accuracy=arrays["validation_accuracy"],
        other=other,
        source=source,
        format=format,
        taken=answer.taken,
        notes=tuple(dict.fromkeys(answer.notes)),
        questions=tuple(answer.questions),
        unread=_told(unread),
        unit=found.unit,
    )


def _told(unread: list[tuple[int, str]]) -> tuple[str, ...]:
    some = [f"line {number}: {text[:100]}" for number, text in unread[:3]]
    more = [f"... and {len(unread) - 3} more lines with numbers"] if len(unread) > 3 else []
    return (*some, *more)


def _nothing(held: Table, source: str) -> str:
    named = ", ".join(map(repr, list(held.columns)[:8])) or "none with a name"
    return (
        f"{source} has numbers, but none that is a loss or an accuracy by its name (found: {named})"
        '; say columns={"validation_loss": "NAME"} or the like'
    )


def _once_only(held: Table, answer: Answer) -> None:
    """Put aside what a log says once of a test set, at its end: a summary, no curve."""
    last = len(held.at) - 1
    for name, values in list(held.columns.items()):
        said = np.flatnonzero(~np.isnan(values))
        if last and said.tolist() == [last] and meaning(name).on == "test":
            answer.notes.append(
                f"{name!r} is said once, at the end ({values[last]:g}), and is no curve"
            )
            del held.columns[name], held.percent[name]


def _candidates(
    on: str, quantity: str, held: Table, convention: str
) -> list[tuple[tuple[int, ...], str]]:
    """Give the columns that could be the loss or the accuracy of a set, the likeliest first."""
    found = []
    for name in held.columns:
        what = meaning(name)
        if what.quantity != quantity or aside(name) or not _of(what, on, quantity, convention):
            continue
        slow = any(word in name.lower() for word in _SLOW)
        behind = not name.endswith(" (mean)") and f"{name} (mean)" in held.columns
        found.append(
            ((what.extra, int(slow), int(behind), int(not what.on), len(words(name))), name)
        )
    return sorted(found)


def _of(what: Meaning, on: str, quantity: str, convention: str) -> bool:
    if what.on:
        return what.on == on
    if quantity == "accuracy" and convention:
        return on == convention
    return on == "train"


def _take(
    role: str,
    held: Table,
    answer: Answer,
    convention: str,
    columns: Mapping[str, str] | None,
) -> None:
    """Choose the column of one role, or ask."""
    if columns and role in columns:
        answer.taken[role] = asked(columns[role], held.columns)
        return
    on, quantity = role.split("_")
    used = set(answer.taken.values()) | set((columns or {}).values())
    found = [one for one in _candidates(on, quantity, held, convention) if one[1] not in used]
    if (best := _likeliest(role, found, held, answer)) is not None:
        answer.taken[role] = best
        _say_assumed(role, best, held, answer)


def _likeliest(
    role: str, found: list[tuple[tuple[int, ...], str]], held: Table, answer: Answer
) -> str | None:
    """Give the likeliest column; ask where several are as likely and differ."""
    best = [name for rank, name in found if rank == found[0][0]]
    different = [
        name for name in best
        if not np.array_equal(held.columns[best[0]], held.columns[name], equal_nan=True)
    ]  # fmt: skip
    if different:
        listed = " or ".join(map(repr, best[:4]))
        answer.questions.append(
            f"the {role.replace('_', ' ')} could be {listed}; say columns="
            f'{{"{role}": {best[0]!r}}} or the other'
        )
        return None
    return best[0] if best else None


def _say_assumed(role: str, name: str, held: Table, answer: Answer) -> None:
    what = meaning(name)
    if what.on or _paired(name, held):
        return
    on = "training" if role.startswith("train") else "validation"
    habit = ", as fastai and Hugging Face print it" if on == "validation" else ""
    answer.notes.append(
        f"{name!r} names no set and was taken as the {on}'s{habit}; `columns` can say otherwise"
    )


def _paired(name: str, held: Table) -> bool:
    """Tell whether the same name stands with "val_" in front too, which settles it."""
    return any(f"{on}_{name}" in held.columns for on in ("val", "valid", "eval", "test"))


def asked(name: str, columns: Mapping[str, object]) -> str:
    """Find the column that the caller names.

    Raises
    ------
    LogError
        If there is none of that name.
    """
    if name in columns:
        return name
    alike = [one for one in columns if one.lower() == str(name).lower()]
    if len(alike) == 1:
        return alike[0]
    raise LogError(
        f"there is no column {name!r}; this log has {', '.join(map(repr, list(columns)[:20]))}"
    )


def _test_as_validation(held: Table, answer: Answer, columns: Mapping[str, str] | None) -> None:
    """Where a log has no validation but a test set, that is what the training was watched by."""
    if any(role.startswith("validation") for role in [*answer.taken, *(columns or {})]):
        return
    if any("the validation" in text for text in answer.questions):
        return
    for role in ("validation_loss", "validation_accuracy"):
        found = _candidates("test", role.split("_")[1], held, "")
        if (best := _likeliest(role, found, held, answer)) is not None:
            answer.taken[role] = best
            answer.notes.append(
                f"the log has no validation; {best!r}, of a test set, stands for it"
            )


def _fractions(
    arrays: dict[str, FloatArray], held: Table, answer: Answer, percent: bool | None
) -> None:
    """Bring accuracies to 0 to 1."""
    for role in ("train_accuracy", "validation_accuracy"):
        if role not in answer.taken:
            continue
        name = answer.taken[role]
        values, signs = held.columns[name], held.percent[name]
        kind = _kind(values, signs, percent) if percent is None else percent
        if kind == "fraction?":
            kind = _beside(role, held, answer, percent)
        if isinstance(kind, str):
            answer.questions.append(kind.format(name=name, most=np.nanmax(values)))
            arrays[role] = np.full(len(values), np.nan)
            del answer.taken[role]
        elif kind:
            arrays[role] = values / 100
            told = "" if signs.any() else "; say percent=False if it is not so"
            answer.notes.append(f"{name!r} was read as per cent{told}")


def _kind(values: FloatArray, signs: FloatArray, percent: bool | None) -> bool | str:
    """Tell per cent (True) from a fraction (False); a sentence where both are possible."""
    if signs.any():
        return True
    known = values[np.isfinite(values)]
    if not known.size or known.max() <= 1:
        return "fraction?" if known.size and known.min() >= 0 and known.max() > 0 else False
    if known.max() > 100 or known.min() < 0:
        return (
            "{name!r} reaches {most:g} and is no accuracy; it was kept beside. "
            'Say columns={{"validation_accuracy": ...}} if another column is meant'
        )
    if known.max() <= 2:
        return (
            "{name!r} reaches {most:g}: per cent, or a measure that is not an accuracy? It was "
            "left out; say percent=True or percent=False"
        )
    return True


def _beside(role: str, held: Table, answer: Answer, percent: bool | None) -> bool | str:
    """Judge numbers up to 1 by the other set's accuracy, where that is in per cent."""
    other = "train_accuracy" if role.startswith("validation") else "validation_accuracy"
    name = answer.taken.get(other)
    if name is None or held.percent[name].any():
        return False
    beside = held.columns[name]
    if _kind(beside, held.percent[name], percent) is not True:
        return False
    here = held.columns[answer.taken[role]]
    both = np.isfinite(here) & np.isfinite(beside) & (here > 0) & (beside > 0)
    if both.any() and 0.5 <= np.median(100 * here[both] / beside[both]) <= 2:
        answer.notes.append(f"{answer.taken[role]!r} was read as a fraction beside per cent")
        return False
    return (
        "{name!r} reaches {most:g} while the other accuracy is in per cent: a fraction or per "
        "cent? It was left out; say percent=True, or columns for what is meant"
    )
