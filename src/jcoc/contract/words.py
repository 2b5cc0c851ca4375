"""A declared name or sentence as text that follows the reader's language."""

from __future__ import annotations

from django.utils.functional import Promise, lazystr
from django.utils.translation import get_language

from jcoc.indicators.words import Words


class _Reader:
    def __init__(self, words: Words) -> None:
        self.words = words

    def __str__(self) -> str:
        return self.words.in_(get_language())


def in_readers_language(words: Words) -> Promise:
    text: Promise = lazystr(_Reader(words))
    return text
