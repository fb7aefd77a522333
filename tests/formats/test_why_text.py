"""WHY.txt: what a person in front of a held job reads."""

from dataclasses import replace

from hotfolder.domain.finding import Check, Finding, Level
from hotfolder.formats.why_text import LINE_LENGTH, look_text, why_text
from tests.builders import an_address, an_item, an_order

HELD = Finding(
    code=Check.LOCKED,
    level=Level.HOLD,
    file="1_book.pdf",
    words="the block is encrypted and can not be opened without a password",
    cause="CancelBookCorrupt",
)
COUNTED = Finding(
    code=Check.PAGE_COUNT,
    level=Level.WARN,
    file="1_book.pdf",
    words="the block has 23 pages, the order says 24",
    cause="CancelPageCount",
)
MISSING = Finding(
    code=Check.FILE_SET,
    level=Level.HOLD,
    file="",
    words="the item has no cover file; it has book",
    cause="CancelValidateError",
)
ITEM = an_item(id="700100020001", count=3, product="textbook_cw_a5_p_bw", title="For Ann Reader")
ORDER = an_order(id="700100020000", items=(ITEM,), addresses=(an_address(name="Ann Reader"),))


def test_the_text_says_what_was_found_and_what_to_do() -> None:
    assert why_text([HELD, COUNTED], ITEM, ORDER) == (
        "WHY THIS JOB IS HELD\n"
        "\n"
        "Order 700100020000, item 700100020001, 3 x textbook_cw_a5_p_bw\n"
        "\n"
        "What was found (STOP: the reason to hold it):\n"
        "\n"
        "STOP  1_book.pdf: the block is encrypted and can not be opened without a\n"
        "      password\n"
        "look  1_book.pdf: the block has 23 pages, the order says 24\n"
        "\n"
        "What to do:\n"
        "\n"
        "  - It can be made as it is? Drag this folder to the stage where it belongs.\n"
        "    It is not looked at again.\n"
        "  - Its files are mended where they come from? hotfolder fetch 700100020000\n"
        "    700100020001. They are looked at anew.\n"
        "  - It can not be made? hotfolder cancel 700100020000 700100020001 --cause\n"
        "    CancelBookCorrupt --message TEXT (book block file is damaged and can not\n"
        "    be opened). Cloudprinter is told that this item is canceled; other items\n"
        "    go on.\n"
    )


def test_files_that_never_came_are_named_and_can_be_put_there_by_hand() -> None:
    gone = replace(HELD, code=Check.DOWNLOAD, file="", words="1_book.pdf does not come")
    text = why_text([gone], ITEM, ORDER, ["1_book.pdf", "order_label.pdf"])

    assert "NOT in this folder, though ordered:\n\n  - 1_book.pdf\n  - order_label.pdf\n" in text
    words = " ".join(text.split())
    assert "can be made as it is" not in words
    assert "Put it here under this name, then drag this folder to the stage" in words
    assert "hotfolder fetch 700100020000 700100020001" in words


def test_who_should_look_reads_what_was_found_and_that_it_may_be_made() -> None:
    text = look_text([COUNTED], ITEM, ORDER)

    assert text.startswith("LOOK FIRST, THEN MAKE THIS JOB\n\nOrder 700100020000, item ")
    assert "look  1_book.pdf: the block has 23 pages, the order says 24\n" in text
    assert "It may be made." in text
    assert "HELD" not in text
    assert "--cause CancelPageCount" in " ".join(text.split())


def test_several_reasons_give_one_proposal_and_the_others() -> None:
    text = " ".join(why_text([HELD, MISSING, HELD, COUNTED], ITEM, ORDER).split())
    assert "--cause CancelBookCorrupt --message" in text
    assert text.endswith("Other causes that fit: CancelValidateError.")


def test_a_finding_about_the_set_stands_without_a_file() -> None:
    assert "STOP  the item has no cover file" in why_text([MISSING], ITEM, ORDER)


def test_without_a_proposed_cause_a_person_chooses_the_code() -> None:
    text = why_text([replace(HELD, cause="")], ITEM, ORDER)
    assert "hotfolder cancel 700100020000 700100020001 --cause CODE" in " ".join(text.split())


def test_nothing_about_a_person_stands_in_it() -> None:
    assert "Ann" not in why_text([HELD, COUNTED, MISSING], ITEM, ORDER)


def test_hostile_text_stays_on_its_line() -> None:
    item = replace(ITEM, product="a\r\nSTOP all\x1b[2J\u202eb")
    words = "the block uses fonts that are not embedded: X\nWhat to do:\x07"
    lines = why_text([replace(HELD, words=words)], item, ORDER).splitlines()
    assert lines[2].endswith("3 x a STOP all [2J b")
    assert lines.count("What to do:") == 1
    assert all(line.isprintable() and len(line) <= LINE_LENGTH for line in lines)
