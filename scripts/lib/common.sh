# Shared by the scripts: where things are, and how they speak. Sourced, never run.

here=$PWD
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"

# A program that compiles itself at each of its starts is slow, and every test starts some.
unset PYTHONDONTWRITEBYTECODE

# The virtual environment; HOTFOLDER_VENV names another place for it.
venv=${HOTFOLDER_VENV:-$root/.venv}
case $venv in
    /*) ;;
    *) venv=$here/$venv ;;
esac

say() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
}

# stop STATUS TEXT...: the last words of a script
stop() {
    status=$1
    shift
    say "$@"
    exit "$status"
}

# step NAME COMMAND...: one line with its seconds; its output, and the end, if it fails
step() {
    name=$1
    shift
    begun=$(date +%s)
    printf '%-8s' "$name"
    status=0
    output=$("$@" 2>&1 </dev/null) || status=$?
    seconds=$(($(date +%s) - begun))
    if [ "$status" -ne 0 ]; then
        printf 'failed, %s s\n%s\n' "$seconds" "$output"
        exit "$status"
    fi
    printf 'ok, %s s\n' "$seconds"
}
