"""NannyML on the DLE benchmark: two metrics by month. Usage: nannyml_dle.py LOG.parquet"""

import sys

import nannyml
import pandas

FEATURES = ["n01", "n03", "n04", "n05", "n07", "c01", "c02"]
log = pandas.read_parquet(sys.argv[1], columns=["scored_at", *FEATURES, "predicted_price", "price"])
is_reference = log.scored_at < pandas.Timestamp("2024-04-01")
estimator = nannyml.DLE(
    feature_column_names=FEATURES,
    y_pred="predicted_price",
    y_true="price",
    metrics=["mae", "rmse"],
    timestamp_column_name="scored_at",
    chunk_period="M",
)
estimator.fit(log[is_reference].reset_index(drop=True))
result = estimator.estimate(log[~is_reference].reset_index(drop=True))
print(result.to_df().shape)
