"""Hypothesis strategies: any valid Order that both JSON and XML can carry."""

from typing import Any

from hypothesis import strategies as st

from hotfolder.domain.order import Address, Item, Option, Order, ProductFile, Reorder, Shipping

# What XML 1.0 can write, without the line ends that it changes.
_characters = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")

texts = st.text(_characters, max_size=8).map(str.strip)
some_texts = texts.filter(bool)
ids = st.from_regex(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,15}", fullmatch=True)
_unknown_names = st.from_regex(r"x_[a-z0-9]{1,4}", fullmatch=True)


def _objects(values: st.SearchStrategy[Any], *, min_size: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(_unknown_names, values, min_size=min_size, max_size=2)


_unknown_values: st.SearchStrategy[Any] = st.recursive(
    texts,
    lambda values: (
        _objects(values, min_size=1)
        | st.lists(texts | _objects(values, min_size=1), min_size=2, max_size=3)
    ),
    max_leaves=4,
)
extras: st.SearchStrategy[dict[str, Any]] = st.just({}) | _objects(_unknown_values, min_size=0)


def _blocks(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    known = st.fixed_dictionaries({}, optional=dict.fromkeys(names, some_texts))
    return st.builds(lambda block, extra: {**block, **extra}, known, extras)


files = st.builds(
    ProductFile,
    type=st.sampled_from(["cover", "book", "product", "box"]) | some_texts,
    url=st.from_regex(r"https?://[a-z]{1,8}(:[1-9][0-9]{0,3})?/[a-z0-9/?=&]{0,8}", fullmatch=True),
    format=st.just("pdf") | some_texts,
    md5=st.none() | st.from_regex(r"[0-9a-f]{32}", fullmatch=True),
    size=st.none() | st.integers(0, 10**15),
    extra=extras,
)
options = st.builds(Option, option=some_texts, desc=texts, count=texts, type=texts, extra=extras)
reorders = st.builds(Reorder, cause=some_texts, desc=texts, order_id=texts, item_id=texts)
items = st.builds(
    Item,
    id=ids,
    count=st.integers(1, 10**9),
    product=some_texts,
    files=st.lists(files, min_size=1, max_size=2).map(tuple),
    title=texts,
    desc=texts,
    pages=texts,
    options=st.lists(options, max_size=2).map(tuple),
    reorder=st.none() | reorders,
    price=texts,
    currency=texts,
    hc=texts,
    extra=extras,
)
_texts_of_address = dict.fromkeys(
    ("company", "street2", "zip", "city", "state", "email", "phone", "customer_identification"),
    texts,
)
_countries = st.from_regex(r"[A-Z]{2}", fullmatch=True)
receivers = st.builds(
    Address,
    type=st.just("delivery"),
    name=some_texts,
    street1=some_texts,
    country=_countries,
    extra=extras,
    **_texts_of_address,
)
other_addresses = st.builds(
    Address,
    type=some_texts.map(lambda text: f"other {text}"),
    name=texts,
    street1=texts,
    country=st.just("") | _countries,
    extra=extras,
    **_texts_of_address,
)
shippings = st.builds(
    Shipping,
    method=texts,
    consignor=texts,
    invoice=_blocks("shipments", "currency", "total"),
    proforma_invoice=_blocks("currency", "total", "weight"),
    extra=extras,
)


@st.composite
def orders(draw: st.DrawFn) -> Order:
    creator = draw(_blocks("id", "name", "version", "date"))
    return Order(
        id=draw(ids),
        items=tuple(draw(st.lists(items, min_size=1, max_size=2, unique_by=lambda item: item.id))),
        addresses=tuple(draw(st.permutations([draw(receivers), *draw(_some_others)]))),
        shipping=draw(shippings),
        files=tuple(draw(st.lists(files, max_size=1))),
        version=creator.get("version", ""),
        date=draw(texts),
        priority=draw(texts),
        shipping_date=draw(texts),
        creator=creator,
        client=draw(_blocks("id", "name", "date", "reference")),
        costs=draw(_blocks("currency", "shipping", "items", "vat", "total")),
        email=draw(texts),
        extra=draw(extras),
    )


_some_others = st.lists(other_addresses, max_size=1)
