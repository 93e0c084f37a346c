#!/usr/bin/env bash
# ClickHouse 26.9 (chdb 4.4.0) gives a constant column of 0.1 a skewness of -5.7e7 and a kurtosis of 2.3e15.
# Expected: NULL or NaN, since the variance is zero.
# Seen: the power sums leave a variance of 6e-18, and dividing by its powers makes huge numbers. `corr` with the constant
# is about 2e-8 instead of undefined. The stable variants exist for variance and correlation, not for skewness.
# Output: -56623104 2279947311356314 6.1679056923619804e-18 1.91695750285952e-8 0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check chdb==4.4.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import chdb

assert chdb.__version__ == "4.4.0"
text = str(
    chdb.query(
        "select skewSamp(0.1), kurtSamp(0.1), varSamp(0.1), corr(0.1, number), varSampStable(0.1) from numbers(10)"
    )
)
skewness, kurtosis, variance, correlation, stable = map(float, text.split(","))
print(skewness, kurtosis, variance, correlation, stable)
assert skewness < -1e6 and kurtosis > 1e12
assert 0 < variance < 1e-16 and 0 < correlation < 1e-6 and stable == 0
PYTHON
