"""Arrow string columns of any kind, made into one kind."""

from collections.abc import Iterator
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from crawler.outlets import BadInput

Texts: TypeAlias = "pa.StringArray | pa.LargeStringArray | pa.ChunkedArray[Any]"

TEXT = (types.is_string, types.is_large_string, types.is_string_view, types.is_dictionary, types.is_null)


def chunks(texts: Texts) -> Iterator[pa.LargeStringArray]:
    """Give the texts as large_string arrays without nulls, chunk by chunk; a null becomes an empty text.

    Raises BadInput where a column is not text, or a text is not UTF-8, which Parquet files do not promise.
    """
    if not any(is_text(texts.type) for is_text in TEXT):
        raise BadInput(f"texts: a column of {texts.type} holds no text; give one of strings.")
    for chunk in texts.chunks if isinstance(texts, pa.ChunkedArray) else [texts]:
        large = pc.fill_null(chunk.cast(pa.large_string()), "")
        try:
            large.validate(full=True)
        except pa.ArrowInvalid as error:
            raise BadInput(f"texts: a text is not UTF-8 ({error}); mend the table that it came from.") from error
        yield large
