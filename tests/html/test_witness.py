from curation.html.blocks import blocks_of
from curation.html.tree import elements
from curation.html.witness import align, story_root
from tests.html.pages import STORY, article, page, paragraphs


def heard(html: str, text: str) -> list[str]:
    tree = page(html)
    blocks = blocks_of(tree)
    return [block.text for block, mask in zip(blocks, align(blocks, text), strict=True) if mask]


def test_blocks_that_a_text_tells() -> None:
    html = f"<p>{STORY[0]}</p><p>{STORY[1]}</p><p>{STORY[2]}</p>"
    assert heard(html, f"{STORY[0]}\n{STORY[2]}") == [STORY[0], STORY[2]]
    assert heard(html, "") == []


def test_half_of_a_block_is_enough() -> None:
    half = " ".join(STORY[0].split()[:16])
    assert heard(f"<p>{STORY[0]}</p><p>{STORY[1]}</p>", half) == [STORY[0]]


def test_short_blocks_count_only_in_their_place() -> None:
    html = f"<div>Iklan</div><p>{STORY[0]}</p><h2>Bukit Barat</h2><p>{STORY[1]}</p><div>Iklan</div>"
    assert heard(html, f"{STORY[0]}\nBukit Barat\n{STORY[1]}\nTamat") == [STORY[0], "Bukit Barat", STORY[1]]


def test_a_short_block_far_from_its_place_does_not_count() -> None:
    html = f"<p>{STORY[0]}</p><div>Iklan</div><p>{STORY[1]}</p>"
    assert heard(html, f"{STORY[0]}\n{STORY[1]}\nIklan") == [STORY[0], STORY[1]]


def test_table_cells_one_after_another() -> None:
    html = (
        f"<p>{STORY[0]}</p><table><tr><td>Barat</td><td>40</td></tr><tr><td>Timur</td><td>12</td></tr></table><p>12</p>"
    )
    assert heard(html, f"{STORY[0]}\n| Barat | 40 |\n| Timur | 12 |") == [STORY[0], "Barat", "40", "Timur", "12"]


def root_of(html: str, *told: str) -> str:
    tree = page(html)
    blocks = blocks_of(tree)
    return story_root(tree, blocks, align(blocks, "\n".join(told))).get("id", "")


def test_the_smallest_element_that_holds_most() -> None:
    html = f"<main id=luar><div id=isi>{paragraphs()}</div><p>Kotak lain</p></main>"
    assert root_of(html, "Kotak lain", *STORY) == "isi"


def test_the_tighter_of_two_copies() -> None:
    copy = paragraphs(*STORY[:5], STORY[5].removesuffix(" ditebak."))
    html = f"<div class=cetak>{paragraphs()}<p>Cetak halaman ini</p></div><div id=isi>{copy}</div>"
    assert root_of(html, *STORY) == "isi"


def test_it_widens_to_boxes_of_the_same_build() -> None:
    boxes = "".join(f"<div class='bagian-{at}'><p>{text}</p></div>" for at, text in enumerate(STORY))
    assert (
        root_of(f"<article id=cerita>{boxes}</article><div class=lain><p>{STORY[0]}</p></div>", *STORY[:3]) == "cerita"
    )


def test_it_does_not_widen_beyond_its_article() -> None:
    other = f"<article id=lain><div class=isi>{paragraphs(*STORY[3:])}</div></article>"
    assert (
        root_of(
            f"<div><article id=ini><div class=isi>{paragraphs(*STORY[:3])}</div></article>{other}</div>", *STORY[:3]
        )
        == ""
    )
    assert (
        root_of(f"<article id=ini><div class=isi id=isi>{paragraphs(*STORY[:3])}</div></article>{other}", *STORY[:3])
        == "isi"
    )


def test_an_inline_root_gives_way_to_its_block() -> None:
    tree = page(f"<div id=isi><span>{paragraphs()}</span></div>")
    blocks = blocks_of(tree)
    (isi,) = elements(tree, "#isi")
    assert story_root(tree, blocks, align(blocks, "\n".join(STORY))) is isi


def test_nothing_told_is_the_page_itself() -> None:
    tree = article(paragraphs())
    blocks = blocks_of(tree)
    assert story_root(tree, blocks, [0] * len(blocks)) is tree
