"""NannyML's estimates on the shared logs. Usage: nannyml_models.py LOG DATA OUT.csv (method, metric, place, value)."""

import csv
import sys
from pathlib import Path

import nannyml
import pandas

FEATURES = ["season", "hr", "holiday", "weekday", "workingday", "weathersit", "temp", "atemp", "hum", "windspeed"]
CLASSES = ("1_excellent", "2_good", "3_polluted", "4_heavy")

name, data, out = sys.argv[1:]
log = pandas.read_parquet(Path(data) / name / "scoring_log.parquet")
reference, analysis = (log[log.partition == one].reset_index(drop=True) for one in ("reference", "analysis"))
cut = {"chunk_size": 5000} if name == "employment_ma" else {"chunk_period": "M", "timestamp_column_name": "ts"}
metrics = ["mae", "rmse"] if name == "bike_sharing" else ["accuracy", "f1", "roc_auc"]
if name == "bike_sharing":
    estimator, method = (
        nannyml.DLE(feature_column_names=FEATURES, y_pred="y_pred", y_true="y_true", metrics=metrics, **cut),
        "dle",
    )
elif name == "beijing_pm25":
    reference = reference[reference.y_true.notna()].reset_index(drop=True)
    estimator, method = (
        nannyml.CBPE(
            problem_type="classification_multiclass",
            y_pred="y_pred",
            y_true="y_true",
            metrics=metrics,
            y_pred_proba={one: f"y_pred_proba_{one}" for one in CLASSES},
            **cut,
        ),
        "cbpe",
    )
else:
    estimator, method = (
        nannyml.CBPE(
            problem_type="classification_binary",
            y_pred_proba="y_pred_proba",
            y_pred="y_pred",
            y_true="y_true",
            metrics=metrics,
            **cut,
        ),
        "cbpe",
    )
estimator.fit(reference)
frame = estimator.estimate(analysis).filter(period="analysis").to_df(multilevel=True)
with Path(out).open("w", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(["method", "metric", "place", "value"])
    for metric in metrics:
        for place, value in enumerate(frame[metric]["value"]):
            writer.writerow([method, metric, place, value])
