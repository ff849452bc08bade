"""The command ``hewiki``: the only place that prints, and that turns errors into a status.

::

    running    run                       options    what several commands take
    wiki       fetch, refresh            progress   bars on a terminal, the log for machines
    reading    show, diff, report, schema
    texts      dates
    goldens    check

Results go to standard output, everything else to standard error; progress bars appear on a
terminal only.  Heavy modules are imported inside the commands.
"""

from __future__ import annotations

import os
import sys
from typing import Any, NoReturn

import click

from extract._version import __version__
from extract.cli.goldens import check
from extract.cli.reading import diff, report, schema, show
from extract.cli.running import run
from extract.cli.texts import dates
from extract.cli.wiki import fetch, refresh
from extract.errors import ExtractError

__all__ = ["cli", "main"]

EXIT_UNEXPECTED = 1
EXIT_INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="hewiki")
def cli() -> None:
    """Hebrew wiki articles to checked tables: infoboxes, dated events, footnotes, sources.

    \b
    Exit status: 0 done · 1 unexpected · 2 wrong use · 3 check failed ·
    4 too many pages with problems · 5 source unreachable · 130 interrupted
    """


for _command in (check, dates, diff, fetch, refresh, report, run, schema, show):
    cli.add_command(_command)


def main() -> NoReturn:
    """Run the command line and exit with a status of the documented set."""
    try:
        status = cli.main(prog_name="hewiki", standalone_mode=False)
    except click.exceptions.Abort:
        _fail("interrupted; what is finished is kept", EXIT_INTERRUPTED)
    except _NO_ARGUMENTS as error:
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        path = context.command_path if context else "hewiki"
        click.echo(f"{path}: {_in_one_line(error)} {path} --help tells more", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        _fail("interrupted; what is finished is kept", EXIT_INTERRUPTED)
    except SystemExit:
        # click itself ends where a reader such as head has seen enough, which is no fault.
        sys.exit(0)
    except ExtractError as error:
        _fail(str(error), error.exit_status)
    except OSError as error:
        _fail(_os_message(error), EXIT_UNEXPECTED)
    except Exception as error:  # a bug of ours: one line, the rest on request
        if os.environ.get("HEWIKI_DEBUG"):
            raise
        told = f"{type(error).__name__}: {error}"
        _fail(f"unexpected {told}; HEWIKI_DEBUG=1 shows where", EXIT_UNEXPECTED)
    sys.exit(status if isinstance(status, int) else 0)


# Of the version of click that has it, where a group without a command shows its help.
_NO_ARGUMENTS: Any = getattr(click.exceptions, "NoArgsIsHelpError", ())


def _in_one_line(error: click.ClickException) -> str:
    words = " ".join(error.format_message().split()).rstrip(".")
    # click may end with a question: "Did you mean 'show'?"
    end = "" if words.rstrip(")").endswith("?") else ";"
    return f"{words[:1].lower()}{words[1:]}{end}"


def _os_message(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}"


def _fail(message: str, status: int) -> NoReturn:
    click.echo(f"hewiki: {message}", err=True)
    sys.exit(status)
