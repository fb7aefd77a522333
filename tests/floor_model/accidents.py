"""What happens to the shop: time passes, it is killed, its way out is shut, disks go and come."""

from contextlib import suppress

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.fakes import Killed
from tests.floor_model.play import Play, in_wild_shops, then, to_stage
from tests.floor_model.shop import EVERY, stage_folders


class Accidents(Play):
    """Nobody's doing."""

    @rule(seconds=st.sampled_from((1.0, 11.0, 25.0, 70.0)))
    def time_passes(self, seconds: float) -> None:
        self._did("time passes", f"{seconds:g} seconds pass")
        with self._told():
            self._wait(max(seconds, EVERY))

    @rule(then=then)
    def kill(self, then: str) -> None:
        self._start_again()
        self._did("kill", "kill -9 and a new start", then)

    @rule(moment=st.integers(0, 40))
    def kill_in_a_round(self, moment: int) -> None:
        self.rounds.hint_all()
        self.clock.asked_before_the_end = moment
        with suppress(Killed):
            self.rounds.step()
        self.clock.asked_before_the_end = None
        self._start_again()
        self._did(
            "kill in a round", f"kill -9 in a round, when it asks for the time {moment}", "look"
        )

    @rule(sending=st.booleans())
    def way_out(self, *, sending: bool) -> None:
        self.sending = sending
        self._did("way out", f"signals {'get' if sending else 'do not get'} through")

    @in_wild_shops
    @rule(stage=to_stage, empty=st.booleans(), then=then)
    def unmount(self, stage: str, empty: bool, then: str) -> None:
        """The disk of a stage goes away; what is left is nothing, or an empty mount point."""
        path = self.disk.floor / stage_folders()[stage]
        if stage in self.watcher.scan.visible:
            path.rename(self.disk.aside / stage.replace("/", "+"))
            if empty:
                path.mkdir()
            self._did("unmount", f"{stage} is unmounted{' and looks empty' if empty else ''}", then)

    @in_wild_shops
    @rule(empty=st.booleans(), then=then)
    def unmount_the_floor(self, empty: bool, then: str) -> None:
        if not (self.disk.aside / "floor").exists():
            self.disk.floor.rename(self.disk.aside / "floor")
            if empty:
                self.disk.floor.mkdir()
            self._did(
                "unmount the floor",
                f"the floor is unmounted{' and looks empty' if empty else ''}",
                then,
            )

    @in_wild_shops
    @rule(then=then)
    def mount_all(self, then: str) -> None:
        away = sorted(self.disk.aside.iterdir(), key=lambda path: path.name != "floor")
        for path in away:
            target = self.disk.floor
            if path.name != "floor":
                target /= stage_folders()[path.name.replace("+", "/")]
            with suppress(FileNotFoundError):
                assert list(target.iterdir()) == [], "something was written below a mount point"
                target.rmdir()
            path.rename(target)
        if away:
            self._did("mount all", "all is mounted again", then)
