"""Live where something answers a click, still everywhere else."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from types import ModuleType

import pytest

from lossacc.support import frontend
from lossacc.support.frontend import cell_id, is_live


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (frontend.VARIABLE, "VSCODE_PID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delitem(sys.modules, "google.colab", raising=False)


class Shell:
    """The shell of a kernel that works on a request."""

    def __init__(self, request: object) -> None:
        self.request = request

    def get_parent(self) -> object:
        return self.request


def asked(monkeypatch: pytest.MonkeyPatch, request: object) -> None:
    import IPython

    monkeypatch.setattr(IPython, "get_ipython", lambda: Shell(request))


def test_plain_python_is_still() -> None:
    assert not is_live()
    assert cell_id() is None


def test_a_cell_that_has_an_id_is_live(monkeypatch: pytest.MonkeyPatch) -> None:
    asked(monkeypatch, {"metadata": {"cellId": "abc"}})
    assert is_live()
    assert cell_id() == "abc"


@pytest.mark.parametrize("request_", [{}, None, {"metadata": {}}, {"metadata": None}])
def test_a_request_without_a_cell_is_still(
    monkeypatch: pytest.MonkeyPatch, request_: object
) -> None:
    asked(monkeypatch, request_)
    assert not is_live()
    assert cell_id() is None


def test_vs_code_and_colab_are_live(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as inside:
        inside.setenv("VSCODE_PID", "1")
        assert is_live()
    assert not is_live()
    monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    assert is_live()


def test_the_variable_overrides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(frontend.VARIABLE, "live")
    assert is_live()
    asked(monkeypatch, {"metadata": {"cellId": "abc"}})
    monkeypatch.setenv(frontend.VARIABLE, "still")
    assert not is_live()
    monkeypatch.setenv(frontend.VARIABLE, "on")
    with pytest.raises(ValueError, match="LOSSACC_PANELS is 'on'; expected 'live' or 'still'"):
        is_live()


def test_with_colabs_own_widgets_nothing_is_live(monkeypatch: pytest.MonkeyPatch) -> None:
    """ipywidgets 7.7 has no `_repr_mimebundle_`: a question would end in an AttributeError."""
    monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    monkeypatch.setattr("importlib.metadata.version", lambda name: "7.7.1")
    assert not is_live()
    monkeypatch.setattr("importlib.metadata.version", lambda name: "8.1.9")
    assert is_live()


def test_without_ipywidgets_nothing_is_live(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(frontend.VARIABLE, "live")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert not is_live()


def test_it_imports_no_ipython() -> None:
    code = (
        "import sys, lossacc.support.frontend as l; l.is_live(); "
        "assert 'IPython' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
