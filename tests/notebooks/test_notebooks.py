"""Every notebook runs from top to bottom in a real kernel, without a warning, and is committed without outputs."""

from __future__ import annotations

import ast
import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest
import yaml
from nbclient import NotebookClient
from nbformat import NotebookNode

from tests.conftest import ROOT, absent

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)

#: What a notebook must come to say: always, with the labelled sets below, and without any.
ALWAYS = {
    "01_explore": [r"contract-consultancy\.pdf +1 +text_layer", r"receipt-hardware-skewed\.png +1 +rapidocr"],
    "02_train": [r"uner_ewt +never seen +0\.\d{3} "],
    "03_errors": [r"\*\*PERSON\*\*", r"English +[01]\.\d{3} ", r"United Kingdom +[01]\.\d{3} "],
    "04_search": [r"GB33BUKB20201555555555 +1 +\d+ +1 +statement-account"],
}
WITH_SETS = {
    "01_explore": [r"receipts +2 +0 +1 +1 +3 +5", r"uner_ewt +score +CC BY-SA 4\.0 +2 +7 +3\.500"],
    "02_train": [r"\| crossner \| trained on \| 10 \|", r"1 steps +0\.\d{3} ", r"shipped +1\.000 +1\.000 +1\.000"],
    "03_errors": [r"uner_ewt +1 +0 +0 +0 +0"],
    "04_search": [r"cranfield +words +1\.000 +1\.000 +1\.000", r"cranfield +2", r"Meaning wins"],
}
WITHOUT_SETS = {
    "01_explore": ["No labelled pages at", "No labelled entities at"],
    "02_train": ["Nothing to train on. Labelled sets are not at .*SHEAF_EVAL_DATA", "Nothing trained"],
    "03_errors": ["No labelled sets at"],
    "04_search": ["No judged collections at"],
}
#: As little of everything as will do.
KNOBS = {"SAMPLE": "1", "STEPS": "1 2", "NAMES": "1"}

#: Errors all, but for ipykernel's word to itself when it is told to stop.
WARNINGS = "error,ignore::PendingDeprecationWarning:ipykernel.kernelbase"


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """A folder of labelled sets that is as small as can be."""
    rows = [
        {"id": "1", "image": None, "lines": [{"text": "CAFÉ MIRO"}, {"text": "TOTAL 4.20"}], "part": "tune"},
        {"id": "2", "image": None, "lines": [{"text": "THANK YOU"}, {"text": "BYE"}], "part": "score"},
    ]
    entities = "Ada\tB-PER\nLovelace\tI-PER\nwrote\tO\n.\tO\n\nIn\tO\nLondon\tB-LOC\n.\tO\n"
    listed = yaml.safe_load((ROOT / "nlp" / "training" / "sources.yaml").read_text("utf-8"))
    sources = [*listed["train"], *listed["calibrate"]]
    papers = [
        {"id": "roof", "text": "Repairing the roof costs forty pounds."},
        {"id": "zoo", "text": "Giraffes eat leaves."},
    ]
    queries = [{"id": "1", "text": "giraffes"}, {"id": "2", "text": "what was the price of repairing the roof"}]
    folder = tmp_path / "labelled"
    for name, content in (
        ("receipts/index.jsonl", "".join(f"{json.dumps(row)}\n" for row in rows)),
        ("entities/uner_ewt/dev.conll", entities),
        *((f"entities/{file}", f"-DOCSTART- O\n\n{entities}") for source in sources for file in source["files"]),
        ("search/cranfield/corpus.jsonl", "\n".join(map(json.dumps, papers))),
        ("search/cranfield/queries.jsonl", "\n".join(map(json.dumps, queries))),
        ("search/cranfield/qrels.tsv", "query\tdocument\tscore\n1\tzoo\t1\n2\troof\t1\n"),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, "utf-8")
    return folder


def run(path: Path, sets: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> NotebookNode:
    """The notebook with its outputs, run where Jupyter would run it, by a kernel that knows nothing of its user."""
    if shutil.which("tesseract") is None:
        absent("Tesseract")
    monkeypatch.setenv("SHEAF_EVAL_DATA", str(sets))
    monkeypatch.setenv("PYTHONWARNINGS", WARNINGS)
    monkeypatch.delenv("MPLBACKEND", raising=False)  # Streamlit sets it when it is imported, for a process of its own
    for knob, value in KNOBS.items():
        monkeypatch.setenv(knob, value)
    for variable in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(variable, str(home / variable.lower()))
    notebook = read(path)
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources=resources).execute()
    return notebook


def read(path: Path) -> NotebookNode:
    notebook: NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    return notebook


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def check(notebook: NotebookNode, expected: list[str]) -> None:
    outputs = [output for cell in code_cells(notebook) for output in cell.outputs]
    assert [output.text for output in outputs if output.output_type == "stream" and output.name == "stderr"] == []
    shown = [output.data for output in outputs if "data" in output]
    said = "\n".join(data.get("text/markdown") or data.get("text/plain", "") for data in shown)
    assert [pattern for pattern in expected if not re.search(pattern, said)] == [], said
    assert any("image/png" in data for data in shown)


@each_notebook
def test_it_runs_on_a_few_labelled_documents(
    path: Path, labelled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(run(path, labelled, tmp_path, monkeypatch), ALWAYS[path.stem] + WITH_SETS[path.stem])


@each_notebook
def test_it_runs_without_labelled_documents(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check(run(path, tmp_path / "none", tmp_path, monkeypatch), ALWAYS[path.stem] + WITHOUT_SETS[path.stem])


@each_notebook
def test_outputs_are_stripped(path: Path) -> None:
    assert [cell.id for cell in code_cells(read(path)) if cell.outputs or cell.execution_count is not None] == []
    assert path.stat().st_size < 50_000


@each_notebook
def test_it_defines_nothing_of_its_own(path: Path) -> None:
    nodes = [node for cell in code_cells(read(path)) for node in ast.walk(ast.parse(cell.source))]
    own = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    assert [node.name for node in nodes if isinstance(node, own)] == []


def test_the_readme_names_every_notebook() -> None:
    readme = (ROOT / "notebooks" / "README.md").read_text("utf-8")
    assert NOTEBOOKS
    assert re.findall(r"\]\((\w+\.ipynb)\)", readme) == [path.name for path in NOTEBOOKS]
