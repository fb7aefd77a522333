# Debian packages and how root gets them. Sourced after common.sh, never run.

# What the whole test suite needs beside Python: a file server and its client (shared stage
# folders), a PDF interpreter, a witness of system calls (what is flushed to disk, and when), a
# reader of barcodes and another of PDFs (dockets), two proxies (in front of the door for orders),
# fonts of several scripts, and who judges the unit file (systemd is not started).
# Without one of them, the tests that need it are skipped.
suite_packages="samba smbclient ghostscript strace faketime zbar-tools poppler-utils"
suite_packages="$suite_packages nginx caddy fonts-dejavu-core fonts-droid-fallback systemd"

# Those of the named packages that are not installed.
missing_packages() {
    for package in "$@"; do
        state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || state=none
        [ "$state" = installed ] || printf '%s\n' "$package"
    done
}

# Installs what is missing of the named packages. Root only; silent when there is nothing to do.
install_packages() {
    wanted=$(missing_packages "$@" | paste -s -d ' ' -)
    [ -n "$wanted" ] || return 0
    say "installing with apt-get, as root: $wanted"
    # shellcheck disable=SC2086  # one word for each package
    output=$({
        export DEBIAN_FRONTEND=noninteractive
        apt-get update
        apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=120 $wanted
    } 2>&1 </dev/null) || {
        printf '%s\n' "$output" >&2
        stop 3 "apt-get could not install: $wanted (its words are above)"
    }
}
