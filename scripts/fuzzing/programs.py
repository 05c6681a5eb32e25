"""Both programs with two identities that trust each other, in a folder of their own."""
import json
import os
import select
import subprocess
import time
from dataclasses import dataclass


class Trouble(Exception):
    """Something that must not be; `file` names the input where that is known."""

    def __init__(self, what, file=None):
        super().__init__(what)
        self.file = file


@dataclass
class Result:
    status: int
    output: str
    errors: str
    megabytes: int
    timed_out: bool


class Programs:
    def __init__(self, folder, work):
        self.send, self.receive, self.demo = (str(folder / f"veilray-{name}") for name in ("send", "receive", "demo"))
        self.work = work
        self.clinic, self.radiologist, self.received = work / "clinic", work / "radiologist", work / "received"
        self.stranger, self.temporary = work / "stranger", work / "tmp"
        self.commands = []
        self.largest_megabytes = 0
        self.receiver = None
        self.address = None

    def __enter__(self):
        for folder in (self.clinic, self.radiologist, self.received, self.temporary):
            folder.mkdir(mode=0o700)
        cards = {}
        for program, home, name in ((self.send, self.clinic, "clinic"), (self.receive, self.radiologist, "radiologist")):
            self._must([program, "init", "--home", home, "--name", name])
            cards[name] = self.work / f"{name}.card"
            cards[name].write_text(self._must([program, "card", "--home", home]))
        for program, home, name in ((self.send, self.clinic, "radiologist"), (self.receive, self.radiologist, "clinic")):
            fingerprint = self._fingerprint(cards[name])
            self._must([program, "trust", cards[name], "--home", home, "--as", name, "--fingerprint", fingerprint])
        # A third side, which may come to trust whatever it is given.
        self.stranger.mkdir(mode=0o700)
        self._must([self.send, "init", "--home", self.stranger, "--name", "stranger"])
        self.card = cards["radiologist"].read_text()
        self.fingerprint = self._fingerprint(cards["radiologist"])
        self.restart_receiver()
        return self

    def __exit__(self, *_):
        self._stop_receiver()

    @staticmethod
    def _fingerprint(card):
        for line in card.read_text().splitlines():
            if line.startswith("Fingerprint:"):
                return line.split(":", 1)[1].strip()
        raise SystemExit(f"fuzz-programs: {card} shows no fingerprint")

    def _environment(self):
        return os.environ | {"TMPDIR": str(self.temporary), "SWIFT_BACKTRACE": "enable=no"}

    def _must(self, command):
        done = subprocess.run(list(map(str, command)), stdin=subprocess.DEVNULL, capture_output=True, text=True, env=self._environment())
        if done.returncode:
            raise SystemExit(f"fuzz-programs: {' '.join(map(str, command))} ended with {done.returncode}: {done.stderr}")
        return done.stdout

    # The commands

    def seal(self, inputs, into):
        return [self.send, "seal", inputs, "--to", "radiologist", "--into", into, "--keep-names", "--home", self.clinic, "--json"]

    def open(self, stego, into):
        return [self.receive, "open", stego, "--into", into, "--layout", "flat", "--home", self.radiologist, "--json"]

    def trust(self, card):
        return [self.send, "trust", card, "--home", self.stranger, "--fingerprint", self.fingerprint]

    def study(self, inputs):
        return [self.send, "study", inputs, "--to", "radiologist", "--address", self.address, "--home", self.clinic, "--give-up-after",
                "5s", "--json"]

    def run(self, command, seconds):
        """Runs a command with its time and its peak memory, that of its own children included."""
        self.commands.append(command)
        output, errors = self.work / "output.txt", self.work / "errors.txt"
        with open(output, "wb") as out, open(errors, "wb") as err:
            process = subprocess.Popen(
                list(map(str, command)), stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=self._environment())
            timed_out = not self._ends(process, seconds)
            if timed_out:
                process.kill()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        megabytes = usage.ru_maxrss // 1024
        self.largest_megabytes = max(self.largest_megabytes, megabytes)
        texts = (path.read_text(errors="replace") for path in (output, errors))
        return Result(process.returncode, *texts, megabytes, timed_out)

    @staticmethod
    def _ends(process, seconds):
        handle = os.pidfd_open(process.pid)
        try:
            return bool(select.select([handle], [], [], seconds)[0])
        finally:
            os.close(handle)

    def leftovers(self):
        return sorted(path.name for path in self.temporary.iterdir()) if self.temporary.exists() else []

    # The receiver

    def restart_receiver(self):
        self._stop_receiver()
        log = open(self.work / "receiver.log", "ab")
        command = [self.receive, "serve", "--listen", "127.0.0.1:0", "--into", self.received, "--layout", "flat", "--home",
                   self.radiologist, "--json"]
        self.receiver = subprocess.Popen(
            list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, env=self._environment())
        log.close()
        os.set_blocking(self.receiver.stdout.fileno(), True)
        for line in self.receiver.stdout:
            event = json.loads(line)
            if event.get("event") == "listening":
                self.address = f"127.0.0.1:{event['port']}"
                break
        else:
            raise SystemExit("fuzz-programs: the receiver does not listen; see receiver.log")
        # The rest of its output is nobody's concern, but must not fill the pipe.
        self.drain = subprocess.Popen(["cat"], stdin=self.receiver.stdout, stdout=subprocess.DEVNULL)
        self.receiver.stdout.close()

    def require_receiver(self):
        if self.receiver.poll() is not None:
            raise Trouble(f"serve ended with {self.receiver.returncode}")

    def _stop_receiver(self):
        if self.receiver is None:
            return
        self.receiver.terminate()
        try:
            self.receiver.wait(20)
        except subprocess.TimeoutExpired:
            self.receiver.kill()
            self.receiver.wait()
        self.drain.wait()
        self.receiver = None
