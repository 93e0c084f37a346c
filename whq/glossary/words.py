"""The words of outputs that no template's header explains: each with title, scale, meaning and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from whq.config.models import ERROR, ESTIMATORS


class Entry(Struct, frozen=True):
    """What a word means. `scale` is empty where the word is no number."""

    title: str
    text: str
    scale: str = ""
    action: str = ""


PERFORMANCE: Mapping[str, Entry] = {
    "roc_auc": Entry(
        "How well the scores order the rows",
        "area under the curve of true positive rate over false positive rate; ties count half: how often a positive "
        "row has a higher score than a negative one",
        "0.5 = no better than chance, 1 = every positive above every negative; below 0.5 they point the wrong way",
        "look at drift of the model's inputs: a fall means that the scores no longer tell the classes apart",
    ),
    "average_precision": Entry(
        "Precision over all places at which the ranking can be cut",
        "sum over ranks of precision × rise of recall",
        "the share of positive rows = no better than chance, 1 = every positive above every negative",
        "read it beside the share of positives, which moves it by itself",
    ),
    "f1": Entry(
        "Balance of precision and recall of the predicted positives",
        "TP / (TP + (FP + FN) / 2)",
        "0 = no positive row is found, 1 = all are found and nothing else is",
        "precision and recall say which kind of error grew",
    ),
    "precision": Entry(
        "Share of the predicted positives that are positive",
        "TP / (TP + FP)",
        "0 = every alarm is false, 1 = none is",
        "a fall means more false alarms: fewer positives among the rows, or a threshold that is too low",
    ),
    "recall": Entry(
        "Share of the positive rows that are predicted positive",
        "TP / (TP + FN)",
        "0 = every positive is missed, 1 = none is",
        "a fall means more missed positives: look for kinds of rows that the model has not seen",
    ),
    "specificity": Entry(
        "Share of the negative rows that are predicted negative",
        "TN / (TN + FP)",
        "0 = every negative gets an alarm, 1 = none does",
        "a fall means more false alarms among negative rows",
    ),
    "accuracy": Entry(
        "Share of the predictions that are right",
        "(TP + TN) / rows",
        "0 = all are wrong, 1 = all are right; where 95 of 100 rows are negative, saying no to all gives 0.95",
        "read it beside f1 where one class is rare",
    ),
    "log_loss": Entry(
        "How unlikely the labels are by the scores",
        "mean of −ln(score) over positive rows and −ln(1 − score) over negative ones; scores are moved into 2.2e-16 … "
        "1 − 2.2e-16 for it",
        "0 = sure and right everywhere; 0.693 = always 0.5; one row that was sure and wrong adds 36",
        "a rise means that scores say less or are too sure: calibration_bias and calibration_error tell which",
    ),
    "brier": Entry(
        "Mean squared distance of score and label",
        "mean of (score − label)²",
        "0 = sure and right everywhere; 0.25 = always 0.5; always the share of positives gives share × (1 − share)",
        "read it beside the share of positives, which moves it by itself",
    ),
    "calibration_error": Entry(
        "How far scores lie from how often they come true",
        "over 16 ranges of the score: sum of |sum of scores − sum of labels|, divided by the rows; the ranges end at "
        "k² / 128 (k = 1 … 8) from both ends",
        "0 = a score of 0.3 comes true 3 times in 10; few rows lie above 0 by chance, which the threshold allows for",
        "fit the scores anew on recent labels; calibration_bias says whether they promise too much or too little",
    ),
    "calibration_bias": Entry(
        "Whether scores promise too much",
        "mean score − mean label",
        "0 = as many positive rows as the scores say; 0.05 = of 100 rows 5 fewer are positive, −0.05 = 5 more",
        "the share of positives moved: fit the scores anew on recent labels, or correct them by that much",
    ),
    "true_positive": Entry(
        "Positive rows that are predicted positive",
        "rows predicted positive that are positive (TP)",
        "a count from 0; grows with the rows",
        "recall is the same as a share of the positive rows",
    ),
    "true_negative": Entry(
        "Negative rows that are predicted negative",
        "rows predicted negative that are negative (TN)",
        "a count from 0; grows with the rows",
        "specificity is the same as a share of the negative rows",
    ),
    "false_positive": Entry(
        "False alarms",
        "rows predicted positive that are negative (FP)",
        "a count from 0; grows with the rows; 0 is good",
        "precision says what share of the alarms is right",
    ),
    "false_negative": Entry(
        "Missed positives",
        "rows predicted negative that are positive (FN)",
        "a count from 0; grows with the rows; 0 is good",
        "recall says what share of the positive rows is found",
    ),
    "confusion_matrix": Entry(
        "Right and wrong predictions of both classes",
        "short for the four cells: true_positive, false_positive, false_negative, true_negative",
        "four counts",
        "see each cell's own entry",
    ),
    "business_value": Entry(
        "What the predictions are worth",
        "sum of the cells, each times its worth in `business_value`",
        "in the unit of `business_value`; grows with the rows",
        "divide it by the rows to compare chunks of different size",
    ),
    "mae": Entry(
        "Mean size of the errors",
        "mean of |prediction - label|",
        "0 = every prediction is right; in the unit of the label",
        "read it beside bias, which says to which side the predictions are off",
    ),
    "mape": Entry(
        "Mean size of the errors in proportion to the label",
        "mean of |prediction - label| / |label|; rows whose label is 0 are left out (`details.zero_labels`)",
        "0 = every prediction is right, 0.1 = off by a tenth of the label; small labels weigh most",
        "read mae beside it where labels come near 0",
    ),
    "mse": Entry(
        "Mean of the squared errors",
        "mean of (prediction - label)²",
        "0 = every prediction is right; in the unit of the label, squared; few large errors can make most of it",
        "rmse is the same in the unit of the label",
    ),
    "rmse": Entry(
        "Size of the errors, large ones counting more",
        "√ of the mean of (prediction - label)²",
        "0 = every prediction is right; in the unit of the label, never below mae",
        "where it rises and mae does not, few predictions are far off",
    ),
    "msle": Entry(
        "Mean of the squared differences of logarithms",
        "mean of (ln(1 + label) - ln(1 + prediction))²; not defined where one of them is -1 or less",
        "0 = every prediction is right; errors count in proportion, too low more than too high",
        "rmsle is easier to read",
    ),
    "rmsle": Entry(
        "Size of the errors as a factor",
        "√ of the mean of (ln(1 + label) - ln(1 + prediction))²; not defined where one of them is -1 or less",
        "0 = every prediction is right, 0.1 = off by a factor of 1.1",
        "read bias beside it: too low counts more than too high",
    ),
    "bias": Entry(
        "To which side the predictions are off",
        "mean of prediction - label",
        "0 = as often too high as too low; above 0 too high; in the unit of the label",
        "a move says that all labels changed, such as a demand that grows: mae alone does not tell it",
    ),
    "r2": Entry(
        "What part of the labels' variation the predictions explain",
        "1 - mean squared error / variance of the labels in the chunk; not defined where all labels are equal",
        "1 = all of it, 0 = no more than their mean, below 0 less than that",
        "read it beside rmse: it falls too where labels only vary less",
    ),
}

WATCHED: Mapping[str, Entry] = {
    "volume": Entry(
        "Rows of a day, against what the days before it had",
        "A day with far fewer or far more rows than its own history, weekdays compared with weekdays.",
        "rows; the message has the usual range, `details.expected` the usual number",
        "look at the load of that day: a part that is missing, or one that ran twice",
    ),
    "gap": Entry(
        "Days or hours that should hold rows and hold none",
        "Times at which the table hardly ever was empty, without a row.",
        "days (or hours) in a row that are empty; 0 is good",
        "load the missing time again; the next run counts it anew",
    ),
    "age": Entry(
        "How old the newest row is, against the usual time between loads",
        "The table gets no rows any more: a load that stopped.",
        "seconds, told as days and hours; 0 = a row came just now. The usual time between rows is the measure",
        "look whether the load ran; a table that is complete says `finished: true`",
    ),
    "late_rows": Entry(
        "Rows that came for a day after it was counted first",
        "The part of the day's rows that was not there when the day was counted first.",
        "0 = none, 1 = all; usual lateness is learned",
        "numbers of that day have changed since they were read: tell who used them, or set `late:` for the dataset",
    ),
    "future_rows": Entry(
        "Rows whose time is after the run's moment",
        "Times that have not come yet: a wrong clock, a zone, a default such as 2099-12-31.",
        "rows, from 0; 0 is good",
        "look at their times; with --as-of there is no such verdict",
    ),
    "trend": Entry(
        "Slow growth or decline of the rows of a day",
        "A change too slow for any single day to show it; a note unless `severity` is given.",
        "natural logarithm of rows now by rows two months before: 0 = as many, 0.1 = about a tenth more",
        "nothing, where the business grows or shrinks so",
    ),
}

ITEMS: Mapping[str, Entry] = {
    "histogram": Entry(
        "How the values of a column are spread",
        "Rows in 20 equal bins between the ends of the reference.",
        "the value is the number of bins; details have the counts",
        "compare the counts of two chunks",
    ),
    "top_values": Entry(
        "The most frequent values of a column",
        "Only of columns that allow it: `profile: [{column: c, values: true}]`.",
        "the value is how many are listed; details have them with their rows",
        "compare the lists of two chunks",
    ),
    "missing_time": Entry(
        "Rows without a time",
        "Rows whose time is NULL belong to no chunk; they are counted here.",
        "rows, from 0; 0 is good",
        "look where the time gets lost; until then no chunk has these rows",
    ),
    "dataset": Entry(
        "A dataset that could not be read",
        "Its table, query or reference is missing or refused, so none of its items ran.",
        "",
        "the message names what is wrong, `whq explain CODE` says more",
    ),
}

FAMILIES: Mapping[str, Entry] = {
    "rule": Entry(
        "A statement about rows or a metric that must hold",
        "Its limits are yours and act at once.",
        "",
        "`whq failing ID` shows the rows that break it",
    ),
    "profile": Entry(
        "Numbers of each column, per chunk",
        "They are judged only where you write a limit.",
        "",
        "give a metric a limit: `columns: {amount: {mean: {between: [10, 20]}}}`",
    ),
    "drift": Entry(
        "How far a column's values lie from those of the reference",
        "It warns and does not fail by itself.",
        "",
        "read what moved; where the change is real and stays, choose a newer reference",
    ),
    "model": Entry(
        "Performance of a model, estimated or realized",
        "Estimates need no labels, realized values do.",
        "",
        "look at drift of the inputs beside it",
    ),
    "anomaly": Entry(
        "Rows that should be there and are not, or came late",
        "Watched by day from the table's own history.",
        "",
        "look at the load of that day",
    ),
    "parity": Entry("Two places that should hold the same data", "Not built yet.", "", "nothing"),
}

STATUSES: Mapping[str, Entry] = {
    "pass": Entry("Evaluated, nothing wrong", "A number without a limit passes too.", "", "nothing"),
    "warn": Entry(
        "Worth a look",
        "A `warn` limit is broken, or something of severity warn alerts, as drift does.",
        "",
        "look when there is time; `--fail-on warn` makes it exit code 1",
    ),
    "fail": Entry(
        "Something is wrong",
        "A limit that you wrote is broken, or a model got worse for certain.",
        "",
        "read the message, then `whq failing ID`, `whq history ID`; `whq ack ID` where it is known; exit code 1",
    ),
    "error": Entry(
        "It could not be evaluated",
        "A missing column, a statement that failed. Other results are not touched.",
        "",
        "the message has a code: `whq explain CODE`; exit code 3",
    ),
    "inconclusive": Entry(
        "Evaluated, without a verdict",
        "No rows, too few reference chunks, a broken assumption; the reason is given.",
        "",
        "read the reason; for a rule without rows `on_empty: pass` or `fail` decides; `--inconclusive ok` lets it be",
    ),
    "skipped": Entry(
        "Left out, with the reason",
        "A chunk without rows, labels that have not come yet, nothing before it.",
        "",
        "nothing",
    ),
}

METHODS: Mapping[str, Entry] = {
    "cbpe": Entry(
        "Performance estimated from the scores alone",
        "Confidence-based performance estimation: the scores are calibrated on the reference's labels, and then say "
        "how many predictions are right. It knows nothing of a world in which the same inputs have other outcomes.",
        "in the metric's own scale",
        "wait for labels before you retrain: the realized value of the same chunk is the judge",
    ),
    "dle": Entry(
        "Errors of a predicted number estimated from the features",
        "Direct loss estimation: trees learn from the reference what the error of a row costs, from its features and "
        "its prediction. They know nothing of a world in which the same inputs have other outcomes.",
        "in the metric's own scale",
        "wait for labels before you retrain: the realized value of the same chunk is the judge",
    ),
    "anchored": Entry(
        "Performance estimated from the scores and from the labels that have come so far",
        "The estimate from the scores alone, the same with a calibration refitted on the newest labels, and the last "
        "realized value, each weighted by how little it erred lately (`details.parts`).",
        "in the metric's own scale",
        "where it departs from `cbpe`, the relation of inputs and label has changed: look at the newest labels",
    ),
    "pape": Entry(
        "Performance estimated with a calibration for each chunk",
        "The reference is weighted like the chunk before the scores are calibrated on it. It is right where inputs "
        "moved, and noise where reference and chunk hardly overlap: `details.domain` tells.",
        "in the metric's own scale",
        "read `ess` and `unsupported` in `details.domain` before you believe it; labels are the judge",
    ),
    "blend": Entry(
        "Half way between CBPE and PAPE",
        "One number where it is not known which of the two is right.",
        "in the metric's own scale",
        "where the two lie far apart, look at `details.domain`; labels are the judge",
    ),
    "rcd": Entry(
        "What the chunk's concept alone would change on the reference's rows",
        "Reverse concept drift: a learner of the chunk's labels stands in for those of the reference, less what such a "
        "learner finds where nothing has changed. 0 is no change.",
        "a change, in the metric's own scale",
        "a change to the bad side asks for a new model: the same inputs have other outcomes now",
    ),
    "realized": Entry(
        "Performance computed from labels",
        "The metric itself. It comes when the labels do.",
        "in the metric's own scale",
        "look at the newest labels and inputs: `whq history ID` shows when it began",
    ),
    "covariate": Entry(
        "What other rows did to a metric",
        "The estimate of the chunk less what the reference realized: rows came for which the model is better or worse.",
        "a difference in the metric's own scale; 0 = the rows change nothing",
        "see which inputs drifted; `details.base_rate` says whether the share of positives alone would do it",
    ),
    "concept": Entry(
        "What a changed relation of inputs and label did to a metric",
        "What came true less what was expected of the same rows. No method without labels sees it.",
        "a difference in the metric's own scale; 0 = inputs and label relate as they did",
        "train anew on rows since it began; `details.calibration` says at which scores labels come true differently",
    ),
    **{
        f"{name}{ERROR}": Entry(
            f"What `{name}` was off by",
            "Estimated less realized, for each chunk whose labels are due; chunks of the reference only where their "
            "own labels taught the estimate nothing. It is never judged. `details` has both values.",
            "a difference in the metric's own scale; 0 = the estimate was right, above 0 = it was too high",
            f"read it before you act on `{name}`: where it grows or keeps one sign, rely on `realized` or `anchored`",
        )
        for name in ESTIMATORS
    },
    "binned": Entry(
        "A statistic read off counts in narrow bins",
        "The exact value is not below `lower` and not above `upper`.",
        "in the statistic's own scale",
        "`method: exact` under drift gives the exact value",
    ),
}

STATES: Mapping[str, Entry] = {
    "new": Entry(
        "It reaches the newest closed chunk, and no earlier run has seen it",
        "It decides the exit code.",
        "",
        "`whq explain` of the metric's name says what helps; `whq failing ID` shows the rows of a rule",
    ),
    "ongoing": Entry(
        "It began earlier, and reaches the newest closed chunk",
        "Outputs write `going on`. The incident says since when; it decides the exit code.",
        "",
        "mend it, or `whq ack ID --until DATE --why TEXT` where it is known",
    ),
    "recovered": Entry(
        "It was there in the last run, and is over now", "The newest closed chunk is good again.", "", "nothing"
    ),
    "past": Entry(
        "It was over before this run",
        "Chunks after it are good. Outputs write `over`. It is shown and does not decide the exit code.",
        "",
        "nothing; `--judge all` makes the past count",
    ),
}

WITHHELD: Mapping[str, Entry] = {
    "empty": Entry(
        "No verdict: the chunk has no rows",
        "Nothing to judge; whether rows should be there is what `volume` and `gap` say.",
        action="`on_empty: fail` on the item makes it a finding",
    ),
    "no_reference": Entry(
        "No verdict: the reference has no values to compare with",
        "No row of the reference has a value of this column, or none in this segment.",
        action='a longer reference, or leave the column out of drift: `columns: ["*", "!NAME"]`',
    ),
    "few_rows": Entry(
        "No verdict: the chunk has too few rows",
        "With fewer than ten rows a bin chance alone makes distances look large; at so few rows any value of a "
        "model's metric may be chance.",
        action="longer chunks (`chunk: month`), or a limit of your own: `threshold: {upper: 0.2}`",
    ),
    "untrusted": Entry(
        "No verdict: the estimate cannot be trusted",
        "Its known errors are too large, or its scores are unlike those of the reference; `details.trust` has the "
        "reasons and their numbers. The value is shown, and never passes or alerts.",
        action="labels decide; where inputs have moved for good, a newer reference",
    ),
    "overdue": Entry(
        "No verdict: labels should have come by now",
        "`label: {delay: …}` has passed since the chunk's end, and no row of it has a label.",
        action="look at the load of the labels; if they come later by nature, write a longer `delay`",
    ),
    "selective": Entry(
        "No verdict: labels came for some rows only, unlike in the reference",
        "Rows with a label have other scores than rows without one, as where an outcome is known for granted loans. "
        "Realized values tell of the labelled rows; a change may be one of the choice.",
        action="read realized values as those of the labelled rows; with a reference whose labels are chosen alike "
        "they are judged",
    ),
    "history": Entry(
        "No verdict: the table's history is too short",
        "A day can be judged by the days before it only where there are enough of them.",
        action="nothing; the verdict comes with time",
    ),
    "finished": Entry(
        "No verdict: the table gets no new rows, so its age is not judged",
        "The dataset says `finished: true`.",
        action="take `finished` away where the table is loaded again",
    ),
    "ended": Entry(
        "No verdict: the newest row is old, and no earlier run tells whether more were due",
        "At the very first run the table may as well be finished as late.",
        action="look whether the load has stopped; a table that gets no more rows says `finished: true`, any "
        "other gets a limit by a rule `freshness`",
    ),
    "few_chunks": Entry(
        "No verdict: too few chunks of the reference to learn a threshold from",
        "Two are needed to tell how much chunks differ; six are better.",
        action="cut the reference into more chunks, or write `threshold:` with `lower` or `upper`",
    ),
}

MARKS: Mapping[str, Entry] = {
    "breaking": Entry(
        "The values that break a rule, with their rows",
        "Those that ten rows share, or all of a column with `values: true`; none under the tag `pii`.",
        action="`whq failing ID` shows the rows",
    ),
    "acknowledged": Entry(
        "An incident that someone has seen",
        "Until the day that was said it does not decide the exit code.",
        action="`whq ack ID --until DATE --why TEXT`",
    ),
    "partial": Entry(
        "The chunk is still filling",
        "Its time is not over, or `late` has not passed. Outputs write `so far`. It is judged by the rows that it has, "
        "and does not decide the exit code.",
        "",
        "wait until the chunk is closed",
    ),
    "withheld": Entry(
        "There is a number, but too little is known to judge it",
        "The word beside it says why. The status is `inconclusive`, and the exit code is as without it.",
        "",
        "`--inconclusive strict` makes it count",
    ),
    "state": Entry(
        "What a finding is against earlier runs", "new, ongoing, recovered or past.", "", "see the word itself"
    ),
    "incident": Entry(
        "Findings on one dataset that began together",
        "Its id is the dataset and the first bad chunk, such as `loans@2024-10`, the same in every run. `run-…` stands "
        "for the day of the first run that saw it, where a rule is about all rows at once.",
        "",
        "`whq incidents` lists them, `whq ack ID` says that one is known",
    ),
    "moved": Entry(
        "What changed, in words",
        "Median, spread or share before and now; for a model what the change costs.",
        "",
        "ask whether the change is real or a fault upstream",
    ),
    "note": Entry("Something to know, and no alert", "A model that got better, for instance.", "", "nothing"),
    "reason": Entry("Why there is no number or no verdict", "", "", "read it"),
    "finding": Entry("A result that fails or warns", "", "", "`whq results --status fail,warn` lists them"),
    "series": Entry(
        "The values of one id and segment, chunk after chunk",
        "",
        "",
        "`whq history ID` shows one",
    ),
    "episode": Entry(
        "Bad chunks of one series, with no chunk between them that passed",
        "Episodes of one dataset that began together are one incident.",
        "",
        "`whq incidents` lists the incidents",
    ),
    "closed": Entry(
        "A chunk whose time is over",
        "Its end lies `late` or more before the run's moment (`late` is 0 unless the dataset gives it). Until then the "
        "chunk is `partial`.",
        "",
        "`late:` on the dataset, where rows come late",
    ),
    "decides": Entry(
        "Whether the result counts for the status and exit code of the run",
        "Of each series the newest closed chunk with a verdict, and all that closed since the last complete run; "
        "results on all rows at once and errors always.",
        "",
        "`--judge all` lets every chunk count",
    ),
    "statement": Entry(
        "The SQL behind a number, under the same id in every output",
        "`q3` measures, `v3` counts the values that break the third rule, `r3` reads its rows. v and r are sent only "
        "where they are needed.",
        "",
        "`whq compile` prints the SQL of each",
    ),
    "threshold": Entry(
        "What a value is held to; one beyond it alerts",
        "Learned from the reference, or given; its parts show what decided.",
        "in the metric's own scale",
        "write `threshold:` with `lower` or `upper` to set it yourself",
    ),
    "band": Entry(
        "A threshold with its lower and upper side",
        "Drift has only an upper side; a metric of a model the side where it is bad.",
        "in the metric's own scale",
        "`threshold: {lower: 0.7}` sets a side yourself",
    ),
    "learned": Entry(
        "A threshold that the reference teaches",
        "Made of what the reference's chunks differ by, what chance does to a chunk with so many rows, and the least "
        "that matters.",
        "",
        "choose a reference of six chunks or more in which all was well",
    ),
    "alarms": Entry(
        "How often a learned threshold may alert when nothing has changed",
        "`alarms: 0.001` under `threshold` is once in 1,000 chunks.",
        "a share, above 0 and below 1; smaller is quieter, and finds less",
        "`whq plan` says how many false alarms a month to expect",
    ),
    "least": Entry(
        "The smallest change that may alert",
        "However many rows there are, a smaller one is not worth an alert.",
        "in the statistic's or metric's own scale",
        "`threshold: {least: {jensen_shannon: 0.1}}` sets it",
    ),
    "false_discovery": Entry(
        "Which share of the alerts of one chunk's drift may be false",
        "All columns of a chunk are judged together (Benjamini and Hochberg, 1995).",
        "a share, above 0 and below 1",
        "`drift: {false_discovery: 0.05}`, for tables of many columns",
    ),
    "watch": Entry(
        "What whq checks of every dataset with a time: whether its rows come",
        "Results of `monitor: anomaly`: volume, gap, age, late_rows, future_rows, trend.",
        "",
        "`watch: {volume: false}` on the dataset switches one off, `watch: false` all",
    ),
    "evidence": Entry(
        "How much speaks for a fall of a model, all closed chunks together",
        "Counted mistakes of accuracy, or how many of the last four chunks are outside of the band.",
        "a failure at `fails_at`; below 1 nothing speaks for it",
        "read `since`: the chunk where it began",
    ),
    "decomposition": Entry(
        "A change of a model's metric and its parts",
        "`total` = `covariate` (other rows came) + `concept` (inputs and label relate differently).",
        "differences in the metric's own scale",
        "a covariate part asks for a look at the inputs, a concept part for a new model",
    ),
    "trust": Entry(
        "How far an estimate is to be believed, in one word",
        "`verdict` is trusted, doubtful or untrusted, with its `reasons` and their numbers. `by` says what it follows "
        "from: the `record` of errors where labels came twice, else the `scores`, or the `domain` model of PAPE.",
        "trusted: judged; doubtful: judged, and called so; untrusted: shown, never judged",
        "read `reasons`; the realized value of the same chunk is the judge",
    ),
    "trusted": Entry("An estimate that is judged as it stands", "See `trust`.", "", "nothing"),
    "doubtful": Entry(
        "An estimate of rows that are rather unlike those of the reference",
        "It is judged like any other, and called doubtful; `details.trust` has the reasons.",
        "",
        "look at drift of the scores and inputs before you act on it",
    ),
    "interval": Entry(
        "Between what an estimate lies: `lower` and `upper`",
        "`params.interval` says what they hold: `full` the realized value of 95 chunks in 100, `sampling` what chance "
        "does if the estimate is right, `certain` the exact value behind narrow bins.",
        "in the metric's own scale",
        "`interval: sampling` on the model gives the narrow ones of version 0.1.0",
    ),
    "domain": Entry(
        "How much reference and chunk overlap, by trees that tell them apart",
        "`auc` 0.5 = not told apart; `ess` how much of the reference counts; `unsupported` rows of the chunk without "
        "their like in the reference; `uncovered` rows of the reference without their like in the chunk.",
        "shares, 0 … 1",
        "`ess` below 0.25 or `unsupported` above 0.1: do not lean on PAPE",
    ),
    "labelled_ratio": Entry(
        "The part of a chunk's rows that has a label by now",
        "Realized values are judged when labels are due: `details.labels_due`.",
        "0 = none, 1 = all",
        "`label: {delay: 30 days}` says how long labels may take",
    ),
    "labels_due": Entry(
        "When the labels of a chunk should have come",
        "Its end and `label: {delay: …}`; without a delay, when 95 of 100 of its rows have one.",
        "",
        "wait until then; `overdue` says that they did not come",
    ),
    "calibration": Entry(
        "Labels against what the scores promise, by tenths of the score",
        "The shares of positive labels `expected` by the reference's curve and `realized`, with `z` and a total test.",
        "`p` is the chance of such a difference with nothing changed",
        "look where `z` is far from 0: these scores no longer mean what they did",
    ),
    "base_rate": Entry(
        "What would be if only the share of positive labels had moved",
        "The share that explains the chunk's scores best, the metric under it, and whether the scores fit that.",
        "χ²/df: below 2 they fit",
        "believe it only where they fit; it is no estimate",
    ),
    "weakest": Entry(
        "A slice that a model serves worse than all other rows",
        "Beyond chance after correction for all slices that were looked at (`p`, Holm's method).",
        "`difference` in the metric's own scale",
        "look for what these rows have in common; it warns only where it was not so in the reference",
    ),
    "contributions": Entry(
        "The slices that a change of a metric comes from",
        "`mix` is what other shares of rows did, `rate` what other values in the slice did.",
        "differences in the metric's own scale; over all slices of a column they add up to the change",
        "look at the slice whose `part` is larger than its `share` of the rows",
    ),
    "rows_moved": Entry(
        "The columns whose drift moves an estimate",
        "What other shares of a column's parts alone do to the metric, at the values that the reference realized.",
        "differences in the metric's own scale; of several columns they do not add up",
        "look at the drift of these columns",
    ),
    "alert": Entry("A value is outside of its limit or threshold", "", "", "read the message"),
    "reference": Entry(
        "The rows that are known to be good",
        "Thresholds, bins and calibration are learned from them.",
        "",
        "`reference:` on the dataset",
    ),
    "analysis": Entry(
        "The rows that are judged", "All that do not belong to the reference.", "", "`reference:` on the dataset"
    ),
    "chunk": Entry("The unit of time or rows that gets one number", "Such as a month.", "", "`chunk:` on the dataset"),
    "segment": Entry(
        "A slice of the rows", "A column's value, or the rows of a predicate.", "", "`segments:` on the dataset"
    ),
    "baseline": Entry(
        "What was learned from the reference",
        "Bins, calibration, thresholds; kept in the store.",
        "",
        "`--refit` learns anew",
    ),
}
