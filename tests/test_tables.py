"""Rows become Arrow and Parquet without loss, in order, and with the same bytes each time."""

import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extract.model import Cell, Citation, Entity, Event, LinkText, Section
from extract.schema import TABLES, arrow_schema
from extract.tables import PageRows, PartWriter, build_table, read_parts

LEAD = Section(0, None, 1, "", ())
HISTORY = Section(1, 0, 2, "היסטוריה", ("היסטוריה",))


def event(**changes):
    blank = dict.fromkeys(Event._fields)
    blank |= {"event_id": 0, "text": "הגשר נחנך ב-1934", "date_ids": (0,), "edtf": "1934"}
    return Event(**blank | {"reference_ids": (), "paragraph_reference_ids": ()} | changes)


def write_part(table, folder, stem):
    name = table.schema.metadata[b"table"].decode()
    with PartWriter(folder, stem) as writer:
        writer.write(name, table)
    return writer.parts[0]


def test_pages_are_sorted_by_id_and_rows_keep_their_order():
    table = build_table("sections", [PageRows(7, (LEAD, HISTORY)), PageRows(-3, (LEAD,))])
    assert table.column("page_id").to_pylist() == [-3, 7, 7]
    assert table.column("section_id").to_pylist() == [0, 0, 1]
    assert table.column("path").to_pylist() == [[], [], ["היסטוריה"]]


def test_half_of_a_pair_becomes_a_question_mark_and_positions_stay():
    entities = (Entity("\ud800גשר", "גשר", 0, 4),)
    row = event(text="\ud800הגשר נחנך ב-1934", entities=entities)
    table = build_table("events", [PageRows(1, (row,))])
    assert table.column("text").to_pylist() == ["?הגשר נחנך ב-1934"]
    assert table.column("entities").to_pylist()[0][0]["text"] == "?גשר"


def test_nested_records_become_structs():
    entities = (Entity("הגשר", "גשר", 0, 4),)
    table = build_table("events", [PageRows(1, (event(entities=entities), event(entities=())))])
    assert table.column("entities").to_pylist() == [
        [{"text": "הגשר", "target": "גשר", "start": 0, "end": 4}],
        [],
    ]
    citation = Citation(0, 0, None, "ynet", "news", parameters=(("1", "נועה"), ("2", "")))
    rows = build_table("citations", [PageRows(1, (citation,))]).column("parameters").to_pylist()
    assert rows == [[{"name": "1", "value": "נועה"}, {"name": "2", "value": ""}]]
    assert LinkText("א", "ב")._fields == ("text", "target")


@pytest.mark.parametrize("name", TABLES)
def test_a_table_without_rows_still_has_its_schema(name):
    assert build_table(name, []).schema.equals(arrow_schema(name), check_metadata=True)


def test_a_null_where_none_may_stand_is_refused():
    with pytest.raises((ValueError, pa.ArrowInvalid)):
        build_table("sections", [PageRows(1, (Section(None, None, 1, "", ()),))])


def test_the_same_rows_give_the_same_bytes_and_name(tmp_path):
    cells = (Cell(0, 0, None, 0, 0, 1, 1, True, "שנה"), Cell(0, 0, None, 0, 1, 1, 1, True, "נפש"))
    one = write_part(build_table("tables", [PageRows(5, cells)]), tmp_path / "a", "part-00000")
    two = write_part(build_table("tables", [PageRows(5, cells)]), tmp_path / "b", "part-00000")
    assert one.path.read_bytes() == two.path.read_bytes()
    assert one.path.name == two.path.name == f"part-00000-{one.sha256[:12]}.parquet"
    assert [p.name for p in (tmp_path / "a" / "tables").iterdir()] == [one.path.name]


def test_what_is_written_is_read_back_with_its_descriptions(tmp_path):
    table = build_table("sections", [PageRows(5, (LEAD, HISTORY))])
    part = write_part(table, tmp_path, "part-00000")
    assert read_parts("sections", [part.path]).equals(table)
    stored = pq.read_schema(part.path)
    assert stored.field("path").metadata[b"description"].startswith(b"Titles from")
    assert pq.ParquetFile(part.path).metadata.row_group(0).column(0).compression == "ZSTD"


def test_pandas_is_spared_and_still_there_when_wanted():
    script = """
import sys
from extract.tables import PageRows, build_table, spare_pandas
spare_pandas()
table = build_table("sections", [PageRows(1, ((0, None, 1, "", ()),))])
assert "pandas" not in sys.modules
print(len(table.to_pandas()), "pandas" in sys.modules)
"""
    command = [sys.executable, "-W", "error", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "1 True\n"
