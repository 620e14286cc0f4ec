"""Where a log has two readings, is broken off, or is none: it is told or asked, never guessed."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lossacc.runs.logs.reading import read_log
from lossacc.runs.logs.rows import LogError
from tests.runs.logs import written

BAR = "[==============================]"
CURVES = {
    "train_loss": ["0.6000", "0.4000", "0.3000"],
    "train_accuracy": ["0.7000", "0.8000", "0.9000"],
    "validation_loss": ["0.5000", "0.4500", "nan"],
    "validation_accuracy": ["0.7500", "0.7800", "0.0000e+00"],
}


def told(read):
    return " ".join(read.notes)


def test_an_epoch_that_was_broken_off_is_left_out_and_told():
    text = written.keras_bars(CURVES, steps=3)
    text += "Epoch 4/9\n2/4 [===>...] - ETA: 7s - loss: 0.1111 - accuracy: 0.9999"
    read = read_log(text)
    assert read.epochs.tolist() == [1, 2, 3]
    assert "epoch 4 was broken off at 2 of 4 (loss 0.1111" in told(read)


def test_an_evaluation_behind_the_last_epoch_is_not_the_training():
    text = written.keras_bars(CURVES) + f"9/9 {BAR} - 0s 1ms/step - loss: 0.7777 - accuracy: 0.1"
    read = read_log(text)
    assert read.train_loss.tolist() == [0.6, 0.4, 0.3]
    assert "looks like an evaluation" in told(read)


def test_a_summary_behind_the_last_epoch_is_no_curve():
    read = read_log(written.keras_two(CURVES) + "Test loss: 0.9\nTest accuracy: 0.5\n")
    assert read.validation_loss[0] == 0.5
    assert "'Test loss' is said once, at the end (0.9)" in told(read)


def test_a_checkpoint_names_old_numbers():
    text = written.keras_two(CURVES).replace(
        "422/422", "\nEpoch 00001: val_loss improved from 9.9 to 8.8, saving model to b.h5\n422/422"
    )
    assert read_log(text).validation_loss[:2].tolist() == [0.5, 0.45]


@pytest.mark.parametrize(
    "beside",
    [
        "model  accuracy  seconds\nA      0.91      12\nB      0.92      13\n",
        "{'loss': 0.9, 'accuracy': 0.5}\n",
    ],
)
def test_a_summary_beside_the_log_is_not_the_log(beside):
    for text in (written.keras_two(CURVES) + beside, beside + written.keras_two(CURVES)):
        read = read_log(text)
        assert read.train_loss.tolist() == [0.6, 0.4, 0.3]
        assert read.validation_accuracy.tolist() == [0.75, 0.78, 0.0]


def test_numbers_behind_a_log_without_steps_are_not_its_last_epoch():
    text = written.keras_two(CURVES).replace("422/422", "") + "loss: 0.9 - accuracy: 0.5\n"
    read = read_log(text)
    assert read.train_loss.tolist() == [0.6, 0.4, 0.3]
    assert "'loss' is said again behind the last epoch (0.9); left out" in told(read)


def test_runs_in_one_log_are_told_and_chosen():
    short = {role: values[:2] for role, values in CURVES.items()}
    text = written.csv_logger(short) + written.csv_logger(CURVES).partition("\n")[2]
    read = read_log(text)
    assert len(read.epochs) == 3
    assert "2 runs in one log (1: epoch 0 to 1; 2: epoch 0 to 2); this is run 2" in told(read)
    assert len(read_log(text, run=1).epochs) == 2
    with pytest.raises(LogError, match=r"got run=3; this log holds 2, counted from 1"):
        read_log(text, run=3)


def test_fits_of_one_epoch_each_are_one_run():
    text = "".join(f"Epoch 1/1\n9/9 {BAR} - 1s - loss: 0.{n} - acc: 0.5\n" for n in (6, 5, 4))
    read = read_log(text)
    assert read.train_loss.tolist() == [0.6, 0.5, 0.4]
    assert "3 fits of one epoch each" in told(read)


def test_steps_within_an_epoch_last_or_mean():
    text = "".join(
        f"Epoch [{epoch}/2], Step [{step}/200], Loss: {loss}\n"
        for epoch in (1, 2)
        for step, loss in ((100, 0.5), (200, 0.25))
    )
    read = read_log(text)
    assert read.train_loss.tolist() == [0.25, 0.25]
    assert 'steps="mean" takes the mean' in told(read)
    assert read_log(text, steps="mean").train_loss.tolist() == [0.375, 0.375]


def test_two_training_accuracies_are_asked():
    text = "\n".join(
        f"Epoch {n}, loss: 0.5, source_train_acc: 99.{n}%, target_train_acc: 50.{n}%, "
        f"target_val_acc: 45.{n}%"
        for n in (1, 2)
    )
    read = read_log(text)
    assert np.isnan(read.train_accuracy).all()
    assert "'source_train_acc' or 'target_train_acc'; say columns=" in read.questions[0]
    assert read.validation_accuracy.tolist() == pytest.approx([0.451, 0.452])
    read = read_log(text, columns={"train_accuracy": "target_train_acc"})
    assert read.train_accuracy.tolist() == pytest.approx([0.501, 0.502])
    assert not read.questions
    with pytest.raises(LogError, match="there is no column 'x'; this log has 'loss'"):
        read_log(text, columns={"train_accuracy": "x"})


def test_an_accuracy_just_above_one_is_asked():
    text = "epoch,loss,accuracy\n1,0.5,0.9\n2,0.4,1.1\n"
    read = read_log(text)
    assert np.isnan(read.train_accuracy).all()
    assert "say percent=True or percent=False" in read.questions[0]
    assert read_log(text, percent=True).train_accuracy.tolist() == pytest.approx([0.009, 0.011])


def test_a_fraction_beside_per_cent():
    text = "epoch,loss,accuracy,val_accuracy\n1,0.5,0.70,71\n2,0.4,0.80,78\n"
    read = read_log(text)
    assert read.train_accuracy.tolist() == [0.7, 0.8]
    assert "read as a fraction beside per cent" in told(read)
    text = "epoch,loss,accuracy,val_accuracy\n1,0.5,0.70,1.2\n2,0.4,0.80,5.0\n"
    assert "a fraction or per cent?" in read_log(text).questions[0]


def test_a_comma_with_three_digits_is_asked():
    text = "epoch 1 loss: 1,234\nepoch 2 loss: 1,123\n"
    with pytest.raises(LogError, match=r"'1,234' can be 1\.234 or 1234; say decimal="):
        read_log(text)
    assert read_log(text, decimal=",").train_loss.tolist() == [1.234, 1.123]


@pytest.mark.parametrize("text", ["0.5", "0.5\n0.4\n", "1 0.5 0.4\n2 0.4 0.3\n"])
def test_numbers_without_names_are_asked(text):
    with pytest.raises(LogError, match=r"have no names; the first row is .* Say columns="):
        read_log(text)


def test_numbers_without_names_are_read_where_one_says_what_they_are():
    told_by_hand = {"epoch": "column 1", "train_loss": "column 2", "validation_loss": "column 3"}
    read = read_log("1 0.5 0.4\n2 0.4 0.3\n", columns=told_by_hand)
    assert read.validation_loss.tolist() == [0.4, 0.3]


def test_an_unread_line_is_shown():
    read = read_log("seed: 17\n" + written.keras_two(CURVES))
    assert read.unread == ("line 1: seed: 17",) or not read.unread
    assert read.validation_accuracy.tolist() == [0.75, 0.78, 0.0]


@pytest.mark.parametrize(
    ("given", "kind", "said"),
    [
        ("", LogError, "holds no numbers"),
        ("no log at all", LogError, "holds no numbers"),
        (b"\x00\x01\x02", LogError, "not text"),
        (17, TypeError, "expected its text, or a path"),
        ("price: 17", LogError, "first line with numbers is line 1: 'price: 17'"),
        ("[]", LogError, "no numbers"),
        ("{}", LogError, "no numbers"),
        ('{"a": [1, 2]}', LogError, "none that is a loss or an accuracy"),
    ],
)
def test_what_is_no_log_is_refused(given, kind, said):
    with pytest.raises(kind, match=said):
        read_log(given)


def test_an_epoch_that_is_no_number_is_no_place():
    text = "Epoch 1 loss: 0.5\nEpoch nan loss: 0.4\nEpoch 2 loss: 0.3\nEpoch inf loss: 0.2\n"
    read = read_log(text)
    assert read.epochs.tolist() == [1, 2]
    assert "2 rows of numbers say no epoch" in told(read)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no file"):
        read_log(tmp_path / "x.log")
    with pytest.raises(LogError, match="neither event files"):
        read_log(tmp_path)


@pytest.mark.parametrize(
    ("settings_", "kind"),
    [
        ({"run": "1"}, TypeError),
        ({"steps": "first"}, ValueError),
        ({"percent": 5}, TypeError),
        ({"decimal": ";"}, ValueError),
        ({"columns": ["loss"]}, TypeError),
        ({"columns": {"loss": "x"}}, ValueError),
    ],
)
def test_arguments_are_checked(settings_, kind):
    with pytest.raises(kind, match="expected"):
        read_log("epoch 1 loss: 0.5", **settings_)


WHOLE = [
    written.keras_bars(CURVES, steps=2, colours=True),
    written.csv_logger(CURVES),
    written.lightning(CURVES),
    written.history(CURVES),
    written.hugging_face(CURVES),
    written.home_made(CURVES),
    written.table(CURVES),
    written.json_lines(CURVES),
    written.event_file([(n, "epoch_loss", 0.5) for n in range(3)], tensor=True).decode("latin-1"),
]
PIECES = st.sampled_from(
    ["{'", "[", "1/", "epoch", "Epoch 2/3", "loss", ": ", "\x1b[", "\r", "\x08", "nan", ",", "|",
     "%", "9" * 400, "1e999", "\n", "(", "'", '"', "\x00", "\ud7ff", "-", "val", "第", "val 0.5"]
)  # fmt: skip


@settings(max_examples=300, suppress_health_check=list(HealthCheck),
          derandomize=True)  # fmt: skip
@given(
    whole=st.sampled_from(WHOLE),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), PIECES), max_size=8),
    binary=st.booleans(),
)
def test_what_is_damaged_gives_curves_or_our_own_sentence(whole, cuts, binary):
    text = whole
    for place, length, piece in cuts:
        at = int(place * len(text))
        text = text[:at] + piece + text[at + length :]
    try:
        read = read_log(text.encode("latin-1", "replace") if binary else text)
    except LogError as error:
        assert str(error)  # noqa: PT017
    else:
        assert repr(read)


@pytest.mark.parametrize(
    "piece",
    ["{'", "{'a': ", "{'a':[", "[", "(", "1/", "1,", "loss ", "loss: ", "\x1b]", "\x1b[", "1e",
     "Epoch 1/2 ", "x = [1, ", "train/val ", "<t", "a,", "epoch  loss\n", "1:1", " ", "1.",
     "9", "acc 1/2 "]
)  # fmt: skip
def test_the_time_grows_as_the_text_does(piece):
    import time

    def seconds(size):
        start = time.process_time()
        with contextlib.suppress(LogError):
            read_log(piece * (size // len(piece)) + "x")
        return time.process_time() - start

    seconds(1000)
    assert seconds(60_000) < 2.0, "nine millionths of a second a character are ample"


TWICE = "".join(f"Epoch {n}\nLoss: {n}.5 Acc: 0.4{n}\nLoss: {n}.7 Acc: 0.3{n}\n" for n in (1, 2, 3))


def test_two_rows_an_epoch_may_be_two_sets_or_two_steps():
    with pytest.raises(LogError, match=r'training and validation, or two steps .* steps="pair"'):
        read_log(TWICE)
    pair, last = read_log(TWICE, steps="pair"), read_log(TWICE, steps="last")
    assert pair.train_loss.tolist() == [1.5, 2.5, 3.5]
    assert pair.validation_accuracy.tolist() == [0.31, 0.32, 0.33]
    assert last.train_loss.tolist() == [1.7, 2.7, 3.7]
    assert np.isnan(last.validation_loss).all()


def test_there_must_be_pairs_where_one_says_so():
    with pytest.raises(LogError, match='steps="pair" is for two rows an epoch'):
        read_log("Epoch 1: loss 0.5\nEpoch 2: loss 0.4\n", steps="pair")


def test_two_steps_of_a_bar_are_no_pair():
    text = "".join(
        f"Epoch {n} [100/200] loss: {n}.5 acc: 0.4{n}\n"
        f"Epoch {n} [200/200] loss: {n}.7 acc: 0.3{n}\n"
        for n in (1, 2, 3)
    )
    read = read_log(text)
    assert read.train_loss.tolist() == [1.7, 2.7, 3.7]
    assert np.isnan(read.validation_loss).all()
