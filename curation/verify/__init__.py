"""Prove a release: its files, its tables, and every text from the bytes it came from."""

from curation.verify.proof import Proof, Question, verify

__all__ = ["Proof", "Question", "verify"]
