"""A learner's page without a browser: it runs cells and presses the widgets that they show.

It speaks with the kernel as JupyterLab does, over the same proxy and the same websocket: requests
name their cell, and each widget has a model that follows the kernel's.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from websocket import ABNF, WebSocketException, create_connection

from tests.hub.running import TOKEN, Hub

VIEW = "application/vnd.jupyter.widget-view+json"
Model = dict[str, Any]


class Page:
    """A notebook that a learner has opened.

    Parameters
    ----------
    hub, learner
        Whose server.
    path
        Of the notebook, in the learner's home.

    Attributes
    ----------
    cells
        The cells of the notebook, as its file has them.
    views
        Cell id to the id of the outermost widget that it shows.
    faults
        What went wrong in cells.
    """

    def __init__(self, hub: Hub, learner: str, path: str) -> None:
        self.hub, self.at = hub, f"user/{learner}"
        content = hub.ask(f"{self.at}/api/contents/{path}")["content"]
        self.cells: list[dict[str, Any]] = content["cells"]
        session = {"path": path, "type": "notebook", "name": path, "kernel": {"name": "python3"}}
        self.session = hub.ask(f"{self.at}/api/sessions", "POST", session)
        self.models: dict[str, Model] = {}
        self.views: dict[str, str] = {}
        self.faults: list[str] = []
        self._cell_of: dict[str, str] = {}
        self._ended: set[str] = set()
        self._changed = threading.Condition()
        self._connect()

    @property
    def kernel(self) -> str:
        """The id of its kernel."""
        return str(self.session["kernel"]["id"])

    def _connect(self) -> None:
        address = self.hub.address.replace("http", "ws", 1)
        url = f"{address}/{self.at}/api/kernels/{self.kernel}/channels?session_id={uuid.uuid4()}"
        header = [f"Authorization: token {TOKEN}"]
        self._socket = create_connection(url, timeout=900, header=header)
        self._reader = threading.Thread(target=self._read, args=(self._socket,), daemon=True)
        self._reader.start()

    def close(self) -> None:
        """Close the page; the kernel goes on."""
        self._socket.close()

    def reopen(self) -> None:
        """Open the page again on the kernel that went on; what it showed must be run again."""
        self.models.clear()
        self.views.clear()
        self._connect()

    def _read(self, socket: Any) -> None:
        while True:
            try:
                kind, data = socket.recv_data()
            except (WebSocketException, OSError):
                return  # it was closed
            if kind == ABNF.OPCODE_CLOSE:
                return
            if kind == ABNF.OPCODE_TEXT:
                with self._changed:
                    self._take(json.loads(data))
                    self._changed.notify_all()

    def _take(self, message: dict[str, Any]) -> None:
        """Follow one message of the kernel's."""
        kind, content = message["msg_type"], message["content"]
        asked = message["parent_header"].get("msg_id", "")
        if kind == "comm_open":
            self.models[content["comm_id"]] = dict(content["data"].get("state", {}))
        elif kind == "comm_msg" and content["data"].get("method") == "update":
            self.models.setdefault(content["comm_id"], {}).update(content["data"]["state"])
        elif kind in ("display_data", "execute_result") and VIEW in content["data"]:
            self.views[self._cell_of.get(asked, "")] = content["data"][VIEW]["model_id"]
        elif kind == "error" and asked in self._cell_of:
            self.faults.append(f"{content['ename']}: {content['evalue']}")
        elif kind == "status" and content["execution_state"] == "idle":
            self._ended.add(asked)  # what the cell shows came before it, on the same channel

    def _send(self, kind: str, content: dict[str, Any], **metadata: Any) -> str:
        name = uuid.uuid4().hex
        header = {"msg_id": name, "msg_type": kind, "username": "learner", "version": "5.3"}
        header |= {"session": self.session["id"], "date": datetime.now(UTC).isoformat()}
        if "cellId" in metadata:
            self._cell_of[name] = metadata["cellId"]
        message = {"header": header, "parent_header": {}, "metadata": metadata}
        self._socket.send(json.dumps(message | {"content": content, "channel": "shell"}))
        return name

    def wait(self, true: Callable[[], Any], seconds: float, what: str) -> None:
        """Wait until something is true of what the kernel sent."""
        with self._changed:
            if not self._changed.wait_for(true, seconds):
                raise TimeoutError(f"{self.at}: {what}: not within {seconds} seconds")

    def run(self, cell: dict[str, Any], seconds: float = 600) -> None:
        """Run a cell to its end."""
        source = "".join(cell["source"])
        content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False}
        asked = self._send("execute_request", content | {"stop_on_error": True}, cellId=cell["id"])
        self.wait(lambda: asked in self._ended, seconds, f"a cell: {source[:60]!r}")

    def run_all(self) -> float:
        """Run every cell, and give the seconds."""
        begun = time.monotonic()
        for cell in self.code():
            self.run(cell)
        return time.monotonic() - begun

    def code(self, kind: str = "") -> list[dict[str, Any]]:
        """The code cells; of those that the metadata call `kind`."""
        cells = [one for one in self.cells if one["cell_type"] == "code"]
        return [one for one in cells if not kind or kind in one["metadata"].get("lossacc", {})]

    def below(self, model: str) -> Iterator[str]:
        """The ids of a widget and of all below it, in the order of the page."""
        yield model
        for child in self.models[model].get("children", []):
            yield from self.below(child.removeprefix("IPY_MODEL_"))

    def find(self, cell: dict[str, Any], **wanted: Any) -> list[str]:
        """The ids of the widgets of a cell that have these values, in the order of the page."""
        return [
            one
            for one in self.below(self.views[cell["id"]])
            if all(self.models[one].get(name) == value for name, value in wanted.items())
        ]

    def named(self, cell: dict[str, Any], name: str) -> str:
        """The id of the widget of a cell that has one of our classes."""
        found = self.below(self.views[cell["id"]])
        return next(i for i in found if f"lossacc-{name}" in self.models[i].get("_dom_classes", []))

    def press(self, model: str) -> None:
        """Press a button."""
        self._tell(model, {"method": "custom", "content": {"event": "click"}})

    def set(self, model: str, **values: Any) -> None:
        """Set what a learner can set of a widget."""
        self.models[model].update(values)
        self._tell(model, {"method": "update", "state": values, "buffer_paths": []})

    def _tell(self, model: str, data: dict[str, Any]) -> None:
        self._send("comm_msg", {"comm_id": model, "data": data})
