"""From a condition to the admin: through the store, by every way, whatever fails meanwhile."""

from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any

import pytest

from hotfolder.domain.alert import AlertRule, Kind, QuietHours
from hotfolder.domain.retry import Health, Reach
from hotfolder.services.alert_list import alert_lines, post_lines
from hotfolder.services.note_run import BEAT, begin_run
from hotfolder.services.send_signals import Gate
from hotfolder.services.shop import SIGNALS, Shop
from hotfolder.services.tell_alerts import NOTE, forget_ways, tell_alerts
from hotfolder.store.notes import Note
from hotfolder.store.store import Store
from tests.fakes import ManualClock, RecordingSender, refuse
from tests.services.alerting import Ear, Watch
from tests.steps import order_in, send_all

MINUTE = timedelta(minutes=1)


def down(shop: Shop, words: str = "no line") -> None:
    with shop.store.transaction():
        health = Health(reach=Reach.PROBING, since=shop.clock.now(), words=words)
        shop.store.destinations.keep(SIGNALS, health)


def up(shop: Shop) -> None:
    with shop.store.transaction():
        shop.store.destinations.keep(SIGNALS, Health())


def test_down_is_told_once_and_over_once(shop: Shop, clock: ManualClock) -> None:
    watch = Watch(shop, clock)
    down(shop)
    watch.look(minutes=60)
    [message] = watch.ear.heard
    assert message["subject"] == "[a shop] signals to cloudsignal do not get through: no line"
    assert message["text"].splitlines() == [
        "NEW",
        "  Signals that do not get through",
        "  - signals to cloudsignal do not get through: no line (since 2026-03-02 08:00 UTC)",
        "",
        "Wrong in all just now: 1 (hotfolder alerts)",
    ]
    assert (message["shop"], message["at"]) == ("a shop", "2026-03-02T08:01:15Z")
    up(shop)
    watch.look(minutes=60)
    [_, over] = watch.ear.heard
    assert over["subject"].startswith("[a shop] over: signals to cloudsignal")
    assert over["over"][0]["over"] == "2026-03-02T09:00:15Z"
    assert "Wrong in all just now: 0" in over["text"]
    assert alert_lines(shop) == []


def test_a_receiver_that_is_down_is_told_and_over_by_the_signals_themselves(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Gate
) -> None:
    watch = Watch(shop, clock, rule=AlertRule(digest=MINUTE))
    order_in(shop)
    accept, sent.answer = sent.answer, refuse(None)
    for _ in range(5):
        send_all(shop, gate)
        watch.look(minutes=0.5)
    sent.answer = accept
    send_all(shop, gate)
    watch.look(minutes=3)
    assert len(watch.ear.words("began")) == len(watch.ear.words("over")) == 1


def test_a_new_start_forgets_nothing_and_repeats_nothing(shop: Shop, clock: ManualClock) -> None:
    down(shop)
    Watch(shop, clock).look(minutes=2)
    after = Watch(shop, clock)
    after.look(minutes=30)
    assert after.ear.heard == []
    up(shop)
    after.look(minutes=2)
    assert len(after.ear.words("over")) == 1


def test_each_way_takes_messages_on_its_own_and_tells_of_one_that_does_not(
    shop: Shop, clock: ManualClock
) -> None:
    mail, hook = Ear(trouble="mail server away"), Ear()
    watch = Watch(shop, clock, rule=AlertRule(digest=MINUTE), ways={"mail": mail, "hook": hook})
    down(shop)
    watch.look(minutes=1.5)
    assert (len(hook.heard), len(mail.heard)) == (1, 0)
    [note] = [note for note in shop.store.notes.all() if note.kind == NOTE]
    assert note.words == "takes no messages to the admin: mail server away (hotfolder alerts test)"
    watch.look(minutes=2)
    assert hook.words("began")[1] == f"mail: {note.words}"
    mail.trouble = ""
    watch.look(minutes=16)
    assert mail.words("began") == hook.words("began"), "nothing was lost"
    assert [note for note in shop.store.notes.all() if note.kind == NOTE] == []
    assert hook.words("over") == [f"mail: {note.words}"]


def test_a_way_takes_its_messages_in_order_and_is_asked_ever_more_seldom(
    shop: Shop, clock: ManualClock
) -> None:
    ear = Ear(trouble="away")
    with shop.store.transaction():
        for number in (1, 2):
            shop.store.alerts.post(["ear"], {"subject": number}, clock.now())
    for _ in range(4 * 60):
        tell_alerts(shop, {"ear": ear})
        clock.turn(15)
    assert ear.tried == 6 + 3, "after 1, 5 and then every 15 minutes, at last with another one"
    [first, second] = post_lines(shop)
    assert (first["tries"], second["tries"]) == (6, 0)
    ear.trouble = ""
    clock.turn(15 * 60)
    assert tell_alerts(shop, {"ear": ear}) == 2
    assert [message["subject"] for message in ear.heard] == [1, 2]


def test_a_message_that_nobody_took_in_a_day_is_given_up(
    shop: Shop, clock: ManualClock, logged: list[str]
) -> None:
    ear = Ear(trouble="away")
    with shop.store.transaction():
        shop.store.alerts.post(["ear"], {"subject": "old"}, clock.now())
    for _ in range(200):
        tell_alerts(shop, {"ear": ear})
        clock.turn(900)
    assert shop.store.alerts.posts() == []
    assert any("given up (away): old" in line for line in logged)


def test_a_message_that_is_never_taken_does_not_keep_others_back_for_a_day(
    shop: Shop, clock: ManualClock, logged: list[str]
) -> None:
    class Picky(Ear):
        def tell(self, message: Mapping[str, Any]) -> str:
            self.trouble = "554 looks like spam" if message["subject"] == "odd" else ""
            return super().tell(message)

    ear = Picky()
    with shop.store.transaction():
        for subject in ("odd", "one", "two"):
            shop.store.alerts.post(["ear"], {"subject": subject}, clock.now())
    for _ in range(60 * 4):
        tell_alerts(shop, {"ear": ear})
        clock.turn(15)
    assert [message["subject"] for message in ear.heard] == ["one", "two"]
    assert shop.store.alerts.posts() == []
    assert any("given up (554 looks like spam; others are taken): odd" in line for line in logged)
    assert shop.store.notes.all() == []


def test_what_lasts_still_when_a_way_is_back_after_days_is_told_by_it(
    shop: Shop, clock: ManualClock
) -> None:
    mail = Ear(trouble="away")
    watch = Watch(shop, clock, ways={"mail": mail})
    down(shop)
    for _ in range(3 * 24 * 4):
        watch.look()
        clock.turn(900)
    mail.trouble = ""
    watch.look(minutes=20)
    assert any(
        "signals to cloudsignal do not get through" in words for words in mail.words("began")
    )
    assert len(mail.heard) <= 3, "not what was told in vain, day by day"


def test_what_was_told_in_vain_is_told_again_though_later_messages_wait(
    shop: Shop, clock: ManualClock
) -> None:
    mail = Ear(trouble="away")
    watch = Watch(shop, clock, ways={"mail": mail})
    down(shop)
    watch.look(minutes=2)
    clock.turn(20 * 3600)
    with shop.store.transaction():
        frozen = Note(stage="print", name="", kind="frozen", since=clock.now(), words="away")
        shop.store.notes.add(frozen)
    watch.look(minutes=2)
    clock.turn(5 * 3600)
    watch.look()
    mail.trouble = ""
    watch.look(minutes=40)
    began = mail.words("began")
    assert began.count("signals to cloudsignal do not get through: no line") == 1
    assert began.count("stage print: away") == 1


def test_of_a_kind_that_is_left_out_from_now_on_nobody_is_told_that_it_is_over(
    shop: Shop, clock: ManualClock
) -> None:
    down(shop)
    Watch(shop, clock).look(minutes=2)
    rule = AlertRule(left_out=frozenset({Kind.DESTINATION}))
    after = Watch(shop, clock, rule=rule)
    after.look(minutes=30)
    assert (after.ear.heard, alert_lines(shop)) == ([], [])


def test_what_is_left_of_a_way_that_is_no_more_goes(shop: Shop, clock: ManualClock) -> None:
    with shop.store.transaction():
        shop.store.alerts.post(["fax"], {"subject": "x"}, clock.now())
    tell_alerts(shop, {"fax": Ear(trouble="away")})
    assert any(note.name == "fax" for note in shop.store.notes.all())
    forget_ways(shop, {})
    assert tell_alerts(shop, {}) == 0
    assert (shop.store.alerts.posts(), shop.store.notes.all()) == ([], [])


def test_without_a_way_all_is_kept_while_it_lasts_and_nothing_piles_up(
    shop: Shop, clock: ManualClock
) -> None:
    watch = Watch(shop, clock, ways={})
    down(shop)
    watch.look(minutes=5)
    [line] = alert_lines(shop)
    assert (line["kind"], line["told"], line["over"]) == ("destination", "", None)
    up(shop)
    watch.look(minutes=5)
    assert alert_lines(shop) == []
    assert post_lines(shop) == []


def test_who_gets_a_way_later_is_told_what_lasts(shop: Shop, clock: ManualClock) -> None:
    down(shop)
    Watch(shop, clock, ways={}).look(minutes=5)
    watch = Watch(shop, clock)
    watch.look()
    assert len(watch.ear.words("began")) == 1


def test_kinds_that_are_left_out_are_not_even_kept(shop: Shop, clock: ManualClock) -> None:
    rule = AlertRule(left_out=frozenset({Kind.DESTINATION}))
    watch = Watch(shop, clock, rule=rule)
    down(shop)
    watch.look(minutes=5)
    assert (watch.ear.heard, alert_lines(shop)) == ([], [])


def test_what_the_night_brought_comes_with_the_morning(shop: Shop, clock: ManualClock) -> None:
    quiet = QuietHours(begin=time(8), end=time(9))
    watch = Watch(shop, clock, rule=AlertRule(quiet=quiet))
    down(shop)
    watch.look(minutes=10)
    up(shop)
    watch.look(minutes=49)
    assert watch.ear.heard == []
    watch.look(minutes=2)
    [message] = watch.ear.heard
    assert "CAME AND WENT MEANWHILE" in message["text"]
    assert message["subject"] == "[a shop] nothing is wrong any more"


def test_many_of_a_kind_are_one_message_with_few_names(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    for number in range(1, 31):
        order_in(shop, number)
    sent.answer = refuse(400)
    send_all(shop)
    watch = Watch(shop, clock)
    watch.look(minutes=5)
    [message] = watch.ear.heard
    assert message["subject"] == "[a shop] 30 things need a look"
    assert "  - and 20 more" in message["text"]
    assert len(message["began"]) == 30


def test_the_run_is_known_to_be_alive_to_the_minute(shop: Shop, clock: ManualClock) -> None:
    begin_run(shop)
    Watch(shop, clock).look(minutes=10)
    beat = shop.store.marks.get(BEAT)
    assert beat is not None
    assert clock.now() - beat.at <= MINUTE


@pytest.mark.usefixtures("clock")
def test_alerts_of_another_version_are_left_alone(store: Store) -> None:
    store._database._peewee.execute_sql(
        "insert into alert (kind, name, words, since, seen_at, grave, told)"
        " values ('of the future', 'x', 'y', 0, 0, 0, '')"
    )
    assert store.alerts.all() == []
