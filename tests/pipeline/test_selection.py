"""`--select` and `--exclude` over specifications and results."""

import pytest
from msgspec.structs import replace

from whq.config.spec import Common, DatasetSpec, DriftSpec, ModelSpec, ProfileSpec, RuleSpec, Threshold
from whq.errors import ConfigError, Location
from whq.pipeline.selection import describe, is_empty, keep, parse, prune, without
from whq.values import Chunking, Result, Written

HERE = Location("monitors/x.yml")


def rule(kind, column, **common):
    return RuleSpec(kind, (column,) if column else (), {}, None, None, Common(**common), HERE)


def spec(**changes):
    base = DatasetSpec(
        name="loans",
        table=Written("loans"),
        query=None,
        time=None,
        key=(),
        where=None,
        chunking=Chunking(),
        reference=None,
        reference_dataset=None,
        segments=(),
        owner="risk",
        tags=("gold",),
        rules=(rule("not_null", "amount"), rule("unique", "id", tags=("key",), owner="ops"), rule("row_count", None)),
        profile=ProfileSpec(("amount",), (), Common(), HERE),
        drift=DriftSpec(("amount", "rate"), None, None, Threshold(), "reference", (), Common(), HERE),
        models=(
            ModelSpec("m", "binary", "s", None, None, 1, (), ("f1",), ("cbpe",), None, Threshold(), Common(), HERE),
        ),
        location=HERE,
    )
    return replace(base, **changes)


def left(select, exclude=()):
    found = prune(spec(), parse(select, exclude))
    parts = [item.kind for item in found.rules]
    parts += ["profile"] if found.profile else []
    parts += list(found.drift.columns) if found.drift else []
    return parts + [model.name for model in found.models]


EVERYTHING = ["not_null", "unique", "row_count", "profile", "amount", "rate", "m"]


@pytest.mark.parametrize(
    ("select", "exclude", "expected"),
    [
        ([], [], EVERYTHING),
        (["loans"], [], EVERYTHING),
        (["dataset:lo*"], [], EVERYTHING),
        (["other"], [], []),
        (["tag:gold"], [], EVERYTHING),
        (["tag:key"], [], ["unique"]),
        (["owner:ops"], [], ["unique"]),
        (["monitor:drift"], [], ["amount", "rate"]),
        (["monitor:drift,subject:rate"], [], ["rate"]),
        (["monitor:rule monitor:model"], [], ["not_null", "unique", "row_count", "m"]),
        (["metric:unique"], [], ["unique", "profile"]),
        (["metric:ks"], [], ["profile", "amount", "rate"]),
        (["metric:f1"], [], ["profile", "m"]),
        (["metric:roc_auc"], [], ["profile"]),
        ([], ["monitor:rule"], ["profile", "amount", "rate", "m"]),
        (["tag:gold"], ["subject:amount"], ["unique", "row_count", "profile", "rate", "m"]),
        ([], ["metric:jensen_shannon"], EVERYTHING),
    ],
)
def test_prune(select, exclude, expected):
    assert left(select, exclude) == expected


def test_results_are_matched_by_what_they_turned_out_to_be():
    results = [
        Result("loans/amount/jensen_shannon", "loans", "drift", "amount", "jensen_shannon", "pass"),
        Result("loans/amount/ks", "loans", "drift", "amount", "ks", "pass"),
        Result("loans/a,b/unique", "loans", "rule", "a,b", "unique", "pass", tags=("key",)),
        Result("loans/row_count", "loans", "rule", None, "row_count", "pass"),
    ]
    assert [r.metric for r in keep(results, parse(["metric:ks"]))] == ["ks"]
    assert [r.metric for r in keep(results, parse(["subject:b", "metric:row_count"]))] == ["unique", "row_count"]
    assert [r.metric for r in keep(results, parse([], ["metric:*s*"]))] == ["unique", "row_count"]


def test_unknown_key_names_the_nearest():
    with pytest.raises(ConfigError) as caught:
        parse(["datset:x"])
    assert str(caught.value) == 'unknown selection key "datset" in "datset:x"; did you mean "dataset"?'


def test_families():
    assert without(spec(), None) == spec()
    only = without(spec(), ["drift"])
    assert (only.rules, only.profile, only.models) == ((), None, ())
    assert only.drift is not None
    assert is_empty(without(spec(), []))
    assert not is_empty(only)


def test_hints():
    assert describe(spec()) == ["dataset:loans", "tag:gold", "tag:key"]
