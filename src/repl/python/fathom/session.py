"""Carries out the host's commands, one at a time, on the main thread."""

from __future__ import annotations

import sys

from fathom.cells import NOT_COMPILED, PARSED, Cell, Runner, Sources
from fathom.channel import Channel, decode, encode, end_process
from fathom.hints import SilentMistakes, hint_for
from fathom.interrupts import Interrupts
from fathom.namespace import Namespace
from fathom.output import Output, Stream, redirect_output
from fathom.render import render
from fathom.undefined import UndefinedNames, undefined_names
from fathom.uses import uses_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable


class Session:
    """A kernel from its host's ``init`` to its end."""

    def __init__(self, channel: Channel, interrupts: Interrupts) -> None:
        self._channel = channel
        self._interrupts = interrupts
        self._output = Output(channel, interrupts)
        self._stdout = Stream(self._output, "<stdout>", 1)
        self._stderr = Stream(self._output, "<stderr>", 2)
        self._sources = Sources()
        self._source = ""
        self._mistakes = SilentMistakes()
        channel.before_call = self._output.flush

    def serve(self) -> None:
        """Runs until the host ends the kernel."""
        header, body = self._channel.next_command()
        self._names = Namespace(self._channel, header, body)
        self._runner = Runner(self._names.variables)
        redirect_output(self._stdout, self._stderr)
        version = ".".join(map(str, sys.version_info[:3]))
        self._channel.send({"type": "ready", "python": version})
        commands: dict[str, Callable[[dict[str, Any], bytes], None]] = {
            "execute": self._execute,
            "check": self._check,
            "set": self._set,
        }
        while True:
            header, body = self._channel.next_command()
            if header["type"] == "shutdown":
                end_process()
            commands[header["type"]](header, body)

    def _check(self, header: dict[str, Any], body: bytes) -> None:
        """Finds the first candidate that compiles or, if that is needed, one that uses what the REPL has."""
        uses = header["need"] == "uses-repl"
        start = 0
        message = ""
        index = -1
        for position, length in enumerate(header["lengths"]):
            source = body[start : start + length].decode("utf-8")
            start += length
            try:
                Cell(source, "<cell>")
            except NOT_COMPILED as error:
                message = message or self._sources.describe(error)
            else:
                if uses and not uses_names(source, self._names.offers, self._names):
                    continue
                index = position
                break
        reply = {"type": "checked", "request": header["request"], "index": index}
        self._channel.send(reply, b"" if index >= 0 else _encode_text(message))

    def _set(self, header: dict[str, Any], body: bytes) -> None:
        reply = {"type": "assigned", "request": header["request"], "error": None}
        try:
            self._names.assign(decode(body.decode("utf-8")))
        except Exception as error:
            reply["error"] = f"{type(error).__name__}: {error}"
        self._channel.send(reply)

    def _execute(self, header: dict[str, Any], body: bytes) -> None:
        self._output.start_cell()
        self._names.restore()
        redirect_output(self._stdout, self._stderr)
        self._interrupts.install()
        source = body.decode("utf-8")
        filename = f"<cell {header['cell']}>"
        self._sources.add(filename, source)
        error = self._guard(lambda: self._run(source, filename))
        self._names.restore_builtins()
        self._source = source
        self._offload(header["cell"])
        result = self._result(error)
        # With the traceback and the notes.
        self._offload(header["cell"])
        result["shown"] = self._output.cut(filename, f"output_{header['cell']}")
        self._output.flush()
        reply = {"type": "done", "cell": header["cell"], "status": result.pop("status")}
        self._channel.send(reply, encode(result).encode("ascii"))

    def _run(self, source: str, filename: str) -> None:
        cell = Cell(source, filename)
        for note in self._names.give_back(source, PARSED):
            self._print(f"[{note}]")
        self._check_names(source)
        if cell.statements is not None:
            self._runner.run(cell.statements)
        if cell.echo is not None:
            value = self._runner.run(cell.echo)
            if value is not None:
                self._names.variables["_"] = value
                self._print(render(value), "the value of the last line")

    def _offload(self, cell: int) -> None:
        """Output that is too long to be shown is there for the next cells to search."""
        text = self._output.whole()
        if text is not None:
            # The host names the variable where it cuts the output.
            self._names.variables[f"output_{cell}"] = text

    def _check_names(self, source: str) -> None:
        """Nothing is run, and no sub-call paid for, when the cell is bound to end in a NameError."""
        missing = undefined_names(source, self._names)
        missing = missing and self._names.import_forgotten(missing)
        if missing:
            names = ", ".join(f"'{name}'" for name in missing)
            verb = "is" if len(missing) == 1 else "are"
            raise UndefinedNames(f"{names} {verb} not defined. Nothing of the cell was run.")

    def _result(self, error: BaseException | None) -> dict[str, Any]:
        """What the host is told of a cell. Each part may run the user's code, and fail by itself."""
        status = "ok"
        described: dict[str, str] | None = None
        if isinstance(error, SystemExit):
            code = "" if error.code is None else error.code
            self._guard(lambda: self._print(f"[the cell ended itself: sys.exit({code})]"))
        elif error is not None:
            status = "interrupted" if isinstance(error, KeyboardInterrupt) else "error"
            described = {"name": type(error).__name__[:200], "message": ""}
            failure = self._guard(lambda: self._describe(error, described))
            if failure is not None:
                self._print(f"{described['name']} (and its message can't be shown)")
        result: dict[str, Any] = {
            "status": status,
            "error": described,
            "variables": [],
            "changed": [],
            "answer": None,
            "draft": "",
        }
        failure = self._guard(lambda: self._settle(result))
        if failure is not None:
            self._print(f"[the answer can't be shown: {type(failure).__name__}]")
        return result

    def _describe(self, error: BaseException, described: dict[str, str]) -> None:
        self._print(self._sources.describe(error).rstrip("\n"), "the traceback")
        described["message"] = str(error)[:10_000]
        hint = self._hint(error)
        if hint is not None:
            self._print(f"[{hint}]")

    def _hint(self, error: BaseException) -> str | None:
        try:
            return hint_for(error, self._source, self._names.functions, self._names.variables)
        except Exception:  # Of the user's own objects; a hint is only good to have.
            return None

    def _settle(self, result: dict[str, Any]) -> None:
        result["variables"] = self._names.summaries()
        result["changed"] = self._names.changes()
        for note in [*self._names.settle(), *self._silent_mistakes()]:
            self._print(f"[{note}]")
        submission = self._names.submission
        result["draft"] = submission.content
        if submission.ready:
            result["answer"] = result["draft"]

    def _silent_mistakes(self) -> list[str]:
        return self._mistakes.in_cell(self._source) if self._names.is_repository else []

    def _guard(self, action: Callable[[], None]) -> BaseException | None:
        """Runs user code, interruptible, and returns what it raised."""
        try:
            try:
                self._interrupts.arm()
                action()
            finally:
                self._interrupts.disarm()
        except BaseException as error:
            self._interrupts.disarm()
            return error
        return None

    def _print(self, text: str, what: str = "a note") -> None:
        self._output.write(text + "\n", what)


def _encode_text(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")
