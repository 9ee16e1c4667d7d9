#!/bin/sh
# Makes or completes the environment that make uses: tools/environment.sh core|dev FOLDER
# Uses pip as this machine has it set up. PYTHON names the interpreter; without it the first that fits is taken.
set -eu
kind=$1
venv=$2

say() { printf '%s\n' "$*" >&2; }
stop() { say "$@"; exit 1; }
version() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null; }
between() { "$1" -c "import sys; sys.exit(not ($2 <= sys.version_info[:2] <= $3))" >/dev/null 2>&1; }

find_python() {
    candidates=${PYTHON:-python3 python3.13 python3.12 python3.11 python}
    for last in '(3, 13)' '(3, 99)'; do
        for name in $candidates; do
            if between "$name" '(3, 11)' "$last"; then
                printf '%s\n' "$name"
                return
            fi
        done
    done
    for name in $candidates; do
        found=$(version "$name") && stop "papaver needs Python 3.11 or newer; $name here is Python $found." \
            "Install a newer one (on Debian or Ubuntu: apt install python3 python3-venv) or name it: make PYTHON=/path/to/python3.12"
    done
    stop "papaver needs Python 3.11 or newer; none was found (looked for: $candidates)." \
        "Install it (on Debian or Ubuntu: apt install python3 python3-venv) or name it: make PYTHON=/path/to/python3.12"
}

make_venv() {
    python=$(find_python)
    found=$(version "$python")
    if ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
        stop "Python $found ($python) has no venv module, which makes the environment in $venv." \
            "On Debian or Ubuntu install the package python3-venv (apt install python3-venv, or python$found-venv for this Python), then run make again."
    fi
    between "$python" '(3, 11)' '(3, 13)' || say "Note: Python $found is newer than those papaver is tested on (3.11 to 3.13)."
    say "Making the environment $venv with Python $found ..."
    "$python" -m venv "$venv"
}

if ! "$venv/bin/python" -c 'import pip' >/dev/null 2>&1; then
    make_venv
elif ! between "$venv/bin/python" '(3, 11)' '(3, 99)'; then
    stop "The environment $venv has Python $(version "$venv/bin/python"); papaver needs 3.11 or newer." \
        "Remove it with: make distclean"
fi

case $kind in
    core) pins=requirements.txt ;;
    dev) pins=requirements-dev.txt ;;
    *) stop "usage: tools/environment.sh core|dev FOLDER" ;;
esac
say "Installing the packages pinned in $pins and papaver itself into $venv (once; a few minutes on a slow line) ..."
"$venv/bin/python" -m pip install -qq --disable-pip-version-check -r "$pins" -e . || {
    [ "$(uname -s) $(uname -m)" != "Darwin x86_64" ] || say "On Intel Macs llvmlite has no ready-made wheel: see the README."
    stop "Installing failed: see the lines above (is the package index in reach?). Running make again goes on from here."
}
