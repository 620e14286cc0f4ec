"""The same network trained in Keras and in PyTorch gives two runs that read alike."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from lossacc import Run, figures, ledger
from tests.project import ROOT

EPOCHS, BATCH, RATE = 6, 25, 0.1
# Each framework in a process of its own: some builds of the two do not bear each other.
DATA = """
import sys
import numpy as np, lossacc
digits = lossacc.load_digits()
x, y = np.asarray(digits.images, np.float32).reshape(-1, 8, 8, 1), np.asarray(digits.labels)
x, y, xv, yv = x[:300], y[:300], x[300:500], y[300:500]
rng = np.random.default_rng(0)
kernel = rng.normal(0, .3, (3, 3, 1, 6)).astype(np.float32)
dense = rng.normal(0, .1, (6 * 6 * 6, 10)).astype(np.float32)
"""
KERAS = f"""{DATA}
import keras
bn = keras.layers.BatchNormalization(momentum=.9, epsilon=1e-3)
model = keras.Sequential([keras.layers.Input((8, 8, 1)), keras.layers.Conv2D(6, 3), bn,
    keras.layers.ReLU(), keras.layers.Flatten(), keras.layers.Dense(10)])
model.layers[0].set_weights([kernel, np.zeros(6, np.float32)])
model.layers[-1].set_weights([dense, np.zeros(10, np.float32)])
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(keras.optimizers.SGD({RATE}), loss, metrics=["accuracy"])
recorder = lossacc.Recorder((x, y), validation=(xv, yv))
model.fit(x, y, batch_size={BATCH}, epochs={EPOCHS}, shuffle=False, verbose=0, callbacks=[recorder])
recorder.run.save(sys.argv[1])
"""
TORCH = f"""{DATA}
import torch
from torch import nn
class Last(nn.Module):  # channels last before the dense layer, as Keras has them
    def forward(self, z):
        return z.permute(0, 2, 3, 1).flatten(1)
net = nn.Sequential(nn.Conv2d(1, 6, 3), nn.BatchNorm2d(6, momentum=.1, eps=1e-3), nn.ReLU(), Last(),
    nn.Linear(216, 10))
with torch.no_grad():
    net[0].weight.copy_(torch.tensor(kernel.transpose(3, 2, 0, 1)))
    net[4].weight.copy_(torch.tensor(dense.T))
    net[0].bias.zero_(), net[4].bias.zero_()
X, XV = (torch.tensor(part).permute(0, 3, 1, 2) for part in (x, xv))
Y = torch.tensor(y)
optimizer, builder = torch.optim.SGD(net.parameters(), {RATE}), lossacc.RunBuilder(
    y, yv, settings={{"example": "image"}})
for epoch in range({EPOCHS} + 1):
    net.train()
    losses, hits = [], 0
    for part in torch.arange(len(X)).split({BATCH}) if epoch else []:
        optimizer.zero_grad()
        z = net(X[part])
        loss = nn.functional.cross_entropy(z, Y[part])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        hits += int((z.argmax(1) == Y[part]).sum())
    line = {{"loss": np.mean(losses), "accuracy": hits / len(X)}} if epoch else None
    net.eval()
    builder.add(net(X), net(XV), learning_rate={RATE}, printed=line)
builder.run.save(sys.argv[1])
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    pytest.importorskip("torch")
    folder, found = tmp_path_factory.mktemp("runs"), []
    for name, code in (("keras", KERAS), ("torch", TORCH)):
        path = folder / f"{name}.npz"
        call = [sys.executable, "-c", code, str(path)]
        done = subprocess.run(call, capture_output=True, text=True, cwd=ROOT, check=False)
        assert not done.returncode, done.stderr[-2000:]
        found.append(Run.load(path))
    return found


@pytest.mark.slow
def test_the_numbers_are_the_same_but_for_rounding(runs) -> None:
    """PyTorch keeps the unbiased variance: with 900 values a batch and channel 1.001 times ours."""
    keras, torch = runs
    np.testing.assert_array_equal(keras.epochs, torch.epochs)
    for on in keras.sets:
        one, two = keras.scores(on), torch.scores(on)
        np.testing.assert_allclose(two.logits, one.logits, atol=0.02)
        np.testing.assert_allclose(two.loss, one.loss, rtol=2e-3)
        np.testing.assert_allclose(two.accuracy, one.accuracy, atol=1.01 / one.size)
    for name in ("loss", "accuracy"):
        np.testing.assert_allclose(torch.printed[name][1:], keras.printed[name][1:], rtol=1e-3)
    np.testing.assert_allclose(torch.learning_rate[1:], keras.learning_rate[1:], rtol=1e-6)


@pytest.mark.slow
def test_ledger_and_figures_read_alike(runs) -> None:
    accounts = [ledger(run, 1, EPOCHS, on="validation") for run in runs]
    for one, two in zip(*(account.groups for account in accounts), strict=True):
        assert one.name == two.name
        assert abs(one.count - two.count) <= 1, one
        assert abs(one.share - two.share) < 2e-3, one
    titles = [figures.curves(run).title for run in runs]
    assert _words(titles[0]) == _words(titles[1])
    assert _words(figures.plane(runs[0]).title) == _words(figures.plane(runs[1]).title)


def _words(title):
    """What a title says, without the digits, of which the last may differ."""
    return "".join(letter for letter in title if not letter.isdigit())
