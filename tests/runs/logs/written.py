"""Random curves written as the libraries write them; each writer gives text, and what is in it."""

from __future__ import annotations

import csv
import io
import json
import struct

NAMES = {
    "train_loss": "loss",
    "train_accuracy": "accuracy",
    "validation_loss": "val_loss",
    "validation_accuracy": "val_accuracy",
}


def keras_bars(curves, first=1, *, colours=False, steps=0):
    """Keras' progress bar, overwritten in place `steps` times an epoch."""
    epochs = len(curves["train_loss"])
    text = []
    for row in range(epochs):
        text.append(f"Epoch {row + first}/{epochs + first - 1}\n")
        for step in range(1, steps + 1):
            text.append(f"{step}/{steps + 1} [==>...] - ETA: 1s - loss: 9.9999 - accuracy: 0.0001")
            text.append("\x08" * 90 + "\r")
        pairs = " - ".join(f"{NAMES[role]}: {values[row]}" for role, values in curves.items())
        whole = steps + 1
        bar = "[==============================]"
        if colours:
            bar = "\x1b[32m━━━━━━━━━━\x1b[0m\x1b[37m\x1b[0m"
            text.append(
                f"\x1b[1m{whole}/{whole}\x1b[0m {bar} \x1b[1m2s\x1b[0m 49ms/step - {pairs}\n"
            )
        else:
            text.append(f"{whole}/{whole} {bar} - 13s 29ms/step - {pairs}\n")
    return "".join(text)


def keras_two(curves, first=1):
    """Keras with verbose=2."""
    lines = []
    for row in range(len(curves["train_loss"])):
        pairs = " - ".join(f"{NAMES[role]}: {values[row]}" for role, values in curves.items())
        lines.append(f"Epoch {row + first}/99\n422/422 - 13s - {pairs}\n")
    return "".join(lines)


def csv_logger(curves, first=0, *, divider=","):
    """Keras' CSVLogger: columns in the order of the alphabet."""
    out = io.StringIO()
    roles = sorted(curves, key=NAMES.get)
    writer = csv.writer(out, delimiter=divider)
    writer.writerow(["epoch", *(NAMES[role] for role in roles)])
    for row in range(len(curves["train_loss"])):
        writer.writerow([row + first, *(curves[role][row] for role in roles)])
    return out.getvalue()


def lightning(curves, first=0):
    """Lightning's metrics.csv: training and validation in rows of their own, with blanks."""
    lines = ["epoch,step,train_acc,train_loss,val_acc,val_loss"]
    for row in range(len(curves["train_loss"])):
        at = [curves[role][row] for role in ("train_accuracy", "train_loss")]
        lines.append(f"{row + first},{10 * row + 9},{at[0]},{at[1]},,")
        at = [curves[role][row] for role in ("validation_accuracy", "validation_loss")]
        lines.append(f"{row + first},{10 * row + 9},,,{at[0]},{at[1]}")
    return "\n".join(lines) + "\n"


def history(curves, first=1):
    """`print(model.fit(...).history)`."""
    return str({NAMES[role]: [float(value) for value in values] for role, values in curves.items()})


def json_lines(curves, first=1):
    """A JSON object a line, NaN as Python writes it."""
    rows = range(len(curves["train_loss"]))
    return "\n".join(
        json.dumps(
            {"epoch": row + first, **{role: float(curves[role][row]) for role in curves}}
        ).replace("validation_", "val_")
        for row in rows
    )


def home_made(curves, first=1):
    """One's own prints, accuracies in per cent with the sign."""
    rows = range(len(curves["train_loss"]))
    return "\n".join(
        f"[2024-01-01 10:00:{row:02d}] Epoch {row + first}: "
        f"train loss {curves['train_loss'][row]}, "
        f"train acc {_percent(curves['train_accuracy'][row])}% | val loss "
        f"{curves['validation_loss'][row]}, val acc {_percent(curves['validation_accuracy'][row])}%"
        for row in rows
    )


def table(curves, first=1):
    """A table with bars and a rule."""
    lines = ["  Epoch  |  Train Loss  |  Train Acc  |  Val Loss  |  Val Acc  ", "-" * 60]
    for row in range(len(curves["train_loss"])):
        cells = (row + first, *(curves[role][row] for role in curves))
        lines.append("  |  ".join(map(str, cells)))
    return "\n".join(lines) + "\n"


def hugging_face(curves, first=1):
    """The Trainer's dicts; training accuracy is not in them."""
    lines = []
    for row in range(len(curves["train_loss"])):
        at = {"epoch": float(row + first)}
        lines.append(str({"loss": float(curves["train_loss"][row]), "grad_norm": 1.5, **at}))
        held = {
            "eval_loss": float(curves["validation_loss"][row]),
            "eval_accuracy": float(curves["validation_accuracy"][row]),
        }
        lines.append(str({**held, "eval_runtime": 0.7, **at}))
    return "\n".join(lines)


def _percent(text):
    """Per cent with the digits of a fraction, written by hand so that nothing is rounded."""
    return text if text in ("nan", "inf") else f"{float(text) * 100:.2f}"


# TensorBoard: written by the description of TFRecord and of the protocol buffers alone.


def varint(number):
    data = b""
    while number > 127:
        data, number = data + bytes([number & 127 | 128]), number >> 7
    return data + bytes([number])


def blob(field, data):
    return varint(field << 3 | 2) + varint(len(data)) + data


def event(step, tag, value, *, tensor):
    if tensor:  # dtype float, no dimensions, its four bytes
        held = blob(8, b"\x08\x01" + blob(2, b"") + blob(4, struct.pack("<f", value)))
    else:
        held = varint(2 << 3 | 5) + struct.pack("<f", value)
    summary = blob(1, blob(1, tag.encode()) + held)
    return b"\x09" + struct.pack("<d", 1.7e9) + b"\x10" + varint(step) + blob(5, summary)


def record(data):
    return struct.pack("<Q", len(data)) + b"\0\0\0\0" + data + b"\0\0\0\0"


def event_file(scalars, *, tensor):
    """An event file of (step, tag, value)."""
    head = record(b"\x09" + struct.pack("<d", 1.7e9) + blob(3, b"brain.Event:2"))
    return head + b"".join(record(event(*one, tensor=tensor)) for one in scalars)
