"""Why a row stops: every code that a reject can carry, with the sentence that explains it."""

REASONS: dict[str, str] = {
    # extract: what the response is
    "http.status": "The server did not answer 200.",
    "page.unchanged": "The archive notes that this address had not changed since an earlier capture.",
    "page.empty": "The response has no bytes.",
    "page.not-html": "The response is no HTML page: a sitemap, feed, image, robots.txt.",
    "page.too-large": "The page is larger than `extract.max_page_bytes`.",
    "page.not-article": "The profile says that this address is no article: an index, tag, search or static page.",
    "page.index": "The page lists stories and tells none.",
    "page.media": "A video, photo or audio page whose text is only a caption.",
    "page.part": "A later part of a story that is archived whole, or that was joined to its first part.",
    "page.premium": "The page shows a paid story's teaser only.",
    "page.unreadable": "The bytes could not be read as the text of a page.",
    # extract: what went wrong
    "extract.no-body": "No story text was found on the page.",
    "extract.crash": "The extractor failed on this page, or died of it.",
    "extract.timeout": "The page took longer than `extract.seconds_per_page`.",
    # what must not be published
    "takedown": "A takedown names this address, outlet, id or pattern; the text was not read.",
    # a text table
    "text.empty": "The row has no text.",
    "text.bad-row": "The row could not be read.",
    # clean
    "clean.crash": "A cleaning step failed on this row.",
    "clean.timeout": "Cleaning took longer than `extract.seconds_per_page`.",
    "clean.nothing-left": "Nothing is left after the cuts.",
    "screen.short": "Fewer words than `clean.min_words`.",
    "screen.language": "The text is in none of `clean.languages`.",
    "quality.mean-word-length": "Words are too short or too long, on the mean.",
    "quality.stop-words": "Too few different stop words: a list or a table, no prose.",
    "quality.symbols": "Too many hashes and ellipses.",
    "quality.alphabetic": "Too few words with a letter.",
    "quality.line-punctuation": "Too few lines end as a sentence does.",
    "quality.new-lines": "Too many line breaks for the number of words.",
    "quality.repeated-lines": "Too many lines stand twice.",
    "quality.repeated-words": "The same runs of words come again and again.",
    "quality.lists": "Too many lines are items of a list.",
    "quality.capitals": "Too many words are all capitals.",
    "quality.inserts": "Too much of the page's text was cut.",
    "rights.reserved": "The site reserves the page against text mining or AI training; see `rights.policy`.",
    "rights.not-open": "Nothing licenses the page for reuse; see `rights.policy`.",
    # cluster
    "duplicate.capture": "The same bytes of the same address are in the archive already.",
    "duplicate.address": "Another capture of the same story's address stands for it: newer, or not the AMP twin.",
    "duplicate.exact": "A kept document has the same text at another address.",
    "duplicate.contained": "It lies whole inside a kept document, at or above `cluster.containment`.",
    "duplicate.near": "A kept document says the same, at or above `cluster.threshold`.",
}
