"""The page in a browser: links, filter, keyboard, what it fetches (nothing) and what hostile values do (nothing)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.reports import made
from tests.reports.browser import CHROMIUM, WHY_NOT, Browser, browser
from tests.reports.test_html import HOSTILE, hostile, statements
from whq.reports.html import html

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=WHY_NOT)
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"
SHOWN = """
(query) => [...document.querySelectorAll(query)].filter(
  (node) => node.checkVisibility({contentVisibilityAuto: false})).length
"""
SETTLED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))"


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    texts = {
        "everything": html(made.everything(), statements=made.STATEMENTS),
        "hostile": html(hostile(), statements=statements()),
        "wide": html(made.wide(500), statements=made.STATEMENTS),
        "broken": html(made.broken()),
        "incidents": html(made.incidents(), statements=made.STATEMENTS),
    }
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, "utf-8")
    return {name: folder / f"{name}.html" for name in texts}


@pytest.fixture
def page(chromium: Browser, pages: dict[str, Path]) -> Browser:
    chromium.open(pages["everything"])
    return chromium


def shown(found: Browser, query: str) -> int:
    return int(found.ask(f"({SHOWN.strip()})({query!r})"))


def click(found: Browser, query: str) -> None:
    found.ask(f"document.querySelector({query!r}).click()")
    found.call("Page.getLayoutMetrics")


def type_in(found: Browser, text: str) -> None:
    found.ask(f"(() => {{ const box = document.querySelector('#q'); box.value = {text!r};"
              " box.dispatchEvent(new Event('input', {bubbles: true})); })()")  # fmt: skip


# --- quiet, offline, fitting --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["everything", "hostile", "broken", "incidents"])
@pytest.mark.parametrize(("width", "dark"), [(1400, False), (800, True), (400, False)])
def test_it_opens_quietly_at_any_width(
    chromium: Browser, pages: dict[str, Path], name: str, width: int, dark: bool
) -> None:
    chromium.open(pages[name], width=width, dark=dark)
    chromium.ask("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
    assert chromium.ask(OVERFLOW) <= 0
    assert chromium.complaints == []
    assert chromium.requests == [pages[name].as_uri()]
    background = chromium.ask("getComputedStyle(document.body).backgroundColor")
    assert background == ("rgb(19, 22, 25)" if dark else "rgb(251, 251, 250)")


@pytest.mark.parametrize(("width", "height"), [(1400, 900), (800, 1000), (400, 850)])
def test_the_first_screen_answers(chromium: Browser, pages: dict[str, Path], width: int, height: int) -> None:
    chromium.open(pages["incidents"], width=width, height=height)
    seen = chromium.ask("""[...document.querySelectorAll(".verdict, .incident h3, .incident .picture")]
      .filter((each) => each.getBoundingClientRect().bottom <= innerHeight).map((each) => each.textContent)""")
    assert seen[0].startswith("error1 new incident and 1 going on")
    assert "roc_auc fell from 0.82 to 0.6" in seen[1] and "2024-10" in seen[2]
    overlapping = """[...document.querySelectorAll(".picture")].filter((picture) => {
      const boxes = [...picture.querySelectorAll("text")].map((each) => each.getBoundingClientRect());
      boxes.sort((a, b) => a.left - b.left);
      return boxes.some((box, at) => at > 0 && box.left < boxes[at - 1].right);
    }).length"""
    assert chromium.ask(overlapping) == 0


def test_the_filter_stands_before_the_findings_only_where_it_is_asked_for(
    chromium: Browser, pages: dict[str, Path]
) -> None:
    chromium.open(pages["incidents"], width=400)
    assert shown(chromium, ".filter") == 0 and shown(chromium, ".side summary") == 1
    press(chromium, "/", "/")
    assert chromium.ask("document.activeElement.id") == "q"
    chromium.open(pages["incidents"], width=1400)
    assert shown(chromium, ".filter") == 1 and shown(chromium, ".side summary") == 0


def test_hostile_values_are_inert(chromium: Browser, pages: dict[str, Path]) -> None:
    chromium.open(pages["hostile"])
    chromium.ask("document.querySelectorAll('summary, button, .also a').forEach((node) => node.click())")
    assert chromium.complaints == []
    assert chromium.requests == [pages["hostile"].as_uri()]
    assert chromium.ask("[document.scripts.length, document.querySelectorAll('img, iframe, base, object').length]") == [
        1,
        0,
    ]
    text = chromium.ask("document.body.textContent")
    for bad in ("<script>alert(1)</script>", "{{ 7 * 7 }}", "<img src=x onerror=alert(1)>", "שלום עולם", "\\x1b[31m"):
        assert bad in text
    assert len(HOSTILE) >= 20


def test_the_policy_stops_what_slips_through(page: Browser) -> None:
    page.ask("""(() => {
      const script = document.createElement("script");
      script.textContent = "window.slipped = 1";
      document.body.append(script);
      const box = document.createElement("div");
      box.innerHTML = "<b onclick='window.slipped = 2' style='color:red'>x</b><img src='https://evil.example/x.png'>";
      document.body.append(box);
      box.firstChild.click();
    })()""")
    page.ask(SETTLED)
    assert page.ask("typeof window.slipped") == "undefined"
    blocked = [each["params"]["requestId"] for each in page.events if each["params"].get("blockedReason") == "csp"]
    assert len(page.complaints) >= 3 and len(page.requests) - len(blocked) == 1


def test_500_checks_open_in_three_seconds(chromium: Browser, pages: dict[str, Path]) -> None:
    assert chromium.open(pages["wide"]) < 3
    charts = chromium.ask("document.querySelectorAll('.card .plot').length")
    assert charts >= 150 and charts + chromium.ask("document.querySelectorAll('.rules tbody tr').length") == 500


def test_it_can_be_printed(page: Browser) -> None:
    assert len(page.call("Page.printToPDF", printBackground=True)["data"]) > 20_000


# --- links --------------------------------------------------------------------------------------------------


def test_every_link_leads_to_something_that_can_be_seen(page: Browser) -> None:
    links = page.ask("[...new Set([...document.querySelectorAll('a')].map((a) => a.getAttribute('href')))]")
    assert len(links) > 25
    for link in links:
        page.ask(f"location.hash = {link!r}")
        page.ask(SETTLED)
        seen = page.ask(f"""(() => {{
          const node = document.getElementById({link[1:]!r});
          const box = node.getBoundingClientRect();
          return node.checkVisibility() && box.bottom > 0 && box.top < innerHeight;
        }})()""")
        assert seen, link


def test_sql_is_one_click_away(page: Browser) -> None:
    assert shown(page, "pre") == 0
    click(page, ".rules a.sql")
    assert shown(page, "pre") == 1
    assert page.ask("document.activeElement.tagName") == "PRE"


def test_links_work_without_the_script(chromium: Browser, pages: dict[str, Path]) -> None:
    chromium.open(pages["everything"], script=False)
    assert shown(chromium, ".filter") == 0
    assert shown(chromium, ".finding") == 11
    assert shown(chromium, ".dataset .card") > 5
    click(chromium, ".rules a.sql")
    assert shown(chromium, "pre") == 1


# --- filter -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "findings", "rules", "sections"),
    [
        (lambda page: None, 11, 7, 3),
        (lambda page: type_in(page, "INCOME"), 2, 1, 1),
        (lambda page: type_in(page, "income jensen"), 1, 0, 1),
        (lambda page: type_in(page, "customers"), 0, 3, 1),
        (lambda page: click(page, ".chip.fail"), 6, 7, 3),
        (lambda page: [click(page, f".chip.{each}") for each in ("fail", "error", "warn", "inconclusive")], 0, 4, 3),
        (lambda page: page.ask("(() => { const o = document.querySelector('#o'); o.value = 'crm';"
                               " o.dispatchEvent(new Event('input', {bubbles: true})); })()"), 1, 4, 2),
    ],
)  # fmt: skip
def test_the_filter(page: Browser, act: Callable[[Browser], Any], findings: int, rules: int, sections: int) -> None:
    act(page)
    assert (shown(page, ".finding"), shown(page, ".rules tbody tr"), shown(page, ".dataset")) == (
        findings,
        rules,
        sections,
    )
    assert page.complaints == []


def test_the_table_of_datasets_is_sorted_and_filtered(page: Browser) -> None:
    names = """[...document.querySelectorAll(".overview tbody tr")].filter((each) => each.checkVisibility())
      .map((each) => each.cells[0].querySelector("a").textContent)"""
    rules = "[...document.querySelectorAll('.overview thead th')].findIndex((each) => each.textContent === 'Drift')"
    assert page.ask(names) == ["applications", "payments", "customers"]
    title = page.ask(rules)
    page.ask(f"document.querySelectorAll('.overview thead button')[{title}].click()")
    assert page.ask(names)[0] == "applications"
    page.ask(f"document.querySelectorAll('.overview thead button')[{title}].click()")
    assert page.ask(names)[-1] == "applications"
    assert page.ask(f"document.querySelectorAll('.overview thead th')[{title}].ariaSort") == "descending"
    type_in(page, "currency")
    assert page.ask(names) == ["payments"]
    assert page.complaints == []


def test_the_page_of_one_dataset(page: Browser) -> None:
    page.ask("""(() => {
      const box = document.querySelector("#d");
      box.value = [...box.options].find((each) => each.textContent === "payments").value;
      box.dispatchEvent(new Event("input", {bubbles: true}));
    })()""")
    for query in (".dataset h2 bdi", ".wrong h3 a bdi", ".overview tr[data-of] th bdi", ".statements .gist"):
        seen = page.ask(f"""[...document.querySelectorAll({query!r})].filter((each) => each.checkVisibility())
          .map((each) => each.textContent.split(" ")[0])""")
        assert set(seen) <= {"payments"} and (seen or "gist" in query), query
    page.ask("location.hash = '#applications-income-ks'")
    page.ask(SETTLED)
    assert shown(page, ".dataset") == 3
    assert page.complaints == []


def test_the_filter_counts_and_is_undone(page: Browser) -> None:
    type_in(page, "income")
    told = page.ask("document.querySelector('.shown').textContent")
    assert told.endswith(" shown") and told.split()[0].isdigit()
    type_in(page, "nothing is called so")
    assert shown(page, ".dataset, .finding") == 0
    click(page, ".none button")
    assert (shown(page, ".finding"), page.ask("document.querySelector('#q').value")) == (11, "")


def test_words_in_folded_charts_are_found(page: Browser) -> None:
    assert shown(page, "#applications-debt-ratio-jensen-shannon") == 0
    type_in(page, "debt_ratio")
    assert shown(page, "#applications-debt-ratio-jensen-shannon") == 1


def test_a_link_to_what_is_filtered_out_shows_it(page: Browser) -> None:
    type_in(page, "customers")
    page.ask("location.hash = '#applications-income-ks'")
    page.ask(SETTLED)
    assert shown(page, "#applications-income-ks") == 1


# --- keyboard and pointer -----------------------------------------------------------------------------------


def press(page: Browser, key: str, text: str = "") -> None:
    page.call("Input.dispatchKeyEvent", type="keyDown", key=key, code=key, text=text)
    page.call("Input.dispatchKeyEvent", type="keyUp", key=key, code=key)


def test_the_keyboard_reaches_everything(page: Browser) -> None:
    press(page, "Tab")
    assert page.ask("document.activeElement.className") == "skip"
    press(page, "/", "/")
    assert page.ask("document.activeElement.id") == "q"
    press(page, "x", "x")
    assert page.ask("document.querySelector('#q').value") == "x"
    press(page, "Escape")
    assert page.ask("document.querySelector('#q').value") == ""


def test_the_pointer_reads_the_numbers(page: Browser) -> None:
    plot = 'document.querySelector("#applications-income-jensen-shannon .plot")'
    page.ask(f"{plot}.scrollIntoView({{block: 'center', behavior: 'instant'}})")
    page.ask(SETTLED)
    x, y = page.ask(f"""(() => {{
      const plot = {plot};
      const box = plot.getBoundingClientRect();
      return [box.left + box.width * 13.5 / 18, box.top + 60];
    }})()""")
    page.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
    page.ask(SETTLED)
    assert page.ask("document.querySelector('#tip').textContent").split("\n")[0] == "2024-08"
    assert shown(page, "#tip") == 1
    page.call("Input.dispatchMouseEvent", type="mouseMoved", x=2, y=2)
    assert shown(page, "#tip") == 0
    assert page.complaints == []
