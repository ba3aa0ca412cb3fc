"""Arrow string columns of any kind, made into one kind."""

from collections.abc import Iterator
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from crawler.outlets import BadInput

Texts: TypeAlias = "pa.StringArray | pa.LargeStringArray | pa.ChunkedArray[Any]"


def chunks(texts: Texts) -> Iterator[pa.LargeStringArray]:
    """Give the texts as large_string arrays without nulls, chunk by chunk; a null becomes an empty text.

    Raises BadInput where a column is not text, or a text is not UTF-8, which Parquet files do not promise.
    """
    for chunk in texts.chunks if isinstance(texts, pa.ChunkedArray) else [texts]:
        try:
            large = pc.fill_null(chunk.cast(pa.large_string()), "")
            large.validate(full=True)
        except pa.ArrowInvalid as error:
            raise BadInput(f"texts: a text is not UTF-8 ({error}); mend the table that it came from.") from error
        except pa.ArrowNotImplementedError as error:
            raise BadInput(f"texts: a column of {texts.type} holds no text; give one of strings.") from error
        yield large
