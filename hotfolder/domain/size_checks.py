"""Faults in the sizes of pages: against each other and against the product table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hotfolder.domain.cause import cause_of_file
from hotfolder.domain.finding import Check, Fault
from hotfolder.domain.pdf import PageForm, Size
from hotfolder.domain.product_spec import TOLERANCE, ProductSpec

MOST_BLEED = 5.0  # what may lie around a page without a TrimBox when the table names no bleed
BLEED_TOLERANCE = 0.2


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """A file beside what the table asks of it."""

    subject: str
    kind: str
    spec: ProductSpec
    wanted: Size

    def fits(self, form: PageForm) -> bool:
        if form.trim is not None:
            return form.trim.fits(self.wanted, self.spec.tolerance)
        return form.shown is not None and self._fits_with_bleed(form.shown)

    def _fits_with_bleed(self, shown: Size) -> bool:
        bleed = self.spec.bleed
        if bleed is None:
            around = (shown.width - self.wanted.width) / 2
            bleed = min(max(around, 0.0), MOST_BLEED)
        sizes = (self.wanted, self.wanted.grown(bleed))
        return any(shown.fits(size, self.spec.tolerance) for size in sizes)


def size_faults(
    subject: str,
    kind: str,
    forms: Sequence[PageForm],
    spec: ProductSpec | None,
    wanted: Size | None,
) -> Iterator[Fault]:
    """What is odd in the sizes of a file of this kind; `wanted` is its finished size."""
    lost = [form for form in forms if form.size is None]
    if lost:
        words = f"{subject} has no usable size on {_pages(lost)}"
        yield Fault(check=Check.NO_SIZE, words=words, cause=cause_of_file("Size", kind))
    sized = [form for form in forms if form.size is not None]
    yield from _mixed(subject, kind, sized, spec.tolerance if spec else TOLERANCE)
    if spec is not None and wanted is not None:
        asked = _Asked(subject=subject, kind=kind, spec=spec, wanted=wanted)
        yield from _unfit(asked, [form for form in sized if not asked.fits(form)])
        yield from _bleed(asked, sized)


def _mixed(subject: str, kind: str, forms: Sequence[PageForm], tolerance: float) -> Iterator[Fault]:
    if not forms:
        return
    usual = max(forms, key=lambda form: form.count).size
    if usual is None:
        return
    others = [form for form in forms if form.size and not form.size.fits(usual, tolerance)]
    if others:
        words = (
            f"the pages of {subject} differ in size: most are {usual},"
            f" not {_pages(others)} ({others[0].size})"
        )
        yield Fault(check=Check.MIXED_SIZES, words=words, cause=cause_of_file("Size", kind))


def _unfit(asked: _Asked, forms: Sequence[PageForm]) -> Iterator[Fault]:
    """One fault for the pages that tell their trim, one for those that do not."""
    trimmed = [form for form in forms if form.trim]
    if trimmed:
        yield _wrong_size(asked, trimmed, Check.TRIM_SIZE)
    untrimmed = [form for form in forms if not form.trim]
    if untrimmed:
        yield _wrong_size(asked, untrimmed, Check.PAGE_SIZE)


def _wrong_size(asked: _Asked, forms: Sequence[PageForm], check: Check) -> Fault:
    size, wanted, tolerance = forms[0].size or asked.wanted, asked.wanted, asked.spec.tolerance
    told = f"{asked.subject} ({_pages(forms)}) is {size}, asked for is {wanted}"
    only_width = abs(size.height - wanted.height) <= tolerance
    if asked.kind == "cover" and asked.spec.spine_per_page and only_width:
        word = "wide" if size.width > wanted.width else "narrow"
        words = f"{told}: its spine is too {word} for the block"
        return Fault(check=Check.SPINE, words=words, cause="CancelCoverSpine")
    if size.turned.fits(wanted, tolerance):
        cause = cause_of_file("Size", asked.kind)
        return Fault(check=check, words=f"{told}: it is turned the wrong way", cause=cause)
    fault = "Trim" if check is Check.TRIM_SIZE else "Size"
    return Fault(check=check, words=told, cause=cause_of_file(fault, asked.kind))


def _bleed(asked: _Asked, forms: Sequence[PageForm]) -> Iterator[Fault]:
    bleed = asked.spec.bleed
    if bleed is None:
        return
    short = [form for form in forms if _margin(asked, form) < bleed - BLEED_TOLERANCE]
    if short:
        margin = min(_margin(asked, form) for form in short)
        words = (
            f"{asked.subject} ({_pages(short)}) has {_plain(margin)} mm around the trim,"
            f" {_plain(bleed)} mm are asked for"
        )
        cause = cause_of_file("Margins", asked.kind)
        yield Fault(check=Check.BLEED, words=words, cause=cause)


def _margin(asked: _Asked, form: PageForm) -> float:
    """What lies around the finished page on its narrowest side."""
    if form.margin is not None:
        return form.margin
    shown = form.shown or asked.wanted
    spare = min(shown.width - asked.wanted.width, shown.height - asked.wanted.height)
    return max(spare / 2, 0.0)


def _pages(forms: Sequence[PageForm]) -> str:
    """`page 5`, or `3 pages from page 5 on`."""
    count = sum(form.count for form in forms)
    first = min(form.first for form in forms)
    return f"page {first}" if count == 1 else f"{count} pages, the first is page {first}"


def _plain(length: float) -> str:
    return f"{length:.1f}".removesuffix(".0")
