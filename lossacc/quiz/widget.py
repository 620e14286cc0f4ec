"""The live face of a question: a click replies, and the answer is kept.

Each option is a button of its own. The radio buttons of ipywidgets have no common name, so that
neither arrow keys nor screen readers take them for a group; and a reply on choice must not be given
to somebody who only walks through the options. A button is reached with Tab and pressed on purpose.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from functools import partial
from typing import Any

import ipywidgets as widgets

from lossacc.quiz import store
from lossacc.quiz.markup import as_html, as_text
from lossacc.quiz.questions import Choice, FreeText, Option, Question
from lossacc.support.frontend import close_widgets

# JupyterLab's own colours, so that the panel follows the light and the dark theme.
_STYLE = """<style>
.lossacc-ask { max-width: 48em; font-size: var(--jp-content-font-size1); }
.lossacc-ask .widget-html, .lossacc-ask .widget-html-content { height: auto; font-size: inherit;
  line-height: 1.5; }
.lossacc-ask .lossacc-unseen { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }
.lossacc-ask .lossacc-option { width: calc(100% - 4px); height: auto; margin: 2px;
  padding: .4em .8em; font-size: inherit; line-height: 1.4; text-align: left; white-space: normal;
  color: var(--jp-ui-font-color1); background: var(--jp-layout-color1);
  border: 1px solid var(--jp-border-color1); border-left-width: 5px; }
.lossacc-ask .lossacc-option:hover { background: var(--jp-layout-color2); }
.lossacc-ask .lossacc-chosen { border-color: var(--jp-ui-font-color1); font-weight: 600; }
.lossacc-ask button:focus-visible { outline: 2px solid var(--jp-brand-color1);
  outline-offset: 1px; }
.lossacc-ask .lossacc-side { display: flex; flex-flow: row wrap; gap: 0 1em; }
.lossacc-ask .lossacc-side > * { flex: 1 1 18em; width: auto; }
.lossacc-ask .widget-textarea { flex-direction: column; align-items: stretch; }
.lossacc-ask .widget-textarea label { width: auto; text-align: left; }
</style>"""


def panel_of(
    question: Question, kept_as: str | None = None, heading: str = ""
) -> ChoicePanel | FreeTextPanel:
    """Make the panel that asks a question.

    Parameters
    ----------
    question
        The question.
    kept_as
        The key under which the answer is kept; None for the question's own.
    heading
        Said above the question, where the page does not show it; "" where it does.
    """
    kept_as = kept_as or question.kept_as
    if isinstance(question, Choice):
        return ChoicePanel(question, kept_as, heading)
    return FreeTextPanel(question, kept_as, heading)


class Panel:
    """What the two kinds of panel have in common: a box of widgets that can be taken away."""

    box: Any

    def close(self) -> None:
        """Take every widget away."""
        close_widgets(self.box)

    def is_like(self, other: Any) -> bool:
        """Take nothing over from another panel: an answer is kept in a file."""
        return False


class Stacked(Panel):
    """Several panels, one below the other."""

    def __init__(self, panels: Sequence[Panel]) -> None:
        self.panels = panels
        self.box = widgets.VBox([panel.box for panel in panels])


class OptionsPanel(Panel):
    """A button for every option; below them the reply, and the other replies, folded.

    Parameters
    ----------
    question, kept_as, heading
        As in `panel_of`.
    below
        What else stands in the box, below the options.
    """

    def __init__(self, question: Choice, kept_as: str, heading: str, *below: Any) -> None:
        self.question, self.kept_as = question, kept_as
        shown = question.shown.values()
        self.buttons = {option.key: styled_button("lossacc-option") for option in shown}
        for answer, button in self.buttons.items():
            button.on_click(partial(self._choose, answer))
        self.reply, self.others = widgets.HTML(), widgets.HTML()
        self.box = _box(question, heading, *self.buttons.values(), *below, self.reply, self.others)

    def _choose(self, answer: str, _: Any) -> None:
        """Keep an answer and show what there is to show of it."""
        raise NotImplementedError

    def _mark(self, answer: Any, told: str) -> None:
        """Say on the buttons which option is the learner's."""
        for option in self.question.shown.values():
            says, button = as_text(self.question.said(option)), self.buttons[option.key]
            chosen = option.key == answer
            button.description = f"{says} ({told})" if chosen else says
            (button.add_class if chosen else button.remove_class)("lossacc-chosen")

    def _reply(self, answer: Any, role: str) -> None:
        """Reply to an answer. A reply that was not asked for is not spoken."""
        chosen = self.question.option(answer)
        reply = self.question.reply_html(chosen, chosen=True) if chosen else ""
        self.reply.value = told_html(reply, role)
        self.others.value = self._other_replies(chosen) if chosen else ""

    def _other_replies(self, chosen: Option) -> str:
        others = [option for option in self.question.shown.values() if option is not chosen]
        replies = "".join(f"<p>{self.question.reply_html(option)}</p>" for option in others)
        return f"<details><summary>The replies to the other options</summary>{replies}</details>"


class ChoicePanel(OptionsPanel):
    """A question whose reply comes at once. If an answer was kept, it is shown with its reply."""

    def __init__(self, question: Choice, kept_as: str, heading: str = "") -> None:
        super().__init__(question, kept_as, heading)
        self._show(store.kept(kept_as))

    def _choose(self, answer: str, _: Any) -> None:
        store.keep(self.kept_as, answer)
        self._show(answer, role="status")

    def _show(self, answer: Any, role: str = "note") -> None:
        self._mark(answer, "your answer")
        self._reply(answer, role)


class FreeTextPanel(Panel):
    """A text to fill in, and a button that shows an answer beside it.

    Parameters
    ----------
    question, kept_as, heading
        As in `panel_of`. If a text was kept, it is shown.
    """

    def __init__(self, question: FreeText, kept_as: str, heading: str = "") -> None:
        self.question, self.kept_as = question, kept_as
        kept = store.kept(kept_as)
        self.text = widgets.Textarea(
            value=_sendable(kept) if isinstance(kept, str) else "",
            description="Your answer",
            continuous_update=False,  # the text is kept when the learner leaves it
            rows=5,
        )
        self.text.observe(self._keep, "value")
        self.compare = styled_button("lossacc-compare", "Compare")
        self.compare.on_click(self._compare)
        self.reply = widgets.HTML()
        side_by_side = widgets.Box([self.text, self.reply])
        side_by_side.add_class("lossacc-side")
        self.box = _box(question, heading, side_by_side, self.compare)

    def _keep(self, change: Any) -> None:
        store.keep(self.kept_as, change["new"])

    def _compare(self, _: Any) -> None:
        told = f"<b>An answer to compare with yours:</b> {as_html(self.question.model)}"
        self.reply.value = told_html(told, role="status")


def _sendable(text: str) -> str:
    """Give a text as a page can be sent it; the file of answers may hold half of a letter."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _box(question: Question, heading: str, *below: Any) -> Any:
    """Put the question and the rest into one box."""
    # Without a heading the notebook shows the question just above. A screen reader that goes from
    # control to control has passed it by.
    asks = f'<p class="lossacc-unseen">{html.escape(as_text(question.asks))}</p>'
    if heading:
        asks = f"<p><b>{html.escape(heading)}.</b> {as_html(question.asks)}</p>"
    box = widgets.VBox([widgets.HTML(_STYLE + asks), *below])
    box.add_class("lossacc-ask")
    return box


def styled_button(kind: str, says: str = "") -> Any:
    """Make a button of a kind that the style knows."""
    button = widgets.Button(description=says)
    button.add_class(kind)
    return button


def told_html(reply: str, role: str) -> str:
    """Give a reply, and what there is to say of the file of answers; "" where there is neither."""
    said = "".join(f"<p>{part}</p>" for part in (reply, html.escape(store.news())) if part)
    return said and f'<div role="{role}">{said}</div>'
