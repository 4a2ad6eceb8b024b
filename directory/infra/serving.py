"""The server: gunicorn with threads, set so that slow clients cost little and a lost worker is replaced."""

from __future__ import annotations

import errno
import gc
import logging
import socket
import struct
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from gunicorn import util
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.http import message
from gunicorn.workers.gthread import ThreadWorker

from directory.core.errors import Unavailable
from directory.infra.settings import Settings

# A search of 10,000 emoji is legal, and 120,000 bytes when it is percent-encoded. gunicorn has no setting for
# more than 8,190, only for no limit at all.
REQUEST_LINE_BYTES: Final = 200_000
FIELDS: Final = 64
FIELD_BYTES: Final = 8_190
SILENCE_S: Final = 10  # a client that sends or takes nothing for so long is let go, and its thread is free
LINGER_S: Final = 1.0  # for the client to take the last bytes, and close first
WORKER_SILENCE_S: Final = 60  # a worker that does not answer its master for so long is replaced
GRACE_S: Final = 15  # for answers under way when the server is told to stop
KEEP_ALIVE_S: Final = 20
GARBAGE: Final = 20_000  # values made and not let go of, before cycles are looked for: a few megabytes
WAITING: Final = 512  # connections that may wait to be taken, for each listener
IN_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - gunicorn makes its own file there, open to nobody else

Started = Callable[[Any], Callable[[], None]]  # told the WSGI application of a worker; what it gives back stops it


class Worker(ThreadWorker):  # type: ignore[misc] # gunicorn comes without types
    """A threaded worker that slow clients cannot fill.

    It takes no connection that none of its threads could answer: another worker may have one free. And it
    does not wait for ever for the rest of a request, which holds a thread meanwhile.
    """

    def accept(self, listener: Any) -> None:
        """Take one connection, and no more while every thread is busy."""
        super().accept(listener)
        if not self._has_a_thread():
            self.set_accept_enabled(enabled=False)

    def set_accept_enabled(self, enabled: bool) -> None:  # noqa: FBT001 - gunicorn's signature
        """As gunicorn wants, which asks after each event, unless every thread is busy."""
        super().set_accept_enabled(enabled and self._has_a_thread())

    def _has_a_thread(self) -> bool:
        busy = self.nr_conns - len(self.keepalived_conns) - len(self.pending_conns)
        return bool(busy < self.cfg.threads)

    def handle(self, conn: Any) -> Any:
        """Serve one connection."""
        limit = struct.pack("ll", SILENCE_S, 0)
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)
        keep = super().handle(conn)
        if keep is False:
            # gunicorn would wait for the client's end in its main loop, two seconds for each, with no one served.
            util.close_graceful(conn.sock, timeout=LINGER_S)
            conn.close = _closed
        return keep


def _closed(*, graceful: bool = False) -> None:
    """What is left to do for a connection that its own thread has closed."""


class Log(Logger):  # type: ignore[misc] # gunicorn comes without types
    """gunicorn's messages go where ours go; it keeps no access log of its own."""

    def setup(self, cfg: Any) -> None:  # noqa: ARG002 - gunicorn's signature
        """Hand everything to the root logger."""
        self.loglevel = logging.INFO
        self.error_log.handlers = []
        self.error_log.propagate = True
        self.error_log.setLevel(logging.WARNING)
        self.access_log.disabled = True

    def access(self, *_: object) -> None:
        """Nothing: ``infra.logging`` writes a line for each request."""

    def exception(self, msg: str, *args: object, **more: Any) -> None:
        """A broken connection is no error of ours; anything else is."""
        error = sys.exc_info()[1]
        if isinstance(error, OSError) and error.errno in {errno.EAGAIN, errno.ETIMEDOUT}:
            return  # SILENCE_S is over
        super().exception(msg, *args, **more)


class Server(BaseApplication):  # type: ignore[misc] # gunicorn comes without types
    """gunicorn with our settings."""

    def __init__(self, application: str, options: Mapping[str, Any]) -> None:
        self._application = application
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Our options, and no configuration file of the folder we happen to be in."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The WSGI application, made in each worker."""
        return util.import_app(self._application)


def serve(application: str, settings: Settings, *, started: Started, ready: Callable[[], None]) -> None:
    """Serve ``application`` ("module:factory()") until told to stop. Does not return.

    ``started`` is called in each worker with its application, ``ready`` once in the master when it listens.
    Raises Unavailable when the port is taken.
    """
    _require_free(settings.host, settings.port)
    message.MAX_REQUEST_LINE = REQUEST_LINE_BYTES
    Server(application, options(settings, started, ready)).run()


def options(settings: Settings, started: Started, ready: Callable[[], None]) -> dict[str, Any]:
    """What gunicorn is told."""
    stops: list[Callable[[], None]] = []
    return {
        "bind": f"[{settings.host}]:{settings.port}" if ":" in settings.host else f"{settings.host}:{settings.port}",
        "workers": settings.workers,
        "threads": settings.threads,
        "worker_class": Worker,
        "logger_class": Log,
        "backlog": WAITING,
        "timeout": WORKER_SILENCE_S,
        "graceful_timeout": GRACE_S,
        "keepalive": KEEP_ALIVE_S,
        "limit_request_line": REQUEST_LINE_BYTES,
        "limit_request_fields": FIELDS,
        "limit_request_field_size": FIELD_BYTES,
        "forwarded_allow_ips": "",  # DIRECTORY_TRUSTED_PROXIES says whom to believe, in one place
        "worker_tmp_dir": str(IN_MEMORY) if IN_MEMORY.is_dir() else None,  # a slow disk must not look like a hang
        "control_socket_disable": True,
        "proc_name": "directory",
        "when_ready": lambda _server: ready(),
        "post_worker_init": lambda worker: stops.append(_settled(started, worker.wsgi)),
        "worker_exit": lambda _server, _worker: [stop() for stop in stops],
    }


def _settled(started: Started, application: Any) -> Callable[[], None]:
    """Start a worker, and let the collector of garbage leave alone what it is made of, and look less often.

    A page makes thousands of values and hardly a cycle: to look for one every 700 values is work for nothing.
    """
    stop = started(application)
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)
    return stop


def _require_free(host: str, port: int) -> None:
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            wanted = "Stop what listens there, or choose another port with DIRECTORY_PORT (make run PORT=)."
            raise Unavailable(f"Cannot listen on {host}, port {port}: {error.strerror}. {wanted}") from error
