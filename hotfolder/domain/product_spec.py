"""What the shop's own product table says about a kind of product. Lengths in millimetres."""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from hotfolder.domain.pdf import Size

TOLERANCE = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductSpec:
    """An entry of the table; what is None or empty is not checked.

    `product` is a reference with * and ? as wild cards, in any case. `trim` is the finished page
    of block and single sheets, `cover` the finished open cover; `spine_per_page` widens it by this
    for each page of the block. `ordered_pages`: whether pages must be as many as ordered. `files`
    are the types that must be there.
    """

    product: str
    trim: Size | None = None
    cover: Size | None = None
    spine_per_page: float = 0.0
    tolerance: float = TOLERANCE
    bleed: float | None = None
    ordered_pages: bool = True
    least_pages: int | None = None
    most_pages: int | None = None
    page_step: int | None = None
    files: tuple[str, ...] = ()

    def takes(self, product: str) -> bool:
        """Whether this entry is about the product."""
        return fnmatchcase(product.casefold(), self.product.casefold())

    def broken_page_rules(self, pages: int) -> Iterator[str]:
        """What this number of pages breaks: `at least 40 are needed`."""
        if self.least_pages is not None and pages < self.least_pages:
            yield f"at least {self.least_pages} are needed"
        if self.most_pages is not None and pages > self.most_pages:
            yield f"at most {self.most_pages} can be made"
        if self.page_step is not None and pages % self.page_step:
            yield f"it must be a multiple of {self.page_step}"

    def size_of(self, file_type: str, block_pages: int | None) -> Size | None:
        """The finished size of a file of this type; a cover with a spine needs the pages."""
        if file_type in {"book", "product"}:
            return self.trim
        if file_type != "cover" or self.cover is None:
            return None
        if not self.spine_per_page:
            return self.cover
        if block_pages is None:
            return None
        spine = self.spine_per_page * block_pages
        return Size(width=self.cover.width + spine, height=self.cover.height)
