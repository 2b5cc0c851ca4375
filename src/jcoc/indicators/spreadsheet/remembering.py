"""What was understood of a file is remembered for a while: each view of a draft would read it anew otherwise. Pure.

In the memory of the server process: what it forgets is read again. Whoever asks for what is being read just now waits
for that one.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

Found = TypeVar("Found")


class Remembering(Generic[Found]):
    def __init__(
        self, most: int, weigh: Callable[[Found], int], lasting: tuple[type[Exception], ...] = ()
    ) -> None:
        """most: the weight of all together; what was asked for longest ago goes first. lasting: the errors that would
        come again, and are remembered like a result."""
        self._most, self._weigh, self._lasting = most, weigh, lasting
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[Future[Found], int]] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Found], seconds: float) -> Found:
        """What was made for the key; ``TimeoutError`` where another's making lasts longer than that."""
        with self._lock:
            if (kept := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                waiting = kept[0]
            else:
                waiting = None
                making: Future[Found] = Future()
                self._kept[key] = making, 1
        if waiting is not None:
            return waiting.result(seconds)
        try:
            found = make()
        except BaseException as error:
            if not isinstance(error, self._lasting):
                self._forget(key)
            making.set_exception(error)
            raise
        making.set_result(found)
        self._weighed(key, making, self._weigh(found))
        return found

    def _forget(self, key: Hashable) -> None:
        with self._lock:
            self._kept.pop(key, None)

    def _weighed(self, key: Hashable, making: Future[Found], weight: int) -> None:
        with self._lock:
            if key in self._kept:
                self._kept[key] = making, weight
            total = sum(each for _future, each in self._kept.values())
            while total > self._most and len(self._kept) > 1:
                _key, (_future, gone) = self._kept.popitem(last=False)
                total -= gone

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
