"""The pages of the site, each from what it is made of: a notebook, a Markdown page, other pages."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import lossacc
from lossacc import lessons
from lossacc.commands.site.recorded import Panel
from lossacc.commands.site.tidy import Page, tidied
from lossacc.lab.static_view import RECORD
from lossacc.lessons.registry import Lesson

TEMPLATES = Path(__file__).with_name("templates")


@cache
def _templates() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )


def filled(template: str, **parts: Any) -> str:
    """Fill in a template; what is filled in is escaped, but for what it calls safe."""
    text: str = _templates().get_template(f"{template}.html.j2").render(parts)
    return text


def whole(page: Page, before: Page | None = None, after: Page | None = None) -> str:
    """Put around a page what stands around every page."""
    return filled("page", page=page, before=before, after=after, version=lossacc.__version__)


def notebook_page(name: str, notebook: Any, pages: Collection[str]) -> Page:
    """Make the page of an executed notebook; its panels show recorded runs.

    Parameters
    ----------
    name
        Of its file, without the ending.
    notebook
        With its outputs.
    pages
        The names of the notebooks that are pages of the site.
    """
    from nbconvert import HTMLExporter

    # It embeds no image of Markdown: for that nbconvert 7 parses each piece of HTML by itself, and
    # so closes a fold before what is in it.
    exporter = HTMLExporter(template_name="notebook", extra_template_basedirs=[str(TEMPLATES)])
    body, _ = exporter.from_notebook_node(_with_panels(notebook))
    return tidied(name, body, pages)


def panels(notebook: Any) -> list[Panel]:
    """List what the panels of an executed notebook train."""
    return [Panel.of(data[RECORD]) for data in panel_outputs(notebook)]


def panel_outputs(notebook: Any) -> list[Any]:
    """List what the cells with a panel show, each as a mapping from a MIME type to its data."""
    outputs = [one for cell in notebook.cells for one in cell.get("outputs", [])]
    return [one["data"] for one in outputs if RECORD in one.get("data", {})]


def form(shown: Mapping[str, Any]) -> str:
    """Give the form that chooses among the recorded runs of a panel, from what its cell shows."""
    panel = Panel.of(shown[RECORD])
    experiment = lessons.experiment(panel.experiment)
    variants = [experiment.arm(name) for name in panel.variants]
    return filled(
        "panel", panel=panel, experiment=experiment, variants=variants, still=shown["text/html"]
    )


def _with_panels(notebook: Any) -> Any:
    """Give a notebook whose panels stand in a form that chooses among recorded runs."""
    notebook = copy.deepcopy(notebook)
    for data in panel_outputs(notebook):
        data["text/html"] = form(data)
        del data[RECORD]
    return notebook


def markdown_page(name: str, text: str, pages: Collection[str]) -> Page:
    """Make a page of Markdown."""
    from nbconvert.filters import markdown2html

    return tidied(name, markdown2html(text), pages)


def questions_page(pages: Collection[str]) -> Page:
    """Make the page of what people asked in public."""
    text = files(lessons.__name__).joinpath("QUESTIONS.md").read_text(encoding="utf-8")
    return markdown_page("questions", text, pages)


def list_page(name: str, **parts: Any) -> Page:
    """Make a page that lists other pages, by its template."""
    return tidied(name, filled(name, **parts), ())


def result_pages(texts: Mapping[str, str], pages: Collection[str]) -> list[Page]:
    """Make the pages of the results, in the order of the lessons.

    Parameters
    ----------
    texts
        As `lossacc.lessons.registry.pages` gives them.
    pages
        The names of the notebooks that are pages of the site.
    """
    made = []
    for lesson in lessons.lessons():
        text = texts.get(f"{lesson.name}/results/README.md")
        if text is not None:
            links = ", ".join(f"[{name}]({name})" for name in evidence(lesson))
            text = f"{text}\n\nThe evidence of every seed, as JSON: {links}"
            made.append(markdown_page(f"results_{lesson.notebook}", text, pages))
    return made


def evidence(lesson: Lesson) -> dict[str, bytes]:
    """Give the files with the evidence of a lesson's claims, seed by seed."""
    folder = files(lessons.__name__).joinpath(lesson.name, "results")
    found = [folder.joinpath(f"{name}.seeds.json") for name in lesson.experiments]
    return {one.name: one.read_bytes() for one in found if one.is_file()}
