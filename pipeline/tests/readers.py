#!/usr/bin/env python3
"""Opens every table of a lake with readers that are not ours: DuckDB and Polars.

Usage: readers.py LAKE

Needs duckdb==1.4.4, duckdb-ext-delta==1.4.4.*, pytz, polars and deltalake. Prints a line a table, its name
and the rows that each reader counts. Ends with 0 when both read every table and agree, else with 1.
"""

import pathlib
import sys

import duckdb
import duckdb_ext
import polars


def delta_extension() -> pathlib.Path:
    """The extension as its package brings it; nothing is fetched."""
    folder = pathlib.Path(next(iter(duckdb_ext.__path__))) / "extensions"
    found = sorted(folder.glob(f"v{duckdb.__version__}/*/delta.duckdb_extension"))
    if not found:
        sys.exit(f"no delta extension for duckdb {duckdb.__version__}: install duckdb-ext-delta")
    return found[0]


def rows_by_duckdb(reader: duckdb.DuckDBPyConnection, table: pathlib.Path) -> int:
    """Reads every column, so that each page of each file is decoded, then counts."""
    read = reader.execute("select * from delta_scan(?)", [str(table)])
    return len(read.fetchall())


def rows_by_polars(table: pathlib.Path) -> int:
    """Reads every column."""
    return polars.scan_delta(str(table)).collect().height


def counted(read, *given) -> str:
    """The rows, or the reader's words where it refuses."""
    try:
        return str(read(*given))
    except Exception as refused:  # any refusal is the finding
        return f"failed({type(refused).__name__}: {str(refused).splitlines()[0]})"


def main() -> int:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    lake = pathlib.Path(sys.argv[1]).resolve()
    tables = sorted(log.parent for log in lake.glob("*/_delta_log"))
    if not tables:
        sys.exit(f"no tables in {lake}: give the folder of a lake")
    reader = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    reader.execute(f"load '{delta_extension()}'")
    print("table rows_duckdb rows_polars")
    is_good = True
    for table in tables:
        one, other = counted(rows_by_duckdb, reader, table), counted(rows_by_polars, table)
        print(table.name, one, other)
        is_good = is_good and one == other and one.isdigit()
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
