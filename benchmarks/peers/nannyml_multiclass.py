"""NannyML on the multiclass benchmark: five metrics by month. Usage: nannyml_multiclass.py LOG.parquet"""

import sys

import nannyml
import pandas

columns = ["scored_at", "p_a", "p_b", "p_c", "predicted_class", "class"]
log = pandas.read_parquet(sys.argv[1], columns=columns)
is_reference = log.scored_at < pandas.Timestamp("2024-04-01")
estimator = nannyml.CBPE(
    metrics=["roc_auc", "f1", "precision", "recall", "accuracy"],
    y_pred_proba={"a": "p_a", "b": "p_b", "c": "p_c"},
    y_pred="predicted_class",
    y_true="class",
    problem_type="classification_multiclass",
    timestamp_column_name="scored_at",
    chunk_period="M",
)
estimator.fit(log[is_reference].reset_index(drop=True))
result = estimator.estimate(log[~is_reference].reset_index(drop=True))
print(result.to_df().shape)
