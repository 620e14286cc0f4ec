"""`Diagnosis`: what the evidence supports, what it rules out, and what would decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill, indent

from lossacc.checks.clinic.causes import INSEPARABLE, Cause, causes
from lossacc.checks.clinic.differential import Candidate
from lossacc.support.report import Report
from lossacc.support.text import Sheet

PRINTED, EXAMPLES = "printed numbers", "every example"
COMPARED, MEASURED = "the sets", "model and data"
_BASIS = {
    PRINTED: "It stands on printed numbers only: no example was seen. A Run tells more.",
    EXAMPLES: "It stands on a Run, which holds every example's outputs.",
    COMPARED: "It stands on the sets beside these numbers: they were searched and compared.",
    MEASURED: "It stands on the model and the data: what decides was measured.",
}
_SHOWN = 3  # causes in the text
SEEN = 1.0  # a score up to which nothing was seen but what nearly passes, or prints the same
_WIDTH = 100  # characters of a line: a cell of a notebook on a laptop shows 110
CLOSE = 0.75  # of a score: nearer than that are as good as level


@dataclass(frozen=True, repr=False)
class Diagnosis(Report):
    """What a run or a log supports. It prints itself, and shows itself as a table.

    Parameters
    ----------
    basis
        "printed numbers", "every example", "the sets" or "model and data": what it stands on.
    candidates
        The causes that something speaks for, the likeliest first.
    ruled_out
        Those that something speaks against and nothing for.
    symptom
        What is said of confidence, where loss and accuracy of validation rise together or part;
        empty where they do not.
    seen
        What was looked at, in a line.
    recorded
        Whether it was a Run, which holds every example's outputs.
    decided
        Whether a measurement speaks for the first cause.
    notes
        What could not be measured, a sentence each.
    framework
        "keras" or "torch": whose code decides.
    """

    basis: str
    candidates: tuple[Candidate, ...]
    ruled_out: tuple[Candidate, ...]
    symptom: str
    seen: str
    recorded: bool
    decided: bool
    notes: tuple[str, ...] = ()
    framework: str = "keras"

    @property
    def level(self) -> tuple[str, ...]:
        """The causes that come first together: one, or several that cannot be told apart here.

        Where printed numbers alone decide, causes whose printed numbers are alike belong together.
        """
        if not self.candidates or self.candidates[0].score <= SEEN:
            return ()
        first = self.candidates[0]
        near = [one for one in self.candidates if first.score - one.score < CLOSE]
        names = [one.cause for one in near]
        if not (self.recorded or self.decided):
            names += [
                one.cause
                for one in self.candidates
                if one.cause not in names
                and one.score > SEEN
                and any({first.cause, one.cause} <= group for group in INSEPARABLE)
            ]
        return tuple(names)

    @property
    def shown(self) -> tuple[Candidate, ...]:
        """The causes that are explained: what comes first together, then what else was seen."""
        level = self.level
        seen = [one for one in self.candidates if one.score > SEEN]
        others = [one for one in seen if one.cause not in level]
        together = [one for one in self.candidates if one.cause in level]
        return (*together, *others)[: max(_SHOWN, len(together))]

    @property
    def rest(self) -> tuple[str, ...]:
        """A sentence with the likeliest causes that are not explained; none where all are."""
        more = [one.cause for one in self.candidates if one not in self.shown][:_SHOWN]
        return (f"Less likely: {', '.join(more)}.",) if more else ()

    @property
    def verdict(self) -> str:
        """The first cause; "healthy"; or "cannot tell", where several come first or none does."""
        return self.level[0] if len(self.level) == 1 else "cannot tell"

    @property
    def headline(self) -> str:
        """The answer in a line."""
        if self.verdict != "cannot tell":
            return f"{causes()[self.verdict].title}."
        if not self.level:
            return "Cannot tell: nothing stands out in these numbers. Record a Run."
        titles = [causes()[one.cause].title for one in self.shown if one.cause in self.level]
        return f"Cannot tell these apart here: {'; '.join(titles)}."

    @property
    def lines(self) -> tuple[str, ...]:
        """The symptom, then each cause with what was seen and what would decide."""
        told = [_folded(f"Symptom: {self.symptom}")] if self.symptom else []
        shown = [self._told(k, one) for k, one in enumerate(self.shown)]
        out = [f"  against {c.cause}: {c.against}" for c in self.ruled_out]
        return (*told, *shown, *self.rest, *(["Ruled out:", *out] if out else []))

    def _told(self, place: int, one: Candidate) -> str:
        said = causes()[one.cause]
        seen = [_folded(f"   seen: {evidence.seen}") for evidence in one.evidence]
        where = [
            f"   examples: {', '.join(map(str, evidence.examples))}"
            for evidence in one.evidence
            if evidence.examples
        ]
        return "\n".join(
            [f"{place + 1}. {said.title}", *seen, *where, *_advice(said, self.code(one.cause))]
        )

    def code(self, cause: str) -> str:
        """Give the code that decides on a cause, to paste."""
        return causes()[cause].paste(recorded=self.recorded, framework=self.framework)

    @property
    def sheets(self) -> Sequence[Sheet]:
        """The causes as a table."""
        rows = [
            (
                causes()[one.cause].title,
                " ".join(evidence.seen for evidence in one.evidence),
                causes()[one.cause].decide,
                self.code(one.cause),
                causes()[one.cause].todo,
            )
            for one in self.shown
        ]
        columns = ("cause", "what was seen", "what decides", "code", "what to do")
        return (Sheet(columns, tuple(rows)),) if rows else ()

    @property
    def foot(self) -> str:
        """What it stands on."""
        return "\n".join([self.seen, _BASIS[self.basis], *self.notes])


def _advice(said: Cause, code: str) -> list[str]:
    """Write what a cause usually means, its rival, what decides and what to do."""
    lines = [
        _folded(f"   usually: {said.usually}"),
        _folded(f"   rival: {causes()[said.rival].title}. {said.decide}"),
        indent(code, " " * 5),
        _folded(f"   to do: {said.todo}"),
    ]
    return [*lines, f"   shown in notebook {said.lesson:02d}, {said.section!r}"]


def _folded(line: str) -> str:
    """Break a long line between words."""
    return fill(line, _WIDTH, subsequent_indent=" " * 5, break_long_words=False)
