"""What was measured once is kept on this computer, so that nothing finished is trained again.

One small file a seed, in a folder that names all that decides what is in it: the experiment, the
parts of its fingerprint that measure, the data, the arithmetic, the versions and the processor.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lossacc.claims.evidence import SeedEvidence
from lossacc.claims.experiment import Experiment
from lossacc.claims.fingerprint import digest, fingerprint, measured_parts, versions
from lossacc.data import Examples
from lossacc.support.files import write_whole

# Of a file that something else has written, or may not be read.
_DAMAGE = (ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError)


def user_folder() -> Path:
    """Give the folder where this system keeps what can be made again."""
    from platformdirs import user_cache_path

    return user_cache_path("lossacc") / "verify"


def identity(experiment: Experiment, data: Examples, arithmetic: str, on: Mapping[str, str]) -> str:
    """Give the digest of all that decides what a seed comes to, where there are these versions."""
    images = hashlib.sha256(data.images.tobytes() + data.labels.tobytes()).hexdigest()
    return digest([measured_parts(fingerprint(experiment)), images, arithmetic, on])


@dataclass(frozen=True)
class Cache:
    """The folder of one experiment, on some data, computed in one way.

    Parameters
    ----------
    folder
        Where its seeds lie; None keeps nothing.
    identity
        What decides what lies there; empty where nobody asks.
    """

    folder: Path | None
    identity: str = ""

    @staticmethod
    def of(
        root: Path | None,
        experiment: Experiment,
        data: Examples,
        arithmetic: str,
        on: Mapping[str, str] | None = None,
    ) -> Cache:
        """Find the folder below a root for all that decides what a seed comes to.

        Parameters
        ----------
        on
            The versions where it is trained; None are those here.
        """
        if root is None and on is None:
            return Cache(None)  # nobody asks
        found = identity(experiment, data, arithmetic, versions() if on is None else on)
        return Cache(None if root is None else root / experiment.name / found, found)

    def load(self, seed: int) -> SeedEvidence | None:
        """Give what a seed came to; None where it is not kept."""
        path = self._path(seed)
        if path is None or not path.exists():
            return None
        try:
            found = SeedEvidence.from_json(json.loads(path.read_text(encoding="utf-8")))
        except _DAMAGE:
            return None
        return found if found.seed == seed else None

    def keep(self, found: SeedEvidence) -> None:
        """Keep what a seed came to."""
        path = self._path(found.seed)
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, json.dumps(found.json(), allow_nan=False))

    def _path(self, seed: int) -> Path | None:
        return None if self.folder is None else self.folder / f"{seed}.json"
