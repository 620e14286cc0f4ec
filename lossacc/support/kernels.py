"""A kernel that no other process, and no other thread, can come in the way of."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_LONGEST = 80  # bytes of a folder's name; with its own name a socket's may have 103 on macOS


@contextmanager
def own_channels() -> Iterator[Any]:
    """Give settings of a kernel whose channels are files in a folder of its own.

    By Jupyter's own settings they are ports, and one that is free when it is chosen may be another
    process's by the time the kernel wants it. Then the kernel dies, or never answers. Where the
    system has no such files, they are ports all the same.
    """
    from traitlets.config import Config

    config = Config()
    config.KernelManager.client_class = "lossacc.support.kernel_client.OneThread"
    with tempfile.TemporaryDirectory(prefix="lossacc-kernel-") as folder:
        if os.name != "nt" and len(os.fsencode(folder)) <= _LONGEST:
            config.ConnectionFileMixin.transport = "ipc"
            config.ConnectionFileMixin.connection_file = os.path.join(folder, "kernel.json")
        yield config
