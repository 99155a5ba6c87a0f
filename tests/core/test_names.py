"""Names as they are shown."""

from inspector.core.names import listed, printable


def test_what_no_font_can_show_is_replaced() -> None:
    assert printable("caf\udce9\n\x1b.png") == "caf\ufffd\ufffd\ufffd.png"
    assert printable("ä b.png") == "ä b.png"


def test_a_long_list_is_counted() -> None:
    assert listed(["a", "b"]) == "a, b"
    assert listed(["a", "b", "c"]) == "a, b, c"
    assert listed(["a", "b\n", "c", "d", "e"]) == "a, b\ufffd, c and 2 more"
