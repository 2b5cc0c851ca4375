"""The server's HTTP protocol, bounded before there is a request: uvicorn waits for a head for ever, and of any size."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: A browser's head has one or two kB; cookies and a long address of a query fit.
HEAD_BYTES = 32 * 1024
HEADERS = 100
#: From the connection, or the first byte of a further request, to the end of its head.
HEAD_S = 15.0


class BoundedHeads(HttpToolsProtocol):
    """Ends connections whose request does not begin in time (408), or begins too large (431).

    Most heads come whole, in one piece: those cost neither a timer nor a sum.
    """

    _in_head = True
    _head_bytes = 0
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._head_timer = self.loop.call_later(HEAD_S, self._late)

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_head()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True

    def on_headers_complete(self) -> None:
        if len(self.headers) > HEADERS or (self._head_bytes > HEAD_BYTES and self._size() > HEAD_BYTES):
            self._refuse(b"431 Request Header Fields Too Large")
            raise ValueError("The head of the request is too large.")  # the parser stops
        self._end_head()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        # Bodies count along until their head is known to be over; what is large is looked at closely.
        self._head_bytes += len(data)
        super().data_received(data)
        if not self._in_head:
            self._head_bytes = 0
        elif self._head_bytes > HEAD_BYTES:
            self._refuse(b"431 Request Header Fields Too Large")
        elif self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_S, self._late)

    def send_400_response(self, msg: str) -> None:
        self._end_head()
        if not self.transport.is_closing():
            super().send_400_response(msg)

    def _size(self) -> int:
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers)

    def _end_head(self) -> None:
        self._in_head = False
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _late(self) -> None:
        if self._head_bytes:
            self._refuse(b"408 Request Timeout")
        else:
            self._end_head()
            self.transport.close()

    def _refuse(self, status: bytes) -> None:
        self._end_head()
        if not self.transport.is_closing():
            self.transport.write(b"HTTP/1.1 %b\r\ncontent-length: 0\r\nconnection: close\r\n\r\n" % status)
            self.transport.close()
