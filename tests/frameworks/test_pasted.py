"""What the clinic gives a reader of PyTorch to paste runs, and leaves the reader's model alone."""

from __future__ import annotations

import copy

import matplotlib.pyplot as plt
import numpy as np
import pytest

import lossacc
from lossacc.checks.clinic.causes import causes
from tests.checks.clinic.made import learning, sound

NUMBERS = {
    "RATE": 0.01, "EPOCH": 2, "EPOCHS": 5, "CUT": 1, "FIRST": 1, "LAST": 3, "K": 3, "FLOOR": 1.07,
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("recorded", [True, False])
@pytest.mark.parametrize("name", causes())
def test_it_runs_and_leaves_the_model_alone(name, recorded, capsys) -> None:
    torch = pytest.importorskip("torch")
    x, x_val = torch.randn(2, 24, 1, 4, 4)
    y = y_val = torch.arange(24) % 3
    nn = torch.nn
    model = nn.Sequential(nn.BatchNorm2d(1), nn.Flatten(), nn.Linear(16, 3))
    optimizer = torch.optim.SGD(model.parameters(), 0.1, momentum=0.9)
    before = copy.deepcopy(model.state_dict())
    reader = {
        **NUMBERS, "lossacc": lossacc, "np": np, "model": model, "optimizer": optimizer,
        "x": x, "y": y, "x_val": x_val, "y_val": y_val, "x_test": x_val, "y_test": y_val,
        "validation": [(x_val, y_val)], "loss_fn": nn.CrossEntropyLoss(),
        "train_an_epoch": lambda model: None,
    }  # fmt: skip
    if recorded:
        reader["run"] = sound(learning(0, size=24, classes=3), learning(1, size=24, classes=3))
    code = causes()[name].paste(recorded=recorded, framework="torch")
    exec(code.replace(", 200)", ", 2)"), reader)
    plt.close("all")
    assert name == "mispaired labels" or capsys.readouterr().out
    assert model.training
    assert all(torch.equal(before[key], value) for key, value in model.state_dict().items())
