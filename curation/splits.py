"""Which documents are for training and which are held back: by hash of the cluster, and by time.

What is promised. All appearances of a story are one cluster, and a cluster is in one split: no copy, version, AMP twin
or stub that was joined to a document falls into another split than that document; it is a reject, without text. The
split of a cluster depends on nothing but its id and the two shares, so other documents, outlets or workers do not move
it, and a larger share of `test` only takes clusters into `test`; so does one of `validation` with clusters of `train`.

What is not. Two documents that are alike just under `cluster.threshold`, or of which one holds a little less of the
other than `cluster.containment`, are two clusters and may fall apart. Texts that tell the same event in other words are
not joined at all: the time split is the one that keeps events apart. A cluster's id is that of the document that stands
for it; where a new release finds an earlier appearance, or another capture of the address, the story has another id and
may fall into another split. Across releases, hold a test set by its ids, not by the name of the split.
"""

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

SPLITS = ("train", "validation", "test")
TIME_SPLITS = ("train", "test", "")
Codes = npt.NDArray[np.int8]
_DAY = np.timedelta64(1, "D")


def split_of(cluster_key: str, validation: float, test: float) -> str:
    """Give the split of a cluster from the shares (0 to 1, together at most 1) of validation and test.

    The first 53 bits of the SHA-256 of the key are a fraction of 1: below `test` is test, from 1 - `validation` on is
    validation, and between them is train.
    """
    fraction = (int.from_bytes(hashlib.sha256(cluster_key.encode()).digest()[:8], "big") >> 11) / 2**53
    if fraction < test:
        return "test"
    return "validation" if fraction >= 1 - validation else "train"


def splits_of(cluster_keys: Sequence[str], validation: float, test: float) -> Codes:
    """Give `split_of` of each key as its place in SPLITS, (keys,)."""
    return np.array([SPLITS.index(split_of(key, validation, test)) for key in cluster_keys], np.int8)


def time_splits(
    published: npt.NDArray[np.datetime64], latest_weeks: int, last_capture: np.datetime64 | None = None
) -> Codes:
    """Give the time split of each row as its place in TIME_SPLITS, (rows,): test for the last days, train before.

    `published` is datetime64 in UTC, NaT where there is no day. The last 7 × `latest_weeks` days end with the newest
    on which something was published; what is dated later than a day after `last_capture` is a slip of the page, and
    ends nothing. No weeks hold nothing back.
    """
    days = published.astype("datetime64[D]")
    dated = ~np.isnat(days)
    codes = np.where(dated, TIME_SPLITS.index("train"), TIME_SPLITS.index("")).astype(np.int8)
    possible = dated if last_capture is None else dated & (days <= last_capture.astype("datetime64[D]") + _DAY)
    if latest_weeks and possible.any():
        codes[dated & (days > days[possible].max() - latest_weeks * 7 * _DAY)] = TIME_SPLITS.index("test")
    return codes
