"""TCP ports on this machine: free ones for tests, and busy ones found before they hurt."""

import random
import socket
from collections.abc import Mapping

from deploy.local.words import Halt

HOST = "127.0.0.1"
_LISTENED_ON = range(12000, 32000)


def free(count: int) -> list[int]:
    """This many different ports that were free a moment ago.

    They lie below those that the system gives to outgoing connections (32768 and up on Linux):
    a server that is killed and started again must find its port as it left it.
    """
    held: list[socket.socket] = []
    candidates = iter(random.sample(_LISTENED_ON, len(_LISTENED_ON)))
    try:
        while len(held) < count:
            sock = socket.socket()
            try:
                sock.bind((HOST, next(candidates)))
            except OSError:
                sock.close()
            else:
                held.append(sock)
        return [sock.getsockname()[1] for sock in held]
    finally:
        for sock in held:
            sock.close()


def refuse_busy(wanted: Mapping[str, int]) -> None:
    """Halt on the first of these ports (variable name -> port) that cannot be listened on."""
    for variable, port in wanted.items():
        with socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                sock.bind((HOST, port))
            except PermissionError:
                raise Halt("port.denied", port=port, variable=variable) from None
            except OSError:
                raise Halt("port.busy", port=port, variable=variable) from None


def answers(port: int) -> bool:
    """True if something takes connections there."""
    with socket.socket() as sock:
        sock.settimeout(1.0)
        return sock.connect_ex((HOST, port)) == 0
