"""The pictures of a panel: whose they are, what they say, and that they fit any column."""

import re
from dataclasses import replace

import numpy as np
import pytest

from lossacc import figures
from lossacc.lab import html_pictures
from lossacc.lab.empty_axes import axes_of
from lossacc.lab.featured import VIEWS
from lossacc.lab.run_history import outline
from lossacc.lab.sketch import Sketch
from lossacc.lab.snapshot import FaintLine, Snapshot
from lossacc.lab.task import Task
from tests.lab.fakes import few_images, run_of
from tests.made_runs import broken

TASK = Task({"rate": 1.0, "size": "small"}, 1)


def snapshot_of(rows=6, **changes):
    images = few_images()
    run = run_of(TASK.knobs, 1, rows, images)
    fields = {"images": (images, images), "ended": True} | changes
    return Snapshot(1, TASK, TASK, run, **fields)


def labels(html):
    return re.findall(r'role="img" aria-label="([^"]*)"', html)


def drawn(snapshot, name):
    return html_pictures.plane(snapshot) if name == "plane" else html_pictures.view(snapshot, name)


def test_the_curves_are_two_drawings_of_which_the_first_says_it_all():
    snapshot = snapshot_of()
    picture = figures.curves(snapshot.run)
    first, second = labels(html_pictures.curves(snapshot))
    assert first == f"{picture.title}. {picture.alt}"
    assert second.startswith(picture.title)


def test_what_was_found_is_the_title_of_the_curves():
    snapshot = snapshot_of()
    found = html_pictures.finding(snapshot)
    assert found == f"{figures.curves(snapshot.run).title}. Run 1, seed 1."


@pytest.mark.parametrize("name", ["curves", "plane", "ledger", "losses"])
def test_no_picture_is_magnified_and_no_text_is_below_twelve_pixels(name):
    snapshot = snapshot_of()
    html = html_pictures.curves(snapshot) if name == "curves" else drawn(snapshot, name)
    for svg in html.split("<svg")[1:]:
        width, wide = re.search(r'width="(\d+)" .*?viewBox="0 0 (\d+) ', svg).groups()
        assert int(width) == 336
        sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)"', svg)]
        assert min([*sizes, 14.0]) * int(width) / int(wide) >= 12.0


def test_the_empty_axes_have_the_lines_of_a_run_and_nothing_of_what_it_did():
    run = snapshot_of().run
    axes = axes_of(run)
    for html in (html_pictures.empty_curves(axes), html_pictures.empty_plane(axes)):
        assert ">ln 2</text>" in html
        assert ">base rate</text>" in html
        assert "nothing is trained yet" in html
        assert "#D55E00" not in html


def test_a_penalty_has_its_curve_where_there_is_one():
    snapshot = snapshot_of()
    assert ">penalty</text>" not in html_pictures.curves(snapshot)
    with_one = replace(snapshot, run=replace(snapshot.run, penalty=np.linspace(3.0, 1.0, 6)))
    assert ">penalty</text>" in html_pictures.curves(with_one)


def test_an_outline_draws_the_same_faint_line_as_its_run():
    base = run_of({"rate": 0.5, "size": "small"}, 1, 6, few_images())
    snapshot = snapshot_of(earlier=(FaintLine("base", "base", outline(base)),), name="fast")
    real = figures.curves(snapshot.run, earlier={"base": base}, name="fast")
    assert labels(html_pictures.curves(snapshot))[0] == f"{real.title}. {real.alt}"
    assert ">fast</text>" in html_pictures.curves(snapshot)
    plane, alone = (html_pictures.plane(one) for one in (snapshot, snapshot_of()))
    assert plane.count("<path") > alone.count("<path")


def test_outlines_of_seeds_make_a_band():
    others = tuple(outline(run_of({"rate": 0.5}, seed, 6, few_images())) for seed in (2, 3))
    assert 'fill-opacity=".2"' in html_pictures.curves(snapshot_of(seeds=others))
    assert 'fill-opacity=".2"' not in html_pictures.curves(snapshot_of())


def ticks(html):
    return {int(text) for text in re.findall(r">(\d+)</text>", html)}


def test_while_it_trains_the_axis_reaches_the_last_epoch_to_come():
    assert 5 in ticks(html_pictures.curves(snapshot_of(rows=2, ended=False)).split("<svg")[1])
    assert 5 not in ticks(html_pictures.curves(snapshot_of(rows=2, ended=True)).split("<svg")[1])


def test_while_it_trains_what_was_drawn_reaches_the_last_epoch_to_come():
    sketch = Sketch("loss", (0, 1, 2, 5), (0.7, 0.5, 0.4, 0.1), 1.0)
    pictures = [
        html_pictures.curves_picture(snapshot_of(rows=2, ended=ended, sketches=(sketch,)))
        for ended in (False, True)
    ]
    lines = [picture.panels[0].marks[-1] for picture in pictures]
    assert [line.x.tolist() for line in lines] == [[0, 1, 2, 5], [0, 1]]


@pytest.mark.parametrize("name", ["plane", *VIEWS])
@pytest.mark.parametrize("rows", [1, 2, 6])
def test_every_view_draws_a_run_of_any_length(name, rows):
    html = drawn(snapshot_of(rows=rows), name)
    assert labels(html) or "compares two epochs" in html


@pytest.mark.parametrize("name", ["plane", *VIEWS])
def test_a_network_that_broke_down_is_drawn_or_it_is_said_why(name):
    snapshot = snapshot_of()
    snapshot = replace(snapshot, run=broken(snapshot.run, slice(2, None)))
    html = drawn(snapshot, name)
    assert labels(html) or "There is no ledger of this run" in html
    assert labels(html_pictures.curves(snapshot))


def test_the_ledger_names_each_group_with_its_count():
    html = html_pictures.view(snapshot_of(), "ledger")
    assert re.search(r">stayed right, \d+</text>", html)
    assert re.search(r">together, 4</text>", html)
    assert "epochs 0 to 5: each group" in html


@pytest.mark.parametrize("name", ["ledger", "losses"])
def test_a_number_keeps_its_unit_on_its_line(name):
    assert " %" not in re.sub(r"<svg.*?</svg>", "", html_pictures.view(snapshot_of(), name))


def test_what_is_trained_on_and_its_gradient_are_views():
    snapshot = snapshot_of()
    run = replace(snapshot.run, objective=np.linspace(0.9, 0.3, 6), gradient_norm=np.ones(6))
    for name in ("trained on", "gradient"):
        (label,) = labels(html_pictures.view(replace(snapshot, run=run), name))
        assert label.startswith("What is trained on falls from 0.900 to 0.300")
    begun = snapshot_of(rows=1)
    unknown = replace(begun.run, objective=np.ones(1), gradient_norm=np.full(1, np.nan))
    html = html_pictures.view(replace(begun, run=unknown), "gradient")
    assert "not known yet" in html


def test_its_axis_too_reaches_the_last_epoch_to_come():
    snapshot = snapshot_of(rows=2, ended=False)
    run = replace(snapshot.run, objective=np.ones(2))
    assert 5 in ticks(html_pictures.view(replace(snapshot, run=run), "trained on"))
