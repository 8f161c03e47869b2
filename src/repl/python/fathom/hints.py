"""What to do instead, for the mistakes that models make most in a REPL like this one."""

from __future__ import annotations

import re
import sys

from fathom.cells import is_cell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterable, Mapping

_LOOK = "grep(pattern) searches the context, read(path) is a file's text, files(glob) and tree() list"
_NO_SHELL = f"There is no shell here, only Python. {_LOOK}; git_log() and git_diff() are functions, too."
_F_STRING = (
    "This Python ({0}.{1}) allows neither the f-string's own quotes nor a backslash between its braces: put the "
    "value in a variable first, or use other quotes."
)
_REPOSITORY = (
    "If that is `context`: it is a repository, not a text. grep(pattern) searches all files, context[path] is the "
    "text of one, chunks(glob) are texts for sub-models."
)
_SUBMIT = 'Submit with answer["content"] = text and answer["ready"] = True, or FINAL(text).'

_ELSEWHERE = {
    "read(path)": "read_file open_file view_file get_file load_file cat view file_read readfile get_file_content",
    "files(glob) or tree()": "ls list_files list_dir listdir list_directory find_files glob get_files walk",
    "grep(pattern)": "rg ripgrep search_files search_code grep_search find find_in_files code_search grep_files",
    "llm_query(prompt), or llm_query_batched(prompts) for many": (
        "llm ask ask_llm call_llm query query_llm sub_llm llm_call subcall sub_query llm_batch batch_llm_query "
        "llm_query_batch batch_query llm_queries"
    ),
    "True, False or None": "true false null",
}
"""What things are called in other tools."""

_SUBMITTING = frozenset("final final_answer submit submit_answer finish respond complete attempt_completion".split())
_SHELLS = frozenset("bash sh shell run_command terminal execute_command run_shell exec_command cmd".split())


def hint_for(
    error: BaseException, source: str, functions: Mapping[str, Any], names: Mapping[str, Any]
) -> str | None:
    """What to tell a model about an exception of its cell, in a sentence or two; None for nothing.

    :param functions: ours, by name.
    :param names: the variables of the cells.
    """
    for kinds, hint in _HINTS:
        if isinstance(error, kinds):
            told = hint(error, _failing_line(error, source), functions, names)
            if told is not None:
                return told
    return None


class SilentMistakes:
    """What goes wrong without an exception. Each is said once."""

    def __init__(self) -> None:
        self._left = list(_SILENT)

    def in_cell(self, source: str) -> list[str]:
        """What to say of a cell about a repository."""
        found = [one for one in self._left if one[0] in source and re.search(one[1], source)]
        self._left = [one for one in self._left if one not in found]
        return [note for _, _, note in found]


_SILENT = (
    (
        "os.path",
        r"\bos\.path\.(?:exists|isfile|isdir)\(",
        "os.path sees no file of the repository: ask `path in context`, or use files(glob).",
    ),
    (
        "Path(",
        r"\.(?:exists|is_file|is_dir)\(\)",
        "Path sees no file of the repository: ask `path in context`, or use files(glob).",
    ),
    ("len(context)", r"\blen\(context\)", "len(context) is the number of files."),
    (
        "in context",
        r"""["'][^"'/.\n]+["']\s+(?:not )?in context\b(?![.\[(])""",
        "`in context` asks whether there is a file of that path; grep(pattern) searches the texts.",
    ),
)
"""A word that has to be there, what has to match, and what is said."""


def _of_syntax(error: Any, line: str, functions: Mapping[str, Any], names: object) -> str | None:
    text = str(error.msg)
    if re.match(r"\s*(?:!|%{1,2}[a-z]|\$ )", line) or re.match(r"\s*(?:grep|rg|ls|cat|find|git|cd|pip) [-\w./\"']", line):
        return _NO_SHELL
    if sys.version_info < (3, 12) and ("f-string" in text or _nests_quotes(line)):
        return _F_STRING.format(*sys.version_info)
    if "'return' outside" in text:
        return "A cell is no function: print what you want to see. " + _SUBMIT
    if re.search(r"unterminated|EOL while|EOF while scanning|was never closed", text):
        return 'A text with quotes or line ends in it goes in triple quotes: """...""".'
    return None


def _nests_quotes(line: str) -> bool:
    return re.search(r"""\bf(["'])[^"'{]*\{[^}"']*\1""", line) is not None


def _of_name(error: BaseException, line: str, functions: Mapping[str, Any], names: object) -> str | None:
    told = []
    for name in re.findall(r"'(\w+)'", str(error)):
        if name in _SHELLS:
            return _NO_SHELL
        if name in _SUBMITTING:
            return _SUBMIT
        known = next((one for one, others in _ELSEWHERE.items() if name in others.split()), None)
        if known is None and len(name) > 3:
            import difflib

            close = difflib.get_close_matches(name, functions, 1, 0.8)
            known = close[0] if close else None
        if known is not None:
            told.append(f"For `{name}` there is {known} here.")
    return " ".join(told) or None


def _of_import(error: BaseException, line: str, functions: object, names: object) -> str | None:
    return f"Only Python's standard library is here, and nothing can be installed. {_LOOK}."


def _of_type(error: BaseException, line: str, functions: Mapping[str, Any], names: Mapping[str, Any]) -> str | None:
    text = str(error)
    function = _our_function(error, functions)
    if function is not None:
        return "Its signature is " + signature(*function)
    if "Repository" in text or ("expected string or bytes-like" in text and "context" in line):
        return _REPOSITORY
    if "is not callable" in text:
        taken = [name for name in re.findall(r"(?<![\w.])(\w+)\s*\(", line) if name in functions]
        taken = [name for name in taken if name in names and not callable(names[name])]
        if taken:
            return f"`{taken[0]}` is a variable of yours now: give that another name. del {taken[0]} brings the function back."
    if "'method'" in text or "'function'" in text or "'builtin_function_or_method'" in text:
        return "A function has to be called: files(), not files."
    if "'await' expression" in text or "can't be awaited" in text:
        return "Leave `await` out: only llm_query.aio and its like are awaited."
    if "Chunk found" in text or "Match found" in text or "File found" in text:
        return "str(it) is its text: [str(one) for one in them]."
    return None


def _of_attribute(error: BaseException, line: str, functions: Mapping[str, Any], names: object) -> str | None:
    missing = re.search(r"'(\w+)' object has no attribute '(\w+)'", str(error))
    if missing is None:
        return None
    kind, name = missing.groups()
    if kind == "NumberedText":
        kind = "str"
    if name in functions and kind in ("str", "list", "dict"):
        return f"`{name}` is a plain function here: " + signature(name, functions[name])
    if kind == "str" and name in ("read", "readlines", "readline", "decode", "text", "content", "lines"):
        return 'That is a str already, the text itself; .split("\\n") are its lines.'
    if kind == "list" and name in ("split", "lower", "strip", "find", "replace", "splitlines"):
        return "That is a list: go through its items."
    return None


def _of_value(error: BaseException, line: str, functions: object, names: object) -> str | None:
    text = str(error)
    if type(error).__name__ == "JSONDecodeError":
        return "reply.json() reads JSON that stands in a fence or between words, of a reply as llm_query returns it."
    if "to unpack" in text and re.search(r"\bin context\b(?!\.)", line):
        return "Iterating over context gives paths: use `for path, text in context.items()`, or grep."
    if text.startswith('There is no model "'):
        return 'A text belongs in the prompt: llm_query(f"{question}\\n\\n{text}").'
    return None


def _of_runtime(error: BaseException, line: str, functions: object, names: object) -> str | None:
    if "asyncio.run()" in str(error) or "event loop is already running" in str(error):
        return "A cell can await at its top: await main(), without asyncio.run."
    return None


def _of_system(error: BaseException, line: str, functions: object, names: object) -> str | None:
    if "does not support processes" in str(error) or "subprocess" in line:
        return _NO_SHELL
    if isinstance(error, FileNotFoundError) and not isinstance(error, KeyError):
        return f"This REPL has no files of its own. {_LOOK}."
    return None


_HINTS: tuple[tuple[Any, Callable[[Any, str, Mapping[str, Any], Mapping[str, Any]], str | None]], ...] = (
    (SyntaxError, _of_syntax),
    (NameError, _of_name),
    (ImportError, _of_import),
    (TypeError, _of_type),
    (AttributeError, _of_attribute),
    (ValueError, _of_value),
    (RuntimeError, _of_runtime),
    (OSError, _of_system),
)


def signature(name: str, function: Any) -> str:
    """How a function is called, without types."""
    import inspect

    plain = inspect.signature(function)
    bare = [one.replace(annotation=one.empty) for one in plain.parameters.values()]
    return f"{name}{plain.replace(parameters=bare, return_annotation=plain.empty)}."


def _our_function(error: BaseException, functions: Mapping[str, Any]) -> tuple[str, Any] | None:
    """The function of ours that took offence at how it was called."""
    called = re.match(r"(?:[\w<>]+\.)*(\w+)\(\) (?:got|missing|takes)", str(error))
    names = [called.group(1)] if called else _names_below_cell(error)
    for name in names:
        function = functions.get(name.removesuffix("_aio") if name.endswith("_aio") else name)
        if function is not None:
            return name, getattr(function, "aio", function) if name.endswith("_aio") else function
    return None


def _names_below_cell(error: BaseException) -> Iterable[str]:
    """The function that the cell's code called last on the way to the exception."""
    step = error.__traceback__
    name: str | None = None
    was_cell = False
    while step is not None:
        code = step.tb_frame.f_code
        if is_cell(code.co_filename):
            was_cell, name = True, None
        elif was_cell:
            was_cell, name = False, code.co_name
        step = step.tb_next
    return [] if name is None else [name]


def _failing_line(error: BaseException, source: str) -> str:
    number: Any = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else None
    step = None if isinstance(error, SyntaxError) else error.__traceback__
    while step is not None:
        if is_cell(step.tb_frame.f_code.co_filename):
            number = step.tb_lineno
        step = step.tb_next
    lines = source.split("\n")
    return lines[number - 1] if isinstance(number, int) and 0 < number <= len(lines) else ""
