"""NannyML on the CBPE benchmark: five metrics by month. Usage: nannyml_cbpe.py LOG.parquet"""

import sys

import nannyml
import pandas

log = pandas.read_parquet(sys.argv[1], columns=["scored_at", "score", "predicted", "outcome"])
is_reference = log.scored_at < pandas.Timestamp("2024-04-01")
estimator = nannyml.CBPE(
    metrics=["roc_auc", "f1", "precision", "recall", "accuracy"],
    y_pred_proba="score",
    y_pred="predicted",
    y_true="outcome",
    problem_type="classification_binary",
    timestamp_column_name="scored_at",
    chunk_period="M",
)
estimator.fit(log[is_reference].reset_index(drop=True))
result = estimator.estimate(log[~is_reference].reset_index(drop=True))
print(result.to_df().shape)
