"""Questions asked of a snapshot, each with its answer as a table and as a picture.

    pip install 'hewiki-extract[analysis]'
    python pipelines/analysis.py ROOT [--title TITLE] [--out FOLDER]

Four questions, in the three tools people have: the timeline of two countries with its
sources (DuckDB), events that no footnote supports (Polars), population in the infobox and
in the prose (pandas), the most used press by decade (DuckDB).  Pictures are SVG of our own:
a browser sets Hebrew with digits right, plotting libraries do not.  Every function takes an
open snapshot and returns a pandas or Polars frame.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from extract import open_snapshot
from extract.errors import ExtractError
from extract.snapshots import Snapshot

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

TITLE = "יחסי אפגניסטן–רוסיה"
# Words that follow a number of inhabitants.
INHABITANTS = re.compile(r"(\d[\d,]{2,14})\s+(?:תושבים|נפשות|נפש|איש)\b")


# ------------------------------------------------------------------------------ questions


def _parquet(snapshot: Snapshot, table: str) -> str:
    """Return the parts of a table as a list that DuckDB understands."""
    names = ", ".join("'" + str(path).replace("'", "''") + "'" for path in snapshot.paths(table))
    return f"read_parquet([{names}])"


def timeline(snapshot: Snapshot, title: str) -> pd.DataFrame:
    """When did what happen on a page, and which sources say so?"""
    import duckdb

    return duckdb.execute(
        f"""
        SELECT e.event_id, e.start_date, e.edtf, e.role, e.text,
               list(DISTINCT c.title ORDER BY c.title) FILTER (c.title IS NOT NULL) AS sources
        FROM {_parquet(snapshot, "events")} AS e
        JOIN {_parquet(snapshot, "pages")} AS p USING (page_id)
        LEFT JOIN {_parquet(snapshot, "citations")} AS c
          ON c.page_id = e.page_id AND list_contains(
             CASE WHEN len(e.reference_ids) > 0 THEN e.reference_ids
                  ELSE e.paragraph_reference_ids END, c.reference_id)
        WHERE p.title = ?
        GROUP BY ALL
        ORDER BY coalesce(any_value(e.start_jdn), any_value(e.end_jdn)) NULLS LAST, e.event_id
        """,  # noqa: S608  (file names of the snapshot, quoted)
        [title],
    ).df()


def unsupported(snapshot: Snapshot) -> pl.DataFrame:
    """What share of each page's events has a date that no footnote supports?"""
    import polars as pl

    pages = pl.read_parquet(snapshot.paths("pages"), columns=["page_id", "title"])
    events = pl.read_parquet(snapshot.paths("events"))
    prose = events.filter(pl.col("field_id").is_null())
    alone = (pl.col("reference_ids").list.len() == 0) & (
        pl.col("paragraph_reference_ids").list.len() == 0
    )
    return (
        prose.join(pages, on="page_id")
        .group_by("page_id", "title")
        .agg(events=pl.len(), unsupported=alone.sum())
        .with_columns(share=pl.col("unsupported") / pl.col("events"))
        .sort(["unsupported", "title"], descending=[True, False])
    )


def population(snapshot: Snapshot) -> pd.DataFrame:
    """Does the prose give another number of inhabitants than the infobox?"""
    import pandas as pd

    box = snapshot.pandas("infobox")
    box = box[(box["canonical_key"] == "population") & box["number"].notna()]
    prose = snapshot.pandas("paragraphs")
    prose = prose[prose["page_id"].isin(box["page_id"])]
    said = [
        (page_id, int(match[1].replace(",", "")), match[0])
        for page_id, text in zip(prose["page_id"], prose["text"], strict=True)
        for match in INHABITANTS.finditer(text)
    ]
    found = pd.DataFrame(said, columns=["page_id", "in_prose", "words"])
    titles = snapshot.pandas("pages")[["page_id", "title"]]
    boxes = box[["page_id", "subject", "number"]].rename(columns={"number": "in_infobox"})
    both = boxes.merge(found, on="page_id", how="left").merge(titles, on="page_id")
    both["ratio"] = both["in_prose"] / both["in_infobox"]
    return both.sort_values(["title", "in_infobox"], ignore_index=True)


def press(snapshot: Snapshot, most: int = 3) -> pd.DataFrame:
    """Which newspapers and news sites are cited most, by decade of the piece?"""
    import duckdb

    return duckdb.execute(
        f"""
        SELECT TRY_CAST(edtf[1:3] || '0' AS INTEGER) AS decade, work, count(*) AS citations
        FROM {_parquet(snapshot, "citations")}
        WHERE kind = 'news' AND work IS NOT NULL AND decade IS NOT NULL
        GROUP BY decade, work
        QUALIFY row_number() OVER (PARTITION BY decade ORDER BY count(*) DESC, work) <= ?
        ORDER BY decade, citations DESC, work
        """,  # noqa: S608  (file names of the snapshot, quoted)
        [most],
    ).df()


# ------------------------------------------------------------------------------- pictures


class Picture(NamedTuple):
    """An SVG picture; a notebook shows it as it is."""

    svg: str

    def _repr_svg_(self) -> str:
        return self.svg


class Bar(NamedTuple):
    """A bar: its label, which may mix Hebrew, digits and Latin, and its length."""

    label: str
    size: float


_STYLE = (
    "text{font:14px 'Noto Sans Hebrew',Arial,'DejaVu Sans',sans-serif;fill:#1d2126}"
    "rect{fill:#0b5394}line{stroke:#8a94a0}"
)


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    # Isolated, so that what a label holds cannot reorder what stands around it.
    return (
        f'<text x="{x:g}" y="{y:g}" direction="rtl" text-anchor="{anchor}" '
        f'style="unicode-bidi:isolate">{escape(words)}</text>'
    )


def _shorten(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _svg(title: str, width: int, height: int, parts: Iterable[str]) -> Picture:
    return Picture(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style>"
        f'<rect width="{width}" height="{height}" style="fill:#fff"/>'
        f"{''.join(parts)}</svg>\n"
    )


def draw_bars(title: str, bars: Sequence[Bar]) -> Picture:
    """Return bars that grow from the right, longest label cut at 40 letters."""
    longest = max((bar.size for bar in bars), default=0) or 1
    parts = [_text(790, 26, title)]
    for number, bar in enumerate(bars):
        y = 62 + 28 * number
        size = 350 * bar.size / longest
        parts += [
            _text(790, y, _shorten(bar.label, 40)),
            f'<rect x="{480 - size:g}" y="{y - 14}" width="{size:g}" height="18"/>',
            _text(470 - size, y, f"{bar.size:,.0f}"),
        ]
    return _svg(title, 800, 60 + 28 * max(1, len(bars)), parts)


def draw_timeline(title: str, rows: Sequence[tuple[str, str, int]]) -> Picture:
    """Return a timeline from top to bottom; rows are (EDTF, words, number of sources)."""
    parts = [_text(790, 26, title), f'<line x1="770" x2="770" y1="44" y2="{40 + 30 * len(rows)}"/>']
    for number, (edtf, words, sources) in enumerate(rows):
        y = 62 + 30 * number
        fill = "#0b5394" if sources else "#fff"
        parts += [
            f'<circle cx="770" cy="{y - 5}" r="6" stroke="#0b5394" stroke-width="2" fill="{fill}"/>',
            # Codes run left to right whatever stands beside them.
            f'<text x="750" y="{y}" text-anchor="end" direction="ltr">{escape(edtf)}</text>',
            _text(560, y, _shorten(words, 76)),
        ]
    return _svg(title, 800, 60 + 30 * max(1, len(rows)), parts)


def _people(found: pd.DataFrame, most: int = 10) -> list[Bar]:
    """Return a bar for a box and one for the number of the prose nearest to it.

    Of many boxes those that are furthest from their prose.
    """
    pairs: list[tuple[float, list[Bar]]] = []
    for (title, number), rows in found.groupby(["title", "in_infobox"]):
        subject = rows["subject"].iloc[0]
        name = f"{title} · {subject}" if isinstance(subject, str) else str(title)
        bars = [Bar(f"{name} · תיבה", number)]
        nearest = (rows["in_prose"] - number).abs()
        apart = 0.0
        if nearest.notna().any():
            said = rows["in_prose"][nearest.idxmin()]
            bars.append(Bar(f"{name} · כתוב", said))
            apart = max(said, number) / max(1, min(said, number))
        pairs.append((apart, bars))
    furthest = sorted(pairs, key=lambda pair: -pair[0])[:most]
    return [bar for _, bars in furthest for bar in bars]


def draw_all(snapshot: Snapshot, title: str = TITLE) -> dict[str, Picture]:
    """Return a picture of each answer by name."""
    events = timeline(snapshot, title)
    rows = [
        # A list without members is null in the answer.
        (edtf, text, len(sources) if hasattr(sources, "__len__") else 0)
        for edtf, text, sources in zip(
            events["edtf"], events["text"], events["sources"], strict=True
        )
    ]
    pages = unsupported(snapshot).head(15)
    people = _people(population(snapshot))
    news = press(snapshot)
    return {
        "timeline": draw_timeline(title, rows),
        "unsupported": draw_bars(
            "אירועים שאין להם הערת שוליים",
            [Bar(name, n) for name, n in zip(pages["title"], pages["unsupported"], strict=True)],
        ),
        "population": draw_bars(
            "אוכלוסייה בתיבת המידע ובכתוב",
            people,
        ),
        "press": draw_bars(
            "עיתונות מצוטטת לפי עשור",
            [
                Bar(f"{decade} · {work}", count)
                for decade, work, count in zip(
                    news["decade"], news["work"], news["citations"], strict=True
                )
            ],
        ),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, print the answers, write the pictures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("root", type=Path, help="folder that hewiki run has written")
    parser.add_argument("--title", default=TITLE, help="page whose timeline to draw (%(default)s)")
    parser.add_argument("--out", type=Path, help="folder for the pictures")
    options = parser.parse_args(arguments)
    try:
        snapshot = open_snapshot(options.root)
    except ExtractError as error:
        print(f"analysis.py: {error}", file=sys.stderr)
        return error.exit_status
    answers = {
        "timeline": timeline(snapshot, options.title),
        "unsupported": unsupported(snapshot).to_pandas(),
        "population": population(snapshot),
        "press": press(snapshot),
    }
    for name, answer in answers.items():
        print(f"# {name}")
        print(answer.to_csv(sep="\t", index=False))
    if options.out is not None:
        options.out.mkdir(parents=True, exist_ok=True)
        for name, picture in draw_all(snapshot, options.title).items():
            (options.out / f"{name}.svg").write_text(picture.svg, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
