"""What each error code means, for `whq explain`. Sorted; one entry a paragraph."""

from __future__ import annotations

import textwrap

from whq.errors import ConfigError, Problem, did_you_mean

CODES: dict[str, tuple[str, str]] = {
    "WHQ-M101": (
        "A metric or rule cannot take a column of this type",
        "Each template's header names the types that it takes: a mean needs numbers, a length needs text. Choose "
        "another metric, or cast the column in the dataset's `query`. `whq list metrics` shows the types.",
    ),
    "WHQ-M102": (
        "A rule's argument does not suit its column",
        "The values of accepted_values, not_accepted_values and accepted_range are written in the column's type: "
        "numbers without quotes, texts in quotes, dates as 2024-01-31. accepted_range needs min, max or both.",
    ),
    "WHQ-M103": (
        "A rule has no limit that could judge it",
        "A metric needs `warn` or `fail`. A limit is a number: dates are limited by accepted_range, ages by freshness. "
        "A share (%) needs a rule that knows of how many rows its failures are; `sql` counts failures only.",
    ),
    "WHQ-M104": (
        "A request was lost on its way",
        "Something was asked of the warehouse, and neither an answer nor an error came back. This is a bug of whq: run "
        "again with --debug and report it.",
    ),
    "WHQ-M301": (
        "A model's positive value is no value of its column",
        "`positive:` says which value of prediction and label means positive. It is written in the type of each "
        "column: true or false for a boolean, a number for a numeric one, text otherwise. Without it, 1 or true is "
        "positive.",
    ),
    "WHQ-M302": (
        "Scores are outside 0..1",
        "The score of a binary model is the probability of the positive class. Chunks with other scores have no "
        "estimate and no realized ranking metric; where the reference has them, nothing can be calibrated. Turn "
        "log-odds or percentages into probabilities, or leave the rows out with `where:`.",
    ),
    "WHQ-R001": (
        "The store cannot be used",
        "Results are kept in a DuckDB file, by default .whq/store.duckdb. Its folder could not be made, the file could "
        "not be opened or written, or the disk is full. What was stored before is intact. Free the disk or mend the "
        "rights, or name another place: `store: path/to/file.duckdb` in whq.yml.",
    ),
    "WHQ-R002": (
        "The store is held by another process",
        "One process at a time can write a DuckDB file. whq holds it for some milliseconds at a time and waits up to "
        "30 seconds for others. A DuckDB shell or a notebook that has the file open keeps it for good: close it.",
    ),
    "WHQ-R003": (
        "The file is not a store, or it is damaged",
        "The file that `store:` names is no DuckDB database, or one that this DuckDB cannot read. Nothing was changed. "
        "Move it away to start a new store, or name another file.",
    ),
    "WHQ-R004": (
        "The store is newer than this whq",
        "A later version of whq wrote the store. It is left alone, since results written by the older version could "
        "be misread. Upgrade whq, or keep the results of this one in another store.",
    ),
    "WHQ-R005": (
        "The store cannot be in a target yet",
        "`store: {target: …, schema: …}` is not supported yet. Use a DuckDB file.",
    ),
    "WHQ-R006": (
        "There is no such run",
        "`whq results --runs` lists the runs of the store. The start of an id is enough where only one run has it.",
    ),
    "WHQ-R007": (
        "No complete run is stored",
        "`whq run` makes one. Runs that were killed are incomplete: `whq results --runs` lists them, and "
        "`whq results --run ID` shows what they stored.",
    ),
    "WHQ-R008": (
        "Results of a run are missing from the store",
        "The run was not marked complete, because the store holds fewer (or more) results of it than were computed.",
    ),
    "WHQ-S200": (
        "There is no SQL",
        "A key that holds SQL is empty or holds a comment only. Write the expression or the SELECT, or remove the key.",
    ),
    "WHQ-S201": (
        "The SQL is too long or nested too deeply",
        "SQL in a project has at most 65,536 characters and 40 levels of parentheses, CASE and subqueries. Write it "
        "flatter (a long list of OR or UNION ALL is fine), or make a view of it in the warehouse.",
    ),
    "WHQ-S202": (
        "The SQL does not parse",
        "SQL in a project is written in the dialect of the target. It was read before anything was sent, so nothing "
        "ran. The place is that of the first word that does not fit; a quote or parenthesis may be open before it.",
    ),
    "WHQ-S203": (
        "Only one SELECT is allowed",
        "whq never writes to what it watches: a `query` or a `sql` rule is one SELECT, with CTEs, joins and unions. "
        "Anything else, and a second statement, is refused.",
    ),
    "WHQ-S204": (
        "A construct is not allowed in SQL of a project",
        "What may stand in SQL is a list of what only reads and gives the same answer twice. Not on it are INTO, FOR "
        "UPDATE, samples, hints, settings, parameters, recursive CTEs, table functions and casts to types that look "
        "something up. A view in the warehouse may hold what whq does not read.",
    ),
    "WHQ-S205": (
        "A function is not allowed in SQL of a project",
        "Functions that whq knows to compute only are allowed. A function of your own that only reads can be allowed "
        "by name: `allow_functions: [my_function, schema.other]` in the profile's target.",
    ),
    "WHQ-S206": (
        "A function reads the clock or gives random values",
        "The same data must give the same results. A run has one point in time: ages are judged by a freshness rule, "
        "and --since and --as-of choose the rows. Compare with a literal instead.",
    ),
    "WHQ-S207": (
        "A name in SQL is unknown or ambiguous",
        "Columns are looked up in the catalog before anything is sent; case is only heeded where two names differ in "
        "nothing else. An expression about a dataset names its columns without a table.",
    ),
    "WHQ-S208": (
        "SQL reads something that is not a table",
        "A SELECT reads tables and views of the catalog. Files, stages and table functions are not read from SQL; a "
        "file is watched by naming it under `table:`.",
    ),
    "WHQ-S209": (
        "A template stands in SQL",
        "`{{ … }}` is not read in SQL of a monitor file. Write the table's or column's own name.",
    ),
    "WHQ-S210": (
        "An expression is not about one row",
        "`where`, `reference`, segments and expression rules are true or false for each row: no aggregates, window "
        "functions or subqueries. Limits on aggregates are metric rules; everything else is a sql rule.",
    ),
    "WHQ-S300": (
        "The engine cannot express this",
        "sqlglot would print it, but the engine lacks the construct or means something else by it, so it is refused "
        "before anything is spent. The message names the reason and what to use instead.",
    ),
    "WHQ-S301": (
        "A function is not in the support table",
        "Templates are written in DuckDB SQL and printed for the target. Each function must be listed with what "
        "every engine makes of it; this one is not. Use a listed one, or user SQL in the target's own dialect.",
    ),
    "WHQ-U001": (
        "Unknown option",
        "The command has no option of that name. `whq COMMAND --help` lists them, with an example.",
    ),
    "WHQ-U002": ("Unknown command", "`whq --help` lists the commands."),
    "WHQ-U003": (
        "The command line is wrong",
        "A value is missing, not allowed or out of range. Nothing was executed.",
    ),
    "WHQ-U004": (
        "Unknown selection key",
        "A term of --select or --exclude is key:pattern. Several terms add up; terms joined by a comma must all hold: "
        "`--select dataset:loans tag:gold,monitor:drift`.",
    ),
    "WHQ-U005": (
        "The output cannot be written",
        "--out names a link, a folder, a file that exists (add --force), or a place that cannot be written.",
    ),
    "WHQ-U006": ("There is no such list or code", "`whq list` knows metrics, rules, datasets and engines."),
    "WHQ-U007": (
        "The options do not describe a table well enough",
        "check, profile, drift and estimate work on a TABLE without a project when the options say what a monitor "
        "needs: --path or a file, --reference or --time for drift, --score, --label and --reference for estimates.",
    ),
    "WHQ-U008": (
        "No result has that id",
        "The id of a result is dataset/subject/metric, as `whq results` shows it.",
    ),
    "WHQ-U009": ("A file is in the way", "`whq init` never replaces files. Choose another folder with --project."),
    "WHQ-X001": (
        "A bug in whq",
        "Something happened that whq did not expect; it is not your fault. Run again with --debug and report the "
        "traceback. Results stored until then are kept.",
    ),
}  # fmt: skip


def explain(code: str) -> str:
    """The title and the long text of an error code. Raises ConfigError for an unknown one."""
    name = code.upper()
    if name not in CODES:
        raise ConfigError(Problem("WHQ-U006", "usage", f"no error code {code}", did_you_mean(name, CODES)))
    title, text = CODES[name]
    return f"{name}: {title}\n\n{textwrap.fill(text, 96)}"
