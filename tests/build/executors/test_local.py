"""Worker processes of this machine."""

from __future__ import annotations

import signal

from corpus.build.executors import local


def test_ctrl_c_ends_worker_processes_at_once() -> None:
    with local.local(2) as pool:
        assert pool is not None
        assert pool.submit(signal.getsignal, signal.SIGINT).result() == signal.SIG_DFL
