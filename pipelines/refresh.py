"""Keep a ROOT up to date from cron: refresh, write down what changed, prune old snapshots.

    17 3 * * *  cd /srv/hewiki && python pipelines/refresh.py ROOT --keep 7 --log refresh.log

The contact is taken from ``--contact`` or ``HEWIKI_CONTACT``.  One line a run is added to
the log, and what changed is written beside it as JSON lines where ``--changes`` names a
folder.  ROOT is locked while it is written, so two runs never meet.  Exit status as of
``hewiki``: 0 done, 2 wrong use (also: the wiki no longer lists the changes, or another run
is writing), 4 too many problems, 5 wiki unreachable; the old snapshot stays in force unless
it is 0 or 4.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from extract import live
from extract.errors import ExtractError
from extract.live import LiveReport
from extract.snapshots import prune_snapshots
from extract.sources.api import Settings

Refresh = Callable[[argparse.Namespace], LiveReport]


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("root", type=Path, help="folder that hewiki fetch or run has written")
    parser.add_argument("--contact", default=os.environ.get("HEWIKI_CONTACT"), help="yours")
    parser.add_argument("--api", help="address of the wiki's api.php; default: that of ROOT")
    parser.add_argument("--since", help="day of the dump, for the first refresh of a dump's ROOT")
    parser.add_argument(
        "--full", action="store_true", help="look at every page, not at the lists of changes"
    )
    parser.add_argument("--interval", type=float, default=0.5, help="seconds between requests")
    parser.add_argument("--keep", type=int, default=7, help="snapshots to keep")
    parser.add_argument("--max-problems", type=float, default=0.01, help="share allowed")
    parser.add_argument("--log", type=Path, help="file to add a line to; default: stderr")
    parser.add_argument("--changes", type=Path, help="folder for a file of changes a run")
    return parser.parse_args(arguments)


def refresh_root(options: argparse.Namespace) -> LiveReport:
    """Refresh ROOT from its wiki."""
    return live.refresh(
        options.root,
        api=options.api,
        contact=options.contact,
        since=options.since,
        full=options.full,
        settings=Settings(interval=options.interval),
    )


def write_changes(options: argparse.Namespace, report: LiveReport) -> str:
    """Write what changed, where asked to, and return it in a few words."""
    if report.snapshot.manifest["parent"] is None:
        return ""
    counts: Counter[str] = Counter()
    lines = []
    for item in live.diff(options.root):
        counts[f"{item.table} {item.change}"] += 1
        lines.append(json.dumps(item._asdict(), ensure_ascii=False))
    if options.changes is not None:
        options.changes.mkdir(parents=True, exist_ok=True)
        path = options.changes / f"{report.snapshot.id}.jsonl"
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


def write_log(options: argparse.Namespace, line: str) -> None:
    """Add a line, with the time, to the log."""
    stamped = f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {line}\n"
    if options.log is None:
        sys.stderr.write(stamped)
        return
    with options.log.open("a", encoding="utf-8") as file:
        file.write(stamped)


def main(arguments: Sequence[str] | None = None, refresh: Refresh = refresh_root) -> int:
    """Do one run and return its exit status."""
    options = parse_arguments(arguments)
    try:
        report = refresh(options)
        changes = write_changes(options, report)
        pruned = prune_snapshots(options.root, options.keep)
    except ExtractError as error:
        write_log(options, f"failed with status {error.exit_status}: {error}")
        return error.exit_status
    except OSError as error:
        write_log(options, f"failed with status 1: {error}")
        return 1
    except Exception as error:
        write_log(options, f"failed with status 1: {type(error).__name__}: {error}")
        raise
    status = 4 if report.problem_share > options.max_problems else 0
    write_log(
        options,
        f"status {status}: snapshot {report.snapshot.id}, {report.pages} pages read, "
        f"{report.kept} unchanged, {report.dropped} dropped, {report.problem_pages} with problems, "
        f"{report.requests} requests, {len(pruned)} old snapshots removed; {changes or 'no change'}",
    )
    return status


if __name__ == "__main__":
    sys.exit(main())
