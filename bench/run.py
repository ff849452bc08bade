"""Speed and quality beside peers, as ratios within one run.

    python bench/run.py [--quick] [--offline] [--only PART ...]
    python bench/run.py --only scale        # 1 GB, for the memory of a long run

Prints Markdown.  Every repetition does all jobs in a new order; a ratio is formed inside a
repetition, and its median and range over the repetitions are shown, so that a busy machine
touches both sides alike.  Time is CPU time of the process unless *wall* is said.  Peers
under other licences are no dependency: they are fetched into ~/.cache/hewiki-extract/bench
(``--offline``: not fetched), and one that cannot be had is reported as absent.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SHARED = HERE.parent.parent / "shared"
PEERS = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "hewiki-extract/bench"
PYTHON_PEERS = ("wikitextparser", "wikiextractor", "dateparser")
NODE_PEERS = ("wtf_wikipedia",)
SEED = 7
PARTS = ("pages", "dates", "stages", "dump", "start", "growth", "quality")
LONG_PARTS = ("scale",)
"""Done only when asked for."""
DUMP_SECONDS = 40
"""What a run of the generated dump by one worker is to take, as far as its speed allows."""
ENOUGH_SECONDS = 200
"""After so long no further repetition of the dump is begun."""

Corpus = list[list[str]]


def show(line: str = "") -> None:
    print(line, flush=True)


def note(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    show(f"| {' | '.join(head)} |")
    show(f"|{' --- |' * len(head)}")
    for row in rows:
        show(f"| {' | '.join(map(str, row))} |")
    show()


def spread(values: Sequence[float], digits: int = 2) -> str:
    middle = statistics.median(values)
    return f"**{middle:.{digits}f}** ({min(values):.{digits}f}-{max(values):.{digits}f})"


# --- peers ------------------------------------------------------------------------------------


def fetch_peers() -> None:
    """Install the peers that are missing, each by the client of its registry."""
    python = PEERS / "py/bin/python"
    if not python.exists():
        note(f"making an environment for peers in {PEERS}")
        PEERS.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "venv", PEERS / "py"], check=False)
        for name in PYTHON_PEERS:
            subprocess.run([python, "-m", "pip", "install", "--quiet", name], check=False)
    npm = shutil.which("npm")
    if npm and not (PEERS / "node_modules").exists():
        command = [npm, "install", "--silent", "--no-fund", "--no-audit", *NODE_PEERS]
        subprocess.run(command, cwd=PEERS, check=False)


class Server:
    """A process that does jobs: jobs.py in one of the environments, or jobs.mjs."""

    def __init__(self, command: Sequence[str | Path]) -> None:
        self.process = subprocess.Popen(
            list(map(str, command)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )

    def ask(self, **request: object) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
            return dict(json.loads(self.process.stdout.readline()))
        except (OSError, ValueError) as error:
            return {"error": str(error)}

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(10)


def commands() -> dict[str, list[str | Path]]:
    """Return what starts each server that can be had."""
    found: dict[str, list[str | Path]] = {"ours": [sys.executable, HERE / "jobs.py"]}
    python = PEERS / "py/bin/python"
    if python.exists():
        found["peers"] = [python, HERE / "jobs.py"]
    node = shutil.which("node")
    if node and (PEERS / "node_modules/wtf_wikipedia").exists():
        found["node"] = [node, HERE / "jobs.mjs", PEERS]
    return found


@contextlib.contextmanager
def serving(
    texts: Path | None, kinds: Mapping[str, list[str | Path]] | None = None
) -> Iterator[dict[str, Server]]:
    """Give fresh servers, which remember no word of an earlier part, with texts if any."""
    servers = {name: Server(command) for name, command in (kinds or commands()).items()}
    try:
        for server in servers.values() if texts else ():
            server.ask(load=str(texts))
        yield servers
    finally:
        for server in servers.values():
            server.close()


# --- texts ------------------------------------------------------------------------------------


def generated(articles: int) -> Corpus:
    sys.path.insert(0, str(HERE))
    import generate

    texts: Corpus = []
    number = 0
    while len(texts) < articles:
        number += 1
        entry = generate.Writer(SEED, number).entry()
        if entry.namespace == 0 and entry.redirect is None:
            texts.append([entry.title, entry.text])
    return texts


def corpora(quick: bool, repeats: int) -> dict[str, list[Corpus]]:
    """Return by name the texts of the warm-up and of each repetition.

    No text is read twice where there are enough, so that nothing remembered of a text helps
    to read it again; what is remembered of words and days may help, as it does in a dump, of
    which the warm-up is a small part.
    """
    size, warm = (8, 40) if quick else (30, 200)
    articles = generated(warm + size * repeats)
    later = [articles[at : at + size] for at in range(warm, len(articles), size)]
    found = {"generated": [articles[:warm], *later]}
    dump = SHARED / "real/berlin-minidump.xml.bz2"
    if dump.exists():
        pages = read_dump_pages(dump)
        found["Berlin, the same each time"] = [pages] * (repeats + 1)
    folder = SHARED / "real/project-pages"
    if folder.is_dir():
        paths = sorted(folder.glob("*.wiki"))[:: 4 if quick else 1]
        texts = [[path.stem, path.read_text(encoding="utf-8")] for path in paths]
        found["project pages"] = [texts[n :: repeats + 1] for n in range(repeats + 1)]
    return found


def read_dump_pages(dump: Path) -> Corpus:
    from extract.model import Page
    from extract.sources import read_dump

    return [[page.title, page.text] for page in read_dump(dump) if isinstance(page, Page)]


def prose(texts: dict[str, list[Corpus]], size: int) -> dict[str, list[Corpus]]:
    """Return paragraphs by name and repetition, each part cut at ``size`` characters.

    The warm-up is many times as long, of the real ones all that the repetitions leave.
    """
    first, *later = texts["generated"]
    found = {
        "generated prose": [
            prose_of(first, len(first) * size),
            *(prose_of(part, size) for part in later),
        ]
    }
    paths = sorted((SHARED / "real/prose").glob("*.txt"))
    if paths:
        lines = [line for path in paths for line in path.read_text(encoding="utf-8").split("\n")]
        random.Random(SEED).shuffle(lines)
        whole, parts = "\n".join(filter(None, lines)), len(texts["generated"])
        found["real paragraphs"] = [
            [["prose", whole[(parts - 1) * size :]]],
            *([["prose", whole[at * size : (at + 1) * size]]] for at in range(parts - 1)),
        ]
    return found


def prose_of(texts: Corpus, size: int) -> Corpus:
    """Return the prose of pages, cut at ``size`` characters."""
    from extract.model import Page
    from extract.parsing import parse

    lines: list[str] = []
    for title, text in texts:
        lines += [p.text for p in parse(Page(title, text, 1)).paragraphs]
        if sum(map(len, lines)) >= size:
            break
    return [["prose", "\n".join(lines)[:size]]]


def dates_per_kilobyte(texts: Sequence[Corpus]) -> float:
    from extract.dates import find_dates

    found = sum(len(find_dates(text)) for part in texts for _, text in part)
    return found / (sum(map(wikitext_bytes, texts)) / 1e3)


# --- pages ------------------------------------------------------------------------------------

PAGE_JOBS = (
    ("ours", "process"),
    ("ours", "mwparserfromhell.parse"),
    ("ours", "mwparserfromhell typical"),
    ("peers", "wikitextparser typical"),
    ("node", "wtf_wikipedia json"),
    ("peers", "WikiExtractor clean_text"),
)


def measure(
    servers: dict[str, Server], jobs: Sequence[tuple[str, str]], names: Sequence[str], repeats: int
) -> dict[tuple[str, str], list[float]]:
    """Return CPU seconds by (job, corpus), one value a repetition; absent jobs are left out."""
    seconds: dict[tuple[str, str], list[float]] = {}
    todo = [(s, job, name) for s, job in jobs for name in names if s in servers]
    for server, job, name in list(todo):
        reply = servers[server].ask(job=job, corpus=f"{name}#0", warm=True)
        if "error" in reply:
            note(f"{job} on {name}: {reply['error']}")
            todo.remove((server, job, name))
    order = random.Random(SEED)
    for number in range(1, repeats + 1):
        order.shuffle(todo)
        for server, job, name in todo:
            reply = servers[server].ask(job=job, corpus=f"{name}#{number}")
            seconds.setdefault((job, name), []).append(reply.get("seconds", float("nan")))
    return seconds


def wikitext_bytes(texts: Sequence[Sequence[str]]) -> int:
    return sum(len(text[1].encode()) for text in texts)


def bench_pages(texts: dict[str, list[Corpus]], loaded: Path, repeats: int) -> None:
    show("### Pages: how many times faster the whole of our `process()` is\n")
    show(
        "Every table of a page, with positions, dates, events and citations, against what is named.\n"
    )
    with serving(loaded) as servers:
        seconds = measure(servers, PAGE_JOBS, list(texts), repeats)
    rows = []
    for _, job in PAGE_JOBS:
        cells: list[str] = []
        for name, pages in texts.items():
            own, other = seconds["process", name], seconds.get((job, name))
            if other is None:
                cells.append("absent")
            elif job == "process":
                sizes = [wikitext_bytes(part) / 1e6 for part in pages[1:]]
                rates = [size / cpu for size, cpu in zip(sizes, own, strict=True)]
                cells.append(f"{statistics.median(rates):.2f} MB/s")
            else:
                cells.append(spread([o / s for s, o in zip(own, other, strict=True)]))
        rows.append([job, *cells])
    heads = [
        f"{name} ({sum(map(len, parts[1:]))} pages, "
        f"{sum(map(wikitext_bytes, parts[1:])) / 1e6:.2f} MB)"
        for name, parts in texts.items()
    ]
    table(["against", *heads], rows)


def bench_dates(texts: dict[str, list[Corpus]], loaded: Path, repeats: int) -> None:
    show("### Dates: find_dates against dateparser.search (languages he)\n")
    jobs = (("ours", "find_dates"), ("peers", "dateparser.search"))
    with serving(loaded) as servers:
        seconds = measure(servers, jobs, list(texts), repeats)
    rows = []
    for name, parts in texts.items():
        own, other = seconds["find_dates", name], seconds.get(("dateparser.search", name))
        sizes = [wikitext_bytes(part) / 1e6 for part in parts[1:]]
        rate = statistics.median(size / cpu for size, cpu in zip(sizes, own, strict=True))
        faster = other and spread([o / s for s, o in zip(own, other, strict=True)], 0)
        rows.append(
            [name, f"{dates_per_kilobyte(parts):.1f}", f"{rate:.2f} MB/s", faster or "absent"]
        )
    table(["prose", "dates per KB", "find_dates", "times dateparser, normalised"], rows)


STAGES = ("process", "parse", "dates", "events", "citations")


def bench_stages(texts: dict[str, list[Corpus]], loaded: Path, repeats: int) -> None:
    """Each job has a process of its own: none has read the words that another then finds known."""
    show("### Where the time of a page goes (share of `process()`)\n")
    jobs = tuple((job, job) for job in STAGES)
    with serving(loaded, dict.fromkeys(STAGES, commands()["ours"])) as servers:
        seconds = measure(servers, jobs, list(texts), repeats)
    rows = []
    for job, label in (
        ("parse", "parse (scan, walk, tables, notes, infobox)"),
        ("dates", "dates of the paragraphs"),
        ("events", "sentences, dates and events together"),
        ("citations", "citations"),
    ):
        cells = []
        for name in texts:
            whole = seconds["process", name]
            cells.append(spread([s / w for s, w in zip(seconds[job, name], whole, strict=True)]))
        rows.append([label, *cells])
    table(["stage", *texts], rows)


# --- dumps ------------------------------------------------------------------------------------

# The kernel's own peak of this process (getrusage keeps that of the process it was made by).
_RUN = """
import json, re, resource, sys, time
from pathlib import Path
from extract.batch import run
start = time.perf_counter()
report = run([sys.argv[1]], sys.argv[2], workers=int(sys.argv[3]))
wall = time.perf_counter() - start
own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
status = Path("/proc/self/status")
peak = int(re.search(r"VmHWM:\\s*(\\d+)", status.read_text())[1]) if status.exists() else own.ru_maxrss
print(json.dumps({"wall": wall, "cpu": own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime,
    "parent": peak, "worker": children.ru_maxrss, "pages": report.pages,
    "rows": sum(report.rows.values()), "problems": report.problem_pages}))
"""
_SPLIT = """
import json, resource, sys, time
from extract.sources import plan_shards, read_shard
start, pages = time.perf_counter(), 0
for shard in plan_shards([sys.argv[1]]):
    for item in read_shard(shard):
        pages += 1
own = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"wall": time.perf_counter() - start, "cpu": own.ru_utime + own.ru_stime, "pages": pages}))
"""


def run_script(script: str, *arguments: object) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def generate_dump(source: Path, megabytes: float) -> tuple[Path, Any]:
    """Write a multistream dump with its index; return its path and the counts of it."""
    sys.path.insert(0, str(HERE))
    import generate

    source.mkdir()
    summary = generate.Summary()
    entries = generate.generate(SEED, None, megabytes, summary)
    paths = generate.write_multistream(source, entries, summary)
    return paths[0], summary


def our_rate() -> float:
    """Return about how many MB of generated wikitext a second one core does."""
    from extract.model import Page
    from extract.pipeline import process

    texts = generated(60)
    for half in (texts[:10], texts[10:]):
        start = time.process_time()
        for number, (title, text) in enumerate(half):
            process(Page(title, text, number))
    return wikitext_bytes(texts[10:]) / 1e6 / (time.process_time() - start)


def bench_dump(folder: Path, megabytes: float, repeats: int) -> None:
    dump, summary = generate_dump(folder / "dump", megabytes)
    show("### A dump, multistream .bz2 to Parquet\n")
    show(
        f"{summary.pages} pages, {summary.articles} articles, {summary.size / 1e6:.0f} MB of wikitext.\n"
    )
    found: dict[str, list[dict[str, Any]]] = {"split": [], "1": [], "2": []}
    started = time.perf_counter()
    for number in range(repeats):
        if number and time.perf_counter() - started > ENOUGH_SECONDS:
            break
        found["split"].append(run_script(_SPLIT, dump))
        for workers in ("1", "2"):
            out = folder / f"out{workers}"
            found[workers].append(run_script(_RUN, dump, out, workers))
            shutil.rmtree(out)

    def of(kind: str, name: str) -> list[float]:
        return [one[name] for one in found[kind]]

    def ratio(top: list[float], bottom: list[float]) -> str:
        return spread([a / b for a, b in zip(top, bottom, strict=True)])

    table(
        [f"measure ({len(found['1'])} repetitions)", "value"],
        [
            ["1 worker: CPU of the run / CPU of decompress-and-split alone", ratio(of("1", "cpu"), of("split", "cpu"))],
            ["2 workers: times faster than 1 (wall)", ratio(of("1", "wall"), of("2", "wall"))],
            ["1 worker: MB of wikitext a second (wall)", spread([summary.size / 1e6 / w for w in of("1", "wall")])],
            ["2 workers: MB of wikitext a second (wall)", spread([summary.size / 1e6 / w for w in of("2", "wall")])],
            ["peak RSS of the parent, MB", f"{max(of('2', 'parent')) * 1024 / 1e6:.0f}"],
            ["peak RSS of a worker, MB", f"{max(of('2', 'worker')) * 1024 / 1e6:.0f}"],
            ["pages with problems", found["1"][0]["problems"]],
        ],
    )  # fmt: skip
    show_shares(dump)


def bench_scale(folder: Path, megabytes: float) -> None:
    """One long run, for its memory; the dump and what comes of it lie under ``folder``."""
    started = time.perf_counter()
    dump, summary = generate_dump(folder / "scale", megabytes)
    show("### A long run: multistream .bz2 to Parquet, 2 workers\n")
    note(f"{dump.name} written in {time.perf_counter() - started:.0f} s")
    run = run_script(_RUN, dump, folder / "scale-out", 2)
    size = sum(path.stat().st_size for path in (folder / "scale-out").rglob("*.parquet"))
    table(
        ["measure", "value"],
        [
            ["pages in the dump", f"{summary.pages:,}"],
            ["XML, GB", f"{summary.xml / 1e9:.2f}"],
            ["pages read (namespace 0)", f"{run['pages']:,}"],
            ["rows", f"{run['rows']:,}"],
            ["Parquet, GB", f"{size / 1e9:.2f}"],
            ["wall, s", f"{run['wall']:.0f}"],
            ["pages a second", f"{run['pages'] / run['wall']:.0f}"],
            ["MB of wikitext a second", f"{summary.size / 1e6 / run['wall']:.2f}"],
            ["peak RSS of the parent, MB", f"{run['parent'] * 1024 / 1e6:.0f}"],
            ["peak RSS of a worker, MB", f"{run['worker'] * 1024 / 1e6:.0f}"],
            ["pages with problems", run["problems"]],
        ],
    )


def show_shares(dump: Path) -> None:
    """Where the CPU of a run goes, timed in this process over the first pages of the dump.

    What has no call of its own is what is left of the call that does it.
    """
    import bz2

    from extract.batch.tasks import FLUSH_BYTES, collect_rarely
    from extract.dates import find_dates
    from extract.events import find_events
    from extract.model import Page, Rows
    from extract.parsing import parse
    from extract.pipeline import document_rows
    from extract.references import find_citations
    from extract.sources import plan_shards, read_shard
    from extract.tables import PartWriter
    from extract.wikitext.scanner import scan

    spent: dict[str, float] = {}

    def timed(name: str, do: Callable[[], Any]) -> Any:
        start = time.process_time()
        result = do()
        spent[name] = spent.get(name, 0.0) + time.process_time() - start
        return result

    shard = plan_shards([dump])[0]
    pages = timed("read", lambda: [p for p in read_shard(shard) if isinstance(p, Page)])
    with dump.open("rb") as file:
        file.seek(shard.start)
        packed = file.read(shard.end - shard.start)
    timed("decompress", lambda: bz2.decompress(packed))
    spent["XML to pages"] = max(0.0, spent.pop("read") - spent["decompress"])
    with (
        tempfile.TemporaryDirectory() as folder,
        PartWriter(Path(folder), "part") as writer,
        collect_rarely(),
    ):
        held = 0
        for page in pages:
            timed("tokenise", lambda p=page: scan(p.text))
            document = timed("parse", lambda p=page: parse(p))
            timed("dates", lambda d=document: [find_dates(p.text) for p in d.paragraphs])
            events = timed("found", lambda d=document: find_events(d))
            cited = timed("citations", lambda d=document: find_citations(d))
            rows: Rows = timed("rows", lambda d=document, e=events, c=cited: document_rows(d, e, c))
            timed("Parquet", lambda p=page, r=rows: writer.add(p.page_id, r))
            held += 2 * len(page.text)
            if held > FLUSH_BYTES:
                timed("Parquet", writer.flush)
                held = 0
        timed("Parquet", writer.flush)
    for part, done in (("walk", "tokenise"), ("sentences and events", "dates")):
        call = "parse" if part == "walk" else "found"
        spent[part] = max(0.0, spent.pop(call) - spent[done])
    whole = sum(spent.values())
    order = (
        "decompress",
        "XML to pages",
        "tokenise",
        "walk",
        "dates",
        "sentences and events",
        "citations",
        "rows",
        "Parquet",
    )
    table(["where the CPU of a run goes", "share"], [[n, f"{spent[n] / whole:.0%}"] for n in order])


# --- the command ------------------------------------------------------------------------------

_ARGPARSE = (
    "import argparse; p = argparse.ArgumentParser(); p.add_argument('x'); p.parse_args(['--help'])"
)


def wall_of(command: Sequence[str | Path]) -> float:
    start = time.perf_counter()
    subprocess.run(list(map(str, command)), stdout=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def bench_start(repeats: int) -> None:
    hewiki = Path(sys.executable).with_name("hewiki")
    ratios = []
    for _ in range(2 * repeats + 3):
        bare = wall_of([sys.executable, "-c", _ARGPARSE])
        ratios.append(wall_of([hewiki, "--help"]) / bare)
    show("### Start\n")
    show(
        f"`hewiki --help` takes {spread(ratios)} times as long as a bare argparse script (wall).\n"
    )


# --- growth -----------------------------------------------------------------------------------

HOSTILE = (
    "{{a|", "[[a|", "{|\n|", "<x ", '<ref name="a', "<!--", "<nowiki>", "[http://a ", "'''a''b",
    "\n=a", "<x ><!--", "<b>a[[<!--", "<table><!--||", "{{{a|{{b|", "[[{{a|", "<b a=b ",
    "{{הערה|{{צ-ספר|א=ב", "<ref>[[", "{{a|[[b|", "-{", "\n*#:", "}}", "]]", "|}", "\n|-\n|",
    "<gallery>", "&#", "===\n", "==<!--", "[http://a [[b", "<div style=\"display:none\">", "1990|א=ב\n", "בשנת ", "בין 1 ל-", "1990–", "(", '"', "ב-3 בינואר ", "ה'תש\"ח ",
)  # fmt: skip


def bench_growth(size: int) -> None:
    from extract.model import Page
    from extract.pipeline import process

    def seconds(text: str) -> float:
        best = float("inf")
        for _ in range(3):
            start = time.process_time()
            process(Page("a", text, 1))
            best = min(best, time.process_time() - start)
            if best > 2:
                break
        return best

    show(f"### Growth on hostile text, {size // 2048} to {size // 1024} KB\n")
    rows = []
    for pattern in HOSTILE:
        count = size // 2 // len(pattern.encode())
        one, two = seconds(pattern * count), seconds(pattern * (2 * count))
        rows.append((two / one, two, pattern))
    rows.sort(reverse=True)
    show(f"Worst t(2n)/t(n) of {len(rows)} patterns: **{rows[0][0]:.2f}**; slowest: "
         f"{max(row[1] for row in rows):.2f} s.\n")  # fmt: skip
    table(
        ["pattern", "t(2n)/t(n)", "s"],
        [[f"`{json.dumps(p, ensure_ascii=False)[1:-1].replace('|', chr(92) + '|')}`", f"{r:.2f}", f"{s:.2f}"]
         for r, s, p in rows[:5]],
    )  # fmt: skip


# --- quality ----------------------------------------------------------------------------------


def case_sets() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    from extract.golden.scores import read_cases

    for folder in sorted(p for p in (HERE.parent / "fixtures/cases").glob("*") if p.is_dir()):
        cases = [
            case for path in sorted(folder.glob("*.jsonl")) for case in _cases(read_cases, path)
        ]
        if cases:
            yield f"fixtures/cases/{folder.name}", cases
    for path in sorted((SHARED / "gold").glob("*.jsonl")):
        yield f"gold/{path.stem}", _cases(read_cases, path)


def _cases(read: Callable[[Path], list[dict[str, Any]]], path: Path) -> list[dict[str, Any]]:
    from extract.errors import DataError

    try:
        return read(path)
    except DataError:
        return []  # not a file of dated texts


def bench_quality(limit: int | None) -> None:
    with serving(None) as servers:
        score_finders(servers, limit)


def score_finders(servers: dict[str, Server], limit: int | None) -> None:
    from extract.golden.scores import Prediction, score

    show("### Quality: dates with the right value (F1), by this project's scorer\n")
    finders = [("ours", "ours"), ("peers", "dateparser"), ("ours", "years")]
    rows = []
    for name, cases in case_sets():
        cells = []
        for server, by in finders:
            if server not in servers:
                cells.append("absent")
                continue

            def find(text: str, year: int | None, server: str = server, by: str = by) -> Prediction:
                reply = servers[server].ask(text=text, context_year=year, by=by)
                return Prediction(reply.get("dates", []), reply.get("events", []))

            result = score(cases[:limit], find)
            events = f", events {result.event_f1:.3f}" if by == "ours" and result.event_f1 else ""
            cells.append(f"{result.full_f1:.3f}{events}")
        rows.append([f"{name} ({len(cases[:limit])})", *cells])
    table(["texts", "find_dates", "dateparser.search", "bare-year regex"], rows)


# --- all --------------------------------------------------------------------------------------


def show_about() -> None:
    wanted = [
        (server, name)
        for server, names in (
            ("ours", ("hewiki-extract", "mwparserfromhell")),
            ("peers", PYTHON_PEERS),
            ("node", NODE_PEERS),
        )
        for name in names
    ]
    said = []
    with serving(None) as servers:
        for server, name in wanted:
            reply = servers[server].ask(version=name) if server in servers else {}
            said.append(f"{name} {reply.get('version') or 'absent'}")
    show(f"`python bench/run.py{''.join(f' {word}' for word in sys.argv[1:])}`\n")
    show(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; {', '.join(said)}.")
    show("Medians of interleaved repetitions (least-most); ratios are formed within one.\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="small corpora, about a minute")
    parser.add_argument("--offline", action="store_true", help="fetch no peers")
    parser.add_argument("--only", nargs="+", choices=PARTS + LONG_PARTS, default=PARTS, metavar="PART",
                        help=f"parts to do: {', '.join(PARTS)}; or scale: 1 GB")  # fmt: skip
    parser.add_argument("--megabytes", type=float, help="wikitext of the generated dump")
    parser.add_argument("--folder", type=Path, help="where to write dumps for a while")
    options = parser.parse_args()
    if not options.offline:
        fetch_peers()
    quick = options.quick
    repeats = 3 if quick else 7
    asked = set(options.only)
    with tempfile.TemporaryDirectory(prefix="hewiki-bench-", dir=options.folder) as name:
        folder = Path(name)
        show_about()
        if asked & {"pages", "dates", "stages"}:
            texts = corpora(quick, repeats)
            paragraphs = prose(texts, 6_000 if quick else 20_000)
            parts = {
                f"{n}#{k}": part
                for n, all_ in (*texts.items(), *paragraphs.items())
                for k, part in enumerate(all_)
            }
            loaded = folder / "texts.json"
            loaded.write_text(json.dumps(parts), encoding="utf-8")
        if "pages" in asked:
            bench_pages(texts, loaded, repeats)
        if "dates" in asked:
            bench_dates(paragraphs, loaded, repeats)
        if "stages" in asked:
            bench_stages(texts, loaded, repeats)
        if "start" in asked:
            bench_start(repeats)
        if "growth" in asked:
            bench_growth((64 if quick else 256) << 10)
        if "dump" in asked:
            size = 8 if quick else min(220.0, our_rate() * DUMP_SECONDS)
            bench_dump(folder, options.megabytes or size, 1 if quick else 3)
        if "quality" in asked:
            bench_quality(40 if quick else None)
        if "scale" in asked:
            bench_scale(folder, options.megabytes or (20 if quick else 1000))


if __name__ == "__main__":
    main()
