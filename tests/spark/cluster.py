"""Run a job on a Spark cluster on loopback, and kill one of its workers in the middle.

    unshare -n python cluster.py DUMP OUT SHARD_BYTES

A master and two workers run in this network namespace, where nothing but loopback is, since
Spark listens widely.  Prints what happened as JSON.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MASTER = "spark://127.0.0.1:7077"


def raise_loopback():
    """Set the interface lo up, as `ip link set lo up` does."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(control, 0x8913, request))[1]
        fcntl.ioctl(control, 0x8914, struct.pack("16sh14x", b"lo", flags | 1))


class Cluster:
    def __init__(self, home, folder):
        self.home = home
        self.folder = folder
        self.environment = {
            **os.environ,
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LOCAL_HOSTNAME": "127.0.0.1",
            "SPARK_HOME": str(home),
            "PYSPARK_PYTHON": sys.executable,
            "PYTHONPATH": os.pathsep.join(
                filter(None, (str(HERE.parent), os.environ.get("PYTHONPATH")))
            ),
        }
        self.processes = []

    def start(self, name, *arguments):
        log = (self.folder / f"{name}.log").open("wb")
        process = subprocess.Popen(
            [self.home / "bin/spark-class", *arguments],
            stdout=log,
            stderr=subprocess.STDOUT,
            env=self.environment,
            start_new_session=True,
        )
        self.processes.append(process)
        return process

    def wait_for(self, name, words, count, seconds=90):
        deadline = time.monotonic() + seconds
        path = self.folder / f"{name}.log"
        while path.read_text(errors="replace").count(words) < count:
            if time.monotonic() > deadline:
                sys.exit(
                    f"{name}: no {words!r} in time\n{path.read_text(errors='replace')[-3000:]}"
                )
            time.sleep(0.1)

    def stop(self):
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def finished(out):
    return sum(1 for _ in out.glob(".work/*/shard-*/shard.json"))


def main():
    dump, out, shard_bytes = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    raise_loopback()
    import pyspark

    folder = Path(tempfile.mkdtemp(dir=out.parent))
    cluster = Cluster(Path(pyspark.__file__).parent, folder)
    deploy = "org.apache.spark.deploy"
    try:
        cluster.start(
            "master",
            f"{deploy}.master.Master",
            "--host",
            "127.0.0.1",
            "--port",
            "7077",
            "--webui-port",
            "8080",
        )
        cluster.wait_for("master", "Starting Spark master", 1)
        workers = [
            cluster.start(f"worker{n}", f"{deploy}.worker.Worker", "--host", "127.0.0.1", "--cores", "1",
                          "--memory", "1g", "--webui-port", str(8081 + n), "-d", str(folder / f"w{n}"), MASTER)
            for n in range(2)
        ]  # fmt: skip
        cluster.wait_for("master", "Registering worker", 2)
        job = subprocess.Popen(
            [sys.executable, ROOT / "pipelines/spark_batch.py", dump, "--out", out, "--master", MASTER,
             "--shard-bytes", shard_bytes, "--processor", "processors:slow_hostile", "--page-seconds", "60"],
            env=cluster.environment,
            stdout=subprocess.PIPE,
            stderr=(folder / "driver.log").open("wb"),
            text=True,
        )  # fmt: skip
        deadline = time.monotonic() + 180
        while finished(out) < 2 and job.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        before = finished(out)
        # Its group holds its executor, whose Python processes end when it is gone.
        os.killpg(workers[0].pid, signal.SIGKILL)
        words, _ = job.communicate(timeout=240)
        master = (folder / "master.log").read_text(errors="replace")
        driver = (folder / "driver.log").read_text(errors="replace")
        print(
            json.dumps(
                {
                    "code": job.returncode,
                    "finished_before_the_kill": before,
                    "lost_worker": "Removing worker" in master or "disassociated" in master,
                    "lost_executor": "Lost executor" in driver,
                    "words": words,
                    "driver": driver[-3000:],
                }
            )
        )
    finally:
        cluster.stop()


if __name__ == "__main__":
    main()
