"""Images in colour are photographs: an experiment stands on them where that was looked for."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from lossacc import lessons
from lossacc.claims.cache import identity
from lossacc.claims.evidence import SeedEvidence
from lossacc.claims.experiment import Photographs
from lossacc.claims.fingerprint import changes, fingerprint
from lossacc.claims.measure import How, measure
from lossacc.claims.pages import results_page
from lossacc.claims.task import images, suited
from lossacc.claims.verify import report
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


def test_a_size_and_channels_go_before_what_the_experiment_says_and_no_setting_goes(folder):
    path, channels = folder
    own = lessons.experiment("nine-against-one")
    other = 4 - channels
    here, there = suited(own, path), suited(own, path, 24, other)
    assert images(there, path).shape == (24, 24, other)
    assert images(suited(own, path, None, other), path).shape == (16, 16, other)
    assert images(suited(own, path, 24), path).shape == (24, 24, channels)
    for arm in own.arms:
        assert there.settings(arm.name) == here.settings(arm.name)


def test_every_form_of_a_folder_is_kept_apart(folder):
    own = lessons.experiment("nine-against-one")
    forms = [(16, 1), (16, 3), (24, 1), (24, 3), (8, 3)]
    there = [suited(own, folder[0], *form) for form in forms]
    found = {identity(one, images(one, folder[0]), "own", {}) for one in there}
    assert len(found) == len(forms)


def test_a_process_of_its_own_makes_images_of_the_size_that_is_asked_for(tmp_path):
    """It is told of the experiment only its module's name."""
    path = str(tmp_path / "glyphs")
    save_folder(glyphs(30, classes=3, size=20, channels=3, seed=0), path)
    own = lessons.experiment("nine-against-one")
    how = How(data=path, size=8, channels=1, jobs=2)
    found = measure([own], [7], how)
    assert not found.failed
    there = how.suited(own)
    runs = {arm: there.run(arm, seed=7, data=images(there, path)) for arm in there.arms_read()}
    assert found["nine-against-one"][0].claims == SeedEvidence.of(there, 7, runs).claims
    assert report(own, found, how).data == f"{path}, 8x8 in grey"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"size": 24}, "got size=24 and channels=None with no data; expected a folder"),
        ({"size": 24, "data": "digits"}, "with data='digits', which comes as it is"),
        ({"channels": 3, "data": "cifar10"}, "with data='cifar10', which comes as it is"),
        ({"size": 7, "data": "x"}, "size is 7; expected a whole number from 8 to 256"),
        ({"size": 257, "data": "x"}, "size is 257; expected a whole number from 8 to 256"),
        ({"channels": 2, "data": "x"}, "channels is 2; expected 1 (grey) or 3 (colour)"),
    ],
)
def test_what_no_images_can_be_made_is_refused(asked, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        How(**asked)


def test_a_folder_too_small_for_the_setting_of_photographs_has_the_other_one(folder):
    path, channels = folder
    own = lessons.experiment("nine-against-one")
    for many, colour in ((30, channels == 3), (31, False)):
        setting = replace(own.photographs, examples=many)
        there = suited(replace(own, photographs=setting), path)
        assert (there.channels == 3) == colour


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
