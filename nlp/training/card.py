"""Writes the model card from a promoted model's meta.json, so that the two agree. Its words are in card.md.template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from string import Template
from typing import Any

TEMPLATE = Path(__file__).with_name("card.md.template")
COUNTS = ("documents", "words", "PERSON", "ORG", "LOCATION")


def write_card(meta: Mapping[str, Any], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render(meta), "utf-8")


def render(meta: Mapping[str, Any]) -> str:
    """The card as Markdown."""
    corpus, run = meta["corpus"], meta["training"]
    return Template(TEMPLATE.read_text("utf-8")).substitute(
        name=meta["name"],
        version=meta["version"],
        licence=meta["license"],
        megabytes=meta["megabytes"],
        data="\n".join(_data_rows(corpus["sets"])),
        invented=run["recipe"]["invented"],
        epochs=run["recipe"]["epochs"],
        repeated=run["recipe"]["repeated"],
        averaged=run["averaged"],
        first_invented=run["start"]["recipe"]["invented"],
        first_epochs=run["start"]["recipe"]["epochs"],
        digest=corpus["data_sha256"],
        scores="\n".join(_score_rows(meta["performance"])),
        folds=_folds(meta["folds"]),
        probe=probe_section(meta.get("probe", {})),
        origins="is told above" if meta.get("probe") else "has not been measured",
        seed=run["seed"],
        wall=run["start"]["wall_seconds"] + run["wall_seconds"],
        hardware=run["hardware"],
        python=run["python"],
        versions=", ".join(f"{name} {version}" for name, version in run["versions"].items()),
    )


def _data_rows(sets: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for row in sets:
        train = [row.get("train", {}).get(count, 0) for count in COUNTS]
        yield _row(row["set"], row["licence"], *train, row.get("stop", row.get("calibrate", {})).get("words", 0))


def _score_rows(performance: Mapping[str, Any]) -> Iterable[str]:
    yield _row("set", "F1", "precision", "recall", "calibration error", "PERSON F1", "ORG F1", "LOCATION F1")
    yield "|---|---|---|---|---|---|---|---|"
    for name, figures in performance.items():
        labels = [_figure(figures["by_label"].get(label, {}).get("f1")) for label in ("PERSON", "ORG", "LOCATION")]
        whole = [_figure(figures[key]) for key in ("f1", "precision", "recall", "calibration_error")]
        yield _row(name, *whole, *labels)


def _folds(folds: Mapping[str, Any]) -> str:
    count = max(len(figures["f1_by_fold"]) for figures in folds.values())
    spread = (f"{name} {', '.join(map(_figure, figures['f1_by_fold']))}" for name, figures in folds.items())
    head = f"Cross-validation in {count} folds by document, each scored by a model that did not see it, with the rules:"
    return "\n".join([head, "", *_score_rows(folds), "", f"F1 by fold: {'; '.join(spread)}."])


def probe_section(probe: Mapping[str, Any]) -> str:
    """What nlp.training.probe found, as a section of Markdown; nothing if it was not run."""
    if not probe:
        return ""
    lines = [
        "\n## By origin of the name\n",
        "Recall (strict span and label) of names none of whose words is in the lists that are trained with, as many of",
        "each origin, in the same texts (`nlp/training/probe.yaml`): letters, contracts, forms, receipts, capitals, a",
        "line break in the name. Some texts are hard, so compare groups with one another, not with the F1 above.",
    ]
    for label, figures in probe.items():
        groups = sorted(figures["by_group"].items(), key=lambda one: -one[1]["recall"])
        lines += [
            "",
            f"{label}: {figures['recall']:.3f} of {figures['names']}; the groups lie {figures['spread']:.3f} apart.",
            "",
            _row("origin", "recall", "95 % interval", *list(groups[0][1]["outcomes"])[1:]),
            "|---|---|---|---|---|---|",
            *(_probe_row(name, one) for name, one in groups),
            "",
            f"By text: {_recalls(figures['by_kind'])}.",
        ]
        if "by_sex" in figures:
            lines.append(f"By sex: {_recalls(figures['by_sex'])}.")
    return "\n".join([*lines, ""])


def _probe_row(name: str, figures: Mapping[str, Any]) -> str:
    low, high = figures["interval"]
    shares = (f"{count / figures['names']:.3f}" for count in list(figures["outcomes"].values())[1:])
    return _row(name, _figure(figures["recall"]), f"{low:.3f}–{high:.3f}", *shares)


def _recalls(parts: Mapping[str, Mapping[str, Any]]) -> str:
    return ", ".join(f"{name} {figures['recall']:.3f}" for name, figures in parts.items())


def _figure(share: float | None) -> str:
    return "–" if share is None else f"{share:.3f}"


def _row(*cells: object) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"
