"""The one way in which what was found prints itself, and shows itself in a notebook."""

from __future__ import annotations

import html
from collections.abc import Sequence

from lossacc.support.text import Sheet


class Report:
    """A headline, what lies below it, and a line at the foot.

    A report is a dataclass without a `repr` of its own. It gives its headline, and of the rest what
    it has.
    """

    @property
    def headline(self) -> str:
        """What was found, in a line."""
        raise NotImplementedError

    @property
    def lines(self) -> Sequence[str]:
        """What stands below the headline in text."""
        return ()

    @property
    def sheets(self) -> Sequence[Sheet]:
        """The same as tables, for a notebook."""
        return ()

    @property
    def foot(self) -> str:
        """Where the numbers come from, or what else is to be said."""
        return ""

    def __str__(self) -> str:
        """Give the report as text."""
        return "\n".join([self.headline, *self.lines, *([self.foot] if self.foot else [])])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """Give the report for a notebook."""
        tables = "".join(sheet._repr_html_() for sheet in self.sheets)
        foot = f"<p>{html.escape(self.foot)}</p>" if self.foot else ""
        return f"<p><strong>{html.escape(self.headline)}</strong></p>{tables}{foot}"
