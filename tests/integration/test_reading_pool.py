"""The children of the reading pool: real processes, a scanner that misbehaves on command."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import select
import signal
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from classifiers.late_stage import LateStage
from gateway.reading.frames import Frame
from gateway.reading.job_queue import PoolOptions, Queue, Task
from gateway.reading.jobs import Reading, ReadingJob
from gateway.reading.pool import PoolStopped, ReadingPool
from gateway.reading.process import ChildLost, ChildProcess, Nursery, NurserySpec
from gateway.settings import ScanSettings, TriageSettings
from models.contact import Channel, PartProblemKind
from models.envelope import Envelope
from models.finding import Label
from models.matter import EarlierText, Matter
from models.scan import Verdict

WHEN = datetime(2026, 3, 2, 10, 15, tzinfo=UTC)
SPEC = NurserySpec(
    lexicons=Path("/nonexistent"),
    weights=Path("/nonexistent"),
    start_seconds=30.0,
    memory_bytes=700 * 1024 * 1024,
    scanner="tests.integration.reading_fakes:FakeScanner",
    judge="tests.integration.reading_fakes:judge",
)
OPTIONS = PoolOptions(children=2, kept=2, job_seconds=2.0)


@pytest.fixture
async def nursery() -> AsyncIterator[Nursery]:
    async with Nursery(SPEC) as nursery:
        yield nursery


@pytest.fixture
async def pool(nursery: Nursery) -> AsyncIterator[ReadingPool]:
    async with started(nursery) as pool:
        yield pool


@contextlib.asynccontextmanager
async def started(nursery: Nursery, options: PoolOptions = OPTIONS) -> AsyncIterator[ReadingPool]:
    pool = ReadingPool(nursery, options)
    await pool.start()
    try:
        yield pool
    finally:
        await pool.stop()


def job(text: str, contact_id: str = "c1", *, attachment: bool = False, subject: str = "Hello") -> ReadingJob:
    head = f"From: Ann <ann@mail.example>\r\nTo: desk@council.example\r\nSubject: {subject}\r\n"
    if attachment:
        raw = (
            f'{head}Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\n{text}\r\n'
            "--b\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nfile words\r\n--b--\r\n"
        )
    else:
        raw = f"{head}\r\n{text}\r\n"
    envelope = Envelope(
        source="smtp", received_at=WHEN, mail_from="ann@mail.example", rcpt_to=("desk@council.example",)
    )
    return ReadingJob(contact_id, envelope, raw.encode())


async def read_all(pool: ReadingPool, jobs: Sequence[ReadingJob]) -> list[Reading]:
    return list(await asyncio.gather(*(pool.read(one) for one in jobs)))


def labels(reading: Reading) -> set[Label]:
    return {finding.label for finding in reading.scan.findings}


def _parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _resident_megabytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) // 1024


def _wait_until_buried(pid: int, dead: set[int]) -> None:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    deadline = time.monotonic() + 10
    while dead & {int(child) for child in listed.read_text().split()}:
        assert time.monotonic() < deadline, listed.read_text()
        time.sleep(0.01)


async def test_many_messages_come_back_to_whom_they_belong(pool: ReadingPool) -> None:
    readings = await read_all(pool, [job(f"text number {number}", f"c{number}") for number in range(100)])
    assert [reading.contact.id for reading in readings] == [f"c{number}" for number in range(100)]
    assert all(f"text number {n}" == reading.contact.text_of("body") for n, reading in enumerate(readings))
    assert all(reading.scan.status.complete for reading in readings)
    assert all(reading.text == reading.contact.model_dump_json(by_alias=True).encode() for reading in readings)


async def test_a_crash_costs_its_own_message_only(pool: ReadingPool) -> None:
    before = set(pool.process_ids)
    jobs = [job("please crash" if number == 7 else "calm words", f"c{number}") for number in range(40)]
    readings = await read_all(pool, jobs)
    for number, reading in enumerate(readings):
        assert reading.contact.id == f"c{number}"
        if number != 7:
            assert reading.scan.status.complete and not reading.contact.problems
    bad = readings[7].contact
    assert bad.sender.identifier == "ann@mail.example" and bad.recipients == ("desk@council.example",)
    assert bad.subject == "Hello"
    assert {problem.kind for problem in bad.problems} == {PartProblemKind.INCOMPLETE}
    assert set(pool.process_ids) != before


async def test_a_message_that_is_fatal_down_to_its_subject_is_answered_by_the_parent(pool: ReadingPool) -> None:
    reading = await pool.read(job("please crash", subject="please crash"))
    assert reading.contact.sender.identifier == "ann@mail.example"
    assert Label.SCAN_INCOMPLETE in labels(reading) and not reading.scan.status.complete


async def test_without_the_fatal_attachment_the_rest_is_read(pool: ReadingPool) -> None:
    reading = await pool.read(job("crash on file", attachment=True))
    assert reading.contact.text_of("body") == "crash on file"
    assert [(p.part, p.kind) for p in reading.contact.problems] == [("attachment:a.txt", PartProblemKind.INCOMPLETE)]


@pytest.mark.parametrize("deed", ["please hang", "please eat memory"])
async def test_a_hog_is_ended_and_its_siblings_go_on(pool: ReadingPool, deed: str) -> None:
    readings = await read_all(pool, [job(deed, "hog"), *(job("calm words", f"c{n}") for n in range(20))])
    assert all(reading.scan.status.complete and not reading.contact.problems for reading in readings[1:])
    assert {problem.kind for problem in readings[0].contact.problems} == {PartProblemKind.INCOMPLETE}


async def test_an_exception_of_the_scanner_costs_no_child_and_its_words_are_not_logged(pool: ReadingPool) -> None:
    with capture_logs() as logs:
        readings = await read_all(pool, [job("please raise", "bad"), *(job("calm words", f"c{n}") for n in range(20))])
        await pool.stop()
    assert all(reading.scan.status.complete for reading in readings[1:])
    assert readings[0].contact.problems
    told = [entry for entry in logs if entry["event"] == "reading_child"]
    assert {entry["error"] for entry in told} == {"RuntimeError"} and "bad" in {entry.get("contact") for entry in told}
    assert not [entry for entry in logs if entry["event"] == "reading_child_lost"]
    assert "words of the message" not in str(logs)


async def test_prints_do_not_tear_the_line_and_files_cannot_be_written(pool: ReadingPool) -> None:
    with capture_logs() as logs:
        readings = await read_all(pool, [job("please print", "a"), job("please tell", "b"), job("calm words", "c")])
    assert all(reading.scan.status.complete and not reading.contact.problems for reading in readings)
    assert "words of the message" not in str(logs)
    assert (await pool.read(job("please write"))).contact.problems


async def test_the_language_model_loads_inside_the_child_when_a_message_needs_it() -> None:
    project = Path(__file__).parents[2]
    spec = NurserySpec(project / "config" / "lexicons", project / "classifiers" / "weights")
    welsh = "Bore da, hoffwn i wneud cwyn am y ffordd y cefais fy nhrin gan y swyddog yn y swyddfa. "
    async with (
        Nursery(spec) as nursery,
        started(nursery, replace(OPTIONS, children=1, kept=1, job_seconds=20.0)) as pool,
    ):
        english, foreign = await read_all(
            pool, [job("When are the bins emptied in our street?", "en"), job(welsh, "cy")]
        )
    assert english.scan.status.complete and not labels(english) & {Label.UNSUPPORTED_LANGUAGE, Label.SCAN_INCOMPLETE}
    assert Label.UNSUPPORTED_LANGUAGE in labels(foreign) and Label.SCAN_INCOMPLETE not in labels(foreign)


async def test_a_child_killed_while_idle_is_replaced(pool: ReadingPool) -> None:
    for pid in pool.process_ids:
        os.kill(pid, signal.SIGKILL)
    readings = await read_all(pool, [job("calm words", f"c{number}") for number in range(4)])
    assert all(reading.scan.status.complete and not reading.contact.problems for reading in readings)


async def test_a_contact_file_is_read_and_one_that_is_none_is_kept(pool: ReadingPool) -> None:
    envelope = Envelope(source="contact", received_at=WHEN, media_type="application/json")
    good = await pool.read(ReadingJob("v1", envelope, b'{"channel": "voicemail", "caller": "withheld"}'))
    assert good.contact.channel is Channel.VOICEMAIL and good.contact.problems
    bad = await pool.read(ReadingJob("v2", envelope, b"{he said he would burn it down"))
    assert "burn it down" in bad.contact.text_of("body")
    assert bad.contact.problems[0].kind is PartProblemKind.INCOMPLETE


async def test_matters_are_judged_in_a_child_and_a_dead_judge_is_unclear(pool: ReadingPool) -> None:
    contact = (await pool.read(job("words"))).contact
    matter = Matter(id="M-1", person="P-1", title="Bins")
    verdict = await pool.matter(contact, [matter])
    assert verdict is not None and verdict.nearest == "M-1"
    assert await pool.matter(contact, []) is None
    fatal = await pool.matter(contact, [matter.model_copy(update={"title": "please crash"})])
    assert fatal is not None and fatal.verdict is Verdict.UNCLEAR


async def test_what_is_asked_of_a_pool_that_has_only_begun_waits_for_its_children(nursery: Nursery) -> None:
    pool = ReadingPool(nursery, OPTIONS)
    pool.begin()
    assert not pool.process_ids
    assert (await pool.read(job("calm words"))).scan.status.complete
    await pool.stop()


async def test_a_pool_is_stopped_while_its_children_are_being_born(nursery: Nursery) -> None:
    pool = ReadingPool(nursery, OPTIONS)
    pool.begin()
    waiting = asyncio.create_task(pool.read(job("calm words")))
    await asyncio.sleep(0)
    await pool.stop()
    with pytest.raises(PoolStopped):
        await waiting


async def test_a_nursery_without_its_lexicons_does_not_start_and_says_why() -> None:
    async with Nursery(replace(SPEC, lexicons=Path("/missing"))) as nursery:
        with pytest.raises(ChildLost, match="FileNotFoundError: no lexicons"):
            await ReadingPool(nursery, OPTIONS).start()


async def test_a_nursery_that_hangs_while_loading_does_not_hold_up_the_start_for_ever() -> None:
    async with Nursery(replace(SPEC, lexicons=Path("/hanging"), start_seconds=0.5)) as nursery:
        with pytest.raises(ChildLost, match=r"nothing was heard for 0\.5 seconds"):
            await ReadingPool(nursery, OPTIONS).start()


async def test_nobody_waits_for_the_end_of_a_nursery_that_has_not_loaded() -> None:
    async with asyncio.timeout(4):
        async with Nursery(replace(SPEC, lexicons=Path("/hanging"))) as nursery:
            assert nursery.process_id is not None
    assert nursery.process_id is None


async def test_a_kill_that_is_cancelled_ends_the_child_all_the_same(nursery: Nursery) -> None:
    child = await nursery.child(LateStage.OFF)
    killing = asyncio.create_task(child.kill())
    await asyncio.sleep(0)
    killing.cancel()
    await asyncio.gather(killing, return_exceptions=True)
    await child.kill()
    assert not child.alive


async def test_a_lost_nursery_is_replaced_and_what_its_children_had_in_hand_is_read_again(
    nursery: Nursery, pool: ReadingPool
) -> None:
    before, children = nursery.process_id, set(pool.process_ids)
    assert before is not None
    for pid in children:
        os.kill(pid, signal.SIGSTOP)
    reading = [asyncio.create_task(pool.read(job("calm words", f"c{number}"))) for number in range(20)]
    await asyncio.sleep(0)
    os.kill(before, signal.SIGKILL)
    readings = await asyncio.gather(*reading)
    assert all(one.scan.status.complete and not one.contact.problems for one in readings)
    assert nursery.process_id not in {None, before}
    assert pool.process_ids and not children & set(pool.process_ids)


async def test_a_child_that_cannot_be_forked_costs_the_others_nothing() -> None:
    async with Nursery(replace(SPEC, lexicons=Path("/forks-once"))) as nursery:
        first = await nursery.child(LateStage.OFF)
        before = nursery.process_id
        with pytest.raises(ChildLost, match="could not be forked: Resource temporarily unavailable"):
            await nursery.child(LateStage.OFF)
        assert first.alive and nursery.process_id == before
        await first.kill()


async def test_a_large_message_leaves_no_memory_taken_behind_it(nursery: Nursery) -> None:
    async with started(nursery, replace(OPTIONS, children=1, kept=1, job_seconds=30.0)) as pool:
        (child,) = pool.process_ids
        await pool.read(job("calm words"))
        before = _resident_megabytes(child)
        await pool.read(job("calm words " * 1_500_000))
        await pool.read(job("calm words"))
        assert pool.process_ids == (child,)
        assert _resident_megabytes(child) < before + 8


async def test_two_pools_of_one_nursery_end_apart(nursery: Nursery) -> None:
    async with started(nursery) as second:
        async with started(nursery):
            pass
        assert (await second.read(job("calm words"))).scan.status.complete


async def test_a_birth_that_is_given_up_confuses_no_later_one(nursery: Nursery) -> None:
    await nursery.start()
    assert nursery.process_id is not None
    os.kill(nursery.process_id, signal.SIGSTOP)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await nursery.child(LateStage.OFF)
    os.kill(nursery.process_id, signal.SIGCONT)
    child = await nursery.child(LateStage.OFF)
    assert child.alive and _parent_of(child.pid) == nursery.process_id
    await child.kill()
    assert not child.alive


async def test_the_nursery_has_one_thread_and_buries_its_dead(nursery: Nursery, pool: ReadingPool) -> None:
    (parent,) = {_parent_of(pid) for pid in pool.process_ids}
    assert parent == nursery.process_id
    assert len(os.listdir(f"/proc/{parent}/task")) == 1
    dead = set(pool.process_ids)
    for pid in dead:
        os.kill(pid, signal.SIGKILL)
    await read_all(pool, [job("calm words", f"c{n}") for n in range(10)])
    await asyncio.to_thread(_wait_until_buried, parent, dead)


async def test_how_a_child_died_is_told(pool: ReadingPool) -> None:
    with capture_logs() as logs:
        await pool.read(job("please crash"))
        await pool.stop()
    told = [entry for entry in logs if entry.get("what") == "child_ended"]
    # Another may find its line closed while it is still being born: that one's end is told too.
    assert "exit 9" in {entry["error"] for entry in told}


def _tries(pool: ReadingPool) -> list[str]:
    """The contacts of all tries that fail from now on."""
    failed: list[str] = []
    again = pool._again

    def noted(task: Task) -> None:
        assert task.job is not None
        failed.append(task.job.contact_id)
        again(task)

    pool._again = noted  # type: ignore[method-assign]
    return failed


ONE_BY_ONE = replace(OPTIONS, children=1, kept=1, batch_jobs=1)


async def test_another_frame_is_on_its_way_to_a_child_that_has_one_in_hand(nursery: Nursery) -> None:
    async with started(nursery, ONE_BY_ONE) as pool:
        (pid,) = pool.process_ids
        os.kill(pid, signal.SIGSTOP)
        reading = [asyncio.create_task(pool.read(job("calm words", f"c{number}"))) for number in range(5)]
        for _turn in range(3):  # the tasks begin, and what they ask for is handed out
            await asyncio.sleep(0)
        assert ([len(batch) for batch in pool._workers[0].under_way], len(pool._queue.fresh)) == ([1, 1], 3)
        os.kill(pid, signal.SIGCONT)
        assert all(one.scan.status.complete for one in await asyncio.gather(*reading))


async def test_an_idle_child_is_given_a_job_before_a_busy_one_is_given_another(nursery: Nursery) -> None:
    async with started(nursery, replace(OPTIONS, batch_jobs=1)) as pool:
        for pid in pool.process_ids:
            os.kill(pid, signal.SIGSTOP)
        reading = [asyncio.create_task(pool.read(job("calm words", f"c{number}"))) for number in range(3)]
        for _turn in range(3):  # the tasks begin, and what they ask for is handed out
            await asyncio.sleep(0)
        assert [len(worker.under_way) for worker in pool._workers.values()] == [2, 1]
        for pid in pool.process_ids:
            os.kill(pid, signal.SIGCONT)
        await asyncio.gather(*reading)


@pytest.mark.parametrize("deed", ["please crash", "please hang"])
async def test_what_waits_behind_a_fatal_job_has_not_been_tried(nursery: Nursery, deed: str) -> None:
    async with started(nursery, replace(ONE_BY_ONE, job_seconds=0.5)) as pool:
        failed = _tries(pool)
        jobs = [job(deed if number == 3 else "calm words", f"c{number}") for number in range(10)]
        readings = await read_all(pool, jobs)
    assert failed and set(failed) == {"c3"}
    assert [reading.contact.id for reading in readings if reading.contact.problems] == ["c3"]


async def test_the_deadline_of_a_job_runs_from_when_its_child_began_it(nursery: Nursery) -> None:
    async with started(nursery, replace(ONE_BY_ONE, job_seconds=1.0)) as pool:
        failed = _tries(pool)
        readings = await read_all(pool, [job("please dawdle", f"c{number}") for number in range(3)])
    assert failed == [] and all(reading.scan.status.complete for reading in readings)


@pytest.mark.parametrize("answered", range(1, 4))
async def test_a_child_killed_with_frames_under_way_loses_none_of_them(nursery: Nursery, answered: int) -> None:
    async with started(nursery, ONE_BY_ONE) as pool:
        failed = _tries(pool)
        reading = [asyncio.create_task(pool.read(job("calm words", f"c{number}"))) for number in range(10)]
        await asyncio.wait(reading[:answered])
        for pid in pool.process_ids:
            os.kill(pid, signal.SIGKILL)
        readings = await asyncio.gather(*reading)
    assert [one.contact.id for one in readings] == [f"c{number}" for number in range(10)]
    assert all(one.scan.status.complete and not one.contact.problems for one in readings)
    assert len(failed) <= 1


def _taken(fresh: Sequence[ReadingJob], *alone: tuple[ReadingJob | None, int], idle: bool) -> int:
    """How many jobs a child would be given of these."""
    loop = asyncio.get_running_loop()
    queue = Queue(
        deque(Task(loop.create_future(), 0.0, one) for one in fresh),
        deque(Task(loop.create_future(), 0.0, one, step=step) for one, step in alone),
    )
    return len(queue.take(replace(OPTIONS, batch_jobs=3, batch_bytes=1000), among=2, idle=idle))


async def test_a_busy_child_is_given_full_frames_an_idle_one_its_share() -> None:
    small, middling = job("calm words"), job("w" * 400)
    assert [_taken([small] * count, idle=False) for count in range(5)] == [0, 0, 0, 3, 3]
    assert [_taken([middling] * count, idle=False) for count in range(5)] == [0, 0, 0, 2, 2]
    assert [_taken([small] * count, idle=True) for count in range(8)] == [0, 1, 1, 1, 2, 2, 3, 3]


async def test_a_busy_child_is_given_nothing_that_failed_and_nothing_large() -> None:
    small, large = job("calm words"), job("w" * 2000)
    assert (_taken([large] * 3, idle=False), _taken([large] * 3, idle=True)) == (0, 1)
    # What failed waits for an idle child, and the fresh ones do not make it wait longer; a question need not wait.
    assert (_taken([small] * 3, (small, 1), idle=False), _taken([small] * 3, (small, 1), idle=True)) == (0, 1)
    assert _taken([small] * 3, (None, 0), idle=False) == 1


@pytest.mark.parametrize(
    ("text", "step", "room"), [("calm words", 0, True), ("calm words", 1, False), ("w" * 2000, 0, False)]
)
async def test_nothing_waits_behind_what_failed_or_is_large(nursery: Nursery, text: str, step: int, room: bool) -> None:
    async with started(nursery, ONE_BY_ONE) as pool:
        worker = pool._workers[0]
        worker.under_way.append([Task(asyncio.get_running_loop().create_future(), 0.0, job(text), step=step)])
        assert worker.has_room(replace(OPTIONS, batch_bytes=1000)) is room
        worker.under_way.clear()


IN_TIME = replace(OPTIONS, kept=1, batch_jobs=1, patience_seconds=0.2, spare_seconds=0.3)


async def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def test_behind_a_hard_message_others_wait_only_until_another_child_is_there(nursery: Nursery) -> None:
    async with started(nursery, replace(IN_TIME, job_seconds=20.0)) as pool:
        (only,) = pool.process_ids
        os.kill(only, signal.SIGSTOP)
        reading = [asyncio.create_task(pool.read(job("calm words", f"c{number}"))) for number in range(5)]
        await _until(lambda: sum(one.done() for one in reading) == 3)
        assert len(pool.process_ids) == 2  # the two that were given to the first child stay with it
        os.kill(only, signal.SIGCONT)
        assert all(one.scan.status.complete for one in await asyncio.gather(*reading))


@pytest.mark.parametrize(("processors", "children"), [(3, 2), (2, 1)])
async def test_where_there_is_always_more_another_child_comes_if_a_processor_is_left(
    nursery: Nursery, processors: int, children: int
) -> None:
    async with started(nursery, replace(IN_TIME, patience_seconds=0.5, processors=processors)) as pool:
        over = time.monotonic() + 2
        waits: list[float] = []

        async def ask_again_and_again() -> None:
            while time.monotonic() < over:
                began = time.monotonic()
                await pool.read(job("calm words"))
                waits.append(time.monotonic() - began)

        await asyncio.gather(*(ask_again_and_again() for _ in range(6)))
        assert sorted(waits)[len(waits) // 2] < 0.25  # though none of them waits long
        assert len(pool.process_ids) == children


async def test_nobody_comes_for_what_is_read_in_time_and_no_more_than_are_allowed(nursery: Nursery) -> None:
    # Longer than a busy machine takes to read a few words; and what is stopped here is not what a deadline is for.
    options = replace(IN_TIME, patience_seconds=1.0, spare_seconds=60.0, job_seconds=60.0)
    async with started(nursery, options) as pool:
        await read_all(pool, [job("calm words", f"c{number}") for number in range(20)])
        await asyncio.sleep(options.patience_seconds * 2)
        assert len(pool.process_ids) == 1
        for _again in range(2):
            for pid in pool.process_ids:
                os.kill(pid, signal.SIGSTOP)
            waiting = [asyncio.create_task(pool.read(job("calm words"))) for _ in range(6)]
            await _until(lambda: len(pool.process_ids) == 2)
            await asyncio.sleep(options.patience_seconds * 2)
            assert len(pool.process_ids) == 2
            for pid in pool.process_ids:
                os.kill(pid, signal.SIGCONT)
            await asyncio.gather(*waiting)


async def test_a_child_with_nothing_to_do_goes_and_one_stays(nursery: Nursery) -> None:
    async with started(nursery, IN_TIME) as pool:
        await read_all(pool, [job("please dawdle", f"c{number}") for number in range(4)])
        before = set(pool.process_ids)
        assert len(before) == 2 and nursery.process_id is not None
        await _until(lambda: len(pool.process_ids) == 1)
        await asyncio.to_thread(_wait_until_buried, nursery.process_id, before - set(pool.process_ids))
        readings = await read_all(pool, [job("calm words", f"c{number}") for number in range(4)])
        assert all(one.scan.status.complete for one in readings)


async def test_a_child_more_that_does_not_come_up_costs_nothing(nursery: Nursery) -> None:
    async with started(nursery, replace(IN_TIME, job_seconds=20.0)) as pool:

        async def none_comes(late: LateStage) -> ChildProcess:
            raise ChildLost("no memory")

        nursery.child = none_comes  # type: ignore[method-assign]
        (only,) = pool.process_ids
        os.kill(only, signal.SIGSTOP)
        reading = [asyncio.create_task(pool.read(job("calm words", f"c{number}"))) for number in range(5)]
        await asyncio.sleep(5)  # three tries, a pause after each
        assert pool.process_ids == (only,) and not any(one.done() for one in reading)
        os.kill(only, signal.SIGCONT)
        assert all(one.scan.status.complete for one in await asyncio.gather(*reading))


async def test_an_answer_that_breaks_the_pool_costs_one_child_and_one_try(nursery: Nursery) -> None:
    async with started(nursery, replace(IN_TIME, children=1)) as pool:
        before, settle = pool.process_ids, pool._settle

        def breaks_once(batch: list[Task], answer: Frame) -> None:
            pool._settle = settle  # type: ignore[method-assign]
            raise TypeError("no such answer was foreseen")

        pool._settle = breaks_once  # type: ignore[method-assign]
        async with asyncio.timeout(20):
            readings = await read_all(pool, [job("calm words", f"c{number}") for number in range(3)])
        assert all(one.scan.status.complete and not one.contact.problems for one in readings)
        assert pool.process_ids != before


async def test_where_no_file_can_be_opened_a_child_is_tried_again(nursery: Nursery) -> None:
    async with started(nursery, replace(IN_TIME, children=1)) as pool:
        (only,) = pool.process_ids
        child, tried = nursery.child, 0

        async def none_at_first(late: LateStage) -> ChildProcess:
            nonlocal tried
            tried += 1
            if tried == 1:
                raise OSError(errno.EMFILE, "too many open files")
            return await child(late)

        nursery.child = none_at_first  # type: ignore[method-assign]
        os.kill(only, signal.SIGKILL)
        async with asyncio.timeout(20):
            reading = await pool.read(job("calm words"))
        assert reading.scan.status.complete and tried == 2


async def test_no_child_comes_after_the_stop(nursery: Nursery) -> None:
    async with started(nursery, IN_TIME) as pool:
        await pool.stop()
        # As where jobs were asked for in the very turn of the stop, and are handed out after it.
        pool._queue.fresh.append(Task(asyncio.get_running_loop().create_future(), 0.0, job("calm words")))
        pool._hand_out()
        await asyncio.sleep(IN_TIME.patience_seconds * 2)
        assert pool.process_ids == ()


async def test_stopping_tells_those_who_wait(nursery: Nursery, pool: ReadingPool) -> None:
    waiting = [asyncio.create_task(pool.read(job("please hang", f"c{number}"))) for number in range(5)]
    await asyncio.sleep(0)
    pids = pool.process_ids
    await pool.stop()
    for result in await asyncio.gather(*waiting, return_exceptions=True):
        assert isinstance(result, PoolStopped)
    assert len(pids) == OPTIONS.children and nursery.process_id is not None
    await asyncio.to_thread(_wait_until_buried, nursery.process_id, set(pids))
    with pytest.raises(PoolStopped):
        await pool.read(job("late"))


_PARENT = """
import asyncio
from tests.integration.test_reading_pool import SPEC, Nursery, started

async def main():
    async with Nursery(SPEC) as nursery, started(nursery) as pool:
        print(nursery.process_id, *pool.process_ids, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_the_nursery_and_its_children_die_with_the_serving_process() -> None:
    root = str(Path(__file__).parents[2])
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _PARENT, stdout=asyncio.subprocess.PIPE, cwd=root, env={"PYTHONPATH": root}
    )
    assert parent.stdout is not None
    handles = [os.pidfd_open(int(pid)) for pid in (await parent.stdout.readline()).split()]
    assert len(handles) == OPTIONS.children + 1
    parent.kill()
    await parent.wait()
    for handle in handles:
        ready, _, _ = await asyncio.to_thread(select.select, [handle], [], [], 20)
        assert ready, "a child outlived its parent"
        os.close(handle)


async def test_the_real_scanner_and_judge_work_inside_the_limits() -> None:
    scan, triage = ScanSettings(), TriageSettings()
    spec = NurserySpec(scan.lexicons, scan.weights, memory_bytes=triage.child_memory_mb * 1024 * 1024)
    async with Nursery(spec) as nursery, started(nursery, PoolOptions(children=1)) as pool:
        reading = await pool.read(job("I have got a knife and I am going to kill the housing officer tonight."))
        assert Label.THREAT_TO_LIFE in labels(reading) and not reading.contact.problems
        matter = Matter(id="M-1", person="P-1", title="Missed bin collections in Mill Lane", summary="Bins left full")
        earlier = [EarlierText(matter="M-1", text="The bins in Mill Lane are full again")]
        assert await pool.matter(reading.contact, [matter], earlier) is not None
