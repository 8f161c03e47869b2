"""Prints, as JSON, the files that this interpreter is made of besides its standard library.

Runs as ``python -c <this text> MODULE ...`` on Linux, with the names of the extension modules that a
kernel loads. A file system made of these files, under the very paths at which the dynamic linker looks
for them, is enough to start a kernel.
"""

import ctypes
import json
import os
import sys
from _ctypes import dlopen


class _Object(ctypes.Structure):
    """The start of struct dl_phdr_info (link.h)."""

    _fields_ = [("address", ctypes.c_void_p), ("name", ctypes.c_char_p)]


def _load(wanted):
    for folder in sys.path:
        try:
            names = os.listdir(folder)
        except OSError:
            continue
        for name in names:
            if name.partition(".")[0] in wanted and name.endswith(".so"):
                try:
                    dlopen(os.path.join(folder, name), os.RTLD_LAZY)
                except OSError:
                    pass  # Its library is not installed.
    try:
        ctypes.CDLL("libgcc_s.so.1")
    except OSError:
        pass  # musl has none.


def _loaded():
    names = []

    @ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Object), ctypes.c_size_t, ctypes.c_void_p)
    def visit(item, size, data):
        name = item.contents.name
        if name and name.startswith(b"/"):
            names.append(os.fsdecode(name))
        return 0

    ctypes.CDLL(None).dl_iterate_phdr(visit, None)
    return sorted(set(names))


_load(set(sys.argv[1:]))
print(json.dumps(_loaded()))
