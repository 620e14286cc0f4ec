"""`lossacc lab`: JupyterLab on the series."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from lossacc.commands.series import (
    choose,
    cloned_series,
    copy_series,
    installed_series,
    own_folder,
)


def url_path(notebook: str) -> str:
    """Give the path at which JupyterLab opens a notebook, relative to the folder of the series.

    Parameters
    ----------
    notebook
        A file name.

    Returns
    -------
    str
        For example ``/lab/tree/02_nine_against_one.ipynb``.
    """
    return f"/lab/tree/{quote(notebook)}"


def server_arguments(folder: Path, notebook: str) -> list[str]:
    """Give the arguments of `jupyter lab` that open one notebook of the series.

    The token stays: whoever can reach the port cannot run code without it.

    Parameters
    ----------
    folder
        The folder of the series; nothing outside it is served.
    notebook
        The file name to open.

    Returns
    -------
    list of str
        Arguments for JupyterLab.
    """
    arguments = [
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url={url_path(notebook)}",
    ]
    # In a container one is often root, and JupyterLab would refuse to start.
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--allow-root")
    return arguments


def config_path() -> str:
    """Give JUPYTER_CONFIG_PATH with our default settings in front.

    They keep JupyterLab from asking about news and from looking for updates: a first minute without
    a pop-up, and no use of the network. (`--LabApp.news_url=None` does not stop the question in
    JupyterLab 4.6.) One's own settings go before them.

    Returns
    -------
    str
        Folders, joined as the system joins them.
    """
    ours = str(Path(__file__).with_name("jupyter"))
    known = os.environ.get("JUPYTER_CONFIG_PATH")
    return os.pathsep.join([ours, known] if known else [ours])


def _obstacle() -> str | None:
    """Say what is missing, if anything is."""
    if find_spec("jupyterlab") is None or find_spec("ipywidgets") is None:
        return "JupyterLab or ipywidgets is not installed: pip install 'lossacc[lab]'"
    if find_spec("tensorflow") is None:
        return "TensorFlow is not installed, and the notebooks train: pip install 'lossacc[cpu]'"
    return None


def series_folder() -> Path | None:
    """Find the series to open; what a wheel holds is copied first, and what that did is printed.

    Returns
    -------
    Path or None
        ``notebooks`` of a clone, or one's own copy of what was installed; None without either.

    Raises
    ------
    OSError
        If the copy cannot be written.
    """
    installed = installed_series()
    if installed is None:
        return cloned_series()
    copied = copy_series(installed, own_folder())
    print(copied, flush=True)
    return copied.folder


def open_lab(notebook: str | None, arguments: Sequence[str] = ()) -> int:
    """Open JupyterLab on the series and wait until it is closed.

    Parameters
    ----------
    notebook
        What to open: a number, a part of a name, a file name; None for the first notebook.
    arguments
        What else JupyterLab is told, such as ``--no-browser``.

    Returns
    -------
    int
        The exit code: 0, or 1 with a sentence on standard error.

    Raises
    ------
    OSError
        If one's own copy of the series cannot be written.
    """
    obstacle = _obstacle()
    folder = None if obstacle else series_folder()
    if folder is None:
        print(obstacle or "The package was installed without its notebooks.", file=sys.stderr)
        return 1
    try:
        file = choose(folder, notebook)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    from jupyterlab.labapp import LabApp

    os.environ["JUPYTER_CONFIG_PATH"] = config_path()
    print(f"Opening {file}. Stop with Control-C.", flush=True)
    LabApp.launch_instance(argv=[*server_arguments(folder, file), *arguments])
    return 0
