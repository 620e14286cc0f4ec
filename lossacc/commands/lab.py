"""`lossacc lab`: JupyterLab on the series."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import lossacc

SERIES = "[0-9][0-9]*.ipynb"
"""How the files of the series are named: a number, then words."""


def notebooks_folder() -> Path | None:
    """Find the folder of the series.

    Returns
    -------
    Path or None
        ``notebooks`` beside the package (a source checkout), or else in the working directory; None
        where neither holds a notebook of the series.
    """
    beside = Path(lossacc.__file__).resolve().parents[1]
    places = (beside / "notebooks", Path.cwd() / "notebooks")
    return next((place for place in places if any(place.glob(SERIES))), None)


def choose(folder: Path, name: str | None) -> str:
    """Find the notebook that a name means.

    Parameters
    ----------
    folder
        The folder of the series.
    name
        A number (``2``, ``02``), a part of a file name, or a file name. None: the first one.

    Returns
    -------
    str
        The file name of the notebook.

    Raises
    ------
    ValueError
        If no notebook or several have that name. The sentence lists what there is.
    """
    files = sorted(path.name for path in folder.glob(SERIES))
    if name is None:
        return files[0]
    wanted = Path(name).name.removesuffix(".ipynb").lower()
    stems = [file.removesuffix(".ipynb").lower() for file in files]
    if wanted in stems:
        return files[stems.index(wanted)]
    if wanted.isdecimal():
        found = [file for file in files if int(file[:2]) == int(wanted)]
    else:
        plain = wanted.replace("-", "").replace("_", "").replace(" ", "")
        found = [file for file in files if plain in file.lower().replace("-", "").replace("_", "")]
    if len(found) == 1:
        return found[0]
    problem = "Several notebooks are" if found else "No notebook is"
    listed = "\n".join(f"  {file}" for file in (found or files))
    raise ValueError(f"{problem} called {name!r}. There is:\n{listed}")


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


def _obstacle(folder: Path | None) -> str | None:
    """Say what is missing, if anything is."""
    if folder is None:
        return (
            "The notebooks are not here: the package was installed without them. Clone the "
            "repository and run `lossacc lab` in its folder."
        )
    if find_spec("jupyterlab") is None or find_spec("ipywidgets") is None:
        return "JupyterLab or ipywidgets is not installed: pip install 'lossacc[lab]'"
    if find_spec("tensorflow") is None:
        return "TensorFlow is not installed, and the notebooks train: pip install 'lossacc[cpu]'"
    return None


def open_lab(notebook: str | None) -> int:
    """Open JupyterLab on the series and wait until it is closed.

    Parameters
    ----------
    notebook
        What to open: a number, a part of a name, a file name; None for the first notebook.

    Returns
    -------
    int
        The exit code: 0, or 1 with a sentence on standard error.
    """
    folder = notebooks_folder()
    obstacle = _obstacle(folder)
    if obstacle or folder is None:
        print(obstacle, file=sys.stderr)
        return 1
    try:
        file = choose(folder, notebook)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    from jupyterlab.labapp import LabApp

    os.environ["JUPYTER_CONFIG_PATH"] = config_path()
    print(f"Opening {file}. Stop with Control-C.", flush=True)
    LabApp.launch_instance(argv=server_arguments(folder, file))
    return 0
