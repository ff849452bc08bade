"""Other people's tools open a snapshot by the descriptions that lie beside it."""

import hashlib
import json

import pytest

from extract import batch
from extract.packaging import package_files
from extract.schema import TABLES
from extract.snapshots import open_snapshot

FILES = ("README.md", "croissant.json", "datapackage.json")


@pytest.fixture(scope="module")
def snapshot(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("packaging")
    return batch.run([root / "fixtures" / "articles"], folder).snapshot


def test_descriptions_are_written_hashed_and_verified(snapshot, tmp_path):
    for name in FILES:
        data = (snapshot.folder / name).read_bytes()
        entry = snapshot.manifest["files"][name]
        assert entry == {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    assert snapshot.verify() == []


def test_damage_to_a_description_is_found(root, tmp_path):
    snapshot = batch.run([root / "fixtures" / "articles" / "נחשול.wiki"], tmp_path).snapshot
    (snapshot.folder / "README.md").write_text("x", encoding="utf-8")
    (snapshot.folder / "croissant.json").unlink()
    lines = open_snapshot(tmp_path).verify()
    assert [line.split(": ")[1] for line in lines] == ["bytes differ from the manifest", "missing"]


def test_descriptions_follow_from_the_manifest_alone(snapshot):
    without_id = {key: value for key, value in snapshot.manifest.items() if key != "id"}
    for name, data in package_files(without_id).items():
        assert (snapshot.folder / name).read_bytes() == data


def test_the_card_names_every_table_the_licence_and_the_attribution(snapshot):
    card = (snapshot.folder / "README.md").read_text(encoding="utf-8")
    head = card.split("---\n")[1]
    for name in TABLES:
        assert f"- config_name: {name}\n  data_files: {name}/*.parquet\n" in head
        rows = snapshot.arrow(name).num_rows
        assert f"| `{name}` | {TABLES[name].row} | {rows:,} |" in card
    assert "license: cc-by-sa-4.0\n" in head
    assert "`rev_id`" in card


def test_the_data_package_says_what_the_schema_says(snapshot):
    package = json.loads((snapshot.folder / "datapackage.json").read_bytes())
    assert [resource["title"] for resource in package["resources"]] == list(TABLES)
    for resource in package["resources"]:
        table = TABLES[resource["title"]]
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == list(table.column_names)
        # Columns that must not be null hold empty text, such as the title of the lead.
        assert resource["schema"]["missingValues"] == []
        for path in resource["path"]:
            assert (snapshot.folder / path).is_file()
        # EDTF such as 195X is no date to any reader, whatever a sample of it looks like.
        assert {f["type"] for f in fields if f["name"] == "edtf"} <= {"string"}
        data = snapshot.arrow(table.name).to_pydict()
        key = resource["schema"].get("primaryKey", [])
        rows = list(zip(*(data[name] for name in key), strict=True))
        assert len(set(rows)) == len(rows), f"{table.name}: {key} is no key"
    assert package["licenses"][0]["name"] == "CC-BY-SA-4.0"


def test_croissant_speaks_of_columns_that_are_there(snapshot):
    croissant = json.loads((snapshot.folder / "croissant.json").read_bytes())
    sets = {record_set["@id"]: record_set for record_set in croissant["recordSet"]}
    assert list(sets) == list(TABLES)
    files = {entry["@id"]: entry["includes"] for entry in croissant["distribution"]}
    for name, record_set in sets.items():
        assert [field["name"] for field in record_set["field"]] == list(TABLES[name].column_names)
        for field in record_set["field"]:
            for leaf in field.get("subField", [field]):
                assert leaf["source"]["extract"]["column"] == field["name"]
                assert files[leaf["source"]["fileSet"]["@id"]] == f"{name}/*.parquet"


@pytest.mark.filterwarnings("ignore")  # other people's libraries
def test_mlcroissant_reads_every_record(snapshot):
    mlcroissant = pytest.importorskip("mlcroissant", reason="mlcroissant is not installed")
    dataset = mlcroissant.Dataset(jsonld=str(snapshot.folder / "croissant.json"))
    assert not dataset.metadata.ctx.issues.errors
    records = list(dataset.records("events"))
    events = snapshot.arrow("events").to_pylist()
    assert len(records) == len(events)
    for record, event in zip(records, events, strict=True):
        assert record["events/text"].decode() == event["text"]
        found = [
            {key.rpartition("/")[2]: v for key, v in entity.items()}
            for entity in record["events/entities"]
        ]
        assert [entity["start"] for entity in found] == [e["start"] for e in event["entities"]]


@pytest.mark.filterwarnings("ignore")  # other people's libraries
def test_datasets_loads_every_table(snapshot, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    datasets = pytest.importorskip("datasets", reason="datasets is not installed")
    folder = str(snapshot.folder)
    assert datasets.get_dataset_config_names(folder) == list(TABLES)
    for name in ("pages", "infobox", "events"):
        loaded = datasets.load_dataset(folder, name, split="train", cache_dir=str(tmp_path))
        assert loaded.num_rows == snapshot.arrow(name).num_rows
        assert loaded.column_names == list(TABLES[name].column_names)
