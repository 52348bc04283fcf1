"""Does a line know where in the file each of its characters stands?"""

import pytest

from measures.policytext.lines import Line, NotUtf8Error, decode, split


@pytest.mark.parametrize(
    "data",
    [
        "甲\n\n乙\n".encode(),
        "甲\r\n\r\n乙\r\n".encode(),
        "甲\r\r乙\r".encode(),
        "\ufeff甲\r\n\r\n乙\n".encode(),
    ],
)
def test_decode_gives_the_same_text_whatever_the_line_ends_and_mark(data: bytes) -> None:
    assert decode(data) == "甲\n\n乙\n"


def test_decode_says_at_which_byte_a_file_is_no_utf8() -> None:
    with pytest.raises(NotUtf8Error, match="byte 4") as caught:
        decode("一".encode() + "政策".encode("gbk"))
    assert caught.value.byte == 4


def test_split_counts_lines_and_columns_from_one() -> None:
    _, line = split("甲\n\u3000\u3000（一）乙。 ")
    assert (line.number, line.text, line.column(0), line.column(4)) == (2, "（一）乙。", 3, 7)


def test_split_reads_a_text_without_pinyin_as_it_stands() -> None:
    assert split("關于①")[0].text == "關于①"


def test_split_reads_a_glossed_text_in_simplified() -> None:
    lines = split(" 關(guān)于職業(yè)\n技術")
    assert [line.text for line in lines] == ["关于职业", "技术"]
    assert lines[0].column(1) == 9


def test_excerpt_is_as_it_stands_with_the_pinyin_in_it() -> None:
    line = split("關(guān)于職業(yè)技能")[0]
    assert line.excerpt(2, 4) == "職業(yè)"
    assert line.excerpt(-3, 1) == "關(guān)"
    assert line.excerpt(4, 99) == "技能"


def test_excerpt_of_an_empty_line_is_empty_and_its_column_one() -> None:
    line = Line(1, "", "", ())
    assert line.excerpt(0, 5) == ""
    assert line.column(0) == 1


def test_column_past_the_end_is_that_of_the_last_character() -> None:
    assert split("甲乙")[0].column(9) == 2
