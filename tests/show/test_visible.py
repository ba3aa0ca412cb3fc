from curation.show.visible import visible


def test_what_steers_is_written_out_and_the_rest_stays() -> None:
    assert visible("\x1b[31m\r\n\u202e\u2066\x9b") == "\\u001b[31m\\u000d\\u000a\\u202e\\u2066\\u009b"
    assert visible("“Kopi”, 3½ – 4 °C; ꦗꦮ 🙂") == "“Kopi”, 3½ – 4 °C; ꦗꦮ 🙂"
