"""Imports of the standard library without files: one descriptor has all modules, compiled."""

from __future__ import annotations

import os
import sys
from _frozen_importlib import BuiltinImporter, FrozenImporter, ModuleSpec
from marshal import loads
from zlib import decompress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, ModuleType

LIBRARY = 5
"""The descriptor; the number is that of ``guestDescriptors`` in descriptors.ts."""

ABSENT = frozenset(
    "_pyodide _pyodide_core js pyodide pyodide_js _ctypes ctypes _posixsubprocess _remote_debugging"
    " _testcapi _testclinic _testclinic_limited _testinternalcapi _testlimitedcapi _xxtestfuzz".split()
)
"""Modules that reach, or reached, out of Python. They would not get far: what they call is not there."""


class Library:
    """Finds modules by an index of the library."""

    def __init__(self, index: dict[str, tuple[int, int, bool]]) -> None:
        """:param index: of each module the place and size of its code, and whether it is a package."""
        self._index = index

    def install(self) -> None:
        """Takes the place of all finders that look for files."""
        sys.meta_path[:] = [_Absent, BuiltinImporter, FrozenImporter, self]
        sys.path[:] = []
        sys.path_hooks[:] = []
        sys.path_importer_cache.clear()

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """What `import` asks."""
        if name not in self._index:
            return None
        package = self._index[name][2]
        spec = ModuleSpec(name, self, origin="standard library", is_package=package)
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(self.get_code(module.__name__), module.__dict__)

    def get_code(self, name: str) -> CodeType:
        """The code of a module (``runpy`` asks, too)."""
        start, size, _ = self._index[name]
        code: CodeType = loads(decompress(os.pread(LIBRARY, size, start)))
        return code

    def is_package(self, name: str) -> bool:
        return self._index[name][2]

    def get_source(self, name: str) -> None:
        return None

    def invalidate_caches(self) -> None:
        """There is nothing that could change."""


class _Absent:
    """Says which modules are not there."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        if name.partition(".")[0] in ABSENT:
            raise ModuleNotFoundError(f"{name} is not available in this Python.", name=name)

    @staticmethod
    def invalidate_caches() -> None:
        pass
