"""The page as text: what stands on it, in what order, and that nothing of a user's is markup."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.reports import made
from whq.errors import StoreError
from whq.glossary import explained
from whq.reports import html as package
from whq.reports.html import dated, environment, html, is_report, save, write
from whq.reports.html.groups import SLOTS
from whq.reports.html.names import Anchors, check_of
from whq.reports.html.page import page_of
from whq.reports.html.room import ROWS
from whq.reports.html.shapes import MOST, Distribution, from_details, from_histograms, shape
from whq.result import RunResult
from whq.values import STATUSES, Acknowledgement, Chunk, Incident, Result

JOIN = "\x01"
NO_END = {"meta", "link", "input", "br", "path", "circle", "rect", "line", "use"}
MAY_STAY_OPEN = {"tr", "th", "td"}
HOSTILE = (
    "<script>alert(1)</script>", "</script><script>alert(1)</script>", "</style><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>', "' onmouseover='alert(1)", "javascript:alert(1)",
    "<!-- ", "]]>", "</title><script>alert(1)</script>", "</table></div></main>", "{{ 7 * 7 }}", "{% raw %}", "${7*7}",
    "&lt;b&gt;&#60;script&#62;", "a\x00b\x07c\x1b[31m", "\u202etxt.exe\u2066", "שלום עולם", "x" * 5000,
    "\ud800 lone", "\u2028\u2029\ufeff", "<base href=//evil.example>", "<meta http-equiv=refresh content=0>",
)  # fmt: skip


class Page(HTMLParser):
    """The elements of a page, checked while they are read: what opens is closed, ids are given once."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.joins = self.dated = False
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.joins = ("class", "d") in attrs
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in NO_END:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        self.joins = tag == "span" and self.dated
        while self.open[-1] in MAY_STAY_OPEN and self.open[-1] != tag:
            self.open.pop()
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep a text with the element that it stands in; a date is one with what stands beside it."""
        self.dated, glue = self.joins and not self.dated, JOIN if self.joins else ""
        self.texts.append((self.open[-1] if self.open else "", glue + data))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        words = " ".join(data for tag, data in self.texts if tag not in ("style", "script"))
        return re.sub(r"\s+", " ", words.replace(f" {JOIN}", ""))


@pytest.fixture(scope="module")
def text() -> str:
    return html(made.everything(), statements=made.STATEMENTS)


@pytest.fixture(scope="module")
def found(text: str) -> Page:
    return Page(text)


# --- safety -------------------------------------------------------------------------------------------------


def test_escaping_is_always_on() -> None:
    assert environment().autoescape is True
    for name in environment().list_templates():
        module = environment().get_template(name)
        assert module.environment.autoescape is True
    assert environment().from_string("{{ x }}").render(x="<b>") == "&lt;b&gt;"


def test_no_template_marks_a_text_as_safe() -> None:
    folder = Path(package.__file__).parent
    for path in folder.glob("*.jinja"):
        assert not re.search(r"\|\s*safe|autoescape|Markup", path.read_text("utf-8")), path
    marked = [path.name for path in folder.glob("*.py") if "Markup(" in path.read_text("utf-8")]
    assert marked == ["__init__.py"]


def test_the_policy_allows_this_style_and_this_script_only(text: str, found: Page) -> None:
    policy = next(each["content"] for each in found.all("meta") if each.get("http-equiv"))
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'" and rules["img-src"] == "data:"
    assert rules["base-uri"] == rules["form-action"] == "'none'"
    for tag in ("style", "script"):
        inside = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert len(inside) == 1
        digest = base64.b64encode(hashlib.sha256(inside[0].encode()).digest()).decode()
        assert rules[f"{tag}-src"] == f"'sha256-{digest}'"
    assert text.index("Content-Security-Policy") < text.index("<style>")


def test_nothing_is_inline_and_nothing_is_fetched(text: str, found: Page) -> None:
    for tag, attributes in found.elements:
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "srcset", "action")], tag
        assert attributes.get("href", "#").startswith(("#", "data:,"))
        assert "src" not in attributes
    assert not {"iframe", "object", "embed", "base", "img", "link"} & {tag for tag, _ in found.elements} - {"link"}
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|@import|url\((?!#(hatch|doubt|distrust)\))", text)


def hostile() -> RunResult:
    """Every name that a user or the data may give, made of hostile text."""
    results: list[Result] = []
    for at, bad in enumerate(HOSTILE):
        details = {"categories": [bad, f"{bad}2"], "reference": [1, 2], "counts": [2, 1]}
        values = {"values": [{"value": bad, "rows": 3}]}
        own = {"owner": bad, "segment": bad, "query": bad, "tags": (bad,)}
        results += [
            replace(
                result, id=f"{bad}|{at}", dataset=bad, subject=bad, metric=bad, message=bad, **{**own, "segment": None}
            )
            for result in made.series("d/s/m", [0.1] * 8 + [5], 1, details=details)
        ]
        results += [
            replace(made.rule("d/s/m", 3, 9, bad), id=f"{bad}/{bad}/{bad}/{bad}", dataset=bad, subject=bad, metric=bad,
                    params={"fail": bad, "measure": bad}, **own),
            replace(made.rule("d/s/m", 3, 9, bad), status="error", method=bad, dataset=bad,
                    chunk=Chunk(bad, 0, bad, bad, 1)),
            Result(f"p{at}", bad, "profile", bad, "top_values", "pass", value=bad, details=values, **own),
            Result(f"r{at}", bad, "profile", bad, "mean", "pass", value=bad, details={"reason": bad}, **own),
        ]  # fmt: skip
    run = replace(made.RUN, id=HOSTILE[0], project=HOSTILE[9], target=HOSTILE[3], engine=HOSTILE[4], version=HOSTILE[1])
    return replace(made.outcome(*results, run=run), errors=made.broken().errors)


def statements() -> dict[str, str]:
    return {bad: f"select '{bad}'\n\t-- {bad}" for bad in HOSTILE}


def test_hostile_values_are_text() -> None:
    text = html(hostile(), statements=statements())
    bad, good = Page(text), Page(html(made.everything(), statements=made.STATEMENTS))
    assert {tag for tag, _ in bad.elements} - {tag for tag, _ in good.elements} <= {"small", "code"}
    names = {name for _, attributes in good.elements for name in attributes}
    assert {name for _, attributes in bad.elements for name in attributes} <= names
    assert len(bad.all("script")) == len(bad.all("style")) == 1
    assert "{{ 7 * 7 }}" in text and "${7*7}" in text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]", text)
    assert text.count('class="bars"') == len(HOSTILE)
    assert "\\x1b[31m" in text and "\\u202e" in text and "\\ud800" in text
    text.encode("utf-8")


def test_hostile_incidents_and_details_are_text() -> None:
    found = hostile()
    told = tuple(
        Incident(bad, bad, bad, None if at % 2 else bad, "new" if at % 2 else "past", f"{bad}: {bad}", (result.id,),
                 Acknowledgement(bad, bad, bad) if at % 3 == 0 else None)
        for at, (bad, result) in enumerate(zip(HOSTILE, found.results, strict=False))
    )  # fmt: skip
    marks = [
        {
            **dict.fromkeys(("moved", "note", "state", "incident", "failing_query"), bad),
            "partial": True,
            "threshold": {bad: bad, "decides": bad},
            "breaking": [{"value": bad, "rows": bad}],
        }
        for bad in HOSTILE
    ]
    results = tuple(
        replace(each, details={**each.details, **marks[at % len(marks)]}) for at, each in enumerate(found.results)
    )
    text = html(replace(found, results=results, incidents=told, judged="newest"), statements=statements())
    bad, good = Page(text), Page(html(made.incidents(), statements=made.STATEMENTS))
    names = {name for _, attributes in good.elements for name in attributes}
    assert {name for _, attributes in bad.elements for name in attributes} <= names
    assert len(bad.all("script")) == len(bad.all("style")) == 1
    ids = [attributes["id"] for _, attributes in bad.elements if "id" in attributes]
    assert len(ids) == len(set(ids)) and {each["href"][1:] for each in bad.all("a")} <= set(ids)
    text.encode("utf-8")


def test_ids_are_plain_and_given_once() -> None:
    for outcome, texts in ((made.everything(), made.STATEMENTS), (hostile(), statements())):
        found = Page(html(outcome, statements=texts))
        ids = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
        assert [name for name, times in Counter(ids).items() if times > 1] == []
        assert all(re.fullmatch("[a-z0-9_-]+", name) for name in ids)
        links = {each["href"][1:] for each in [*found.all("a"), *found.all("use")]}
        assert links <= set(ids)
        for _, attributes in found.elements:
            for name in ("aria-labelledby", "for"):
                assert set(attributes.get(name, "").split()) <= set(ids)


# --- what is told -------------------------------------------------------------------------------------------


def test_the_first_screen_says_what_is_wrong(found: Page) -> None:
    text = found.text
    assert "Of 21 checks, 9 failed, 1 could not be evaluated, 5 warned and 1 gave no verdict." in text
    end = text.rindex("What was checked")
    start = text.rindex("What is wrong", 0, end)
    wrong = text[start:end]
    for words in (
        "realized 0.6045, below 0.8 in 2024-10 (11,555 rows); estimated (cbpe) 0.6819, below 0.8 in 2024-08",
        "3 of 12 chunks: 2024-07…2024-08, 2024-10", "owner risk", "owner finance", "owner crm",
        '15,031 of 60,000 rows have a "currency" that is not on the list', 'the column "rate" does not exist',
    ):  # fmt: skip
        assert words in wrong, words


def items(text: str, section: str) -> list[str]:
    """The incidents of a section, as text, in their order."""
    part = text.split(f'<section class="wrong{section}"')[1].split("</section>")[0]
    return [words(each) for each in part.split('<li class="incident ')[1:]]


def words(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", markup.split(">", 1)[1]))


def test_incidents_are_told_in_sentences_the_newest_first() -> None:
    text = html(made.incidents(), statements=made.STATEMENTS)
    found = Page(text).text
    assert (
        "1 new incident and 1 going on; 1 acknowledged and 2 over; "
        "1 check could not be evaluated and 1 check gave no verdict."
    ) in found
    first, second = items(text, '" id="wrong')
    assert re.search(r"fail new since 2024-10 ?owner risk .*applications: roc_auc fell from 0\.82 to 0\.6", first)
    assert "roc_auc" in first and "whq ack applications@2024-10 --until DATE" in first
    assert "warn going on since 2024-07" in second and "income ks" in second
    (seen,) = items(text, " seen")
    assert "acknowledged until 2025-02-01: the old system goes" in seen and "whq ack" not in seen
    recovered, past = items(text, " over")
    assert "recovered 2024-03 to 2024-12" in recovered and "channel: social 0 %" in recovered and "over 2024-02" in past


def test_the_picture_of_an_incident_marks_where_it_began() -> None:
    text = html(made.incidents(), statements=made.STATEMENTS)
    pictures = re.findall(r'<svg class="picture".*?</svg>(?=<p class="of">)', text, re.DOTALL)
    assert len(pictures) == 4, "of all that have a series"
    assert 'class="onset" x1="83.33%"' in pictures[0] and ">2024-10</text>" in pictures[0]
    assert all(part in pictures[0] for part in ('class="limit"', 'class="ref"', 'class="hot"', 'role="img"'))


@pytest.mark.parametrize(
    ("since", "until", "first", "last"),
    [(100, 130, 92, 138), (100, 101, 92, 132), (390, None, 360, 400), (100, None, 92, 392), (3, 4, 0, 40)],
)
def test_the_picture_of_a_long_series_holds_the_incident(since: int, until: int | None, first: int, last: int) -> None:
    bad = range(since, 400 if until is None else until + 1)
    values: list[float | None] = [5.0 if at in bad else 0.1 for at in range(400)]
    results = made.series("a/b/c", values, 1, reference=0)
    keys = [result.chunk.key for result in results if result.chunk]
    told = Incident(
        "a@x", "a", keys[since], None if until is None else keys[until], "past" if until else "new", "it", ("a/b/c",)
    )
    text = html(replace(made.outcome(*results), incidents=(told,)))
    (picture,) = re.findall(r'<svg class="picture".*?</svg>(?=<p class="of">)', text, re.DOTALL)
    box = re.search(r'viewBox="0 0 (\d+) ', picture)
    assert box is not None and int(box[1]) == 10 * (last - first)
    assert f">{keys[since]}</text>" in picture
    shown = {keys[first], keys[last - 1]} & set(re.findall(">([^<]*)</text>", picture))
    assert shown, "a first or a last key"


def test_a_picture_of_months_marks_an_incident_that_began_on_a_day() -> None:
    results = made.series("a/b/c", [0.1] * 9 + [5.0, 0.1], 1)
    told = Incident("a@d", "a", "2024-04-10", "2024-04-12", "past", "2024-04-10 to 2024-04-12: it", ("a/b/c",))
    text = html(replace(made.outcome(*results), incidents=(told,)))
    assert re.search('class="onset" x1="81.82%"', text) and 'class="key began" x="81.82%"' in text


def test_what_no_incident_tells_of_stands_below() -> None:
    text = Page(html(made.incidents())).text
    start = text.index("In no incident")
    others = text[start : text.index("Acknowledged", start)]
    assert "currency" in others and 'the column "rate" does not exist' in others
    assert "income jensen_shannon" not in others


def test_what_decides_now_is_counted_and_told() -> None:
    values: list[float | None] = [0.1] * 8 + [3.0, 4.0, 2.0]
    lasting = made.series("a/b/ks", values, 1)
    over = made.series("a/c/ks", [0.1] * 8 + [5.0, 0.1, 0.1], 1)
    told = (Incident("a@2024-03", "a", "2024-03", None, "ongoing", "since 2024-03: b moved", ("a/b/ks",)),
            Incident("a@x", "a", "2024-03", "2024-03", "past", "2024-03: c moved", ("a/c/ks",)))  # fmt: skip
    outcome = made.outcome(*made.decided([*lasting, *over]))
    text = html(replace(outcome, incidents=told, judged="newest"))
    found = Page(text).text
    assert "1 incident going on; 1 over. 1 warned 1 passed" in found
    (first,) = items(text, '" id="wrong')
    assert "2, above 1 in 2024-05" in first and "3 of 5 chunks: 2024-03…2024-05" in first
    (past,) = items(text, " over")
    assert "5, above 1 in 2024-03" in past
    assert page_of(replace(outcome, incidents=told, judged="newest"), {}, {}).statuses == ("warn",)


def test_a_chart_says_the_state_of_its_latest_finding() -> None:
    results = made.series("a/b/ks", [0.1] * 8 + [9.0, 0.1, 5.0, 0.1], 1)
    marked = [
        replace(each, details={"state": "past" if each.value == 9 else "new"}) if each.alert else each
        for each in results
    ]
    text = html(made.outcome(*marked))
    assert '<article class="card warn" id="a-b-ks"' in text and '<span class="about">new</span>' in text
    text = html(made.outcome(*marked[:9], *results[9:10]))
    assert '<article class="card warn past" id="a-b-ks"' in text and '<span class="about">over</span>' in text


def test_alerts_in_a_chunk_that_is_still_filling_are_no_headline() -> None:
    results = made.series("a/b/ks", [0.1] * 10 + [5.0], 1)
    results[-1] = replace(results[-1], details={"partial": True})
    outcome = replace(made.outcome(*made.decided(results[:-1]), results[-1]), judged="newest")
    text = Page(html(outcome)).text
    assert "The check passed." in text and "Nothing was found." in text
    assert (
        "In chunks that are still filling Not judged before the chunk is closed. a owner risk warn b ks 5, above 1"
        in text
    )
    assert "In chunks that are still filling" not in Page(html(replace(outcome, judged="all"))).text


def test_a_finding_that_belongs_to_another_incident_is_not_told_twice() -> None:
    found = made.incidents()
    results = tuple(
        replace(each, details={"incident": "applications@2024-07" if each.chunk and each.chunk.key < "2024-09" else
                               "applications@2024-10"}) if each.alert and each.metric == "roc_auc" else each
        for each in found.results
    )  # fmt: skip
    first = items(html(replace(found, results=results)), '" id="wrong')[0]
    assert "below 0.8 in 2024-10" in first and "2024-08" not in first


def test_verdicts_that_were_withheld_are_no_findings() -> None:
    results = made.series("a/b/ks", [0.1] * 9, 1)
    few = replace(results[-1], status="inconclusive", details={"withheld": "few_rows"}, message="12 rows")
    held = replace(made.rule("a/b/c", 0, 9, ""), status="inconclusive", details={"withheld": "empty"})
    text = Page(html(made.outcome(*results[:-1], few))).text
    assert "The check passed." in text and "Nothing was found." in text
    assert "few rows : 1 check, 12 rows a/b/ks" in text
    text = Page(html(made.outcome(*results, held))).text
    assert "1 of 2 checks passed, 1 without a verdict." in text and "empty : 1 check a/b/c" in text


def test_numbers_that_no_limit_judges_are_no_checks() -> None:
    numbers = list(made.profile("a", "b"))
    assert "5 numbers measured, none has a limit" in Page(html(made.outcome(*numbers))).text
    assert "The check passed." in Page(html(made.outcome(*numbers, made.rule("a/b/c", 0, 9, "")))).text


def test_missing_and_filling_chunks_are_seen() -> None:
    results = made.series("a/b/c", [0.1] * 12, 1)
    last = replace(results[-1], details={"partial": True})
    text = html(made.outcome(*results[:8], *results[10:-1], last))
    line = re.search(r'class="line value" d="([^"]*)"', text)
    assert line is not None and line[1].count("M") == 2, "a line crosses what is missing"
    assert '<th scope="row">2 missing' in text
    assert text.count('class="filling"') == 1


def test_a_finding_says_what_moved_and_how_its_limit_came_about() -> None:
    results = made.series("a/b/ks", [0.1] * 11 + [5.0], 1)
    last = results[-1]
    told = {"moved": "median 24,000 → 56,000", "partial": True, "state": "new",
            "threshold": {"decides": "chunks", "mean": 0.1, "chunks": 9, "least": 0.05, "sampling": None},
            "evidence": {"outside": 1, "of": 4, "fails_at": 3}}  # fmt: skip
    noted = replace(results[-2], details={"note": "better than usual"})
    text = Page(html(made.outcome(*results[:-2], noted, replace(last, details=told)))).text
    assert "5, above 1 in 2024-06 so far (11,407 rows) ; median 24,000 → 56,000" in text
    assert text.count("median 24,000 → 56,000") == 2, "on the first screen and beside the chart"
    assert "2024-05: better than usual" in text
    parts = "mean of the reference's chunks 0.1 reference chunks 9 least that matters 0.05"
    assert f"Limit How the limit of 2024-06 came about what decides from how chunks differ {parts}" in text
    assert "last chunks outside 1 of 4; fails at 3" in text
    assert "still filling" in text and "sampling" not in text


def test_words_are_explained_where_they_stand_and_in_a_list(found: Page) -> None:
    ids = {each["id"] for _, each in found.elements if "id" in each}
    links = [each for each in found.all("a") if each.get("class") == "word"]
    assert {each["href"][1:] for each in links} <= ids
    hints = {each["href"]: each["title"] for each in links}
    known = explained("jensen_shannon")
    assert hints["#word-jensen-shannon"] == f"{known.title}. {known.scale}"
    assert any(each["title"].startswith(explained("roc_auc").title) for each in found.all("abbr"))
    listed = found.text[found.text.rindex("What the words mean") :]
    for word in ("jensen_shannon", "accepted_values", "cbpe", "realized", "inconclusive", "roc_auc"):
        assert f" {word} {explained(word).title}" in listed, word
    assert "psi" not in listed, "only words that the page prints"


def test_the_failing_rows_of_a_rule_are_one_click_away() -> None:
    values = [{"value": "cancled", "rows": 312}, {"value": "<b>?", "rows": 14}]
    broken = made.rule(
        "a/b/accepted_values", 326, 999, "326 of 999 rows", details={"failing_query": "r1", "breaking": values}
    )
    lost = made.rule("a/c/not_null", 1, 999, "1 of 999 rows", details={"failing_query": "r2"})
    text = html(made.outcome(broken, lost), statements={**made.STATEMENTS, "r1": "select * from t limit 100"})
    found = Page(text)
    assert [each["href"] for each in found.all("a") if each.get("class") == "rows"] == ["#sql-r1"] * 2
    assert "values that break it cancled 312 <b>? 14" in found.text
    assert "whq failing a/b/accepted_values" in found.text and "whq failing a/c/not_null" in found.text
    assert "r1 a · b accepted_values · failing rows select * from t limit 100" in found.text


def test_dates_never_break() -> None:
    assert dated("<i> 2024-03…2024-W07, 0-4999 x-1 2024-03-01 12:00") == (
        '&lt;i&gt; <span class="d">2024-03</span>…<span class="d">2024-W07</span>, <span class="d">0-4999</span> x-1 '
        '<span class="d">2024-03-01 12:00</span>'
    )


def test_every_finding_leads_to_its_chart_or_row(found: Page) -> None:
    where = {attributes["id"]: (tag, attributes) for tag, attributes in found.elements if "id" in attributes}
    findings = [each for each in found.all("a") if each.get("class", "").startswith("finding")]
    assert len(findings) == 11
    for each in findings:
        tag, target = where[each["href"][1:]]
        assert tag in ("article", "tr")
        assert each["class"].split()[1] in target["class"].split()


def test_a_rule_stands_with_its_numbers_limit_owner_and_sql(found: Page) -> None:
    assert re.search(r"currency accepted_values .* 15,031 25\.1 % 60,000 fail &?> 0 finance SQL of q3", found.text)
    sql = next(data for tag, data in found.texts if tag == "code" and "whq_rows" in data)
    assert sql == made.STATEMENTS["q3"]
    assert "of no result" not in found.text


def test_a_finding_of_many_chunks_is_a_sentence() -> None:
    message = '1,248 of 10,564 rows (11.8 %) have no "income"; fail: > 1%, warn: > 0.1%'
    told = made.series("a/income/not_null", [0.0] * 7 + [0.118], 0.01, monitor="rule", severity="fail",
                       failing=1248, of=10564, message=message)  # fmt: skip
    text = Page(html(made.outcome(*told), statements=made.STATEMENTS)).text
    assert len(re.findall(r'\d{4}-\d\d: 1,248 of 10,564 rows \(11\.8 %\) have no "income"[^;]', text)) >= 3


def test_statements_say_what_they_are_for(found: Page) -> None:
    assert "applications · income histogram · 18 numbers" in found.text
    assert re.search(r"applications · \d+ checks · \d+ numbers", found.text)


def test_charts_hold_estimates_beside_realized_values(text: str) -> None:
    article = next(part for part in text.split("<article") if 'id="applications-default-risk-roc-auc"' in part)
    for part in ("line realized", "line estimated", "conf estimated", 'class="ok"', 'class="limit"', 'class="ref"',
                 'href="#alert"', "reference</text>", "estimated (cbpe)", "<title id", "<desc id"):  # fmt: skip
        assert part in article, part
    assert article.count("<tr") == 19


def test_drifted_columns_show_their_distribution(found: Page) -> None:
    assert "income distribution in 2024-08" in found.text
    assert "social – 15.0 %" in found.text


def test_without_the_script_everything_is_there(found: Page) -> None:
    hidden = [(tag, each.get("class") or each.get("id")) for tag, each in found.elements if "hidden" in each]
    assert hidden == [("form", "filter"), ("p", "none"), ("div", "tip")]


def test_landmarks_headings_and_labels(found: Page) -> None:
    tags = Counter(tag for tag, _ in found.elements)
    assert tags["h1"] == tags["main"] == tags["nav"] == 1
    levels = [int(tag[1]) for tag, _ in found.elements if re.fullmatch("h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert next(each for each in found.all("a"))["href"] == "#main"
    assert found.all("html")[0]["lang"] == "en"
    assert all(each.get("aria-hidden") == "true" or each.get("aria-labelledby") for each in outermost(found))
    assert tags["caption"] == tags["table"]


def outermost(found: Page) -> Iterator[dict[str, str]]:
    """Drawings that stand in the page, not in another drawing."""
    return (each for each in found.all("svg") if "preserveaspectratio" not in each)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (made.outcome(), ["Nothing was checked.", "skipped"]),
        (made.broken(), ["1 problem, nothing was checked.", "WHQ-E101", "profiles/local.yml:3:5", "is it up?"]),
        (made.outcome(made.rule("a/b/c", 0, 9, "fine")), ["The check passed.", "Nothing was found."]),
        (made.outcome(*(made.rule(f"a/b{at}/c", 0, 9, "") for at in range(3))), ["All 3 checks passed."]),
        (made.outcome(*made.series("a/b/c", [9] * 9, 1)), ["Of 1 check, 1 warned.", "all 3 chunks"]),
        (made.outcome(*made.series("a/b/c", [0.1] * 9, 1)), ["The check passed.", "0.1 in 2024-03", "limit ≤ 1"]),
        (made.outcome(*made.series("a/b/c", [0.1] * 9, None, 0)), ["limit ≥ 0"]),
        (made.outcome(*made.series("a/b/c", [None] * 9)), ["The check passed."]),
    ],
)
def test_other_runs(outcome: RunResult, words: list[str]) -> None:
    found = Page(html(outcome)).text
    assert [each for each in words if each not in found] == []


def test_a_family_without_words_of_its_own_is_shown_by_its_name() -> None:
    results = [
        Result(f"loans/{name}", "loans", name, None, name, "fail")  # type: ignore[arg-type]
        for name in ("volume", "drift", "rule")
    ]
    page = page_of(made.outcome(*results), {}, {})
    assert page.families == (("rule", "Rules"), ("drift", "Drift"), ("volume", "Volume"))
    assert [family.title for family in page.datasets[0].families] == ["Rules", "Drift", "Volume"]
    assert [line.monitor for line in page.wrong[0].shown] == ["rule", "drift", "volume"]


def test_statements_that_are_not_known_are_named_only() -> None:
    text = html(made.outcome(made.rule("a/b/c", 0, 9, "fine")))
    assert 'href="#sql' not in text and '<span class="sql">q3</span>' in text


def test_the_same_thing_is_said_once() -> None:
    lost = [replace(made.rule(f"a/b{at}/c", 1, 9, "no such table"), status="error") for at in range(30)]
    text = Page(html(made.outcome(*lost))).text
    assert text.count("no such table") == 1 + 30 and "and 17 more" in text


def test_many_findings_are_folded() -> None:
    text = Page(html(made.outcome(*(made.rule(f"a/b{at}/c", at + 1, 999, f"says {at}") for at in range(30))))).text
    assert "18 more" in text


def test_very_many_chunks_are_cut_to_the_last() -> None:
    values: list[float | None] = [0.1] * 1000
    text = html(made.outcome(*made.series("a/b/c", values, 1, reference=500)))
    assert f"The last {SLOTS} of 1,000 chunks." in text and len(text) < 120_000


def test_limits_that_change_are_not_spelled_out() -> None:
    results = made.series("a/b/c", [0.1] * 9, 1)
    results[3] = replace(results[3], threshold_upper=2)
    assert '<i class="key ok"></i>limits</li>' in html(made.outcome(*results))


def test_segments_of_a_profile_stand_within_their_column(text: str) -> None:
    block = text.split('<details class="block" id="applications-profile-amount"')[1].split('<details class="block"')[0]
    assert 'class="block part"' in block and "channel=web" in block


# --- distributions ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        ({}, None),
        ({"edges": [0, 1, 2], "reference": [1, 2], "counts": [2, 1]}, ("0", "1", "2")),
        ({"distribution": {"edges": [0, 1, 2], "reference": [1, 2], "counts": [2, 1]}}, ("0", "1", "2")),
        ({"edges": [0, 1], "reference": [1, 2], "counts": [2, 1]}, ("0", "1", "above")),
        ({"edges": [0, 1], "reference": [1, 2, 3], "counts": [2, 1, 3]}, ("below", "0", "1", "above")),
        ({"edges": [0, 1], "reference": [0, 2, 3], "counts": [0, 1, 3]}, ("0", "1", "above")),
        ({"edges": [0, 1], "reference": [0, 2, 0], "counts": [0, 1, 0]}, ("0", "1")),
        ({"edges": [5, 5], "reference": [2], "counts": [1]}, ("5", "5")),
        ({"edges": [0, 1], "reference": [1] * 9, "counts": [2] * 9}, None),
        ({"edges": [0], "reference": [1], "counts": [2]}, None),
        ({"edges": "01", "reference": [1], "counts": [2]}, None),
        ({"edges": [0, 1], "reference": [1], "counts": [2, 3]}, None),
        ({"edges": [0, 1], "reference": ["x"], "counts": [2]}, None),
        ({"categories": ["a", None], "reference": [1, 2], "counts": [2, 1]}, ("a", "(not named)")),
        ({"categories": "ab", "reference": [1, 2], "counts": [2, 1]}, None),
    ],
)
def test_distributions_are_found_in_details(details: dict[str, Any], expected: tuple[str, ...] | None) -> None:
    found = from_details(details, "x")
    assert (found.labels if found else None) == expected


def test_histograms_of_a_profile_are_summed_over_the_reference() -> None:
    results = list(made.histograms("a", "b", {}))
    found = from_histograms(results, "2024-03")
    assert found is not None and found.name == "2024-03" and sum(found.reference) == 66000
    assert from_histograms(results, None) == replace(found, name="2024-12")
    assert from_histograms(results[:6], None) is None
    assert from_histograms(results[6:], None) is None
    other = replace(results[0], details={"edges": [0, 1], "counts": [1]})
    assert from_histograms([other, *results], None) is None


def test_many_categories_are_pooled() -> None:
    many = tuple(str(at) for at in range(40))
    made_of = Distribution(many, tuple(range(40)), (0,) * 40, "x", is_numeric=False)  # type: ignore[arg-type]
    bars = shape(made_of, "n", "s").bars
    assert len(bars) == MOST + 1 and bars[-1].label == "28 others"
    assert (bars[0].reference, bars[0].chunk) == ("5.0 %", "–")


def test_categories_that_are_not_told_apart_are_counted_in_the_shares() -> None:
    others = {"categories": 9, "reference": 50, "counts": 0}
    found = from_details({"categories": ["a"], "reference": [50], "counts": [10], "others": others}, "x")
    assert found is not None
    bars = shape(found, "n", "s").bars
    assert [(bar.label, bar.reference, bar.chunk) for bar in bars] == [
        ("a", "50.0 %", "100.0 %"),
        ("9 others", "50.0 %", "–"),
    ]


def test_distributions_may_be_given() -> None:
    results = made.series("a/b/c", [0.1] * 8 + [5], 1)
    given = Distribution(("u", "v"), (1, 9_999), (4, 6), "March", is_numeric=False)
    text = Page(html(made.outcome(*results), distributions={("a", "b"): given})).text
    assert "distribution in March" in text and "<0.1 % 40.0 %" in text


# --- names, size and the file -------------------------------------------------------------------------------


def test_anchors_clash_nowhere() -> None:
    anchors = Anchors()
    given = [
        anchors.new(*parts) for parts in (("a", "b"), ("a b",), ("a-b-2",), ("a/b",), ("é",), (None,), ("A", None, "b"))
    ]
    assert len(set(given)) == len(given) and given[0] == "a-b"
    assert len({anchors.new("é" * at) for at in range(500)}) == len({anchors.new("y" * 99) for _ in range(500)}) == 500
    assert anchors.new("main") != "main"


def test_a_check_is_called_by_the_id_that_it_was_given() -> None:
    assert check_of(made.rule("a/b/matches/own", 0, 1, "")) == "own"
    assert check_of(made.rule("a/b/matches", 0, 1, "")) == "matches"
    assert check_of(next(made.model("a", "m", "f1", 0.5, {}))) == "f1"


def test_the_page_is_small() -> None:
    assert len(html(made.wide(50)).encode()) < 1_000_000


@pytest.mark.parametrize(
    "outcome",
    [
        made.wide(417),
        made.wide(34, 300),
        made.outcome(*(made.rule(f"a{at % 9}/b{at}/c", at % 3, 9, f"says {at}") for at in range(10_000))),
        made.outcome(
            *(
                replace(each, id=str(at), subject=f"c{at}")
                for at in range(2000)
                for each in made.profile("a", "b")
                if each.chunk and each.chunk.key == "2024-03"
            )
        ),
    ],
)  # fmt: skip
def test_the_page_of_a_large_run_is_bounded(outcome: RunResult) -> None:
    texts = {f"q{at}": "select 1\n" * 5000 for at in range(300)}
    text = html(outcome, statements={**made.STATEMENTS, **texts})
    assert len(outcome.results) >= 10_000 and len(text.encode()) < 2_000_000
    Page(text)


def test_what_has_no_room_is_counted() -> None:
    page = page_of(made.outcome(*(made.rule(f"a/b{at}/c", at % 2, 9, f"says {at}") for at in range(2000))), {}, {})
    (family,) = page.datasets[0].families
    assert len(family.rules) == ROWS and family.left == 2000 - ROWS
    assert {each.status for each in family.rules} == {"fail"}, "findings come first"
    (wrong,) = page.wrong
    assert len(wrong.shown) + len(wrong.rest) + wrong.more == 1000
    text = Page(html(made.outcome(*(made.rule(f"a/b{at}/c", 0, 9, "") for at in range(2000))))).text
    assert f"{2000 - ROWS:,} more have no room here: whq results --select dataset:a" in text


def test_statements_of_findings_come_first() -> None:
    good = [replace(made.rule(f"a/b{at}/c", 0, 9, ""), query=f"q{at}") for at in range(20)]
    bad = replace(made.rule("a/z/c", 1, 9, "bad"), query="q99")
    page = page_of(made.outcome(*good, bad), {f"q{at}": "x" * 100_000 for at in range(100)}, {})
    assert [each.id for each in page.statements] == ["q0", "q1", "q99"] and page.unshown == 18


def test_datasets_without_findings_are_folded() -> None:
    page = page_of(made.everything(), {}, {})
    assert [each.is_open for each in page.datasets] == [True, True, False]


@pytest.mark.parametrize("scheme", [0, 1])
def test_every_colour_of_text_stands_out(scheme: int) -> None:
    """At least 4.5 : 1 on every ground that text stands on (WCAG 2.2, AA), light and dark."""
    style = resources.files(package).joinpath("style.css").read_text("utf-8")
    colours = dict(re.findall(r"--([\w-]+): (#\w+)", re.findall(r":root \{(.*?)\n\s*\}", style, re.DOTALL)[scheme]))
    grounds = [name for name in colours if name in ("paper", "raised", "sunk") or name.endswith("-bg")]
    for text in ("ink", "soft", "link", *STATUSES):
        for ground in grounds:
            first, second = sorted((luminance(colours[text]), luminance(colours[ground])), reverse=True)
            assert (first + 0.05) / (second + 0.05) >= 4.5, (text, ground)


def luminance(colour: str) -> float:
    digits = "".join(2 * each for each in colour[1:]) if len(colour) == 4 else colour[1:]
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_project_is_the_same_page_twice(text: str) -> None:
    assert html(made.everything(), statements=made.STATEMENTS) == text


def test_the_file_is_whole_and_known_as_a_report(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    assert not is_report(path)
    path.write_text("mine")
    assert not is_report(path)
    write(path, hostile(), statements())
    (tmp_path / "plain").touch()  # with the rights that the umask leaves
    assert is_report(path) and path.stat().st_mode == (tmp_path / "plain").stat().st_mode
    (tmp_path / "plain").unlink()
    assert path.read_text("utf-8").endswith("</html>\n") and os.listdir(tmp_path) == ["report.html"]


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written: No such file or directory"):
        save(tmp_path / "none" / "report.html", "x")
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreError, match="folder cannot be written"):
        save(tmp_path / "folder", "x")
    assert os.listdir(tmp_path) == ["folder"]


def test_the_page_model_is_plain() -> None:
    made_page = page_of(made.everything(), made.STATEMENTS, {})
    assert [each.name for each in made_page.datasets] == ["applications", "payments", "customers"]
    assert made_page.sql == {"q3": "sql-q3", "q7": "sql-q7", "q8": "sql-q8"}
