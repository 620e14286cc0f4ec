"""The commands that install the extras of the package, which the doctor gives as advice."""

from __future__ import annotations

LAB = "pip install 'lossacc[lab]'"
CPU = "pip install 'lossacc[cpu]'"
