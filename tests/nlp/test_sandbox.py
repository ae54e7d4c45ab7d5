"""The guarded children: whatever a page does, only that page is lost, and nothing stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from errors import SheafError
from nlp.sandbox import ChildLost, Limits, Sandbox, SandboxClosed, die_with_parent
from tests.nlp import sandbox_jobs as jobs

LIMITS = Limits(memory_mb=600)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def shared() -> Iterator[Sandbox]:
    with Sandbox(1, LIMITS) as sandbox:
        yield sandbox


def refused(sandbox: Sandbox, job: Callable[..., Any], *args: Any, deadline: float = 30) -> SheafError:
    with pytest.raises(SheafError) as caught:
        sandbox.call(job, *args, deadline=deadline)
    return caught.value


def gone(pid: int, within: float = 5) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


def pids_in(note: Path, within: float = 20) -> list[int]:
    end = time.monotonic() + within
    while time.monotonic() < end:
        if note.exists() and (text := note.read_text()):
            return [int(pid) for pid in text.split()]
        time.sleep(0.02)
    raise AssertionError("the child did not get to its job")


def script(tmp_path: Path, body: str) -> list[str]:
    """A command that runs `body` with a sandbox `box` of two children, as a console script would."""
    lines = [
        "from pathlib import Path",
        "from tests.nlp import sandbox_jobs as jobs",
        "from nlp.sandbox import Limits, Sandbox",
        "if __name__ == '__main__':",
        "    box = Sandbox(2, Limits(600))",
        *(f"    {line}" for line in body.splitlines()),
    ]
    file = tmp_path / "main.py"
    file.write_text("\n".join(lines))
    return [sys.executable, str(file)]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def test_arguments_and_results_travel(shared: Sandbox) -> None:
    assert shared.call(jobs.echo, {"page": 1, "image": b"\0" * 2_000_000}, deadline=30) == {
        "page": 1,
        "image": b"\0" * 2_000_000,
    }
    assert shared.call(jobs.echo, value="by keyword", deadline=30) == "by keyword"


def test_a_child_is_polite_and_single_threaded(shared: Sandbox) -> None:
    child = shared.call(jobs.child, deadline=30)
    assert child["pid"] != os.getpid()
    assert child["nice"] == 19
    assert child["environment"] == ["1", "1"]
    assert child["core"] == 0
    assert child["threads"] == 1


@pytest.mark.parametrize("job", [jobs.sleep_in_c_with_the_gil, jobs.block_signals_and_sleep])
def test_a_stuck_child_is_killed_at_its_deadline(shared: Sandbox, job: Callable[[], None]) -> None:
    pid = shared.call(jobs.sleep, 0, deadline=30)
    start = time.monotonic()
    error = refused(shared, job, deadline=0.5)
    assert error.as_json()["code"] == "page_timeout"
    assert error.details == {"seconds": 0.5}
    assert time.monotonic() - start < 0.5 + 5
    assert gone(pid)
    assert shared.call(jobs.echo, "next", deadline=30) == "next"


def test_waiting_and_starting_do_not_count_against_the_deadline() -> None:
    with Sandbox(1, LIMITS, warm=jobs.warm_up_slowly) as sandbox, ThreadPoolExecutor(4) as threads:
        calls = [threads.submit(sandbox.call, jobs.sleep, 0.6, deadline=1) for _ in range(4)]
        assert len({call.result() for call in calls}) == 1  # one child did them all: nobody was timed out


@pytest.mark.parametrize("job", [jobs.abort, jobs.read_nowhere])
def test_a_crash_costs_the_page_only(shared: Sandbox, job: Callable[[], None]) -> None:
    assert refused(shared, job).code == "page_crashed"
    assert shared.call(jobs.echo, "next", deadline=30) == "next"


@pytest.mark.parametrize(
    ("job", "args"),
    [(jobs.take, (1000,)), (jobs.take_as_a_reader_would, (1000,)), (jobs.take_as_c_would, ())],
)
def test_memory_hunger_is_stopped_and_named(shared: Sandbox, job: Callable[..., Any], args: tuple[int, ...]) -> None:
    pid = shared.call(jobs.sleep, 0, deadline=30)
    error = refused(shared, job, *args)
    assert error.code == "page_memory"
    assert error.details == {"limit_mb": 600}
    assert shared.call(jobs.sleep, 0, deadline=30) != pid  # its torn heap is not the next page's
    assert shared.call(jobs.take, 300, deadline=30) == 300 * 2**20


def test_a_program_started_by_a_child_has_its_limit_too(shared: Sandbox) -> None:
    assert shared.call(jobs.take_in_a_program, 1000, deadline=30) == 1  # Python's MemoryError
    assert shared.call(jobs.take_in_a_program, 100, deadline=30) == 0


def test_only_the_guilty_of_several_fails() -> None:
    with Sandbox(3, LIMITS) as sandbox, ThreadPoolExecutor(8) as threads:
        good = [threads.submit(sandbox.call, jobs.sleep, 0.3, deadline=20) for _ in range(6)]
        bad: list[Future[Any]] = [
            threads.submit(partial(sandbox.call, jobs.abort, deadline=20)),
            threads.submit(partial(sandbox.call, jobs.sleep_in_c_with_the_gil, deadline=0.5)),
            threads.submit(partial(sandbox.call, jobs.take, 1000, deadline=20)),
        ]
        more = [threads.submit(sandbox.call, jobs.sleep, 0.1, deadline=20) for _ in range(6)]
        assert all(call.result() > 0 for call in good + more)
        codes = [error.code for call in bad if isinstance(error := call.exception(), SheafError)]
        assert codes == ["page_crashed", "page_timeout", "page_memory"]


def test_a_child_that_dies_between_jobs_is_replaced(shared: Sandbox) -> None:
    shared.call(jobs.die_idle, deadline=30)
    time.sleep(0.3)  # some calls fall before its death, some before pebble sees it, some after
    for number in range(20):
        assert shared.call(jobs.echo, number, deadline=30) == number
        time.sleep(0.03)


def test_an_error_for_the_person_arrives_as_itself(shared: Sandbox) -> None:
    with pytest.raises(SheafError) as caught:
        shared.call(jobs.complain, "page_damaged", detail="cut short", deadline=30)
    assert caught.value.code == "page_damaged"
    assert caught.value.details == {"detail": "cut short"}


def test_our_own_errors_arrive_with_the_childs_traceback(shared: Sandbox) -> None:
    with pytest.raises(LookupError, match="no such thing") as caught:
        shared.call(jobs.fail, deadline=30)
    assert "in fail" in caught.value.__notes__[0]


def test_what_cannot_travel_does_not_break_the_child(shared: Sandbox) -> None:
    pid = shared.call(jobs.sleep, 0, deadline=30)
    with pytest.raises(RuntimeError, match="Unreadable: hard words"):
        shared.call(jobs.fail_unreadably, deadline=30)
    with pytest.raises(RuntimeError, match="SystemExit: 3"):
        shared.call(jobs.leave, deadline=30)
    with pytest.raises(AttributeError, match="pickle"):
        shared.call(jobs.return_unpicklable, deadline=30)
    with pytest.raises((AttributeError, TypeError), match="pickle"):
        shared.call(jobs.echo, threading.Lock(), deadline=30)
    assert shared.call(jobs.sleep, 0, deadline=30) == pid


def test_warm_children_start_before_the_first_call() -> None:
    with Sandbox(1, LIMITS, warm=jobs.warm_up) as sandbox:
        assert sandbox.call(jobs.child, deadline=30)["warmed"]
    before = set(psutil.Process().children())
    with Sandbox(2, LIMITS, warm=jobs.warm_up):
        time.sleep(0.5)
        assert len(set(psutil.Process().children()) - before) == 2


def test_a_failing_warm_up_is_told_to_the_caller() -> None:
    with Sandbox(1, LIMITS, warm=jobs.warm_up_in_vain) as sandbox:
        assert refused(sandbox, jobs.child).code == "model_missing"
        assert refused(sandbox, jobs.child).code == "model_missing"
    with Sandbox(1, LIMITS, warm=jobs.warm_up_and_crash) as sandbox, pytest.raises(ChildLost):
        sandbox.call(jobs.child, deadline=30)


def test_calls_are_served_in_order(tmp_path: Path) -> None:
    served: list[int] = []
    with Sandbox(1, LIMITS) as sandbox:

        def ask(number: int) -> None:
            sandbox.call(jobs.sleep, 0.05, deadline=30)
            served.append(number)

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(10)]
        for thread in threads:
            thread.start()
            time.sleep(0.01)
        for thread in threads:
            thread.join()
    assert served == list(range(10))


def test_children_outlive_the_thread_that_called_first() -> None:
    with Sandbox(1, LIMITS) as sandbox:
        pids: list[int] = []
        for _ in range(3):
            thread = threading.Thread(target=lambda: pids.append(sandbox.call(jobs.sleep, 0, deadline=30)))
            thread.start()
            thread.join()
            time.sleep(0.1)
        assert len(pids) == 3
        assert len(set(pids)) == 1


def test_closing_is_quick_and_stops_what_runs(tmp_path: Path) -> None:
    before = set(psutil.Process().children())
    sandbox = Sandbox(2, LIMITS)
    with ThreadPoolExecutor(3) as threads:
        stuck = partial(sandbox.call, jobs.sleep_in_c_with_the_gil, deadline=50)
        calls: list[Future[Any]] = [threads.submit(stuck) for _ in range(2)]
        time.sleep(1)
        calls.append(threads.submit(partial(sandbox.call, jobs.sleep, 0, deadline=50)))  # still waiting for a child
        time.sleep(0.1)
        start = time.monotonic()
        sandbox.close()
        assert time.monotonic() - start < 1
        assert all(isinstance(call.exception(timeout=1), SandboxClosed) for call in calls)
    left = set(psutil.Process().children()) - before
    assert not [child for child in left if "resource_tracker" not in " ".join(child.cmdline())]
    with pytest.raises(SandboxClosed):
        sandbox.call(jobs.echo, 1, deadline=1)
    sandbox.close()


def test_closing_at_once_starts_nothing() -> None:
    start = time.monotonic()
    for _ in range(5):
        Sandbox(2, LIMITS).close()
        Sandbox(1, LIMITS, warm=jobs.warm_up).close()
    assert time.monotonic() - start < 5


def test_a_killed_child_leaves_no_grandchild(shared: Sandbox, tmp_path: Path) -> None:
    note = tmp_path / "pids"
    error = refused(shared, jobs.start_program, note, deadline=1)
    assert error.code == "page_timeout"
    assert all(gone(pid) for pid in pids_in(note))


def test_a_killed_parent_leaves_nobody(tmp_path: Path) -> None:
    note = tmp_path / "pids"
    command = script(tmp_path, f"box.call(jobs.start_program, Path({str(note)!r}), deadline=60)")
    with subprocess.Popen(command, env=environment(), stderr=subprocess.PIPE) as parent:
        child, program = pids_in(note)
        family = [one.pid for one in psutil.Process(parent.pid).children(recursive=True)]
        assert {child, program} < set(family)
        assert len(family) == 3  # and the resource tracker
        parent.kill()
        assert all(gone(pid) for pid in family)


def test_no_temporary_file_outlives_its_child() -> None:
    with Sandbox(1, LIMITS) as box:
        kept = Path(box.call(jobs.leave_a_file, False, deadline=30))
        assert kept.exists()
        assert kept.parent.name.startswith("sheaf-child-")
        assert refused(box, jobs.leave_a_file, True, deadline=1).code == "page_timeout"
        assert list(kept.parent.iterdir()) == []
    assert not kept.parent.exists()


def test_what_a_killed_parent_left_is_removed_by_the_next(tmp_path: Path) -> None:
    note = f"Path({str(tmp_path / 'name')!r}).write_text(box.call(jobs.leave_a_file, False, deadline=60))"
    body = f"{note}\nbox.call(jobs.sleep, 60, deadline=90)"
    with subprocess.Popen(script(tmp_path, body), env=environment(), stderr=subprocess.PIPE) as parent:
        end = time.monotonic() + 20
        while not (tmp_path / "name").exists() and time.monotonic() < end:
            time.sleep(0.05)
        time.sleep(0.2)
        parent.kill()
    left = Path((tmp_path / "name").read_text())
    assert left.exists()
    with Sandbox(1, LIMITS):
        assert not left.parent.exists()


def test_a_parent_that_died_first_takes_the_child_along() -> None:
    stranger = os.getpid()  # not the parent of the process that asks
    code = f"import os, time\nfrom nlp.sandbox import die_with_parent\ndie_with_parent({stranger}) and time.sleep(60)"
    shell = f"{sys.executable} -c '{code}'; echo $?"
    told = subprocess.run(["sh", "-c", shell], env=environment(), capture_output=True, timeout=20, check=True)
    assert told.stdout.split()[-1] == str(128 + signal.SIGKILL).encode()


def test_die_with_parent_serves_any_program() -> None:
    with subprocess.Popen(["sleep", "0.1"], preexec_fn=partial(die_with_parent, os.getpid())) as program:
        assert program.wait(5) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="takes prctl away to try what happens without it")
def test_without_prctl_a_thread_watches_the_parent(tmp_path: Path) -> None:
    note = tmp_path / "pids"
    (tmp_path / "without_prctl.py").write_text(
        "import nlp.child\n"
        "def warm(): pass\n"
        "nlp.child._prctl = None\n"  # in effect in the child too: it imports this module to find `warm`
    )
    body = (
        "import without_prctl\n"
        "box = Sandbox(1, Limits(600), warm=without_prctl.warm)\n"
        f"box.call(jobs.note_and_sleep, Path({str(note)!r}), deadline=60)"
    )
    with subprocess.Popen(script(tmp_path, body), env=environment(), stderr=subprocess.PIPE) as parent:
        (child,) = pids_in(note)
        assert psutil.Process(child).num_threads() == 2
        parent.kill()
        assert gone(child)


@pytest.mark.parametrize("after", [0.1, 0.3, 1.5])  # while the children start, and when they are busy
def test_ctrl_c_shows_one_traceback_and_leaves_nobody(tmp_path: Path, after: float) -> None:
    body = (
        "from concurrent.futures import ThreadPoolExecutor\n"  # keeps the error of the call to itself
        "print('up', flush=True)\n"
        "with ThreadPoolExecutor() as threads, box:\n"
        "    threads.submit(box.call, jobs.sleep, 60, deadline=60)\n"
        "    box.call(jobs.sleep, 60, deadline=60)"
    )
    command = script(tmp_path, body)
    with subprocess.Popen(
        command,
        env=environment(),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background job ignores it
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "up\n"
        time.sleep(after)
        family = [one.pid for one in psutil.Process(parent.pid).children(recursive=True)]
        os.killpg(parent.pid, signal.SIGINT)  # what a terminal does: the whole group gets it
        _, said = parent.communicate(timeout=5)
    assert said.count("Traceback") == 1, said
    assert said.count("KeyboardInterrupt") == 1, said
    assert all(gone(pid) for pid in family)


def test_a_child_cannot_spoil_standard_output(tmp_path: Path) -> None:
    command = script(tmp_path, "box.call(jobs.say, 'noise', deadline=30)\nprint('{}')")
    told = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=30, check=True)
    assert told.stdout == "{}\n"
    assert told.stderr == "noise"


def test_it_works_as_a_module_and_interactively(tmp_path: Path) -> None:
    body = "print(box.call(jobs.echo, 7, deadline=30))\nbox.close()"
    script(tmp_path, body)
    as_module = subprocess.run(
        [sys.executable, "-m", "main"], cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=30
    )
    assert (as_module.stdout, as_module.stderr) == ("7\n", "")
    typed = subprocess.run(  # like a notebook: a main module without a file
        [sys.executable, "-c", (tmp_path / "main.py").read_text()],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert (typed.stdout, typed.stderr) == ("7\n", "")


def test_models_load_under_the_default_limit_with_one_thread() -> None:
    with Sandbox(1, Limits(memory_mb=3000), warm=jobs.warm_up_models) as sandbox:
        assert sandbox.call(jobs.torch_threads, deadline=5) == [1]
        assert refused(sandbox, jobs.take, 3000).code == "page_memory"
