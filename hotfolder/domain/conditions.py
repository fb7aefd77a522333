"""What a flow takes: conditions on an item of an order, and in words why one does not hold."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from hotfolder.domain.job import Mode
from hotfolder.domain.order import Item, Order

MOST_DIGITS = 9
MOST_PAGES = 10**MOST_DIGITS


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """What conditions are about: an item, its order and how that came in.

    `client` are the client's id and name. `pages` is None when the order does not tell a number.
    """

    product: str
    options: tuple[str, ...]
    client: tuple[str, str]
    country: str
    mode: Mode
    interface: str
    reorder: bool
    pages: int | None


def work_of(order: Order, item: Item, mode: Mode, interface: str) -> Work:
    """The item as conditions see it."""
    digits = item.pages.isascii() and item.pages.isdecimal() and len(item.pages) <= MOST_DIGITS
    return Work(
        product=item.product,
        options=tuple(option.option for option in item.options),
        client=(f"{order.client.get('id') or ''}", f"{order.client.get('name') or ''}"),
        country=order.delivery.country,
        mode=mode,
        interface=interface,
        reorder=item.reorder is not None,
        pages=int(item.pages) if digits else None,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Conditions:
    """All of them must hold; what is empty or None is not asked.

    Texts have * and ? as wild cards and are compared in any case; one of several is enough, except
    in `all_options`. `client` is compared with the id and with the name of the client.
    """

    product: tuple[str, ...] = ()
    option: tuple[str, ...] = ()
    all_options: tuple[str, ...] = ()
    client: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    mode: tuple[Mode, ...] = ()
    interface: tuple[str, ...] = ()
    reorder: bool | None = None
    pages_min: int | None = None
    pages_max: int | None = None

    def misfits(self, work: Work) -> list[str]:
        """Why the work is not taken, one sentence a condition; empty when it is.

        The client is named by its id alone: its name may be that of a person.
        """
        return [words for words in (*self._text_misfits(work), *self._other_misfits(work)) if words]

    def _text_misfits(self, work: Work) -> Iterator[str]:
        has = f"it has {_listed(work.options, 'and')}" if work.options else "it has none"
        if not _one_fits(self.product, [work.product]):
            yield f"its product {work.product} is not {_listed(self.product)}"
        if not _one_fits(self.option, work.options):
            yield f"it has no option {_listed(self.option)} ({has})"
        for pattern in self.all_options:
            if not _one_fits([pattern], work.options):
                yield f"it has no option {pattern} ({has})"
        if not _one_fits(self.client, work.client):
            yield f"its client {work.client[0] or 'without an id'} is not {_listed(self.client)}"
        if not _one_fits(self.country, [work.country]):
            yield f"it goes to {work.country}, not to {_listed(self.country)}"
        if not _one_fits(self.interface, [work.interface]):
            door = work.interface or "no interface that is known"
            yield f"it came through {door}, not through {_listed(self.interface)}"

    def _other_misfits(self, work: Work) -> Iterator[str]:
        if self.mode and work.mode not in self.mode:
            yield f"it is a {work.mode} order, not {_listed(self.mode)}"
        if self.reorder is not None and work.reorder is not self.reorder:
            yield "it is a reorder" if work.reorder else "it is no reorder"
        if work.pages is None and self.asks_pages:
            yield "its number of pages is not known"
        elif not (self.pages_min or 0) <= (work.pages or 0) <= (self.pages_max or MOST_PAGES):
            yield f"it has {work.pages} pages, not {_span(self.pages_min, self.pages_max)}"

    def in_words(self) -> str:
        """What is asked: `product textbook_* or notebook_*, country DK, reorders`."""
        return ", ".join(self._asked())

    def _asked(self) -> Iterator[str]:
        for name in ("product", "option", "client", "country", "mode", "interface"):
            if patterns := getattr(self, name):
                yield f"{name} {_listed(patterns)}"
        if self.all_options:
            yield f"options {_listed(self.all_options, 'and')}"
        if self.reorder is not None:
            yield "reorders" if self.reorder else "no reorders"
        if self.asks_pages:
            yield _span(self.pages_min, self.pages_max)

    @property
    def asks_pages(self) -> bool:
        """Whether the number of pages matters."""
        return self.pages_min is not None or self.pages_max is not None

    def cover(self, other: "Conditions") -> bool:
        """True when these surely take whatever the others would: nothing is left for those."""
        texts = (
            (self.product, other.product),
            (self.client, other.client),
            (self.country, other.country),
            (self.interface, other.interface),
            (self.mode, other.mode),
        )
        return (
            all(_cover(wide, narrow) for wide, narrow in texts)
            and self._options_cover(other)
            and self.reorder in (None, other.reorder)
            and (other.asks_pages or not self.asks_pages)
            and (self.pages_min or 0) <= (other.pages_min or 0)
            and (self.pages_max or MOST_PAGES) >= (other.pages_max or MOST_PAGES)
        )

    def _options_cover(self, other: "Conditions") -> bool:
        needed = [(one,) for one in other.all_options]
        any_one = _cover(self.option, other.option)
        return (any_one or any(_cover(self.option, one) for one in needed)) and all(
            any(_cover((wide,), one) for one in needed) for wide in self.all_options
        )


def fits(text: str, pattern: str) -> bool:
    """Whether a text is meant by a pattern with * and ? as wild cards, in any case."""
    # a bracket would begin a set of letters
    return fnmatchcase(text.casefold(), pattern.casefold().replace("[", "[[]"))


def _one_fits(patterns: Sequence[str], texts: Iterable[str]) -> bool:
    return not patterns or any(fits(text, one) for text in texts for one in patterns)


def _cover(wide: Sequence[str], narrow: Sequence[str]) -> bool:
    """True when whatever fits one of the narrow patterns fits one of the wide ones, too."""
    return not wide or bool(narrow and all(any(_holds(one, n) for one in wide) for n in narrow))


def _holds(wide: str, narrow: str) -> bool:
    """A pattern is text to a wider one, though ? would take a * for one letter."""
    return wide.casefold() == narrow.casefold() or ("?" not in wide and fits(narrow, wide))


def _span(least: int | None, most: int | None) -> str:
    if least is not None and most is not None:
        return f"{least} to {most} pages"
    return f"{most} pages or fewer" if least is None else f"{least} pages or more"


def _listed(words: Iterable[str], last: str = "or") -> str:
    *most, final = words
    return f"{', '.join(most)} {last} {final}" if most else final
