"""The code of FRAMEWORKS.md, run as it stands with the real libraries on the CPU."""

from __future__ import annotations

import copy
import math
import os
import re
import subprocess
import sys

import numpy as np
import pytest

import lossacc
from lossacc import figures, ledger
from tests.project import ROOT

PAGE = (ROOT / ".github" / "FRAMEWORKS.md").read_text(encoding="utf-8")
CODE = dict(re.findall(r"<!-- code: ([\w ]+) -->\n```python\n(.*?)```", PAGE, flags=re.S))
EPOCHS, BATCH = 3, 20


def test_no_piece_has_more_than_twelve_lines() -> None:
    assert len(CODE) == PAGE.count("```python") == 8
    for name, code in CODE.items():
        assert len([line for line in code.splitlines() if line.strip()]) <= 12, name


def sets():
    """Digits: 200 to train on, 100 to validate."""
    digits = lossacc.load_digits()
    x, y = np.asarray(digits.images, np.float32).reshape(-1, 64), np.asarray(digits.labels)
    return x[:200], y[:200], x[200:300], y[200:300]


def run_code(name, **names):
    """Run a piece of the page; give what it defines."""
    held = {"lossacc": lossacc, "np": np, "figures": figures, "copy": copy, **names}
    exec(CODE[name], held)
    return held


def check(run, first=0, last=EPOCHS):
    """A run of a training that went well, readable by the figures and the ledger."""
    assert list(run.epochs) == list(range(first, last + 1))
    assert run.train.loss[-1] < run.train.loss[0]
    assert figures.curves(run).title
    assert figures.plane(run).title
    assert str(ledger(run, first, last, on=run.main))


def torch_sets(torch):
    x, y, x_val, y_val = sets()
    return [torch.tensor(part) for part in (x, y, x_val, y_val)]


def mlp(torch, *more):
    torch.manual_seed(0)
    nn = torch.nn
    return nn.Sequential(nn.Linear(64, 32), *more, nn.ReLU(), nn.Linear(32, 10))


@pytest.mark.slow
def test_pytorch() -> None:
    torch = pytest.importorskip("torch")
    x, y, x_val, y_val = torch_sets(torch)
    network = mlp(torch, torch.nn.BatchNorm1d(32))
    optimizer = torch.optim.SGD(network.parameters(), 0.1)

    def step(inputs, labels):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(network(inputs), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    data = torch.utils.data.TensorDataset(x, y)
    loader = torch.utils.data.DataLoader(data, BATCH)
    names = {"x": x, "y": y, "x_val": x_val, "y_val": y_val, "epochs": EPOCHS, "torch": torch}
    run = run_code(
        "pytorch", **names, network=network, optimizer=optimizer, loader=loader, step=step
    )["builder"].run
    check(run)
    assert network.training
    assert np.isnan(run.printed["loss"][0])
    assert np.isfinite(run.printed["loss"][1:]).all()
    np.testing.assert_allclose(run.learning_rate, 0.1)


@pytest.mark.slow
def test_pixels() -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    x = torch.tensor(np.asarray(lossacc.load_digits().images[:60], np.float32)).permute(0, 3, 1, 2)
    masks = (x[:, 0] > 0.9).long()
    masks[:, 0] = -100  # the first line does not count
    network = torch.nn.Conv2d(1, 2, 3, padding=1)
    optimizer = torch.optim.Adam(network.parameters(), 0.01)

    def step(inputs, labels):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(network(inputs), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    data = torch.utils.data.TensorDataset(x, masks)
    loader = torch.utils.data.DataLoader(data, BATCH)
    names = {"x": x, "masks": masks, "epochs": EPOCHS, "torch": torch}
    run = run_code("pixels", **names, network=network, loader=loader, step=step)["builder"].run
    check(run)
    assert run.example == "pixel"
    assert run.settings["counted"] == {"train": 7 / 8}
    with torch.no_grad():
        whole = torch.nn.functional.cross_entropy(network(x), masks)
    assert run.train.loss[-1] == pytest.approx(whole.item(), rel=1e-5)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_lightning(tmp_path) -> None:
    lightning, torch = pytest.importorskip("lightning"), pytest.importorskip("torch")
    x, y, x_val, y_val = torch_sets(torch)

    class Module(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.network = mlp(torch, torch.nn.Dropout(0.1))

        def forward(self, inputs):
            return self.network(inputs)

        def training_step(self, batch, number):
            loss = torch.nn.functional.cross_entropy(self(batch[0]), batch[1])
            self.log("loss", loss, on_epoch=True)
            return loss

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), 0.1)

    recorded = run_code("lightning", lightning=lightning, torch=torch)["Recorded"](
        x, y, x_val, y_val
    )
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), BATCH)
    trainer = lightning.Trainer(
        max_epochs=EPOCHS, callbacks=[recorded], accelerator="cpu", logger=False,
        enable_checkpointing=False, enable_progress_bar=False, default_root_dir=tmp_path,
    )  # fmt: skip
    module = Module()
    trainer.fit(module, loader)
    check(recorded.builder.run)
    with torch.no_grad():
        final = module.eval()(x).numpy()
    np.testing.assert_allclose(recorded.builder.run.train.logits[-1], final, atol=1e-5)
    assert np.isfinite(recorded.builder.run.printed["loss_epoch"][1:]).all()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_hugging_face(tmp_path) -> None:
    transformers, torch = pytest.importorskip("transformers"), pytest.importorskip("torch")
    pytest.importorskip("accelerate")
    config = transformers.BertConfig(
        vocab_size=30, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=16, num_labels=3,
    )  # fmt: skip
    torch.manual_seed(0)
    model = transformers.BertForSequenceClassification(config)
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 60)
    tokens = torch.tensor(rng.integers(0, 10, (60, 8)) + 10 * labels[:, None])
    inputs = {"input_ids": tokens, "attention_mask": torch.ones_like(tokens)}
    rows = [{"input_ids": t, "labels": int(n)} for t, n in zip(tokens, labels, strict=True)]
    held = run_code("hugging face", transformers=transformers, torch=torch)
    recorded = held["Recorded"](inputs, labels)
    arguments = transformers.TrainingArguments(
        output_dir=str(tmp_path), num_train_epochs=EPOCHS, per_device_train_batch_size=10,
        learning_rate=3e-3, report_to=[], save_strategy="no", use_cpu=True, disable_tqdm=True,
    )  # fmt: skip
    trainer = transformers.Trainer(model, arguments, train_dataset=rows, callbacks=[recorded])
    trainer.train()
    check(recorded.builder.run)
    assert recorded.builder.run.train.accuracy[-1] > 0.9


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_keras_on_pytorch() -> None:
    """In a process of its own: a backend is chosen once. What does not run there says so."""
    pytest.importorskip("torch")
    code = f"""
import keras, numpy as np, lossacc
{CODE["keras"]}
digits = lossacc.load_digits()
x, y = np.asarray(digits.images[:100]), np.asarray(digits.labels[:100])
layers = keras.layers
model = keras.Sequential([layers.Input((8, 8, 1)), layers.Flatten(), layers.Dense(10)])
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile("adam", loss, metrics=["accuracy"])
recorded = Recorded(x, y)
model.fit(x, y, epochs=3, verbose=0, callbacks=[recorded])
run = recorded.builder.run
assert list(run.epochs) == [0, 1, 2, 3] and run.train.loss[-1] < run.train.loss[0]
assert np.isfinite(run.printed["accuracy"][1:]).all()
for call in (lambda: lossacc.Recorder((x, y)), lambda: lossacc.audit(model, x, y),
             lambda: lossacc.mode_gap(model, x, y)):
    try:
        call()
    except RuntimeError as error:
        assert "Keras runs on 'torch'; lossacc needs 'tensorflow'" in str(error), error
    else:
        raise AssertionError("taken")
"""
    held = {**os.environ, "KERAS_BACKEND": "torch"}
    call = [sys.executable, "-c", code]
    done = subprocess.run(call, capture_output=True, text=True, cwd=ROOT, env=held, check=False)
    assert not done.returncode, done.stderr[-2000:]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_partial_fit() -> None:
    linear = pytest.importorskip("sklearn.linear_model")
    x, y, x_val, y_val = sets()
    model = linear.SGDClassifier(loss="log_loss", random_state=0, alpha=0.01)
    names = {"x": x, "y": y, "x_val": x_val, "y_val": y_val}
    run = run_code("partial_fit", **names, epochs=EPOCHS, model=model)["builder"].run
    assert list(run.epochs) == [1, 2, 3]
    assert run.train.accuracy[-1] == model.score(x, y)
    assert figures.curves(run).title


@pytest.mark.slow
def test_staged_predict_proba() -> None:
    ensemble, metrics = (
        pytest.importorskip("sklearn.ensemble"),
        pytest.importorskip("sklearn.metrics"),
    )
    x, y, x_val, y_val = sets()
    boosted = ensemble.GradientBoostingClassifier(n_estimators=5, random_state=0).fit(x, y)
    run = run_code("staged", x=x, y=y, x_val=x_val, y_val=y_val, boosted=boosted)["builder"].run
    check(run, first=1, last=5)
    assert run.validation.accuracy[-1] == boosted.score(x_val, y_val)
    loss = metrics.log_loss(y, boosted.predict_proba(x))
    np.testing.assert_allclose(run.train.loss[-1], loss, rtol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("momentum", [1e-5, 0.1])
def test_the_two_modes_of_a_pytorch_module(momentum) -> None:
    """Statistics that have hardly moved are found: evaluation is bad, and good once recomputed."""
    torch = pytest.importorskip("torch")
    x, y, _, _ = torch_sets(torch)
    network = mlp(torch, torch.nn.BatchNorm1d(32, momentum=momentum))
    optimizer = torch.optim.Adam(network.parameters(), 0.01)
    for _ in range(50):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(network(50 * x), y).backward()
        optimizer.step()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    found = run_code("modes", x=50 * x, y=y, network=network, batch_size=BATCH, torch=torch)
    for name, value in network.state_dict().items():
        assert torch.equal(value, before[name]), name
    assert found["training"] < 0.2
    assert found["recomputed"] < 0.2
    assert (found["evaluation"] > 0.5) == (momentum < 0.01)


@pytest.mark.slow
def test_the_three_hazards() -> None:
    """What the page's table says of the two frameworks, asked of both."""
    torch = pytest.importorskip("torch")
    from lossacc.support.keras_api import keras

    batch = np.random.default_rng(0).normal(3, 2, (50, 4)).astype(np.float32)
    own = keras().layers.BatchNormalization(momentum=0.99)
    other = torch.nn.BatchNorm1d(4, momentum=0.01)
    own(batch, training=True)
    other(torch.tensor(batch))
    np.testing.assert_allclose(own.moving_mean.numpy(), other.running_mean.numpy(), rtol=1e-4)

    logits, labels = batch[:, :2], np.arange(50) % 2
    weights = np.array([1.0, 3.0], np.float32)
    loss = keras().losses.SparseCategoricalCrossentropy(from_logits=True)
    summed = float(loss(labels, logits, sample_weight=weights[labels])) * 50
    theirs = torch.nn.CrossEntropyLoss(torch.tensor(weights))
    found = float(theirs(torch.tensor(logits), torch.tensor(labels)))
    assert math.isclose(found, summed / weights[labels].sum(), rel_tol=1e-5)

    sure = torch.eye(10)
    twice = float(torch.nn.CrossEntropyLoss()(sure, torch.arange(10)))
    assert math.isclose(twice, math.log(math.e + 9) - 1, rel_tol=1e-6)
    assert f"{twice:.3f}" == "1.461"
    assert "1.461" in PAGE
