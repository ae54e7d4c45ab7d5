"""Draws how true the entity model's confidences are: one line a labelled set, the diagonal is the truth."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.pyplot as plt

#: The same picture each time: no date, and ids that are not drawn by chance.
matplotlib.rcParams["svg.hashsalt"] = "sheaf"


def draw_reliability(performance: Mapping[str, Any], path: Path) -> None:
    """Write an SVG of confidence against share of right names, in bins of equally many."""
    figure, axes = plt.subplots(figsize=(5.5, 4.5), layout="constrained")
    axes.plot([0, 1], [0, 1], color="0.7", linestyle="--", linewidth=1)
    for name, figures in performance.items():
        confidences = [confidence for confidence, _ in figures["reliability"]]
        right = [share for _, share in figures["reliability"]]
        axes.plot(confidences, right, marker="o", markersize=3, label=f"{name} ({figures['calibration_error']:.3f})")
    axes.set(xlabel="confidence", ylabel="share that is right", xlim=(0, 1), ylim=(0, 1))
    axes.legend(title="set (calibration error)", fontsize="small", title_fontsize="small")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
