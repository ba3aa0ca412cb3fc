"""Near-duplicates of texts, exactly: signatures, candidates, verification, choice. No files, no state."""

from curation.minhash.bands import band_keys, candidate_pairs, pairs_of_bands, withheld_pairs
from curation.minhash.choice import choose
from curation.minhash.scheme import Scheme, require_same, scheme_from_json
from curation.minhash.signing import signatures
from curation.minhash.similarity import containment, estimate, jaccard, plausible_pairs

__all__ = [
    "Scheme",
    "band_keys",
    "candidate_pairs",
    "choose",
    "containment",
    "estimate",
    "jaccard",
    "pairs_of_bands",
    "plausible_pairs",
    "require_same",
    "scheme_from_json",
    "signatures",
    "withheld_pairs",
]
