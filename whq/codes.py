"""What each error code means, for `whq explain`. Sorted; one entry a paragraph."""

from __future__ import annotations

CODES: dict[str, tuple[str, str]] = {
    "WHQ-C001": (
        "A file is missing or cannot be read",
        "whq looks for whq.yml in the folder that --project names (the current one unless given), for "
        "monitors/*.yml beside it, and for profiles/NAME.yml. `whq init` writes all three.",
    ),
    "WHQ-C002": (
        "A file is not plain UTF-8 text",
        "The place shows the byte or character. Control characters and characters that change the direction "
        "of writing are refused, since what is shown would not be what is read.",
    ),
    "WHQ-C003": (
        "A file is not YAML",
        "The place is where reading stopped; the cause often stands a little above: an open quote or bracket,"
        " a tab, a missing space after a colon.",
    ),
    "WHQ-C004": (
        "A file is too big, too deep, or has too many aliases",
        "Files are bounded before they are loaded (1 MiB, 64 levels, 100 aliases), so that no file can "
        "exhaust the machine. Split the file.",
    ),
    "WHQ-C005": (
        "A key stands twice",
        "YAML would silently keep the last one. Both places are shown; keep one.",
    ),
    "WHQ-C006": (
        "A part of YAML that whq does not read",
        "Tags, several documents in one file and recursive aliases are refused. Write plain mappings, lists "
        "and scalars.",
    ),
    "WHQ-C007": (
        "There is nothing to monitor",
        "The file is empty, or monitors/ holds no .yml file with datasets.",
    ),
    "WHQ-C010": (
        "Unknown key",
        "Unknown keys are errors, because a misspelled check that is silently dropped looks like success. The"
        " hint names the nearest known key.",
    ),
    "WHQ-C011": (
        "A value has the wrong type",
        "The message says what was expected and what was found. YAML 1.2 rules hold: NO, on and 12:30 are text.",
    ),
    "WHQ-C012": (
        "Something needed is missing",
        "The message names the key that has to be added.",
    ),
    "WHQ-C013": (
        "A limit, duration or size is not understood",
        'A limit says what is bad: an operator and a number, with % or rows or keys, e.g. "> 1%". Durations '
        'are like "6 hours", sizes like "50 GB".',
    ),
    "WHQ-C014": (
        "Values contradict each other",
        "Each value is fine alone, but not together: a minimum above the maximum, a warn limit beyond the "
        "fail limit, a chunk of rows without a key to sort by.",
    ),
    "WHQ-C015": (
        "A name or id is used twice",
        "Results are told apart by dataset/subject/metric and id. Give one of the two an `id`, or another name.",
    ),
    "WHQ-C016": (
        "Unknown rule",
        "A rule is a template of rules/ or a profile metric with a limit. `whq list rules` and `whq list "
        "metrics` show them all.",
    ),
    "WHQ-C017": (
        "A metric does not fit the kind of model",
        "The hint lists the metrics that fit.",
    ),
    "WHQ-C020": (
        "Unknown dataset",
        "`reference: {dataset: …}` and `relationships` name datasets of this project, or tables.",
    ),
    "WHQ-C040": (
        "No such profile",
        "Profiles are files in profiles/, or entries of dbt's profiles.yml. The hint says where whq looked.",
    ),
    "WHQ-C041": (
        "No such target",
        "A profile holds named targets under `targets:` (dbt: `outputs:`).",
    ),
    "WHQ-C042": (
        "An environment variable is not set",
        '`env_var("NAME")` needs the variable, or a default: `env_var("NAME", "default")`.',
    ),
    "WHQ-C043": (
        "A template in a profile or query cannot be rendered",
        "Only env_var and a few harmless filters are known there.",
    ),
    "WHQ-C044": (
        "A field of a profile makes no sense",
        "The field names of each type are dbt's; the message says what was found.",
    ),
    "WHQ-C051": (
        "A pattern selects no column",
        "Patterns are names, globs, `type:numeric` and `!exclude`.",
    ),
    "WHQ-C052": (
        "A column has a type that this use does not allow",
        "For instance, a time column is a date or a timestamp.",
    ),
    "WHQ-C053": (
        "The reference dataset does not fit",
        "It must have the columns that are compared, with types of the same family.",
    ),
    "WHQ-C054": (
        "A column's name cannot be used",
        "Names that begin with whq_ are whq's own, and two columns may not differ by case only. Rename it in a query.",
    ),
    "WHQ-C090": (
        "Not built yet",
        "The configuration is valid, but this version of whq cannot do it. It is refused rather than ignored.",
    ),
    "WHQ-E001": (
        "No connection",
        "The message is the driver's, without secrets. `whq doctor` tries again and says more.",
    ),
    "WHQ-E002": (
        "The database file cannot be opened",
        "It is missing, a folder, unreadable, or no DuckDB database.",
    ),
    "WHQ-E003": (
        "Authentication failed",
        "The server refused user or password. It was asked once only, so that no account is locked.",
    ),
    "WHQ-E004": (
        "The driver is not installed",
        "Each engine's driver is an extra of whq; the hint is the command that installs it.",
    ),
    "WHQ-E005": (
        "Unknown type of target",
        "`whq list engines` shows the types.",
    ),
    "WHQ-E006": (
        "A field of a target is unknown or makes no sense",
        "Fields have dbt's names. Unknown ones are errors.",
    ),
    "WHQ-E007": (
        "The database file is open for writing elsewhere",
        "A DuckDB file has one writer, and no readers beside it. Close the other program, or watch a copy.",
    ),
    "WHQ-E008": (
        "No secure connection",
        "TLS is the default away from this machine, and whq never falls back to plain text by itself. Check sslmode, "
        "sslrootcert and the server's certificate.",
    ),
    "WHQ-E101": (
        "Unknown table",
        "Names are looked up exactly, then without regard to case. The hint names the nearest one.",
    ),
    "WHQ-E102": (
        "A table's name is ambiguous",
        "Several tables match; write the full name.",
    ),
    "WHQ-E103": (
        "Unknown column",
        "Names are looked up exactly, then without regard to case. The hint names the nearest one.",
    ),
    "WHQ-E104": (
        "A column's name is ambiguous",
        "Several columns differ by case only; write the name exactly.",
    ),
    "WHQ-E105": (
        "A file may not be read",
        "Only local files below the project's folder, or below a path in the profile's allow_paths, are read.",
    ),
    "WHQ-E106": (
        "A file cannot be used as a table",
        "Parquet and CSV files that exist can.",
    ),
    "WHQ-E107": (
        "Files are not tables on this engine",
        "Only DuckDB reads Parquet and CSV files. Name a table.",
    ),
    "WHQ-E108": (
        "The catalog file is wrong",
        'It is JSON: {"tables": {"schema.table": {"column": "type"}}}.',
    ),
    "WHQ-E109": (
        "The catalog file lacks something",
        "Offline, only what the catalog file holds is known. A query's columns cannot be described without a "
        "connection.",
    ),
    "WHQ-E110": (
        "A table's name cannot be read",
        "Write database.schema.table, schema.table or table. A part that holds a dot stands in double quotes: "
        'schema."my.table".',
    ),
    "WHQ-E111": (
        "A query or a file cannot be read",
        "The engine refused to describe it, lines of a file do not fit the others, or files of one pattern differ so "
        "that values would change. The message names the line or both files; `table: {path: …}` says how a file is "
        "written.",
    ),
    "WHQ-E201": (
        "A statement was refused by the engine",
        "Sessions are read-only and confined. The monitored data is never written.",
    ),
    "WHQ-E202": (
        "A statement took too long",
        "It was cancelled on the server, and is not sent again in pieces. Raise --timeout, or read less: --since, "
        "where, larger chunks.",
    ),
    "WHQ-E203": (
        "A statement was cancelled",
        "whq ended it, because the run was interrupted.",
    ),
    "WHQ-E204": (
        "No permission",
        "The role lacks a right on the table or file. Where the engine says so, the grant is in the hint.",
    ),
    "WHQ-E205": (
        "A table is not there",
        "It was dropped or renamed between planning and reading, so run again; or a view names it, so mend the view.",
    ),
    "WHQ-E206": (
        "A column is not there",
        "It was dropped or renamed between planning and reading, so run again; or a view names it, so mend the view.",
    ),
    "WHQ-E207": (
        "A value does not fit",
        "An overflow, a division by zero or a failed cast inside the statement. Only the requests concerned are lost.",
    ),
    "WHQ-E208": (
        "The engine ran out of room",
        "Memory or temporary disk space. Select less, or give the engine more.",
    ),
    "WHQ-E209": (
        "The connection was lost",
        "The statement was retried where that is safe. Run again.",
    ),
    "WHQ-E210": (
        "The budget is spent",
        "`budget:` in whq.yml caps bytes, seconds and queries of a run. What was not run is an error, never a pass.",
    ),
    "WHQ-E211": (
        "A statement brought too many rows",
        "whq fetches aggregates, not tables. Reduce the number of groups: segments, categories, chunks.",
    ),
    "WHQ-E212": (
        "A statement brought unexpected columns",
        "The SELECT of a template has to return its cell columns and its outputs.",
    ),
    "WHQ-E213": (
        "The run was interrupted",
        "Statements were cancelled on the server; results stored so far are kept.",
    ),
    "WHQ-M101": (
        "A rule or metric cannot take the column's type",
        "The message shows both.",
    ),
    "WHQ-M102": (
        "An argument of a rule is missing or wrong",
        "`whq list rules` shows the arguments.",
    ),
    "WHQ-M103": (
        "A rule has no usable limit",
        'A metric needs a limit to be a rule, e.g. fail: "> 10".',
    ),
    "WHQ-M104": (
        "A request was not measured",
        "Every request ends in an answer or an error. This one was lost, which is a bug in whq.",
    ),
    "WHQ-M201": (
        "There is no such drift statistic for the column",
        "Numeric columns have jensen_shannon, hellinger, psi, kl, total_variation, ks and wasserstein; categorical\n"
        "ones jensen_shannon, hellinger, psi, kl, chi2, l_infinity and total_variation. A template of your own in\n"
        "sql_templates/drift/ that says its `binning` adds one. `treat_as_categorical` changes a column's family.",
    ),
    "WHQ-M202": (
        "Nothing is known of the reference's values",
        "Bins of a numeric column are learned from the reference once. Run again with --refit.",
    ),
    "WHQ-M301": (
        "The positive value does not occur",
        "`positive:` names the value of label and prediction that means positive; 1 or true unless given.",
    ),
    "WHQ-M302": (
        "A score is not a probability",
        "Scores of a binary model lie within 0..1. Rescale them, or name the right column.",
    ),
    "WHQ-M303": (
        "A regression model's column is no number",
        "A regression model predicts a number, and its label is one. Name other columns, or let the dataset cast them: "
        "`query: select *, cast(price as double) as price_number from …`.",
    ),
    "WHQ-M304": (
        "Too many columns to look for weak slices in",
        "Slices of two columns are as many as pairs of columns, all counted in one statement: at most 12 columns. "
        'Name those that matter in `weakest: {of: […]}`, or take some out of a pattern: `"!name"`.',
    ),
    "WHQ-R001": (
        "The store cannot be used",
        "Results are kept in a DuckDB file, by default .whq/store.duckdb. Its folder could not be made, the "
        "file could not be opened or written, or the disk is full. What was stored before is intact. Free the"
        " disk or mend the rights, or name another place: `store: path/to/file.duckdb` in whq.yml.",
    ),
    "WHQ-R002": (
        "The store is held by another process",
        "One process at a time can write a DuckDB file. whq holds it for some milliseconds at a time and "
        "waits up to 30 seconds for others. A DuckDB shell or a notebook that has the file open keeps it for "
        "good: close it.",
    ),
    "WHQ-R003": (
        "The file is not a store, or it is damaged",
        "The file that `store:` names is no DuckDB database, or one that this DuckDB cannot read; or tables, columns "
        "or the version of a store are missing in it, or in the schema. Nothing was changed. Move it away to start a "
        "new store, or name another one.",
    ),
    "WHQ-R004": (
        "The store is newer than this whq",
        "A later version of whq wrote the store, or brought it to a later schema. It is left alone, since its results "
        "could be misread. "
        "Upgrade whq, or keep the results of this one in another store.",
    ),
    "WHQ-R005": (
        "The store cannot be in this target",
        "`store: {target: …, schema: …}` keeps results in a schema of a Postgres target. DuckDB files that are "
        "monitored are opened read-only: name a file of its own instead, `store: .whq/store.duckdb`.",
    ),
    "WHQ-R006": (
        "There is no such run",
        "`whq results --runs` lists the runs of the store. The start of an id is enough where only one run has it.",
    ),
    "WHQ-R007": (
        "No complete run is stored",
        "`whq run` makes one. Runs that were killed are incomplete: `whq results --runs` lists them, and `whq"
        " results --run ID` shows what they stored.",
    ),
    "WHQ-R008": (
        "Results of a run are missing from the store",
        "The run was not marked complete, because the store does not hold as many results of it as were "
        "computed. Run it again.",
    ),
    "WHQ-R009": (
        "The report cannot be written",
        "The results are stored; only the report is missing. Name another place in `report:` or --out.",
    ),
    "WHQ-R010": (
        "The role may not write the store's schema",
        "With `store: {target: …, schema: …}` whq makes the schema and its tables by itself where the role may. "
        "Where it may not, the message has the statement for whoever may run it: a schema of the role's own is the "
        "simplest. The monitored tables need nothing but select.",
    ),
    "WHQ-R011": (
        "Output cannot be written",
        "What a command printed could not be written, for example because the disk of the file behind `>` is full. "
        "The command itself has done its work: results of a run are stored, and `whq results` shows them. A closed "
        "pipe, as behind `| head`, is no error.",
    ),
    "WHQ-S101": (
        "The header of a template is wrong",
        "A template begins with {# … #} holding YAML: title, shape, arguments, and so on. The packaged ones "
        "in sql_templates/ are examples.",
    ),
    "WHQ-S102": (
        "The Jinja of a template is wrong",
        "Jinja only decides which text exists: loops and optional parts. It never sees a value.",
    ),
    "WHQ-S103": (
        "A template's name is taken",
        "A project's own templates in sql_templates/ may not replace those of whq. Give the file another name.",
    ),
    "WHQ-S104": (
        "Unknown template",
        "The hint names the nearest one.",
    ),
    "WHQ-S105": (
        "An argument is unknown or missing",
        "The template's header lists its arguments.",
    ),
    "WHQ-S106": (
        "An argument has the wrong kind",
        "The message says what the template wants and what it got.",
    ),
    "WHQ-S107": (
        "A request names what is not there",
        "The dataset has no such column, or there is no such dataset.",
    ),
    "WHQ-S108": (
        "A template uses a name that nothing gives",
        "Each $name in its SQL must be an argument of its header.",
    ),
    "WHQ-S109": (
        "A template is not one SQL statement",
        "It holds one expression, one predicate or one SELECT in DuckDB's SQL.",
    ),
    "WHQ-S110": (
        "This dialect does not read files",
        "Parquet and CSV files are tables on DuckDB only.",
    ),
    "WHQ-S111": (
        "Chunks need an order",
        "Set `time`, or cut by rows.",
    ),
    "WHQ-S112": (
        "A statement is nested too deeply",
        "Simplify the expression, or make a view of it.",
    ),
    "WHQ-S200": (
        "There is no SQL",
        "The key is there, but its text is empty.",
    ),
    "WHQ-S201": (
        "SQL is nested too deeply or too long",
        "SQL in a project is bounded before it is parsed. Write it flatter, or make a view.",
    ),
    "WHQ-S202": (
        "Not an expression, or not SQL of this dialect",
        "SQL in a project is written in the target's own dialect. Nothing was run.",
    ),
    "WHQ-S203": (
        "Only one SELECT is allowed",
        "Statements that write, several statements, and SELECT … INTO are refused. What runs is printed anew "
        "from the checked tree, never the text itself.",
    ),
    "WHQ-S204": (
        "A construct that cannot be checked",
        "Hints, executable comments and rare constructs are refused. Make a view.",
    ),
    "WHQ-S205": (
        "A function that is not allowed",
        "Only functions known to read nothing but their arguments are allowed: no files, no network, no sequences.",
    ),
    "WHQ-S206": (
        "A function whose value changes",
        "Random numbers and the server's clock make results that cannot be repeated. as_of(), now() and current_date "
        "mean the run's own clock, which --as-of sets.",
    ),
    "WHQ-S207": (
        "Unknown or ambiguous column in SQL",
        "Names are resolved against the catalog before anything runs.",
    ),
    "WHQ-S208": (
        "Unknown or ambiguous table in SQL",
        "Names are resolved against the catalog before anything runs.",
    ),
    "WHQ-S209": (
        "Jinja is not read here",
        "Only `query` knows ref and source.",
    ),
    "WHQ-S210": (
        "A SELECT is not allowed here",
        "This place takes an expression over the columns of its dataset. Use a `sql` rule, or `relationships`.",
    ),
    "WHQ-S212": (
        "The SQL can make something too large",
        "Lengths, counts and powers must be known to be small: a number, or an expression such as `least(n, 100)`. An "
        "expression may fill a text up to 10,000 characters, put together 1,000,000, and reach 10,000 digits.",
    ),
    "WHQ-S300": (
        "The dialect cannot express it",
        "Refused before anything is spent in the warehouse. The hint names an alternative where there is one.",
    ),
    "WHQ-S301": (
        "A construct that is not in the support table",
        "Every function that whq sends is looked up in a table of what each dialect can do; this one is not in it.",
    ),
    "WHQ-U001": (
        "Unknown option",
        "The command has no option of that name. `whq COMMAND --help` lists them, with an example.",
    ),
    "WHQ-U002": (
        "Unknown command",
        "`whq --help` lists the commands.",
    ),
    "WHQ-U003": (
        "The command line is wrong",
        "A value is missing, not allowed or out of range. Nothing was executed.",
    ),
    "WHQ-U004": (
        "Unknown selection key",
        "A term of --select or --exclude is key:pattern. Several terms add up; terms joined by a comma must "
        "all hold: `--select dataset:loans tag:gold,monitor:drift`.",
    ),
    "WHQ-U005": (
        "Nothing is selected",
        "No monitor matches --select and --exclude. The exit code is 4, because silence is not success; "
        "--allow-empty makes it 0.",
    ),
    "WHQ-U006": (
        "There is no such list or code",
        "`whq list` knows metrics, rules, datasets and engines; codes stand in error messages: error[WHQ-…].",
    ),
    "WHQ-U007": (
        "The options do not describe a table well enough",
        "check, profile, drift and estimate work on a TABLE without a project when the options say what a "
        "monitor needs: --path or a file, --reference or --time for drift, --score, --label and --reference "
        "for estimates.",
    ),
    "WHQ-U008": (
        "No result has that id",
        "The id of a result is dataset/subject/metric, as `whq results` shows it.",
    ),
    "WHQ-U009": (
        "A file is in the way",
        "`whq init` never replaces files, `whq demo` none but its own. Name another folder: `whq init --project DIR`, "
        "`whq demo DIR`.",
    ),
    "WHQ-U010": (
        "The output cannot be written",
        "--out names a link, a folder, a file that exists (add --force), or a place that cannot be written.",
    ),
    "WHQ-U011": (
        "A term of --select matches nothing",
        "Other terms match, so this one is a slip of the pen. Nothing was executed. A term of --exclude that matches "
        "nothing is a warning.",
    ),
    "WHQ-U012": (
        "No incident has that id",
        "`whq incidents --all` shows the ids: the dataset and the chunk in which the incident began.",
    ),
    "WHQ-U013": (
        "A result has no failing rows",
        "Rules look at rows, so the rows that break them can be shown. A distance between distributions and the "
        "performance of a model are numbers of many rows: look at their history and at what moved.",
    ),
    "WHQ-U014": (
        "What was learned elsewhere does not fit here",
        "`whq baseline import` takes a file that `whq baseline export` wrote, and only where both projects ask for the "
        "same: chunks, metrics and options of the item, columns that are there, and a whq that keeps it in the same "
        "format. Nothing of the file was taken.",
    ),
    "WHQ-X001": (
        "A bug in whq",
        "Something happened that whq did not expect; it is not your fault. Run again with --debug and report "
        "the traceback. Results stored until then are kept.",
    ),
}
