"""A kernel's client whose channels all live in one thread."""

from __future__ import annotations

from jupyter_client.asynchronous.client import AsyncKernelClient


class OneThread(AsyncKernelClient):
    """A client that asks the process whether it lives, and has no heart beat.

    Jupyter's beat is a thread of its own. It may make a socket just when what holds the sockets is
    being taken down, and that then waits for the socket without end.
    """

    def start_channels(
        self,
        shell: bool = True,
        iopub: bool = True,
        stdin: bool = True,
        hb: bool = False,
        control: bool = True,
    ) -> None:
        """Start the channels, without a beat unless somebody asks for it."""
        super().start_channels(shell, iopub, stdin, hb, control)
