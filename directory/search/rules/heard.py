"""What the words of a sentence may say in a phrase: themselves, whatever their endings, and the classes they belong to.

A class is a list of words and phrases that may stand in each other's place: KIN for mum and dad, BROKEN for bust and
"packed up". Every way to say no is one word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from directory.core.text import fold
from directory.search.rules.stems import stem

NOT: Final = "not"
_NO: Final = frozenset(
    """
    not no cant cannot cnt wont dont doesnt didnt isnt arent wasnt werent havent hasnt hadnt couldnt wouldnt shouldnt
    never without aint nt none nothing
    """.split()  # noqa: SIM905 - a list of words reads as one
)
_WHOSE: Final = "the"
_OWNERS: Final = frozenset({"the", "a", "an", "my", "me", "our", "his", "her", "their", "your"})
_BENT: Final = ("ed", "ing")
_CLASS: Final = "@"  # before the name of a class: no word has it

# What begins at one place of a sentence, and the place of its last word.
Beginning: TypeAlias = dict[str, int]


def key(word: str) -> str:
    """What ``word`` (folded) is in a phrase: its stem, and all ways to say no the same."""
    return NOT if word in _NO else stem(word)


def class_key(name: str) -> str:
    """What stands in a phrase for any word of a class."""
    return _CLASS + name.lower()


class Classes:
    """The classes, looked up by their words."""

    def __init__(self, classes: Mapping[str, Sequence[str]]) -> None:
        # By their first words; whether it is one word that means it only when bent: who is wasted, is no "waste".
        self._members: dict[str, list[tuple[tuple[str, ...], str, bool]]] = {}
        for name, texts in classes.items():
            bent: dict[tuple[str, ...], bool] = {}
            for words in (fold(text).split() for text in texts):
                member = tuple(map(_exactly, words))
                bent[member] = bent.get(member, True) and len(words) == 1 and words[0].endswith(_BENT)
            for member, only in bent.items():
                self._members.setdefault(member[0], []).append((member, class_key(name), only))

    def spans(self, words: Iterable[str]) -> list[tuple[str, range]]:
        """The classes that stand in ``words`` (folded), each with its places."""
        written = tuple(words)
        keys = tuple(map(_exactly, written))
        return [
            (name, range(at, at + len(member)))
            for at, (each, word) in enumerate(zip(keys, written, strict=True))
            for member, name, bent in self._members.get(each, ())
            if keys[at : at + len(member)] == member and (not bent or word.endswith(_BENT))
        ]


def heard(words: Sequence[str], places: Sequence[int], spans: Iterable[tuple[str, range]]) -> list[Beginning]:
    """What begins at each of those of ``words`` (folded) that stand at ``places``: itself, and any of ``spans``."""
    index = {place: at for at, place in enumerate(places)}
    begins: list[Beginning] = [{key(words[place]): at} for at, place in enumerate(places)]
    for name, span in spans:
        inside = [index[place] for place in span if place in index]
        if inside:
            begins[inside[0]][name] = max(inside[-1], begins[inside[0]].get(name, 0))
    return begins


def _exactly(word: str) -> str:
    """What ``word`` (folded) is among those of a class: whose a thing is counts no more than the article."""
    return _WHOSE if word in _OWNERS else key(word)
