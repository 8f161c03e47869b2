"""Imports of the standard library without access to files.

Before confinement every module's compiled file is opened, which takes one to two milliseconds, and
extension modules are loaded, but not run. Afterwards an import reads a descriptor that is open already.
"""

from __future__ import annotations

import os
import sys
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import (
    EXTENSION_SUFFIXES,
    ExtensionFileLoader,
    PathFinder,
    SourceFileLoader,
    SourcelessFileLoader,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Sequence

_PACKAGES = (
    "",
    "asyncio",
    "collections",
    "compression",
    "compression/_common",
    "concurrent",
    "concurrent/futures",
    "ctypes",
    "email",
    "email/mime",
    "encodings",
    "html",
    "http",
    "importlib",
    "importlib/metadata",
    "importlib/resources",
    "json",
    "logging",
    "pathlib",
    "re",
    "sqlite3",
    "string",
    "sysconfig",
    "tomllib",
    "unittest",
    "urllib",
    "wsgiref",
    "xml",
    "xml/dom",
    "xml/etree",
    "xml/parsers",
    "xml/sax",
    "zipfile",
    "zipfile/_path",
    "zoneinfo",
)
"""The packages whose modules can be imported, in whatever version of Python has them. Left out: tests,
windows, terminals, installers, and everything that starts processes."""

_EXTENSIONS = frozenset(
    "_asyncio _bisect _blake2 _bz2 _contextvars _csv _datetime _decimal _elementtree _heapq _hmac _json"
    " _lsprof _lzma _md5 _opcode _pickle _posixsubprocess _queue _random _sha1 _sha2 _sha256 _sha3 _sha512"
    " _socket _sqlite3 _statistics _struct _types _typing _zoneinfo _zstd array binascii cmath fcntl math"
    " mmap pyexpat resource select unicodedata zlib".split()
)
"""The extension modules that are loaded. Left out: those that bring large libraries for what can't be had
anyway (_ssl, _tkinter), the East Asian encodings (the host decodes files), and _hashlib, without which
hashlib uses the modules above."""

_RARE_ENCODINGS = tuple(
    "big5 cp10 cp11 cp7 cp8 cp9 euc gb hp hz iso2022 johab kz mac_ mbcs oem palmos ptcp shift tis".split()
)
"""How the names of encodings begin that are not worth the time of opening their modules."""


class _CompiledFile(SourcelessFileLoader):
    """A module whose compiled file is open."""

    def __init__(self, name: str, path: str, descriptor: int) -> None:
        super().__init__(name, path)
        self._descriptor = descriptor

    def get_data(self, path: str) -> bytes:
        return _read(self._descriptor)


class _SourceFile(SourceFileLoader):
    """A module that was never compiled to a file."""

    def __init__(self, name: str, path: str, descriptor: int) -> None:
        super().__init__(name, path)
        self._descriptor = descriptor

    def get_code(self, fullname: str) -> object:
        return self.source_to_code(_read(self._descriptor), self.path)


def _read(descriptor: int) -> bytes:
    parts = []
    offset = 0
    while part := os.pread(descriptor, 1 << 20, offset):
        parts.append(part)
        offset += len(part)
    return b"".join(parts)


class StandardLibrary:
    """Finds modules among the files that were opened when it was made."""

    def __init__(self, folders: Sequence[str], load: Callable[[str], object]) -> None:
        """
        :param folders: the standard library and its extension modules, as ``sys.path`` had them.
        :param load: loads a shared library so that loading it again needs no file.
        """
        self._files: dict[str, tuple[str, int, bool]] = {}
        self._extensions: dict[str, str] = {}
        for folder in folders:
            if os.path.exists(os.path.join(folder, "os.py")):
                for package in _PACKAGES:
                    self._open_modules(os.path.join(folder, package), package.replace("/", "."))
            self._load_extensions(folder, load)

    def _open_modules(self, folder: str, package: str) -> None:
        try:
            names = os.listdir(folder)
        except OSError:
            return
        compiled = _open_folder(os.path.join(folder, "__pycache__"))
        suffix = f".{sys.implementation.cache_tag}.pyc"
        for name in names:
            if not name.endswith(".py"):
                continue
            if package == "encodings" and name.startswith(_RARE_ENCODINGS):
                continue
            stem = name[:-3]
            module = stem if not package else package if stem == "__init__" else f"{package}.{stem}"
            if module in self._files:
                continue
            path = os.path.join(folder, name)
            try:
                if compiled is None:
                    raise FileNotFoundError
                descriptor = os.open(stem + suffix, os.O_RDONLY | os.O_CLOEXEC, dir_fd=compiled)
                self._files[module] = (path, descriptor, True)
            except OSError:
                try:
                    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
                except OSError:
                    continue
                self._files[module] = (path, descriptor, False)
        if compiled is not None:
            os.close(compiled)

    def _load_extensions(self, folder: str, load: Callable[[str], object]) -> None:
        try:
            names = os.listdir(folder)
        except OSError:
            return
        for name in names:
            module = name.partition(".")[0]
            if module not in _EXTENSIONS or not name.endswith(tuple(EXTENSION_SUFFIXES)):
                continue
            path = os.path.join(folder, name)
            try:
                if module not in sys.modules:
                    load(path)
            except (OSError, ImportError):
                continue  # Its library is not installed.
            self._extensions[module] = path

    def install(self) -> None:
        """Takes the place of the finder that looks for files."""
        sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not PathFinder]
        sys.meta_path.append(self)
        sys.path[:] = []
        sys.path_hooks[:] = []
        sys.path_importer_cache.clear()

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """What `import` asks."""
        if name in self._extensions:
            file = self._extensions[name]
            return ModuleSpec(name, ExtensionFileLoader(name, file), origin=file)
        if name not in self._files:
            return None
        file, descriptor, compiled = self._files[name]
        loader = (_CompiledFile if compiled else _SourceFile)(name, file, descriptor)
        package = file.endswith("/__init__.py")
        spec = ModuleSpec(name, loader, origin=file, is_package=package)
        if package:
            # Finders are asked for submodules with it; only this one is left, and it goes by the name.
            spec.submodule_search_locations = [os.path.dirname(file)]
        spec.has_location = True
        return spec

    def invalidate_caches(self) -> None:
        """There is nothing that could change."""


def _open_folder(path: str) -> int | None:
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY)
    except OSError:
        return None
