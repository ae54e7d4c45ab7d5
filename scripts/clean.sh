#!/bin/sh
# Remove what setup, tests and the embedded stores left in this folder, after saying what that is.
# Stores that the settings place elsewhere are left alone. FORCE=1 answers yes.
set -eu
cd "$(dirname "$0")/.."

found=''
for path in .venv data build htmlcov .coverage .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info; do
    [ -e "$path" ] && found="$found $path"
done
if [ -z "$found" ]; then echo "Nothing to remove."; exit 0; fi

echo "This will be removed:"
# The names above hold no blanks.
# shellcheck disable=SC2086
du -sh $found
[ ! -e data ] || echo "data holds the uploaded documents and every decision about them; 'sheaf backup' keeps a copy."

if [ "${FORCE:-}" != 1 ]; then
    if [ ! -t 0 ]; then echo "Nothing was removed: no terminal to ask. FORCE=1 make clean goes ahead." >&2; exit 1; fi
    printf 'Remove it? [y/N] '
    read -r answer
    case $answer in [yY]*) ;; *) echo "Nothing was removed."; exit 1 ;; esac
fi
# shellcheck disable=SC2086
rm -rf $found
find . -name __pycache__ -type d -prune -exec rm -rf {} +
