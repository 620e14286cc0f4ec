"""The length of the kernels, the rate that it comes to, and that the length does not matter."""

from __future__ import annotations

import numpy as np
import pytest

from lossacc import Recorder
from lossacc.analysis.weight_norms import (
    NormWatch,
    effective_rate,
    kernel_norm,
    norms_of,
    note_norms,
)
from lossacc.networks.cnn import initialise
from lossacc.networks.small_resnet import small_residual
from lossacc.support.keras_api import keras
from lossacc.training.train import train
from tests import small


def network(seed=0, **options):
    model = small_residual(small.SHAPE, small.CLASSES, filters=(4, 8), **options)
    return initialise(small.compiled(model), seed)


def convolutions(model):
    return [layer for layer in model.layers if isinstance(layer, keras().layers.Conv2D)]


def test_the_norm_is_that_of_all_convolution_kernels_and_of_nothing_else():
    model = network()
    kernels = [np.asarray(layer.kernel, np.float64) for layer in convolutions(model)]
    assert len(kernels) == 6
    assert kernel_norm(model) == pytest.approx(np.sqrt(sum((k**2).sum() for k in kernels)))


def test_a_model_without_a_convolution_is_refused():
    with pytest.raises(ValueError, match="has no convolution"):
        kernel_norm(small.dense())


def test_the_network_computes_the_same_whatever_the_length_of_its_kernels():
    x, _ = small.data(32)
    model = network()
    before = np.asarray(model(x, training=True))
    for layer in convolutions(model):
        layer.kernel.assign(3.0 * layer.kernel)
    np.testing.assert_allclose(np.asarray(model(x, training=True)), before, atol=2e-2)


def test_the_gradient_stands_at_a_right_angle_to_the_kernels():
    import tensorflow as tf

    x, y = small.data(32)
    model = network()
    with tf.GradientTape() as tape:
        loss = model.loss(y, model(x, training=True))
    kernels = [layer.kernel.value for layer in convolutions(model)]
    gradients = tape.gradient(loss, kernels)
    along = sum(float(tf.reduce_sum(k * g)) for k, g in zip(kernels, gradients, strict=True))
    length = np.sqrt(sum(float(tf.reduce_sum(g**2)) for g in gradients)) * kernel_norm(model)
    assert abs(along) < 0.01 * length


def test_the_watch_notes_the_length_at_every_epoch():
    seen = []
    model = network()
    start = kernel_norm(model)
    watch = NormWatch(model, seen.append)
    run = watch.noted(train(model, small.data(48), epochs=3, on_epoch=watch))
    assert norms_of(run)[0] == pytest.approx(start)
    assert norms_of(run)[-1] == pytest.approx(kernel_norm(model))
    assert [len(norms_of(one)) for one in seen] == [1, 2, 3, 4]
    wanted = run.learning_rate[1:] / norms_of(run)[1:] ** 2
    np.testing.assert_allclose(effective_rate(run)[1:], wanted)
    assert np.isnan(effective_rate(run)[0])


def test_the_callback_notes_it_beside_what_keras_prints():
    x, y = small.data(48)
    model = network()
    recorder = Recorder((x, y))
    history = model.fit(x, y, epochs=2, callbacks=[note_norms(model), recorder], verbose=0)
    assert norms_of(recorder.run)[-1] == pytest.approx(kernel_norm(model))
    assert history.history["kernel_norm"][-1] == pytest.approx(kernel_norm(model))
    assert np.isnan(norms_of(recorder.run)[0])


def test_a_run_that_did_not_note_it_is_refused_with_how_to():
    run = train(network(), small.data(48), epochs=1)
    with pytest.raises(ValueError, match="'kernel_norm' among what was printed"):
        effective_rate(run)


def test_a_noted_run_is_saved_with_its_lengths(tmp_path):
    model = network()
    watch = NormWatch(model)
    run = watch.noted(train(model, small.data(48), epochs=1, on_epoch=watch))
    again = type(run).load(run.save(tmp_path / "run.npz"))
    np.testing.assert_array_equal(norms_of(again), norms_of(run))
