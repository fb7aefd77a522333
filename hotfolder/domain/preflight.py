"""Facts of fetched files against the order, before production."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from hotfolder.domain.finding import DEFAULT_LEVELS, Check, Fault, Finding, Level
from hotfolder.domain.order import Item, ProductFile
from hotfolder.domain.pdf import PdfFacts
from hotfolder.domain.pdf_checks import FileRead, Ordered, faults_of, whole_number
from hotfolder.domain.product_spec import ProductSpec

BOOK_FILES = ("cover", "book")
_SERIOUS = (Level.HOLD, Level.WARN, Level.NOTE)


@dataclass(frozen=True, kw_only=True, slots=True)
class FileFacts:
    """What a fetched file is: bytes and md5 as 32 lower-case hex digits."""

    size: int
    md5: str


def mismatch(ordered: ProductFile, facts: FileFacts) -> str:
    """Why the file is not the ordered one, or empty text.

    Size first, then md5, as the integration guide asks; what the order leaves out is not checked.
    """
    if ordered.size is not None and ordered.size != facts.size:
        return f"the file has {facts.size} bytes, the order says {ordered.size}"
    if ordered.md5 is not None and ordered.md5 != facts.md5:
        return f"the file has md5 {facts.md5}, the order says {ordered.md5}"
    return ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PreflightRules:
    """What a flow says about preflight: levels that differ from DEFAULT_LEVELS, product table."""

    levels: Mapping[Check, Level] = field(default_factory=dict)
    products: tuple[ProductSpec, ...] = ()

    def level(self, check: Check) -> Level:
        """How serious a fault of this check is in this flow."""
        return self.levels.get(check, DEFAULT_LEVELS[check])

    @property
    def is_off(self) -> bool:
        """True when nothing is looked at."""
        return all(self.level(check) is Level.OFF for check in Check if check is not Check.DOWNLOAD)

    def spec(self, product: str) -> ProductSpec | None:
        """The first entry of the table that is about the product."""
        return next((spec for spec in self.products if spec.takes(product)), None)


def preflight(item: Item, files: Sequence[FileRead], rules: PreflightRules) -> tuple[Finding, ...]:
    """What stands against making the item from these files, the most serious first.

    `files` are the production files of the item, not the papers of the order.
    """
    spec = rules.spec(item.product)
    block = next((file.pdf for file in files if file.kind == "book"), None)
    ordered = Ordered(
        pages=whole_number(item.pages),
        block_pages=block.pages if isinstance(block, PdfFacts) else whole_number(item.pages),
        spec=spec,
    )
    faults = [("", fault) for fault in _set_faults(item, files, spec)]
    faults += [(file.name, fault) for file in files for fault in faults_of(file, ordered)]
    findings = [
        Finding(
            code=fault.check,
            level=rules.level(fault.check),
            file=name,
            words=fault.words,
            cause=fault.cause,
        )
        for name, fault in faults
    ]
    told = [finding for finding in findings if finding.level is not Level.OFF]
    return tuple(sorted(told, key=lambda finding: _SERIOUS.index(finding.level)))


def _set_faults(item: Item, files: Sequence[FileRead], spec: ProductSpec | None) -> Iterator[Fault]:
    """Files that are missing or there twice.

    "Books need two PDFs (block and cover), all other products one" (Cloudprinter docs: How to
    integrate). A book is what has one of the two, or is named as one: textbook_..., photobook_...
    """
    kinds = [file.kind for file in files]
    for kind in _needed(item, kinds, spec):
        if kind not in kinds:
            words = f"the item has no {kind} file; it has {_listed(kinds)}"
            yield Fault(check=Check.FILE_SET, words=words, cause="CancelValidateError")
    for kind in ("cover", "book"):
        if kinds.count(kind) > 1:
            words = f"the item has {kinds.count(kind)} files of type {kind}"
            yield Fault(check=Check.FILE_SET, words=words, cause="CancelValidateError")


def _needed(item: Item, kinds: Sequence[str], spec: ProductSpec | None) -> Sequence[str]:
    if spec is not None and spec.files:
        return spec.files
    named_book = item.product.partition("_")[0].casefold().endswith("book")
    return BOOK_FILES if named_book or set(kinds) & set(BOOK_FILES) else ()


def _listed(kinds: Sequence[str]) -> str:
    known = [kind for kind in kinds if kind.isidentifier()]
    return ", ".join(known) or "none that is known"
