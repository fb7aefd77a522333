"""The stations of the tour. Each says what was seen, or raises Trouble."""

import os
import time
from collections.abc import Callable

from booted import Booted, wait_for
from checkouts import BROKEN_WORDS
from programs import Trouble
from toured_shop import FOLDERS, OPERATOR, SIGNALS, Toured

from hotfolder.test_center.verdict import doubled, judge

WATCHDOG_SECONDS = 60.0
STOP_SECONDS = 30.0
RESTART_SECONDS = 60.0
ON_THE_WIRE = 4  # signals.parallel
CAP_LEASE = 1 << 28
MOST_EXPOSURE = 25
UNIT = "/etc/systemd/system/hotfolder.service"
STATE = "/var/lib/hotfolder"
DOWN = {"status": 503}


def must(*, be_true: object, what: str) -> None:
    """Raises Trouble with these words unless it holds."""
    if not be_true:
        raise Trouble(what)


class Tour:
    """All stations, on one machine and with one shop."""

    def __init__(self, machine: Booted, checkouts: dict[str, str]) -> None:
        """`checkouts`: where inside lie `earlier`, `now` and `broken`."""
        self.machine = machine
        self.shop = Toured(machine)
        self._checkouts = checkouts
        self._cut = 0  # how often the daemon was ended in the middle of something

    def stations(self) -> list[tuple[str, Callable[[], str]]]:
        """Their names and what they do, in order."""
        return [
            ("install", self.install),
            ("an order comes", self.order),
            ("a job is moved", self.move),
            ("kill -9", self.kill),
            ("frozen", self.freeze),
            ("upgrade", self.upgrade),
            ("the sandbox", self.sandbox),
            ("reboot", self.reboot),
            ("an upgrade fails", self.failed_upgrade),
            ("stop", self.stop),
            ("uninstall", self.uninstall),
            ("install again", self.install_again),
            ("verdict", self.verdict),
        ]

    # installing

    def install(self) -> str:
        """The earlier state, on a machine that has never seen Hotfolder."""
        self._install("earlier", "--", *self.shop.options)
        self.machine.call("useradd", "--no-create-home", "--groups", "hotfolder", OPERATOR)
        must(be_true=self.shop.is_active(), what="it does not run")
        self.machine.call("hotfolder", "check")
        return f"{self._release()} runs, and `hotfolder check` is content"

    def upgrade(self) -> str:
        """From the earlier state to this one, with jobs on the floor and signals waiting."""
        before = self._release()
        self.shop.fail(DOWN)
        self.shop.drag("print", "produced")
        self.shop.use_free_house_port()
        self._install("now")
        must(be_true=self._release() != before, what="it is the same release as before")
        backups = list((self.machine.root / STATE[1:] / "backups").glob("before-*.sqlite"))
        must(be_true=backups, what="no backup was made")
        self.shop.fail({})
        self.shop.wait_for_signals(SIGNALS["produced"])
        away = self.shop.away_seconds()
        return f"{before} -> {self._release()}, away for {away:.1f} s; what waited was told"

    def failed_upgrade(self) -> str:
        """To a release that changes the database and then does not start."""
        before = self._release()
        self.shop.fail(DOWN)
        self.shop.drag("produced", "packed")
        jobs = self.shop.ask("jobs")
        done = self.machine.call(f"{self._checkouts['broken']}/scripts/install", may_fail=True)
        must(be_true=done.returncode == 1, what=f"it ended with {done.returncode}: {done.stderr}")
        must(be_true=BROKEN_WORDS in done.stderr, what=f"it does not say why:\n{done.stderr}")
        must(be_true=self._release() == before, what=f"{self._release()} is in place")
        must(be_true=self.shop.is_active(), what="it does not run")
        must(be_true=self.shop.ask("jobs") == jobs, what="the jobs are not those before")
        parked = [one for one in self.shop.ask("signals") if one["state"] == "parked"]
        must(be_true=not parked, what=f"{len(parked)} signals were parked, though nothing was told")
        self.shop.fail({})
        self.shop.wait_for_signals(SIGNALS["packed"])
        self.shop.order()
        self.shop.wait_for_jobs("new", 1)
        return f"{before} runs again with its database; what waited was told"

    def uninstall(self) -> str:
        """The program goes, the shop stays."""
        jobs = self._folders()
        self.machine.call(f"{self._checkouts['now']}/scripts/install", "--uninstall")
        root = self.machine.root
        gone = ["opt/hotfolder", UNIT[1:], "usr/local/bin/hotfolder"]
        left = [name for name in gone if os.path.lexists(root / name)]
        must(be_true=not left, what=f"still there: {', '.join(left)}")
        must(be_true=self._folders() == jobs and jobs, what="job folders are missing")
        kept = [root / "etc/hotfolder/config.yaml", root / STATE[1:] / "hotfolder.sqlite"]
        must(be_true=all(path.is_file() for path in kept), what="configuration or database is gone")
        return f"{len(jobs)} job folders, configuration and database are kept"

    def install_again(self) -> str:
        """It takes up what was kept; every job goes to the end."""
        self._install("now")
        count = len(self.shop.items)
        wait_for(lambda: len(self._folders()) == count, RESTART_SECONDS, f"{count} job folders")
        for stage in list(FOLDERS)[1:]:
            for origin in list(FOLDERS)[: list(FOLDERS).index(stage)]:
                self.shop.drag(origin, stage)
            self.shop.wait_for_signals(SIGNALS[stage])
        return f"all {count} jobs went on to the last stage"

    def _install(self, which: str, *words: str) -> None:
        self.machine.call(f"{self._checkouts[which]}/scripts/install", *words)

    def _release(self) -> str:
        """The release in place; its program lies inside, so the link is read as text."""
        return (self.machine.root / "opt/hotfolder/current").readlink().name

    def _folders(self) -> list[str]:
        return sorted(path.name for stage in FOLDERS for path in self.shop.jobs_in(stage))

    # working

    def order(self) -> str:
        """Orders become job folders, with what helpers make in the sandbox."""
        self.shop.order(2)
        self.shop.wait_for_signals(SIGNALS["new"])
        self.shop.wait_for_jobs("new", 2)
        for job in self.shop.jobs_in("new"):
            docket = job / "docket.pdf"
            must(be_true=docket.is_file(), what=f"{job.name} has no docket")
            must(be_true=docket.read_bytes().startswith(b"%PDF-"), what="a docket is no PDF")
        return "2 jobs lie in the first stage with files and dockets; ItemRegistered arrived"

    def move(self) -> str:
        """By an operator who is only a member of the group."""
        self.shop.drag("new", "print")
        seconds = self.shop.wait_for_signals(SIGNALS["print"])
        return f"ItemProduce arrived {seconds:.1f} s after the drag (1 s to take it back)"

    # accidents

    def kill(self) -> str:
        """In the middle of an order; what was answered is there after it."""
        before = self._process()
        self.shop.order()
        self._signal("KILL")
        seconds = wait_for(lambda: self._is_another(before), RESTART_SECONDS, "it runs again")
        self.shop.order()
        self.shop.wait_for_jobs("new", 2)
        self.shop.drag("new", "print")
        self.shop.wait_for_signals(SIGNALS["print"])
        return f"ready again after {seconds:.1f} s; both orders were made and told"

    def freeze(self) -> str:
        """Nobody but the watchdog notices."""
        before = self._process()
        self._signal("STOP")
        limit = WATCHDOG_SECONDS + STOP_SECONDS + RESTART_SECONDS
        seconds = wait_for(lambda: self._is_another(before), limit, "the watchdog has acted")
        text = self.shop.journal()
        must(be_true="Watchdog timeout" in text, what="systemd does not tell of its watchdog")
        # All wake up while that is written, so it may break off before the last thread.
        shown = text.partition("Fatal Python error: Aborted")[2]
        must(be_true="(most recent call first)" in shown, what="the log does not show where it was")
        self.shop.order()
        self.shop.wait_for_jobs("new", 1)
        self.shop.drag("new", "print")
        self.shop.wait_for_signals(SIGNALS["print"])
        return f"ready again after {seconds:.0f} s, and the log shows its threads"

    def reboot(self) -> str:
        """With signals waiting, and a drag that nobody has noted."""
        self.shop.fail(DOWN)
        self.shop.order()
        self.shop.wait_for_jobs("new", 1)
        self.machine.call("systemctl", "stop", "hotfolder")
        self.shop.drag("new", "produced")
        begun = time.monotonic()
        self.machine.reboot()
        wait_for(self.shop.is_active, RESTART_SECONDS, "it runs after the boot")
        seconds = time.monotonic() - begun
        self.shop.fail({})
        self.shop.wait_for_signals(SIGNALS["produced"])
        return f"ready {seconds:.0f} s after the request; all that waited was told"

    def stop(self) -> str:
        """With a receiver that keeps its callers waiting."""
        self.shop.fail({"delay_seconds": 10})
        self.shop.order()
        begun = time.monotonic()
        self.machine.call("systemctl", "stop", "hotfolder")
        seconds = time.monotonic() - begun
        self.shop.fail({})
        result = self.shop.show("Result")["Result"]
        must(be_true=result == "success", what=f"the stop was not clean: {result}")
        must(be_true=seconds < STOP_SECONDS, what=f"it took {seconds:.0f} s")
        return f"clean after {seconds:.1f} s"

    def _signal(self, name: str) -> None:
        self._cut += 1
        self.machine.call("systemctl", "kill", f"--signal={name}", "--kill-who=main", "hotfolder")

    def _process(self) -> str:
        return self.shop.show("MainPID")["MainPID"]

    def _is_another(self, before: str) -> bool:
        return self._process() not in ("0", before) and self.shop.is_active()

    # judging

    def sandbox(self) -> str:
        """What systemd says of the unit, and what the kernel says of the process."""
        said = self.machine.call("systemd-analyze", "verify", "--man=no", UNIT)
        must(be_true=not said.stderr, what=f"systemd-analyze verify: {said.stderr}")
        threshold = f"--threshold={MOST_EXPOSURE}"
        told = self.machine.call(
            "systemd-analyze", "security", "--no-pager", threshold, "hotfolder"
        )
        status = self.machine.call("cat", f"/proc/{self._process()}/status").stdout
        facts = dict(line.split(":\t") for line in status.splitlines() if ":\t" in line)
        must(be_true=int(facts["CapEff"], 16) == CAP_LEASE, what="it has other capabilities")
        must(be_true=facts["Seccomp"].strip() == "2", what="its system calls are not limited")
        return f"verify is silent; {told.stdout.splitlines()[-1].lstrip('→ ')}"

    def verdict(self) -> str:
        """Every signal of every item, in order; doubled at most what was on the wire at a kill."""
        accepted = self.shop.state.account.accepted()
        expected = {item: list(SIGNALS.values()) for item in self.shop.items}
        allowed = self._cut * ON_THE_WIRE
        found = judge(accepted, expected, doubles_allowed=allowed)
        must(be_true=not found, what="\n".join(found))
        twice = len(doubled(accepted))
        return f"{len(accepted)} signals of {len(expected)} items, in order; {twice} came twice"
