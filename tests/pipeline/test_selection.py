"""`--select` and `--exclude` over specifications and results."""

import pytest
from msgspec.structs import replace

from whq.config.spec import Common, DatasetSpec, DriftSpec, ModelSpec, ProfileSpec, RuleSpec
from whq.errors import ConfigError, Location
from whq.monitors import monitor
from whq.pipeline.selection import bound, describe, hint, keep, narrow, parse, prune, unmatched
from whq.sql.templates import load
from whq.values import Result, Written

HERE = Location("monitors/x.yml")


def rule(kind, column, **common):
    return RuleSpec(kind, (column,) if column else (), common=Common(**common), location=HERE)


def spec(**changes):
    base = DatasetSpec(
        name="loans",
        table=Written("loans"),
        owner="risk",
        tags=("gold",),
        rules=(rule("not_null", "amount"), rule("unique", "id", tags=("key",), owner="ops"), rule("row_count", None)),
        profile=ProfileSpec(("amount",)),
        drift=DriftSpec(("amount", "rate")),
        models=(ModelSpec("m", "s", metrics=("f1",)),),
    )
    return replace(base, **changes)


def metrics(item):
    return item.metrics_named or monitor(item.family).metrics(load())


def named(found):
    parts = [item.kind for item in found.rules]
    parts += ["profile"] if found.profile else []
    parts += list(found.drift.columns) if found.drift else []
    return parts + [model.name for model in found.models]


def left(select, exclude=()):
    """What is left of a dataset whose columns are known."""
    return named(narrow(spec(), parse(select, exclude), metrics))


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
        (["metric:unique"], [], ["unique"]),
        (["metric:ks"], [], ["amount", "rate"]),
        (["metric:f1"], [], ["m"]),
        (["metric:row_count"], [], ["row_count", "profile"]),
        (["metric:roc_auc"], [], []),
        ([], ["monitor:rule"], ["profile", "amount", "rate", "m"]),
        (["tag:gold"], ["subject:amount"], ["unique", "row_count", "profile", "rate", "m"]),
        (["tag:gold"], ["subject:amount", "metric:row_count"], ["unique", "profile", "rate", "m"]),
        ([], ["metric:jensen_shannon"], EVERYTHING),
    ],
)
def test_items_with_their_columns(select, exclude, expected):
    assert left(select, exclude) == expected


@pytest.mark.parametrize(
    ("select", "exclude", "expected"),
    [
        (["other"], [], []),
        (["tag:key"], [], ["unique"]),
        (["owner:ops"], [], ["unique"]),
        (["monitor:model"], [], ["m"]),
        (["subject:income", "metric:f1"], [], EVERYTHING),
        (["monitor:drift,subject:income"], [], ["amount", "rate"]),
        (["subject:rate"], ["monitor:rule", "subject:amount"], ["profile", "amount", "rate", "m"]),
    ],
)
def test_before_columns_are_known_subjects_and_metrics_may_be_anything(select, exclude, expected):
    assert named(prune(spec(), parse(select, exclude))) == expected


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        (["dataset:loans", "tag:*", "metric:ks", "subject:rate,metric:psi", "owner:risk", "monitor:profile"], {}),
        (["dataset:laons"], {"dataset:laons": 'did you mean "dataset:loans"?'}),
        (["loans", "tag:silver"], {"tag:silver": "allowed: tag:gold, tag:key"}),
        (["subject:rat"], {"subject:rat": 'did you mean "subject:rate"?'}),
        (["metric:not_nul", "metric:f2"], {
            "metric:not_nul": 'did you mean "metric:not_null"?', "metric:f2": 'did you mean "metric:f1"?',
        }),
        (["monitor:drift,subject:rate,metric:f1"], {
            "monitor:drift,subject:rate,metric:f1": "each part matches something, but no monitor matches all of them",
        }),
    ],
)  # fmt: skip
def test_terms_that_match_nothing_are_named(terms, words):
    candidates = [one for item in spec().items for one in bound(spec(), item, metrics)]
    lost = unmatched(parse(terms).include, candidates)
    assert {term.written: hint(term, candidates) for term in lost} == words


def test_a_pattern_may_be_any_column():
    everything = replace(spec(), drift=DriftSpec(("*", "!rate")))
    assert named(narrow(everything, parse(["subject:income"]), metrics)) == ["*", "!rate"]


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
    assert prune(spec(), parse([])) == spec()
    only = prune(spec(), parse([]), ["drift"])
    assert (only.rules, only.profile, only.models) == ((), None, ())
    assert only.drift is not None
    assert [item.family for item in only.items] == ["drift"]
    assert prune(spec(), parse([]), []).items == ()


def test_hints():
    assert describe(spec()) == ["dataset:loans", "tag:gold", "tag:key"]
