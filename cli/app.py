"""The commands and their options, and the one place where errors become exit codes.

The work is left to the modules beside.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated

import httpx
import typer
from pydantic import ValidationError

from cli import output
from errors import SheafError, unexpected

app = typer.Typer(
    help="Sheaf: document intelligence that people trust with their paperwork.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Files = Annotated[list[Path], typer.Argument(help="Files to read.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout, errors too.")]
PasswordFile = Annotated[Path | None, typer.Option(help="A file whose first line opens protected PDFs.")]
Languages = Annotated[str, typer.Option(help="Tesseract languages joined by +; default: those of the installation.")]


@app.command()
def up(
    page: Annotated[bool, typer.Option(help="Start the web page too.")] = True,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
    samples: Annotated[bool, typer.Option(help="Read samples/ on the first run.")] = True,
    as_json: Json = False,
) -> None:
    """Start Sheaf on this machine: API, workers and web page. Ctrl-C stops all of it."""
    from cli.host import run_everything

    run_everything(page=page, browser=browser, samples=samples, as_json=as_json)


@app.command()
def api(as_json: Json = False) -> None:
    """Start an API process for a queue that several share (QUEUE_URL); run migrate first."""
    from cli.roles import run_api

    run_api(as_json)


@app.command()
def worker(
    queues: Annotated[str, typer.Option(help="Only these queues, joined by commas: finish, plan, read, bulk.")] = "",
    as_json: Json = False,
) -> None:
    """Start a worker process for a queue that several share (QUEUE_URL); run migrate first."""
    from cli.roles import run_worker

    run_worker([name for part in queues.split(",") if (name := part.strip())], as_json)


@app.command()
def frontend() -> None:
    """Start the web page for the API at SHEAF_API_URL."""
    from cli.roles import run_page

    run_page()


@app.command()
def migrate(as_json: Json = False) -> None:
    """Bring the database to the newest tables, and the index to the embedding model."""
    from cli import roles

    roles.migrate(as_json)


@app.command()
def check(
    repair: Annotated[bool, typer.Option(help="Mend what can be mended.")] = False, as_json: Json = False
) -> None:
    """Ask whether database, objects and vectors agree. Exit code 2 when they do not."""
    from cli.online import check_stores

    raise typer.Exit(check_stores(repair, as_json))


@app.command()
def backup(target: Annotated[Path, typer.Argument(help="A new .tar file.")], as_json: Json = False) -> None:
    """Copy documents and everything known of them into one file; Sheaf may be running."""
    from cli.backup import write_backup

    objects = write_backup(target)
    if as_json:
        output.line({"file": str(target), "objects": objects})
    else:
        output.say(f"{target}: the database and {objects} objects.")


@app.command()
def restore(source: Annotated[Path, typer.Argument(help="A file that backup wrote.")], as_json: Json = False) -> None:
    """Put a backup into an empty data folder; vectors are made anew at the next start."""
    from cli.backup import read_backup

    objects, documents = read_backup(source)
    if as_json:
        output.line({"file": str(source), "objects": objects, "documents": documents})
    else:
        output.say(f"{objects} objects and {documents} documents are back; the next start makes their vectors.")


@app.command()
def read(
    files: Files,
    as_json: Json = False,
    languages: Languages = "",
    password_file: PasswordFile = None,
    searchable: Annotated[Path | None, typer.Option(help="Write the searchable copy of the one file here.")] = None,
) -> None:
    """Read files and print their text, or with --json a line a page with words and boxes. No server, no storage."""
    from cli.offline import read_files

    raise typer.Exit(read_files(files, as_json, languages, password_file, searchable))


@app.command()
def types(
    file: Annotated[
        Path | None, typer.Argument(help="A file of types of your own; default: that of SHEAF_DOCUMENT_TYPES.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Print the document types and their fields, and what is wrong with a file of your own. No server, no storage."""
    from cli.offline import print_types

    print_types(file, as_json)


@app.command()
def extract(
    files: Files,
    as_json: Json = False,
    languages: Languages = "",
    password_file: PasswordFile = None,
    cards: Annotated[bool, typer.Option(help="Write card numbers out; else their last four digits.")] = False,
) -> None:
    """Print type, fields and entities of files. No server, no storage."""
    from cli.offline import extract_files

    raise typer.Exit(extract_files(files, as_json, languages, password_file, cards))


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders to send.", show_default=False)],
    wait: Annotated[bool, typer.Option(help="Wait until they are ready or failed.")] = False,
    as_json: Json = False,
    collection: Annotated[str, typer.Option(help="Where they belong.")] = "default",
    languages: Languages = "",
    password_file: PasswordFile = None,
) -> None:
    """Send files to Sheaf, one batch a call."""
    from cli.online import ingest_paths

    raise typer.Exit(ingest_paths(paths, wait, as_json, collection, languages, password_file))


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="Words or a question.", show_default=False)],
    top: Annotated[int, typer.Option(min=1, max=100, help="Hits at most.")] = 10,
    as_json: Json = False,
) -> None:
    """Search all documents by meaning and by words."""
    from cli.online import search_documents

    raise typer.Exit(search_documents(query, top, as_json))


@app.command()
def evaluate(
    task: Annotated[str, typer.Argument(help="ocr, fields, entities, search, types or robustness.")],
    path: Annotated[Path, typer.Argument(help="Labelled documents; see docs/evaluate.md.", show_default=False)],
    as_json: Json = False,
    part: Annotated[str, typer.Option(help="tune, score or all, where a set has parts.")] = "score",
    mode: Annotated[str, typer.Option(help="search: hybrid, dense or words.")] = "hybrid",
    from_words: Annotated[bool, typer.Option(help="fields: from the given words instead of the images.")] = False,
    report: Annotated[Path | None, typer.Option(help="robustness: a file for one JSON line a file.")] = None,
) -> None:
    """Measure Sheaf against labelled documents."""
    from cli.measure import measure

    raise typer.Exit(measure(task, path, as_json, part=part, mode=mode, from_words=from_words, report=report))


def run() -> None:
    """Run a command; what goes wrong ends in a sentence and an exit code. What nobody foresaw is logged in full too."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    as_json = "--json" in sys.argv
    try:
        sys.exit(app(standalone_mode=not as_json) or 0)  # alone, Typer would put a wrong command line into words
    except typer.TyperException as error:
        wrong = SheafError("bad_request", detail=error.format_message().rstrip("."))
        sys.exit(output.complain(wrong, as_json))
    except SheafError as error:
        sys.exit(output.complain(error, as_json))
    except ValidationError as error:
        said = "; ".join(f"{'.'.join(map(str, line['loc'])).upper()}: {line['msg']}" for line in error.errors())
        wrong = SheafError("bad_settings", detail=said, advice="Correct the environment or .env.")
        sys.exit(output.complain(wrong, as_json))
    except BrokenPipeError:  # the reader of our output had enough
        sys.stderr.close()
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        sys.exit(output.complain(SheafError("bad_request", detail=_said(error)), as_json))
    except httpx.HTTPError:
        sys.exit(output.complain(SheafError("not_ready", detail="the backend does not answer"), as_json))
    except Exception as error:
        sys.exit(output.complain(unexpected(error, " ".join(sys.argv[:2])), as_json))


def _said(error: OSError) -> str:
    said = error.strerror or type(error).__name__
    return f"{error.filename}: {said}" if error.filename else said
