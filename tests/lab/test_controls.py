"""Which control a knob gets, and that it stands where the state says."""

import pytest

from lossacc import lessons
from lossacc.claims.experiment import Knob
from lossacc.lab.controls import Control, kind_of, written

EVERY = [
    pytest.param(knob, id=f"{name}/{knob.name}")
    for name in lessons.names()
    for knob in lessons.experiment(name).knobs
]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (("no", "yes"), "switch"),
        ((0.0, 0.5), "row"),
        ((1, 2, 4, 8), "row"),
        (("small", "large", "linear"), "row"),
        (("glorot_uniform", "he_normal"), "list"),  # as a row it is too wide by its bold letters
        ((1, 2, 4, 8, 32), "steps"),
        (("cross-entropy", "generalised cross-entropy"), "list"),
        (tuple("abcde"), "list"),
    ],
)
def test_the_kind_fits_the_values(values, kind):
    assert kind_of(values) == kind


@pytest.mark.parametrize("knob", EVERY)
def test_every_knob_of_the_series_can_stand_at_each_of_its_values(knob):
    seen = []
    control = Control(knob, knob.default, seen.append)
    assert control.value == knob.default
    others = [value for value in knob.values if value != knob.default]
    for value in others:
        control.show(value)
        assert control.value == value
    assert seen == others
    assert len({written(value) for value in knob.values}) == len(knob.values)


def test_a_switch_moves_between_the_knob_s_own_values():
    seen = []
    control = Control(Knob("norm", "norm", "Whether.", "no", ("no", "yes")), "no", seen.append)
    control.widget.value = True
    control.widget.value = False
    assert seen == ["yes", "no"]
