from curation.html.blocks import blocks_of
from curation.html.density import densest
from tests.html.pages import STORY, article, page, paragraphs


def test_the_densest_part_of_a_page() -> None:
    blocks = blocks_of(article(f"<div>{paragraphs(*STORY[:3])}<h2>Bukit Barat</h2>{paragraphs(*STORY[3:])}</div>"))
    told = [block.text for block, mask in zip(blocks, densest(blocks), strict=True) if mask]
    assert told == [*STORY[:3], "Bukit Barat", *STORY[3:]]


def test_a_page_without_prose() -> None:
    blocks = blocks_of(page("<p>Satu dua.</p><a>tiga</a>"))
    assert densest(blocks) == [0, 0]
