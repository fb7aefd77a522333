"""GET /metrics, in the text format of Prometheus, from a real server."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import requests
from prometheus_client.parser import text_string_to_metric_families

from hotfolder.domain.reading import Form, Histogram, Reading, one, reading
from hotfolder.web.metrics import metrics_route
from hotfolder.web.server import Door, Server, make_app


@contextmanager
def served(take: Callable[[], list[Reading]]) -> Iterator[str]:
    server = Server(Door(app=make_app(metrics_route(take)), host="127.0.0.1", port=0))
    server.start()
    try:
        yield f"http://127.0.0.1:{server.ports[0]}/metrics"
    finally:
        server.stop()


def samples(text: str) -> dict[str, float]:
    return {
        f"{sample.name}{dict(sorted(sample.labels.items()))}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if not sample.name.startswith("process_")
    }


def test_gauges_counters_and_histograms_are_what_a_scraper_reads() -> None:
    times = Histogram()
    for seconds in (0.5, 20.0, 99999.0):
        times.add(seconds)
    readings = [
        reading("hotfolder_jobs", "Jobs", [({"state": "floor"}, 2), ({"state": 'a"b\n'}, 1)]),
        one("hotfolder_orders", "Orders", 7, Form.COUNTER),
        reading("hotfolder_wait_seconds", "Wait", [({"type": "x"}, times)], Form.HISTOGRAM),
        reading("hotfolder_nothing", "None of it", []),
    ]
    with served(lambda: readings) as url:
        answer = requests.get(url, timeout=10)
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    found = samples(answer.text)
    assert found["hotfolder_jobs{'state': 'floor'}"] == 2
    assert found["hotfolder_jobs{'state': 'a\"b\\n'}"] == 1
    assert found["hotfolder_orders_total{}"] == 7
    assert found["hotfolder_wait_seconds_bucket{'le': '1.0', 'type': 'x'}"] == 1
    assert found["hotfolder_wait_seconds_bucket{'le': '+Inf', 'type': 'x'}"] == 3
    assert found["hotfolder_wait_seconds_sum{'type': 'x'}"] == 100019.5
    assert "process_resident_memory_bytes" in answer.text


def test_each_question_reads_anew() -> None:
    count = iter(range(1, 9))
    with served(lambda: [one("hotfolder_asked", "Asked", next(count))]) as url:
        texts = [requests.get(url, timeout=10).text for _ in range(3)]
    assert [samples(text)["hotfolder_asked{}"] for text in texts] == [1, 2, 3]


def test_what_can_not_be_read_is_an_answer_without_its_story(logged: list[str]) -> None:
    def broken() -> list[Reading]:
        raise RuntimeError("the inside of it")

    with served(broken) as url:
        answer = requests.get(url, timeout=10)
    assert (answer.status_code, "inside" in answer.text) == (500, False)
    assert any("the inside of it" in line for line in logged)


def test_who_does_not_ask_does_not_pay_for_the_library() -> None:
    program = "import sys, hotfolder.app; sys.exit('prometheus_client' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
