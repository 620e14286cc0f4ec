"""Images in colour are photographs: an experiment stands on them where that was looked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lossacc import lessons
from lossacc.claims.experiment import Photographs
from lossacc.claims.fingerprint import changes, fingerprint
from lossacc.claims.pages import results_page
from lossacc.claims.task import images, suited
from lossacc.data import glyphs, save_folder

LOOKED = [name for name in lessons.names() if lessons.experiment(name).photographs is not None]
ELSEWHERE = [(name, there) for name in lessons.names() for there in lessons.elsewhere(name)]


@pytest.fixture(scope="module", params=[1, 3])
def folder(request, tmp_path_factory):
    """A folder of rendered glyphs, in grey and in colour."""
    path = tmp_path_factory.mktemp("set") / "glyphs"
    save_folder(glyphs(30, classes=3, size=40, channels=request.param, seed=0), path)
    return str(path), request.param


def test_a_folder_in_colour_has_the_setting_of_photographs_and_a_grey_one_has_not(folder):
    path, channels = folder
    own = lessons.experiment("nine-against-one")
    there = suited(own, path)
    rates = {arm: there.settings(arm)["learning_rate"] for arm in ("base", "linear")}
    assert rates == {"base": 0.1, "linear": 0.01 if channels == 3 else 0.1}
    assert (there is own) == (channels == 1)
    read = images(there, path)
    assert read.shape == (16, 16, channels)
    assert np.isfinite(read.images).all()


def test_where_nobody_looked_photographs_are_read_in_grey(folder):
    own = lessons.experiment("three-boxes")
    assert suited(own, folder[0]) is own
    assert images(own, folder[0]).shape == (16, 16, 1)


def test_of_the_sets_by_name_cifar_has_photographs():
    own = lessons.experiment("nine-against-one")
    for name in ("digits", "glyphs", "mnist", "nowhere"):
        assert suited(own, name) is own
    assert suited(own, "cifar10") is not own


def test_knobs_stand_elsewhere_and_what_an_arm_moves_stays_moved():
    own = lessons.experiment("nine-against-one")
    setting = Photographs(
        knobs={"learning_rate": 0.07, "batch_size": 5}, arms={"clipped": {"clip": 0.25}}, side=20
    )
    there = replace(own, photographs=setting).on_photographs()
    assert there.settings()["learning_rate"] == 0.07
    assert there.settings("one by one") == {
        **own.settings("one by one"), "batch_size": 1, "learning_rate": 0.3,
    }  # fmt: skip
    assert there.settings("clipped")["clip"] == 0.25
    assert there.knob("clip").default == own.knob("clip").default
    assert (there.side, own.side) == (20, 16)
    assert own.settings() == lessons.experiment("nine-against-one").settings()


@pytest.mark.parametrize("name", LOOKED)
def test_every_setting_can_be_trained_and_leaves_the_experiment_as_it_was(name):
    own = lessons.experiment(name)
    there = own.on_photographs()
    assert there.examples >= own.photographs.examples
    assert {arm.name for arm in there.arms} == {arm.name for arm in own.arms}
    for arm in there.arms:
        assert set(own.settings(arm.name)) <= set(there.settings(arm.name))
    assert not set(own.photographs.knobs) - {knob.name for knob in own.knobs}
    assert not set(own.photographs.arms) - {arm.name for arm in own.arms}


@pytest.mark.parametrize(("name", "there"), ELSEWHERE)
def test_what_was_found_there_speaks_of_these_settings_and_rules(name, there):
    """Mend with `lossacc verify NAME --data FOLDER --commit-as WORD`.

    Of the code it need not speak: the images are not at hand wherever that is changed.
    """
    own = lessons.experiment(name)
    now = fingerprint(own.on_photographs() if there.data == "photographs" else own)
    before, after = (
        {part: told for part, told in of.items() if not part.startswith("code of ")}
        for of in (there.fingerprint, now)
    )
    assert before
    assert not changes(before, after)


@pytest.mark.parametrize(("name", "there"), ELSEWHERE)
def test_every_claim_that_does_not_hold_there_has_its_reason(name, there):
    """And no other has: a reason that is out of date would stand beside a claim that holds."""
    (measured,) = lessons.measured(name)
    failing = {row.id for row in there.rows if not row.ready}
    reasons = {id for id in measured.why.get(there.data, {}) if id.startswith(f"{name}/")}
    assert failing == reasons


def test_the_page_says_where_a_claim_holds_and_why_it_does_not():
    (one,) = lessons.measured("wrong-labels")
    first, *others = one.report.rows
    rows = (
        replace(first, seeds=4, held=1, held_on_control=0),
        *(replace(row, seeds=4, held=4, held_on_control=2) for row in others),
    )
    there = replace(one.report, rows=rows, seeds=(100, 104), data="photographs")
    why = {"photographs": {first.id: "They are hard.", others[0].id: "Not this one."}}
    page = results_page([replace(one, elsewhere=(there,), why=why)])
    assert "| claim | digits | photographs | why not |" in page
    was = f"{first.held} of {first.seeds}"
    assert f"| {first.sentence} | {was} | 1 of 4 | They are hard. |" in page
    assert "4 of 4, its control 2" in page
    assert "seeds 100 to 103." in page
