"""The options of `preflight` in a flow file: levels and the product table."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from hotfolder.config.load import Document
from hotfolder.config.section import Section
from hotfolder.config.values import Name
from hotfolder.domain.finding import DEFAULT_LEVELS, Check, Level
from hotfolder.domain.pdf import Size
from hotfolder.domain.preflight import PreflightRules
from hotfolder.domain.product_spec import TOLERANCE, ProductSpec
from hotfolder.errors import Problem

LONGEST_MM = 20_000


def _two_lengths(value: Any) -> Any:
    try:
        width, height = (float(length) for length in value)
    except (TypeError, ValueError):
        width = height = 0.0
    usable = isinstance(value, list) and all(0 < one <= LONGEST_MM for one in (width, height))
    if not usable:
        raise ValueError("must be [width, height] in mm, such as [148, 210]")
    return width, height


LevelWord = Literal["off", "note", "warn", "hold"]
TwoLengths = Annotated[tuple[float, float], BeforeValidator(_two_lengths)]
Pages = Annotated[int, Field(ge=1, le=100_000)]


def _level(check: Check, meaning: str) -> Any:
    return Field(DEFAULT_LEVELS[check].value, description=meaning)


class LevelsFile(Section):
    """The entries of `levels`: one for each check."""

    unreadable: LevelWord = _level(
        Check.UNREADABLE, "A file is empty, no PDF, or so damaged that it does not open"
    )
    locked: LevelWord = _level(Check.LOCKED, "A file does not open without a password")
    too_hard: LevelWord = _level(
        Check.TOO_HARD, "A file takes too much time or memory to read, or has too many pages"
    )
    no_pages: LevelWord = _level(Check.NO_PAGES, "A file has no pages")
    lost_pages: LevelWord = _level(Check.LOST_PAGES, "A file names pages that it does not hold")
    rebuilt: LevelWord = _level(
        Check.REBUILT, "A file is damaged and opens only after a repair; parts may be missing"
    )
    print_forbidden: LevelWord = _level(
        Check.PRINT_FORBIDDEN, "A file is protected against printing"
    )
    restricted: LevelWord = _level(
        Check.RESTRICTED, "A file is encrypted, but opens without a password and may be printed"
    )
    file_set: LevelWord = _level(
        Check.FILE_SET,
        "A book has no cover or no block, or a file that `files` asks for is missing",
    )
    not_checked: LevelWord = _level(Check.NOT_CHECKED, "A file is not ordered as a PDF")
    page_count: LevelWord = _level(
        Check.PAGE_COUNT, "The block has another number of pages than ordered"
    )
    sheet_count: LevelWord = _level(
        Check.SHEET_COUNT, "A one-file product has another number of pages than ordered"
    )
    page_rule: LevelWord = _level(
        Check.PAGE_RULE, "The pages break pages_min, pages_max or pages_step of the product table"
    )
    no_size: LevelWord = _level(Check.NO_SIZE, "A page has no usable size")
    mixed_sizes: LevelWord = _level(Check.MIXED_SIZES, "The pages of a file differ in size")
    trim_size: LevelWord = _level(
        Check.TRIM_SIZE, "The TrimBox of a page is not the size in the product table"
    )
    page_size: LevelWord = _level(
        Check.PAGE_SIZE,
        "A page without a TrimBox does not fit the size in the product table, even with bleed",
    )
    spine: LevelWord = _level(
        Check.SPINE, "The width of the cover does not fit the pages of the block"
    )
    bleed: LevelWord = _level(Check.BLEED, "There is less bleed than the product table asks for")
    fonts: LevelWord = _level(Check.FONTS, "A file uses fonts that are not embedded")


class ProductFile(Section):
    """An entry of `products`."""

    product: Name = Field(
        description="Product reference of the order, with * and ? as wild cards; the first entry"
        " that fits is used"
    )
    trim_mm: TwoLengths | None = Field(
        None, description="Finished size of the pages of block or single file, [width, height]"
    )
    cover_mm: TwoLengths | None = Field(
        None,
        description="Finished size of the open cover, [width, height]; without the spine if"
        " spine_mm_per_page is given",
    )
    spine_mm_per_page: float = Field(
        0,
        ge=0,
        le=10,
        allow_inf_nan=False,
        description="Width that each page of the block adds to cover_mm",
    )
    tolerance_mm: float = Field(
        TOLERANCE,
        ge=0,
        le=100,
        allow_inf_nan=False,
        description="How much a side may differ from its size",
    )
    bleed_mm: float | None = Field(
        None,
        ge=0,
        le=100,
        allow_inf_nan=False,
        description="Bleed that must lie around the trim on each side",
    )
    pages: Literal["order", "any"] = Field(
        "order", description="order: as many pages as the order says; any: not compared"
    )
    pages_min: Pages | None = Field(None, description="Least pages that can be made")
    pages_max: Pages | None = Field(None, description="Most pages that can be made")
    pages_step: Pages | None = Field(None, description="The pages must be a multiple of this")
    files: tuple[Name, ...] = Field(
        (), description="File types that must be there, such as [cover, book]"
    )

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if self.pages_min and self.pages_max and self.pages_min > self.pages_max:
            raise ValueError(f"pages_min {self.pages_min} is above pages_max {self.pages_max}")
        if self.spine_mm_per_page and not self.cover_mm:
            raise ValueError("spine_mm_per_page needs cover_mm, the cover without its spine")
        return self

    def spec(self) -> ProductSpec:
        return ProductSpec(
            product=self.product,
            trim=_size(self.trim_mm),
            cover=_size(self.cover_mm),
            spine_per_page=self.spine_mm_per_page,
            tolerance=self.tolerance_mm,
            bleed=self.bleed_mm,
            ordered_pages=self.pages == "order",
            least_pages=self.pages_min,
            most_pages=self.pages_max,
            page_step=self.pages_step,
            files=tuple(one.strip().casefold() for one in self.files),
        )


class PreflightFile(Section):
    """The mapping `preflight` of a flow file."""

    levels: LevelsFile = Field(LevelsFile(), description="How serious each finding is")
    products: tuple[ProductFile, ...] = Field((), description="The product table, one entry a kind")

    def rules(self) -> PreflightRules:
        """The rules for the domain."""
        written = self.levels.model_dump(exclude_unset=True)
        levels = {Check(name): Level(word) for name, word in written.items()}
        return PreflightRules(levels=levels, products=tuple(one.spec() for one in self.products))


def _size(lengths: tuple[float, float] | None) -> Size | None:
    return None if lengths is None else Size(width=lengths[0], height=lengths[1])


def same_products(document: Document) -> Iterator[Problem]:
    """Entries of the product table that an earlier one of the same name hides."""
    preflight = document.data.get("preflight")
    entries = preflight.get("products") if isinstance(preflight, dict) else None
    first: dict[str, int] = {}
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        product = entry.get("product") if isinstance(entry, dict) else None
        if isinstance(product, str) and first.setdefault(product.casefold(), index) != index:
            place = ("preflight", "products", index, "product")
            what = f"is the product of products[{first[product.casefold()]}] already"
            yield document.problem(place, what, "the first entry that fits is used; remove one")
