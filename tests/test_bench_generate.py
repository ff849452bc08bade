"""The generator of dumps: the same for the same seed, and what it writes can be read."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from extract.model import Page
from extract.sources import iter_pages, plan_shards, read_shard, verify_sums

SCRIPT = Path(__file__).parents[1] / "bench/generate.py"


@pytest.fixture(scope="module")
def generator():
    if not SCRIPT.exists():
        pytest.skip("the benchmarks are not part of this installation")
    spec = importlib.util.spec_from_file_location("bench_generate", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def write(generator, folder: Path, form: str, *, seed: int = 1, pages: int = 130) -> Path:
    folder.mkdir()
    entries = generator.generate(seed, pages, None, generator.Summary())
    generator.WRITERS[form](folder, entries)
    return folder


@pytest.fixture(scope="module")
def written(generator, tmp_path_factory):
    top = tmp_path_factory.mktemp("generated")
    return {form: write(generator, top / form, form) for form in generator.WRITERS}


def test_every_form_holds_the_same_pages(generator, written):
    entries = list(generator.generate(1, 130, None, generator.Summary()))
    for folder in written.values():
        pages = list(iter_pages([folder], namespaces=None))
        assert all(isinstance(page, Page) for page in pages)
        assert [
            (p.page_id, p.title, p.namespace, p.text, p.redirect_target, p.rev_timestamp)
            for p in pages
        ] == [(e.number, e.title, e.namespace, e.text, e.redirect, e.timestamp) for e in entries]
    assert verify_sums(written["export"]) == ()
    assert len({e.title for e in entries}) == 130


def test_the_index_serves_the_workers(written):
    shards = plan_shards([written["multistream"]], target_bytes=1)
    assert len(shards) == 3
    pages = [page for shard in shards for page in read_shard(shard, namespaces=None)]
    assert [page.page_id for page in pages] == list(range(1, 131))


def test_a_seed_decides(generator, tmp_path, written):
    def contents(folder: Path) -> list[bytes]:
        return [path.read_bytes() for path in sorted(folder.iterdir())]

    again = write(generator, tmp_path / "again", "multistream")
    other = write(generator, tmp_path / "other", "multistream", seed=2)
    assert contents(again) == contents(written["multistream"]) != contents(other)


def test_the_mix_is_that_of_articles(generator):
    summary = generator.Summary()
    for _ in generator.generate(3, 400, None, summary):
        pass
    kilobytes = summary.size / 1000
    assert 1.2 < summary.counts["{{"] / kilobytes < 3
    assert 4 < summary.counts["[["] / kilobytes < 9
    assert 0.3 < summary.notes / kilobytes < 1
    assert 2500 < sorted(summary.sizes)[len(summary.sizes) // 2] < 7000
