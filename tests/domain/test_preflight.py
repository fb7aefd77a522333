import pytest

from hotfolder.domain.order import ProductFile
from hotfolder.domain.preflight import FileFacts, mismatch
from tests.builders import MD5_OF_NOTHING, a_file

OTHER_MD5 = "0" * 32
FACTS = FileFacts(size=10, md5=MD5_OF_NOTHING)


@pytest.mark.parametrize(
    "ordered",
    [
        a_file(size=10, md5=MD5_OF_NOTHING),
        a_file(size=10),
        a_file(md5=MD5_OF_NOTHING),
        a_file(),
    ],
)
def test_a_file_as_ordered_has_no_mismatch_and_what_is_left_out_is_not_checked(
    ordered: ProductFile,
) -> None:
    assert mismatch(ordered, FACTS) == ""


def test_another_size_is_told_before_another_md5() -> None:
    words = mismatch(a_file(size=11, md5=OTHER_MD5), FACTS)
    assert words == "the file has 10 bytes, the order says 11"


def test_another_md5_is_told_with_both() -> None:
    words = mismatch(a_file(size=10, md5=OTHER_MD5), FACTS)
    assert words == f"the file has md5 {MD5_OF_NOTHING}, the order says {OTHER_MD5}"


def test_an_empty_file_is_not_any_file() -> None:
    assert mismatch(a_file(size=0), FACTS) == "the file has 10 bytes, the order says 0"
