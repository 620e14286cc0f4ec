"""Eight learners on a real hub, kills included: nothing is lost, and each fits into its memory."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.hub import load
from tests.hub.learners import HABITS, Day
from tests.hub.running import settings_of_the_page
from tests.project import needs_the_package_index

EIGHT = 8


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.skipif(sys.platform != "linux", reason="PSS is Linux's")
@pytest.mark.skipif(shutil.which("npm") is None, reason="the hub's proxy comes from npm")
def test_eight_learners_lose_nothing(tmp_path: Path) -> None:
    """Some ten minutes on two cores that do nothing else."""
    needs_the_package_index()
    found = load.measured(tmp_path, EIGHT)
    print(load.table(found))
    assert [one.faults for one in found.days] == [[]] * EIGHT
    assert {one.habit for one in found.days} == {*HABITS}
    assert [load.lost_answers(one) for one in found.days] == [[]] * EIGHT
    assert all(len(one.given) > 20 and len(one.clicks) == 2 for one in found.days)
    learners = [found.memory[one.learner] for one in found.days]
    assert max(learners) < 1200  # MiB; the page says how many go on which machine


def test_an_answer_that_is_not_in_the_file_is_told() -> None:
    done = Day("ann", "stays", given={"a": "B", "c": "D"}, kept={"a": "B", "c": "E"})
    assert load.lost_answers(done) == ["c"]


def test_the_settings_of_the_page_are_python_and_end_idle_kernels() -> None:
    class Settings(dict):  # type: ignore[type-arg]
        """What `get_config` gives, as far as the page uses it."""

        def __getattr__(self, name: str) -> Settings:
            return self.setdefault(name, Settings())

        __setattr__ = dict.__setitem__

    found = Settings()
    exec(settings_of_the_page(), {"get_config": lambda: found})
    assert "--MappingKernelManager.cull_idle_timeout=1800" in found.Spawner.args
    assert found.Spawner.cmd[0] == "sh"
    assert "series_folder()" in found.Spawner.cmd[2]
