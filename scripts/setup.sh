#!/bin/sh
# Make .venv with the newest suitable Python and install the versions that constraints.txt names.
# Costs nothing when that was done already. Tools of the operating system are left to scripts/tools.py.
#   PYTHON=…    the interpreter to take instead of looking for one
#   PIP_ARGS=…  further arguments for pip, such as an index of your own
set -eu
cd "$(dirname "$0")/.."
root=$(pwd -P)
stamp=.venv/.installed

# A moved folder breaks a virtual environment silently: its programs go on using the old place.
usable() { .venv/bin/python -c '' 2>/dev/null && grep -qF "$root/.venv/bin/python" .venv/bin/pip 2>/dev/null; }
version_fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }
can_make_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

wanted=$(cat constraints.txt pyproject.toml | cksum)
if [ "$(cat $stamp 2>/dev/null)" = "$wanted" ] && usable; then exit 0; fi

if ! usable || ! version_fits .venv/bin/python; then
    python='' bare=''
    for candidate in ${PYTHON:-python3.13 python3.12 python3.11 python3 python}; do
        version_fits "$candidate" || continue
        if can_make_venv "$candidate"; then python=$candidate; break; fi
        bare=$candidate
    done
    if [ -z "$python" ]; then
        if [ -n "$bare" ]; then
            name=$("$bare" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
            echo "$bare is here, but without its venv module. Install it, then run make again:" >&2
            echo "    sudo apt-get install $name-venv" >&2
        else
            echo "Sheaf needs Python 3.11, 3.12 or 3.13, and none was found${PYTHON:+ at $PYTHON}. Install one, then run make again:" >&2
            echo "    Debian, Ubuntu:  sudo apt-get install python3 python3-venv" >&2
            echo "    macOS:           brew install python@3.13" >&2
            echo "An interpreter that is not on the PATH can be named: make setup PYTHON=/path/to/python3.12" >&2
        fi
        exit 1
    fi
    echo "Making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
fi

echo "Installing what constraints.txt names into .venv; the first time this takes some minutes"
# PIP_ARGS is a list of words.
# shellcheck disable=SC2086
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile -c constraints.txt ${PIP_ARGS:-} -e '.[dev]'
# On all cores, where pip would use one. Some packages carry files that are no Python: not our business.
.venv/bin/python -m compileall -q -j 0 .venv/lib >/dev/null 2>&1 || true
echo "$wanted" >$stamp
