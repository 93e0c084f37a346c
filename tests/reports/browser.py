"""A headless Chromium on a pipe: open a file, ask the page questions, note what it says and fetches."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fcntl import F_DUPFD_CLOEXEC, fcntl
from pathlib import Path
from time import monotonic
from typing import Any

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
WHY_NOT = "no chromium on this machine (Debian: apt-get install chromium)"
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--hide-scrollbars",
    "--disable-dev-shm-usage", "--remote-debugging-pipe",
)  # fmt: skip
PATIENCE = 60.0


@dataclass
class Browser:
    """The DevTools protocol over two pipes; messages end with a zero byte."""

    reader: int
    writer: int
    session: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)
    _count: int = 0
    _buffer: bytes = b""

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send one command and wait for its answer; events that come before it are kept."""
        self._count += 1
        message = {"id": self._count, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.writer, json.dumps(message).encode() + b"\0")
        while True:
            found = self._next()
            if found.get("id") == self._count:
                assert "error" not in found, found
                return dict(found["result"])
            self.events.append(found)

    def wait(self, event: str) -> None:
        """Wait until an event of that name has come."""
        while not any(each.get("method") == event for each in self.events):
            self.events.append(self._next())

    def _next(self) -> dict[str, Any]:
        end = monotonic() + PATIENCE
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self.reader], [], [], max(end - monotonic(), 0))
            assert ready, "the browser is silent"
            more = os.read(self.reader, 1 << 20)
            assert more, "the browser has gone"
            self._buffer += more
        message, _, self._buffer = self._buffer.partition(b"\0")
        return dict(json.loads(message))

    def open(
        self, path: Path, *, width: int = 1400, height: int = 1000, dark: bool = False, script: bool = True
    ) -> float:
        """Open a file in a page of that size; gives the seconds until it has loaded and been laid out."""
        self.events.clear()
        self.call("Emulation.setScriptExecutionDisabled", value=not script)
        self.resize(width, height)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        began = monotonic()
        self.call("Page.navigate", url=path.as_uri())
        self.wait("Page.loadEventFired")
        self.call("Page.getLayoutMetrics")
        return monotonic() - began

    def resize(self, width: int, height: int) -> None:
        """Change the size of the page."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression, as JSON has it."""
        found = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def picture(self, path: Path, *, full: bool = False) -> None:
        """Save what is seen, or with `full` the whole page."""
        options: dict[str, Any] = {"format": "png", "captureBeyondViewport": full}
        if full:
            size = self.call("Page.getLayoutMetrics")["cssContentSize"]
            options["clip"] = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 16000), "scale": 1}
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", **options)["data"]))

    @property
    def requests(self) -> list[str]:
        """The addresses that were asked for."""
        return [
            each["params"]["request"]["url"] for each in self.events if each["method"] == "Network.requestWillBeSent"
        ]

    @property
    def complaints(self) -> list[Any]:
        """Errors and warnings: of the console, of the log (policy violations), exceptions, dialogs."""
        bad = {"Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded", "Page.javascriptDialogOpening"}
        return [each for each in self.events if each["method"] in bad]


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """A browser of its own with an empty profile, gone afterwards."""
    assert CHROMIUM, WHY_NOT
    to_read, their_write = os.pipe()
    their_read, to_write = os.pipe()
    process = _started(folder, their_read, their_write)
    os.close(their_write)
    os.close(their_read)
    try:
        yield _attached(Browser(to_read, to_write))
    finally:
        os.close(to_write)  # the browser leaves when nobody can tell it anything any more
        os.kill(process, signal.SIGTERM)
        os.waitpid(process, 0)
        os.close(to_read)


def _started(folder: Path, reads: int, writes: int) -> int:
    """The browser's process id; it reads from 3 and writes to 4, wherever our ends of the pipes are."""
    apart = [fcntl(end, F_DUPFD_CLOEXEC, 100) for end in (reads, writes)]
    nowhere = os.open(os.devnull, os.O_RDWR)
    actions = [
        (os.POSIX_SPAWN_DUP2, ours, theirs)
        for ours, theirs in zip((nowhere, nowhere, *apart), (1, 2, 3, 4), strict=True)
    ]
    command = [str(CHROMIUM), *FLAGS, f"--user-data-dir={folder}", "about:blank"]
    process = os.posix_spawn(command[0], command, os.environ, file_actions=actions)
    for end in (nowhere, *apart):
        os.close(end)
    return process


def _attached(found: Browser) -> Browser:
    target = found.call("Target.createTarget", url="about:blank")["targetId"]
    found.session = found.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    for domain in ("Page", "Runtime", "Log", "Network"):
        found.call(f"{domain}.enable")
    return found
