"""NannyML on the drift benchmark: 18 columns, four methods each, by month. Usage: nannyml_drift.py LOG.parquet"""

import sys

import nannyml
import pandas

NUMERIC = [f"n{i:02d}" for i in range(1, 11)]
CATEGORICAL = [f"c{i:02d}" for i in range(1, 9)]
log = pandas.read_parquet(sys.argv[1], columns=["scored_at", *NUMERIC, *CATEGORICAL])
is_reference = log.scored_at < pandas.Timestamp("2024-04-01")
calculator = nannyml.UnivariateDriftCalculator(
    column_names=NUMERIC + CATEGORICAL,
    timestamp_column_name="scored_at",
    chunk_period="M",
    treat_as_categorical=CATEGORICAL,
    continuous_methods=["kolmogorov_smirnov", "jensen_shannon", "wasserstein", "hellinger"],
    categorical_methods=["chi2", "jensen_shannon", "l_infinity", "hellinger"],
)
calculator.fit(log[is_reference].reset_index(drop=True))
result = calculator.calculate(log[~is_reference].reset_index(drop=True))
print(result.to_df().shape)
