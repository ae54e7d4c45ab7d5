"""The `sheaf` command: the house's own key.

What the commands do is left to the modules beside and to the rooms below.
"""

from __future__ import annotations


def main() -> None:
    """Entry point of the console script."""
    from cli.app import run

    run()
