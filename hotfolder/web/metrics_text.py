"""Readings in the text format of Prometheus, with those of the process itself."""

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from hotfolder.domain.reading import BUCKETS, Form, Histogram, Reading

FAMILIES = {Form.GAUGE: GaugeMetricFamily, Form.COUNTER: CounterMetricFamily}


def metrics_text(readings: Iterable[Reading]) -> bytes:
    """The text, UTF-8."""
    registry = CollectorRegistry()
    registry.register(_Once(readings))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _Once(Collector):
    def __init__(self, readings: Iterable[Reading]) -> None:
        self._readings = readings

    def describe(self) -> Iterable[Metric]:
        """Nothing: it would be asked at once, and again when it is collected."""
        return []

    def collect(self) -> Iterator[Metric]:
        for reading in self._readings:
            yield _family(reading)


def _family(reading: Reading) -> Metric:
    names = list(reading.samples[0][0]) if reading.samples else []
    if reading.form is Form.HISTOGRAM:
        histogram = HistogramMetricFamily(reading.name, reading.words, labels=names)
        for labels, value in reading.samples:
            assert isinstance(value, Histogram)
            histogram.add_metric([labels[name] for name in names], _buckets(value), value.sum)
        return histogram
    family: GaugeMetricFamily | CounterMetricFamily = FAMILIES[reading.form](
        reading.name, reading.words, labels=names
    )
    for labels, value in reading.samples:
        assert isinstance(value, int | float)
        family.add_metric([labels[name] for name in names], value)
    return family


def _buckets(value: Histogram) -> list[tuple[str, float]]:
    within = [
        (f"{limit}", float(count)) for limit, count in zip(BUCKETS, value.within, strict=True)
    ]
    return [*within, ("+Inf", float(value.count))]
