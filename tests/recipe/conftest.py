from __future__ import annotations

import pytest

from tests.recipe.small import network


@pytest.fixture
def small_network(monkeypatch):
    """A network of one convolution in place of ResNet-18: traced in no time."""
    from lossacc.recipe import train

    monkeypatch.setattr(train, "resnet18", network)
