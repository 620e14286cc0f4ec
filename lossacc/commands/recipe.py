"""`lossacc recipe`: train a whole recipe, and save the part that is small enough to pass on."""

from __future__ import annotations

from pathlib import Path

from lossacc import lessons
from lossacc.commands.figure import save_figure
from lossacc.recipe.recipes import Plan
from lossacc.runs.run import Run


def follow(plan: Plan, folder: Path) -> Run | None:
    """Train a plan to its end.

    Parameters
    ----------
    plan
        What to train.
    folder
        What it is kept in, and gone on from.

    Returns
    -------
    Run or None
        The whole run; None where Ctrl+C ended the training.
    """
    from lossacc.recipe.train import train_plan

    try:
        return train_plan(plan, folder, _say)
    except KeyboardInterrupt:
        _say(
            f"\nInterrupted. What is done is kept in {folder}: the same command goes on from there."
        )
        return None


def save(run: Run, plan: Plan, folder: Path) -> None:
    """Save the recorded part of a run, and its curves, into its folder."""
    from lossacc.recipe.train import recorded_part

    path = recorded_part(run, plan.seed).save(folder / f"{plan.name}.npz", half=True)
    figure = save_figure(run, path)
    home = Path(lessons.__file__).parent / plan.recipe.replace("-", "_") / "results"
    _say(f"\nSaved {path} and {figure}. Notebooks open the run from {home}: copy it there.")


def _say(text: str) -> None:
    """Print a line at once, also into a file."""
    print(text, flush=True)
