"""How one process of the portal starts another that never outlives it. No Django here."""

import ctypes
import os
import signal

STOPS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
PR_SET_PDEATHSIG = 1
SENT_BY_THE_TERMINAL = 128  # SI_KERNEL: Ctrl-C, which the terminal sends to the children too
libc = ctypes.CDLL(None, use_errno=True)


def dies_with_parent(last_signal=signal.SIGTERM):
    """A preexec_fn: the kernel sends last_signal to the child when this process ends, even by kill -9."""
    parent = os.getpid()

    def in_child():
        for stop in STOPS:  # a shell's background job would hand down « ignored »
            signal.signal(stop, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS | {signal.SIGCHLD})
        libc.prctl(PR_SET_PDEATHSIG, last_signal)
        if os.getppid() != parent:
            os._exit(1)

    return in_child


def wait_for_signals_only():
    """From now on these signals are read with sigwaitinfo, so that none interrupts a step half-way."""
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS | {signal.SIGCHLD})
