#!/usr/bin/env bash
# Sets up what the playground needs and is missing, then runs a command with it.
#
#   ./setup.sh python main.py            open the playground
#   ./setup.sh --dev python -m pytest    run the tests (--dev adds the developer tools)
#   ./setup.sh                           only set up
#
# Python packages go into the active virtual environment, or else into .venv beside this file.
# System libraries come from apt, which needs root or sudo, and is called only when one is missing.
# The command runs in this folder; messages of the set-up go to standard error.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

say() { printf 'setup: %s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

# Shared libraries that Qt's wheels expect from the system, and the Debian package that brings each.
QT_LIBRARIES=(
    libglib-2.0.so.0:libglib2.0-0
    libGL.so.1:libgl1
    libEGL.so.1:libegl1
    libfontconfig.so.1:libfontconfig1
    libxkbcommon.so.0:libxkbcommon0
    libdbus-1.so.3:libdbus-1-3
    libgssapi_krb5.so.2:libgssapi-krb5-2
    libxcb-cursor.so.0:libxcb-cursor0
    libxkbcommon-x11.so.0:libxkbcommon-x11-0
    libxcb-icccm.so.4:libxcb-icccm4
    libxcb-keysyms.so.1:libxcb-keysyms1
    libxcb-shape.so.0:libxcb-shape0
)
# Programs that the tests need: an X server without a screen, and a mouse to drag with in it.
TEST_PROGRAMS=(Xvfb:xvfb xdotool:xdotool)

suitable() { # PYTHON: is it a version that PySide6 and torch both have wheels for?
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' >/dev/null 2>&1
}

find_python() { # prints the python3 of this machine if it is suitable, else the newest one that is
    local python
    for python in python3 python3.14 python3.13 python3.12 python3.11; do
        if suitable "$python"; then
            command -v "$python"
            return
        fi
    done
    return 1
}

missing_packages() { # prints the Debian packages still needed, one a line
    local python libraries entry
    if [[ $environment == .venv ]] && ! suitable .venv/bin/python; then
        if ! python=$(find_python); then
            printf '%s\n' python3 python3-venv
        elif ! "$python" -c 'import ensurepip' >/dev/null 2>&1; then
            "$python" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])'
        fi
    fi
    if libraries=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null); then
        for entry in "${QT_LIBRARIES[@]}"; do
            [[ $libraries == *"${entry%%:*} "* ]] || printf '%s\n' "${entry#*:}"
        done
    fi
    if [[ $dev ]]; then
        for entry in "${TEST_PROGRAMS[@]}"; do
            command -v "${entry%%:*}" >/dev/null || printf '%s\n' "${entry#*:}"
        done
    fi
}

install_packages() { # PACKAGE...
    local root=()
    if ! command -v apt-get >/dev/null; then
        say "this system has no apt. Install what Debian calls: $*"
        return
    fi
    if [[ $(id -u) != 0 ]]; then
        command -v sudo >/dev/null || die "these packages are missing. As root: apt-get install $*"
        root=(sudo)
    fi
    say "installing $*"
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null >&2
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 "$@" </dev/null >&2
}

make_environment() {
    local python
    python=$(find_python) || die "Python 3.11, 3.12, 3.13 or 3.14 is needed, and this machine has none of them"
    say "making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
}

install_playground() { # into $environment, unless pyproject.toml was installed from here before
    local stamp=$environment/.neural-network-playground wanted before='' extras=''
    wanted=$({ pwd; cat pyproject.toml; } | cksum)
    [[ ! -f $stamp ]] || before=$(<"$stamp")
    case $before in
        "$wanted dev") return ;;
        "$wanted") [[ $dev ]] || return 0 ;;
    esac
    # An environment that had the developer tools keeps them up to date.
    if [[ $dev || $before == *dev ]]; then extras='[dev]'; fi
    say "installing the Python packages; the first time this takes minutes, since torch is large"
    "$environment/bin/python" -m pip --version >/dev/null 2>&1 || "$environment/bin/python" -m ensurepip >&2
    "$environment/bin/python" -m pip install --editable ".$extras" </dev/null >&2
    printf '%s\n' "$wanted${extras:+ dev}" >"$stamp"
}

dev=''
case ${1-} in
    --dev) dev=yes; shift ;;
    -h | --help) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' setup.sh; exit ;;
    -*) die "unknown option $1; see ./setup.sh --help" ;;
esac

environment=${VIRTUAL_ENV:-.venv}
if [[ $(uname) == Linux ]]; then
    mapfile -t missing < <(missing_packages)
    [[ ${#missing[@]} == 0 ]] || install_packages "${missing[@]}"
fi
if ! suitable "$environment/bin/python"; then
    [[ $environment == .venv ]] ||
        die "the active virtual environment has no Python 3.11 to 3.14; deactivate it, and a new one is made here"
    make_environment
fi
install_playground

VIRTUAL_ENV=$(cd "$environment" && pwd)
export VIRTUAL_ENV PATH="$VIRTUAL_ENV/bin:$PATH"
unset PYTHONHOME
if [[ $# == 0 ]]; then
    say "ready; ./setup.sh python main.py opens the playground"
    exit
fi
exec "$@"
