"""Curves written in every format are read back to the last digit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lossacc.runs.curves import ROLES
from lossacc.runs.logs.reading import read_log
from tests.runs.logs import written

QUICK = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], derandomize=True)

LOSSES = st.one_of(
    st.integers(0, 99999).map(lambda n: f"{n / 10000:.4f}"),
    st.integers(1, 9999).map(lambda n: f"{n / 1000:.4e}"),
    st.sampled_from(["nan", "inf", "0.0000e+00", "87.3365"]),
)
SHARES = st.integers(0, 10000).map(lambda n: f"{n / 10000:.4f}")


@st.composite
def random_curves(draw):
    """Printed losses and accuracies of two sets; an epoch or more."""
    rows = draw(st.integers(1, 6))
    return {
        role: draw(st.lists(LOSSES if role.endswith("loss") else SHARES, min_size=rows,
                            max_size=rows))
        for role in ROLES
    }  # fmt: skip


def same(read, curves, roles=ROLES, rel=0.0):
    for role in roles:
        expected = np.array([float(text) for text in curves[role]])
        np.testing.assert_allclose(getattr(read, role), expected, rtol=rel, err_msg=role)


WRITERS = {
    "bars": written.keras_bars,
    "bars in colour": lambda c, f: written.keras_bars(c, f, colours=True),
    "bars with steps": lambda c, f: written.keras_bars(c, f, steps=3),
    "verbose 2": written.keras_two,
    "csv": written.csv_logger,
    "lightning": written.lightning,
    "json lines": written.json_lines,
    "table": written.table,
}


@pytest.mark.parametrize("name", WRITERS)
@QUICK
@given(curves=random_curves(), first=st.sampled_from([0, 1, 7]))
def test_what_was_written_is_read(name, curves, first):
    read = read_log(WRITERS[name](curves, first))
    assert read.epochs.tolist() == list(range(first, first + len(curves["train_loss"])))
    assert not read.questions
    same(read, curves)


@QUICK
@given(curves=random_curves())
def test_a_printed_history_is_read(curves):
    same(read_log(written.history(curves)), curves)


@QUICK
@given(curves=random_curves(), first=st.sampled_from([0, 1]))
def test_hugging_face_is_read(curves, first):
    roles = ("train_loss", "validation_loss", "validation_accuracy")
    same(read_log(written.hugging_face(curves, first)), curves, roles)


@QUICK
@given(curves=random_curves(), first=st.sampled_from([0, 1]))
def test_per_cent_becomes_fractions(curves, first):
    same(read_log(written.home_made(curves, first)), curves, rel=1e-12)


@QUICK
@given(curves=random_curves())
def test_decimal_commas_are_read(curves):
    plain = {role: [t.replace("e", "E") for t in texts] for role, texts in curves.items()}
    commas = {role: [t.replace(".", ",") for t in texts] for role, texts in plain.items()}
    same(read_log(written.keras_two(commas), decimal=","), curves)
    same(read_log(written.csv_logger(commas, divider=";"), decimal=","), curves)


@pytest.mark.parametrize("ending", ["\r\n", "\r\r\n", "\r"])
@QUICK
@given(curves=random_curves())
def test_line_ends_of_any_kind(ending, curves):
    same(read_log(written.keras_two(curves).replace("\n", ending)), curves)
    same(read_log(written.csv_logger(curves).replace("\r\n", ending)), curves)


@pytest.mark.parametrize("tensor", [False, True])
@QUICK
@given(values=st.lists(st.floats(width=32, allow_nan=False), min_size=2, max_size=6))
def test_event_files_are_read(tensor, values):
    scalars = [(step, tag, value) for step, value in enumerate(values)
               for tag in ("train/loss", "val/loss")]  # fmt: skip
    read = read_log(written.event_file(scalars, tensor=tensor))
    assert read.train_loss.tolist() == read.validation_loss.tolist() == values


def test_an_event_file_cut_short_is_told():
    whole = written.event_file([(n, "train/loss", 0.5) for n in range(4)], tensor=True)
    read = read_log(whole[:-3])
    assert len(read.epochs) == 3
    assert "cut short" in " ".join(read.notes)


def test_folders_of_an_event_file_name_the_set(tmp_path):
    for name, value in (("train", 0.5), ("validation", 0.75)):
        (tmp_path / name).mkdir()
        data = written.event_file([(n, "epoch_loss", value) for n in range(3)], tensor=True)
        (tmp_path / name / "events.out.tfevents.1.host").write_bytes(data)
    read = read_log(tmp_path)
    assert read.train_loss.tolist() == [0.5] * 3
    assert read.validation_loss.tolist() == [0.75] * 3


def test_metric_files_of_mlflow(tmp_path):
    folder = tmp_path / "metrics"
    folder.mkdir()
    for name, value in (("loss", 0.5), ("val_loss", 0.75)):
        lines = [f"170000000000{n} {value} {n}" for n in range(3)]
        (folder / name).write_text("\n".join(lines) + "\n")
    read = read_log(tmp_path)
    assert read.train_loss.tolist() == [0.5] * 3
    assert read.validation_loss.tolist() == [0.75] * 3
    assert read_log(folder / "val_loss").validation_loss.tolist() == [0.75] * 3
