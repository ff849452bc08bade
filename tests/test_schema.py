"""The schema is the one place where columns are defined, and the records agree with it."""

import json

import pytest

from extract import model
from extract.errors import UsageError
from extract.schema import SCHEMA_VERSION, TABLES, arrow_schema, find_table

RECORDS = {
    "sections": (model.Section, ()),
    "paragraphs": (model.Paragraph, ("links",)),
    "sentences": (model.Sentence, ()),
    "infobox": (model.Field, ()),
    "references": (model.Note, ("links",)),
    "citations": (model.Citation, ()),
    "events": (model.Event, ()),
    "tables": (model.Cell, ()),
    "images": (model.Image, ()),
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_has_the_columns_of_its_table_in_order(name):
    record, left_out = RECORDS[name]
    fields = tuple(field for field in record._fields if field not in left_out)
    assert TABLES[name].column_names == ("page_id", *fields)


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_every_column_says_what_it_holds(table):
    assert table.columns[0].name == "page_id"
    assert len(set(table.column_names)) == len(table.columns)
    for column in table.columns:
        assert len(column.description) > 5, column.name


@pytest.mark.parametrize("name", TABLES)
def test_descriptions_travel_in_the_arrow_schema(name):
    schema = arrow_schema(name)
    assert schema.metadata[b"table"] == name.encode()
    assert schema.metadata[b"schema_version"] == SCHEMA_VERSION.encode()
    for field, column in zip(schema, TABLES[name].columns, strict=True):
        assert field.metadata[b"description"].decode() == column.description
        assert field.nullable is column.nullable


CONTRACT = """
pages: page_id title namespace rev_id rev_timestamp wiki input_format source sha1 redirect_target
  is_disambiguation wikidata_id categories extractor_version
sections: page_id section_id parent_id level title path
paragraphs: page_id paragraph_id section_id kind text source_start source_end
sentences: page_id sentence_id paragraph_id start end
links: page_id paragraph_id start end kind target fragment
infobox: page_id infobox_id field_id template key canonical_key label subject value_raw value_text
  value_type number unit edtf start_date end_date items links reference_ids origin
references: page_id reference_id list_id group name label label_exact syntax text raw
reference_marks: page_id mark_id reference_id paragraph_id position sentence_id section_id
  infobox_id field_id context
citations: page_id citation_id reference_id section_id template kind title authors work publisher
  date_text edtf url archive_url access_date language volume issue pages isbn doi quote
dates: page_id date_id paragraph_id sentence_id start end text edtf start_date end_date start_jdn
  end_jdn precision calendar modifier kind anchor_date_id
events: page_id event_id paragraph_id sentence_id start end text date_ids edtf start_date end_date
  start_jdn end_jdn precision modifier calendar role type date_source polarity modality entities
  reference_ids paragraph_reference_ids
tables: page_id table_id section_id caption row column rowspan colspan is_header text
images: page_id image_id section_id file caption
problems: page_id title stage kind message
"""


def contract():
    for block in CONTRACT.strip().replace("\n  ", " ").splitlines():
        name, _, columns = block.partition(": ")
        yield name, set(columns.split())


@pytest.mark.parametrize(("name", "columns"), list(contract()))
def test_promised_columns_are_there(name, columns):
    assert columns <= set(TABLES[name].column_names)


def test_no_table_is_missing_or_unpromised():
    assert {name for name, _ in contract()} == set(TABLES)


def test_an_unknown_table_is_told_with_the_known_ones():
    with pytest.raises(UsageError, match="no table 'event'; expected one of pages, sections"):
        find_table("event")


def test_rows_of_a_page_are_a_field_a_table():
    assert model.Rows._fields == tuple(TABLES)


def test_the_schema_is_plain_data():
    json.dumps({name: [column._asdict() for column in t.columns] for name, t in TABLES.items()})
