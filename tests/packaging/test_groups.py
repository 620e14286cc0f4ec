"""What belongs together runs in one process: each notebook, each lesson, each browser only once."""

from __future__ import annotations

import pytest


def test_a_group_stays_together(request: pytest.FixtureRequest) -> None:
    """A group that is not heeded fails nothing, and makes the run half as long again."""
    if not getattr(request.config.option, "loadgroup", False):
        pytest.skip("groups are for `-n 3 --dist loadgroup`")
    assert request.node.nodeid.endswith("@tests/packaging/test_groups.py")
