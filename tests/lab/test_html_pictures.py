"""The pictures of a panel: whose they are, what they say, and that they fit any column."""

import re
from dataclasses import replace

import numpy as np
import pytest

from lossacc import figures
from lossacc.lab import html_pictures
from lossacc.lab.run_history import outline
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


def test_the_curves_are_two_drawings_of_which_the_first_says_it_all():
    snapshot = snapshot_of()
    picture = figures.curves(snapshot.run)
    html = html_pictures.curves(snapshot)
    first, second = labels(html)
    assert first == f"{picture.title}. {picture.alt}"
    assert second.startswith(picture.title)
    assert html.count('<p class="lossacc-title">') == 1


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
    plane, alone = (html_pictures.view(one, "plane") for one in (snapshot, snapshot_of()))
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


@pytest.mark.parametrize("name", html_pictures.VIEWS)
@pytest.mark.parametrize("rows", [1, 2, 6])
def test_every_view_draws_a_run_of_any_length(name, rows):
    html = html_pictures.view(snapshot_of(rows=rows), name)
    assert labels(html) or "compares two epochs" in html


@pytest.mark.parametrize("name", html_pictures.VIEWS)
def test_a_network_that_broke_down_is_drawn_or_it_is_said_why(name):
    snapshot = snapshot_of()
    snapshot = replace(snapshot, run=broken(snapshot.run, slice(2, None)))
    html = html_pictures.view(snapshot, name)
    assert labels(html) or "There is no ledger of this run" in html
    assert labels(html_pictures.curves(snapshot))


def test_the_ledger_is_drawn_for_a_wide_and_for_a_narrow_column():
    html = html_pictures.view(snapshot_of(), "ledger")
    assert "lossacc-wide" in html
    assert "lossacc-narrow" in html
    assert "changed sides" in html


def test_a_number_keeps_its_unit_on_its_line():
    assert " %" not in re.sub(r"<svg.*?</svg>", "", html_pictures.curves(snapshot_of()))


def test_what_is_trained_on_is_drawn_below_where_it_is_not_cross_entropy():
    snapshot = snapshot_of()
    run = replace(snapshot.run, objective=np.linspace(0.9, 0.3, 6), gradient_norm=np.ones(6))
    html = html_pictures.curves(replace(snapshot, run=run))
    assert len(labels(html)) == 4
    assert labels(html)[2].startswith("What is trained on falls from 0.900 to 0.300")
    assert html.count('<p class="lossacc-title">') == 2
    begun = snapshot_of(rows=1)
    unknown = replace(begun.run, objective=np.ones(1), gradient_norm=np.full(1, np.nan))
    assert len(labels(html_pictures.curves(replace(begun, run=unknown)))) == 3


def test_its_axis_too_reaches_the_last_epoch_to_come():
    snapshot = snapshot_of(rows=2, ended=False)
    html = html_pictures.curves(replace(snapshot, run=replace(snapshot.run, objective=np.ones(2))))
    assert 5 in ticks(html.split("<svg")[3])
