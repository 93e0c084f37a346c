"""What reports show of models: methods in one chart, trust, classes, confusion matrices, calibration, slices."""

from __future__ import annotations

import re
from html import unescape

import pytest
from msgspec.structs import replace

from tests.reports import made
from tests.reports.test_html import Page
from whq.reports import Look
from whq.reports.html import html
from whq.reports.html.classes import MOST, by_class
from whq.reports.html.figures import CLASSES, FIGURES, figures
from whq.reports.html.groups import group
from whq.reports.models import called, least_trusted
from whq.reports.series import gather
from whq.reports.terminal import render
from whq.reports.told import by_telling
from whq.values import Chunk, Result

RESULTS = made.models().results


@pytest.fixture(scope="module")
def text() -> str:
    return html(made.models(), statements=made.STATEMENTS)


def card(text: str, anchor: str) -> str:
    """The card of that id."""
    start = text.index(f'id="{anchor}"')
    return text[start : text.index("</article>", start)]


def test_methods_of_one_number_share_a_chart(text: str) -> None:
    own = card(text, "loans-risk-roc-auc")
    lines = re.findall(r'<path class="line (\w+)"', own)
    assert lines[:3] == ["realized", "anchored", "estimated"]
    assert re.findall(r'<path class="conf (\w+)"', own)[:1] == ["anchored"]  # of the leading estimate only
    bare = [replace(each, lower=None, upper=None) if each.method == "anchored" else each for each in RESULTS]
    assert re.findall(r'<path class="conf (\w+)"', card(html(made.outcome(*bare)), "loans-risk-roc-auc"))[:1] == [
        "estimated"
    ]
    titles = re.findall(r'<th scope="col">([^<]*)', own)
    assert "estimated (anchored)" in titles and "estimated (cbpe)" in titles and "trust" in titles
    assert "error of cbpe" not in titles and "because of the rows" not in titles


def test_trust_is_a_word_and_a_hatch(text: str) -> None:
    own = card(text, "loans-risk-roc-auc")
    assert own.count('<rect class="untrusted"') == 3 + own.count("0 missing")
    assert own.count('<rect class="doubtful"') == 1
    words = unescape(re.sub(r"<[^>]*>", "", own))
    assert "estimated (anchored) untrusted in 2024-12: 21 % of the rows have no like in the reference; psi 1.8" in words
    assert "estimate untrusted" in words and "estimate doubtful" in words
    trusted = [each for each in RESULTS if each.details.get("trust", {}).get("verdict") in (None, "trusted")]
    calm = html(made.outcome(*trusted))
    assert '<p class="trust">' not in calm and '<rect class="untrusted"' not in calm


def test_errors_and_changes_have_their_own_scale(text: str) -> None:
    pictures = card(text, "loans-risk-roc-auc").partition('class="multiples"')[2]
    assert "error of cbpe" in pictures and pictures.count('<svg class="picture"') == 1
    start = text.index(">roc_auc change<")
    change = text[start : text.index("</article>", start)]
    assert re.findall(r'<path class="line (\w+)"', change) == ["covariate", "concept"]


def test_classes_are_small_pictures_in_the_card_of_all(text: str) -> None:
    own = card(text, "shop-plan-f1")
    names = re.findall(r'<p class="of"><span>(.*?)</span> <small>', own)
    assert [re.sub(r"<[^>]*>", "", name).split()[-1] for name in names] == ["basic", "plus", "&lt;b&gt;"]
    (link,) = re.findall(r'<p class="of"><span>.*?<a href="#([\w-]+)">', own)
    assert "below 0.6" in card(text, link)  # a finding has a card of its own
    assert Page(text).text.count("pro <b>") >= 3


def test_of_many_classes_some_are_pictures() -> None:
    results = [
        replace(each, id=f"{each.id}/{at}", params={"class": str(at)})
        for at in range(40)
        for each in made.series("d/m/f1", made.noise(str(at), 0.7, 0.01), monitor="model", method="cbpe")
    ]
    whole = made.series("d/m/f1", made.noise("w", 0.7, 0.01), monitor="model", method="cbpe")
    (small,) = by_class(group(gather([*whole, *results]))).values()
    assert len(small) == MOST


def test_the_newest_matrices_are_drawn_with_shares_of_the_true_class() -> None:
    found = figures(group(gather(RESULTS)), "x").matrices
    assert [matrix.caption for matrix in found] == [
        "Confusion matrix of risk in 2024-10, realized",
        "Confusion matrix of risk in 2024-12, estimated (cbpe)",
        "Confusion matrix of plan in 2024-12, realized",
    ]
    estimated, plan = found[1:]
    assert estimated.predicted == ("positive", "negative")
    name, (hit, missed) = estimated.rows[0]
    assert (name, hit.rows, missed.rows, hit.is_hit) == ("positive", "717", "317", True)
    assert hit.share == f"{100 * 717 / (717 + 317):.1f} %"
    assert plan.predicted == ("basic", "plus", "pro <b>")
    assert [cell.rows for cell in plan.rows[2][1]] == ["60", "61", "900"]


def test_a_matrix_is_of_a_closed_chunk_whose_labels_have_come() -> None:
    last = [replace(each, status="skipped") if each.chunk and each.chunk.key > "2024-08" and each.method == "realized"
            else each for each in RESULTS]  # fmt: skip
    last = [replace(each, details={"partial": True}) if each.chunk and each.chunk.key == "2024-12" else each
            for each in last]  # fmt: skip
    found = figures(group(gather(last)), "x").matrices
    assert [matrix.caption.partition(" in ")[2] for matrix in found[:2]] == [
        "2024-08, realized",
        "2024-11, estimated (cbpe)",
    ]


def test_classes_of_few_rows_are_counted() -> None:
    names = [f"c{at}" for at in range(CLASSES + 4)]
    cells = [
        replace(each, id=f"{each.id}/{a}{b}", params={"class": f"{a}>{b}"})
        for at, a in enumerate(names)
        for b in names
        for each in made.series("d/m/confusion_matrix", [1.0 + at] * 2, monitor="model", method="realized", reference=1)
    ]
    (matrix,) = figures(group(gather(cells)), "x").matrices
    assert len(matrix.predicted) == len(matrix.rows) == CLASSES
    assert matrix.predicted[0] == "c4" and matrix.note == "without 4 classes of fewer rows"


def test_figures_of_many_models_are_bounded() -> None:
    one = [each for each in RESULTS if each.metric in ("true_positive", "false_positive")]
    many = [replace(each, id=f"{each.id}{at}", subject=f"m{at}") for at in range(20) for each in one]
    found = figures(group(gather(many)), "x")
    assert (len(found.matrices), len(found.curves), found.left) == (FIGURES, 20, 2 * 20 - FIGURES)
    assert f"{found.left} more figures have no room here" in html(made.outcome(*many))


def test_cells_that_are_in_order_have_no_chart_of_their_own(text: str) -> None:
    assert 'id="shop-plan-confusion-matrix' not in text
    assert "have no room here" not in text


def test_a_calibration_curve_and_the_weakest_slices_are_drawn(text: str) -> None:
    found = figures(group(gather(RESULTS)), "x")
    (curve,) = found.curves
    assert curve.caption == "How often a score of risk came true in 2024-12, 6,400 rows"
    assert curve.drawing.count("<circle") == 10
    scores = {"a": 0.1, "b": -7.0, "c": 2.0, "d": 1.0, "e": 3.0}
    each_class = [{"class": name, "z": z, **made.CALIBRATION} for name, z in scores.items()]
    result = Result("d/m/f1/concept", "d", "model", "m", "f1", "pass", details={"calibration": {"classes": each_class}})
    before = replace(
        result, period="reference", chunk=Chunk("2023-12", 11, None, None, 10), details=RESULTS[-1].details
    )
    assert figures(group(gather([before, result])), "x").curves[0].of == "b"
    assert [each.of for each in figures(group(gather([result])), "x").curves] == ["b", "e", "c", "d"]
    (slices,) = found.slices
    assert [each.name for each in slices.slices] == ["region=north", "grade=E", "region=north, grade=E"]
    assert [(each.rows, each.value) for each in slices.slices] == [
        ("1,200", "-0.15"),
        ("1,100", "-0.1"),
        ("1,000", "-0.05"),
    ]
    assert [each.is_finding for each in slices.slices] == [True, False, False]
    assert "Where risk is worst: 3 of 41 slices are worse than the rest" in text


def test_where_a_change_comes_from_is_told_of_the_last_alert() -> None:
    told = made.series("d/m/accuracy", made.noise("a", 0.7, 0.01), monitor="model", method="realized")
    told = [
        replace(each, details={"contributions": made.CONTRIBUTIONS}) if at > 15 else each
        for at, each in enumerate(told)
    ]
    (slices,) = figures(group(gather(told)), "x").slices
    assert slices.caption == "Where the change of accuracy of m in 2024-12 comes from"
    first = slices.slices[0]
    assert (first.name, first.rows, first.value) == ("region=north", "900", "-0.06")
    assert first.words == "20 % → 30 % of the rows, from 0.8 to 0.6, mix -0.01, rate -0.05"


@pytest.mark.parametrize(
    "details",
    [
        {"contributions": 3},
        {"contributions": [3, {"mix": "x", "share": 4}]},
        {"calibration": 3},
        {"calibration": {"bins": [3, {"expected": "x"}]}},
        {"trust": "no"},
        {"trust": {"reasons": 4}},
    ],
)
def test_details_of_another_form_are_left_alone(details: dict[str, object]) -> None:
    result = Result("d/m/f1/cbpe", "d", "model", "m", "f1", "pass", method="cbpe", value=0.5, details=details)
    assert figures(group(gather([result])), "x").curves == ()
    assert least_trusted([result]) is None
    assert html(made.outcome(result))


def test_a_line_in_the_terminal_names_all_methods_of_a_model() -> None:
    held = [replace(each, details=each.details | {"withheld": "untrusted"}, status="inconclusive", alert=False)
            if each.method == "anchored" and each.period == "analysis" else each for each in RESULTS]  # fmt: skip
    told = render(made.outcome(*held), Look(width=200, color=False, unicode=True))
    (line,) = [line for line in told.splitlines() if "also" in line]
    assert line.strip() == "also roc_auc (cbpe)"
    assert re.search(r"withheld +1 verdict: .*untrusted\)?: loans/risk/roc_auc/anchored\n", told)
    told = render(made.models(), Look(width=200, color=False, unicode=True))
    assert "the estimate is doubtful: its interval is 0.11 wide" in told


def test_what_is_of_a_whole_model_tells_more_than_its_parts() -> None:
    low = made.series("d/m/f1", [0.5] * 8, lower=0.6, monitor="model", severity="fail", method="realized")
    parts = [replace(each, id=f"{each.id}/plus", params={"class": "plus"}, value=0.1) for each in low]
    cells = [replace(each, id="d/m/true_positive", metric="true_positive", value=0.2) for each in low]
    told = sorted(gather([*cells, *parts, *low]), key=by_telling)
    assert told[0].first.id == "d/m/f1"


def test_a_run_of_models_alone_shows_their_newest_numbers() -> None:
    told = render(made.outcome(*made.risk()), Look(width=200, color=False, unicode=True))
    title, line = (
        re.split(r"  +", line.strip()) for line in told.splitlines() if "roc_auc  " in line or "model  " in line
    )
    assert title == ["model", "number", "realized", "anchored", "cbpe", "trust"]
    values = {
        each.method: each for each in RESULTS if each.id.startswith("loans/risk/roc_auc/") and each.value is not None
    }
    bounds = f"({values['anchored'].lower:.4g}…{values['anchored'].upper:.4g})"
    assert "  2024-12, the newest chunk\n" in told
    assert line[:2] == ["loans/risk", "roc_auc"]
    assert line[2] == f"{values['realized'].value:.4g} in 2024-10"
    assert line[3] == f"{values['anchored'].value:.4g} {bounds}"
    assert line[4:] == [f"{values['cbpe'].value:.4g}", "untrusted (anchored)"]
    narrow = render(made.outcome(*made.risk()), Look(width=60, color=False, unicode=True))
    assert "loans/ri" in narrow and "roc_auc" in narrow
    short = [replace(each, details={}) for each in made.risk() if each.method == "cbpe"]
    (line,) = [line for line in render(made.outcome(*short), Look(80, False, True)).splitlines() if "roc_auc  " in line]
    assert line.split()[:2] == ["loans/risk", "roc_auc"]  # nothing is broken where there is room
    mixed = [*made.risk(), *made.series("loans/x/ks", made.noise("k", 0.1, 0.01), 0.5)]
    assert not re.search(r"model +number", render(made.outcome(*mixed), Look(width=200, color=False, unicode=True)))


def test_what_a_number_is_called() -> None:
    result = Result("d/m/f1/cbpe", "d", "model", "m", "f1", "pass", method="cbpe_error", params={"at": 0.25})
    assert called(result) == "f1 at 0.25 error of cbpe"
