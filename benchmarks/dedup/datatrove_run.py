"""Datatrove's four MinHash stages on one core: `python datatrove_run.py TEXTS.jsonl FOLDER WORDS`, in its environment.

Bands of 25 times 5 are given to it too. WORDS is `ind` for its own tokeniser of Indonesian, or `whitespace`.
"""

import sys
from pathlib import Path

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import (
    MinhashDedupBuckets,
    MinhashDedupCluster,
    MinhashDedupFilter,
    MinhashDedupSignature,
)
from datatrove.pipeline.dedup.minhash import MinhashConfig
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter
from datatrove.utils.word_tokenizers import WhitespaceTokenizer


def main() -> None:
    texts, folder, words = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    language = WhitespaceTokenizer() if words == "whitespace" else words
    config = MinhashConfig(n_grams=5, num_buckets=25, hashes_per_bucket=5)
    reader = JsonlReader(str(texts.parent), glob_pattern=texts.name)
    stages = (
        ([reader, MinhashDedupSignature(f"{folder}/signatures", config, language=language)], 1),
        ([MinhashDedupBuckets(f"{folder}/signatures", f"{folder}/buckets", config=config)], config.num_buckets),
        ([MinhashDedupCluster(f"{folder}/buckets", f"{folder}/removed", config=config)], 1),
        ([reader, MinhashDedupFilter(f"{folder}/removed"), JsonlWriter(f"{folder}/kept", compression=None)], 1),
    )
    for number, (pipeline, tasks) in enumerate(stages):
        LocalPipelineExecutor(pipeline, tasks=tasks, workers=1, logging_dir=f"{folder}/log{number}").run()


if __name__ == "__main__":
    main()
