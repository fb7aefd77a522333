"""scripts/tour: Hotfolder as a service on a machine that is booted for it."""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from booted import MIRROR, Booted, Made, make_root
from checkouts import broken_checkout, earlier_checkout, this_checkout
from programs import Trouble, end_on_request
from tour_steps import Tour

INTERRUPTED = 130


def read_options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line; ends the program with 2 when it is wrong."""
    parser = argparse.ArgumentParser(
        prog="scripts/tour",
        description="Boots a Debian in a container, installs Hotfolder there from an earlier commit"
        " and shows it: orders, moves, kill -9, a frozen process, an upgrade, one that fails, a"
        " reboot, uninstall. Nothing real is called.",
    )
    parser.add_argument(
        "--root", type=Path, help="a ready Debian in a folder; a copy of it is used"
    )
    parser.add_argument("--mirror", default=MIRROR, help=f"where Debian comes from ({MIRROR})")
    parser.add_argument("--ca", type=Path, metavar="FILE", help="certificates to trust in there")
    parser.add_argument("--pip-conf", type=Path, metavar="FILE", help="settings of pip in there")
    parser.add_argument(
        "--from",
        dest="earlier",
        metavar="COMMIT",
        help="what is upgraded from; the first commit with this tour when not given",
    )
    parser.add_argument("--folder", type=Path, default=Path("/var/tmp"), help="where to work")
    parser.add_argument("--keep", action="store_true", help="keep the root")
    return parser.parse_args(arguments)


def run(options: argparse.Namespace, folder: Path) -> int:
    """The tour in this folder; 0 when all was as it should be."""
    root = folder / "root"
    begun = time.monotonic()
    try:
        made = Made(
            ready=options.root,
            mirror=options.mirror,
            certificates=options.ca,
            pip_conf=options.pip_conf,
        )
        tell("a Debian", begun, lay_out(root, made, options.earlier))
        begun = time.monotonic()
        with Booted(root, folder / "console.log") as machine:
            tell("boot", begun, "systemd runs")
            go_round(machine)
    except Trouble as trouble:
        print(f"FAILED: {trouble}")
        return 1
    print("FINE: every signal arrived, in order")
    return 0


def lay_out(root: Path, made: Made, earlier: str | None) -> str:
    """The root with its checkouts; what lies there."""
    make_root(root, made)
    checkouts = root / "root"
    commit = earlier_checkout(checkouts / "earlier", earlier)
    this_checkout(checkouts / "now")
    broken_checkout(checkouts / "broken", checkouts / "now")
    return f"with checkouts of {commit}, of now, and of one that is broken on purpose"


def go_round(machine: Booted) -> None:
    """Every station. Raises Trouble."""
    tour = Tour(machine, {name: f"/root/{name}" for name in ("earlier", "now", "broken")})
    for name, station in tour.stations():
        begun = time.monotonic()
        try:
            tell(name, begun, station())
        except Trouble as trouble:
            print(f"the end of its journal:\n{tour.shop.journal()[-3000:]}")
            raise Trouble(f"{name}: {trouble}") from trouble


def tell(name: str, begun: float, words: str) -> None:
    """One line."""
    print(f"{name:<18}{time.monotonic() - begun:5.0f} s  {words}", flush=True)


def main() -> int:
    """Run with the command line; the exit code."""
    options = read_options()
    end_on_request()
    folder = Path(tempfile.mkdtemp(prefix="hotfolder-tour-", dir=options.folder))
    code = INTERRUPTED
    try:
        code = run(options, folder)
    except KeyboardInterrupt:
        print("Stopped; everything that was started has ended.")
    finally:
        if options.keep or code == 1:
            print(f"The root is kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
