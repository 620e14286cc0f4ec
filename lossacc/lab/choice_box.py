"""The widget of one of a few values: a row of buttons, or the steps of a slider.

The radio buttons and sliders of ipywidgets have no name for a screen reader, and its radio buttons
do not heed the arrow keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import anywidget
import traitlets

from lossacc.lab.script import script


class ChoiceBox(anywidget.AnyWidget):
    """One of a few values.

    Parameters
    ----------
    label
        What is chosen.
    names
        Each value as it is shown.
    index
        Which one is chosen; None for none, which a slider cannot show.
    says
        A sentence for each value, seen where it is pointed at.
    means
        What is chosen, in a sentence.
    steps
        Whether it is a slider.

    Attributes
    ----------
    what
        What the page shows of all this.
    disabled
        Whether the learner can choose.
    """

    _esm = script("choice_box.js")
    what = traitlets.Dict().tag(sync=True)
    index = traitlets.Int(None, allow_none=True).tag(sync=True)
    disabled = traitlets.Bool(False).tag(sync=True)

    def __init__(
        self,
        label: str,
        names: Sequence[str],
        index: int | None = None,
        *,
        says: Sequence[str] = (),
        means: str = "",
        steps: bool = False,
    ) -> None:
        """Show the values, and which one is chosen."""
        what = {"label": label, "names": list(names), "says": list(says), "means": means}
        super().__init__(what={**what, "steps": steps}, index=index)

    @traitlets.validate("index")
    def _checked(self, proposal: dict[str, Any]) -> int | None:
        """Refuse what is no place of a value; a page may send anything."""
        index: int | None = proposal["value"]
        if index is not None and not 0 <= index < len(self.what["names"]):
            raise traitlets.TraitError(
                f"index is {index}; expected 0 to {len(self.what['names']) - 1}"
            )
        return index
