"""Take the pictures of the docs from the demo's report, in a headless Chromium: `python docs/pictures.py`."""

from __future__ import annotations

import base64
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # the checkout's own whq, and the tests' browser

from tests.reports.browser import Browser, browser  # noqa: E402
from whq import demo  # noqa: E402

SIZE = (1160, 930)
CHART = "applications-default-risk-roc-auc"
BOX = f"Object.values(document.getElementById('{CHART}').getBoundingClientRect().toJSON()).slice(0, 4)"
MARGIN = 12


def chart(page: Browser, path: Path) -> None:
    """Save the chart of the demo's model with a margin around it."""
    page.ask(f"document.getElementById('{CHART}').scrollIntoView({{block: 'center'}})")
    left, top, width, height = page.ask(BOX)
    corner = {"x": left - MARGIN, "y": top + page.ask("window.scrollY") - MARGIN}
    clip = {**corner, "width": width + 2 * MARGIN, "height": height + 2 * MARGIN, "scale": 1}
    found = page.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
    path.write_bytes(base64.b64decode(found["data"]))


def main() -> None:
    """Make the demo, open its report, take both pictures."""
    images = ROOT / "docs" / "images"
    images.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        report = demo(Path(folder) / "whq-demo").report
        assert report is not None
        with browser(Path(folder) / "browser") as page:
            page.open(report, width=SIZE[0], height=SIZE[1])
            page.picture(images / "report.png")
            chart(page, images / "performance.png")


if __name__ == "__main__":
    main()
