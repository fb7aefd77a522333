# A release: the program of this checkout in a folder of its own. Sourced after python.sh, never run.

base=/opt/hotfolder
lock=scripts/requirements.lock

# Sets $name and $release, and makes it unless it is there. Named after what it is made of.
make_release() {
    version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' hotfolder/__init__.py)
    hash=$({
        "$python" -IV
        find hotfolder systemd flows/README.md scripts/lib/installed.py pyproject.toml "$lock" \
            -type f ! -name '*.pyc' -print0 2>/dev/null | LC_ALL=C sort -z | xargs -0 sha256sum
    } | sha256sum | cut -c 1-12)
    name=$version-$hash
    release=$base/releases/$name
    # the last thing that is made; without it somebody was interrupted
    [ ! -x "$release/.complete" ] || return 0
    say "making release $name; this takes a minute"
    install -d -m 755 "$base" "$base/releases"
    rm -rf -- "$release"
    fill_release >"$base/install.log" 2>&1 </dev/null || {
        cat "$base/install.log" >&2
        rm -rf -- "$release"
        stop 1 "the release could not be made (see above). Nothing was changed."
    }
    install -m 755 /dev/null "$release/.complete"
}

fill_release() {
    "$python" -Im venv "$release" || return
    if [ -e "$lock" ]; then
        pip_install --require-hashes --only-binary :all: -r "$lock" || return
        pip_install --no-deps . || return
    else
        pip_install . || return
    fi
    install -d -m 755 "$release/share/hotfolder" "$release/share/doc/hotfolder" || return
    install -m 644 systemd/hotfolder.service systemd/samba.conf scripts/lib/installed.py \
        "$release/share/hotfolder/" || return
    install -m 644 README.md config.example.yaml CHANGELOG.md "$release/share/doc/hotfolder/" || return
    install -m 644 flows/README.md "$release/share/doc/hotfolder/flows.md" || return
    "$release/bin/hotfolder" --version
}

# The machine's own pip settings hold (index, certificates).
pip_install() {
    PIP_USER=0 "$release/bin/python" -Im pip install --no-input --disable-pip-version-check "$@"
}
