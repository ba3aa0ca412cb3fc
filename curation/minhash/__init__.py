"""Near-duplicates of texts, exactly: signatures, candidates, verification, choice. No files, no state."""

from curation.minhash.bands import band_keys, candidate_pairs, pairs_of_bands, withheld_pairs
from curation.minhash.choice import choose, yield_to_longer
from curation.minhash.inclusion import find_askers, find_askers_in_sets, questions
from curation.minhash.scheme import Scheme, require_same, scheme_from_json
from curation.minhash.signing import compiles_first, signatures
from curation.minhash.similarity import containment, estimate, jaccard, overlap, plausible_pairs

__all__ = [
    "Scheme",
    "band_keys",
    "candidate_pairs",
    "choose",
    "compiles_first",
    "containment",
    "estimate",
    "find_askers",
    "find_askers_in_sets",
    "jaccard",
    "overlap",
    "pairs_of_bands",
    "plausible_pairs",
    "questions",
    "require_same",
    "scheme_from_json",
    "signatures",
    "withheld_pairs",
    "yield_to_longer",
]
