"""How many fixtures each template has, and how many of them are equal to 1e-9 on DuckDB and on Postgres.

python -m tests.conformance
"""

from __future__ import annotations

from collections import Counter

from tests.engines import pg
from tests.sql.runner import DuckDB, Engine, cases, run
from tests.sql.test_values_postgres import Postgres


def equal(engine: Engine) -> Counter[str]:
    """Fixtures that an engine answers as expected, by template; those that expect a refusal are not counted."""
    found: Counter[str] = Counter()
    for case in cases():
        if "error" in case.given:
            continue
        try:
            run(case, engine)
        except Exception as error:
            print(f"{engine.dialect}: {case}: {error}")
        else:
            found[case.template] += 1
    return found


def main() -> None:
    """Print a line for each template, and the sums."""
    why = pg.why_not()
    if why:
        raise SystemExit(why)
    asked = Counter(case.template for case in cases() if "error" not in case.given)
    with pg.running() as server, server.connect(prepare_threshold=None, options="-c timezone=UTC") as connection:
        left, right = equal(DuckDB()), equal(Postgres(connection))
    for name, number in sorted(asked.items()):
        print(f"{name:<30} {number:>4} fixtures  duckdb {left[name]:>4}  postgres {right[name]:>4}")
    print(f"{len(asked)} templates, {asked.total()} fixtures: duckdb {left.total()}, postgres {right.total()}")


if __name__ == "__main__":
    main()
