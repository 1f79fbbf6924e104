"""Processes that this one starts."""

import ctypes
import signal

_PDEATHSIG = 1


def end_with_parent() -> None:
    """Let a child be ended when its parent is, however that happens: killed, too (prctl(2)).

    For ``preexec_fn``; the parent is the thread that starts the child.
    """
    ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGTERM)
