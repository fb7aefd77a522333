# A Python that can make virtual environments. Sourced after common.sh and debian.sh, never run.

# Sets $python to a Python that is new enough and can make virtual environments, or stops.
find_python() {
    for python in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$python" -Ic 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            can_make_environments || get_environment_maker
            return
        fi
    done
    stop 3 "Python 3.11 or newer is needed; found $(python3 --version 2>/dev/null || echo none)." \
        "On Debian 12 or newer: apt-get install python3 python3-venv"
}

# Asked before making anything: without ensurepip, Python leaves a half-made folder behind.
can_make_environments() {
    "$python" -Ic 'import ensurepip, venv' 2>/dev/null
}

get_environment_maker() {
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        install_packages "$python-venv"
        if can_make_environments; then return; fi
    fi
    stop 3 "$(command -v "$python") can not make virtual environments: its venv package is missing.
Install it as root, then run this again:
    apt-get install $python-venv"
}
