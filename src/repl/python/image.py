"""Makes the Python that kernels in WebAssembly start from. Runs once, in Pyodide, when Fathom is built.

Takes the runtime from /runtime and the standard library from Pyodide's zip file, compiles that to
/python.library unless it was compiled before, and leaves an interpreter whose memory can be stored.
"""


def compile_library():
    """Writes all modules, compiled, and an index: place, size and whether it is a package."""
    import sys
    from marshal import dump, dumps
    from zipimport import zipimporter
    from zlib import compress

    left_out = {
        "__phello__", "_pyodide", "antigravity", "ctypes", "idlelib", "pdb", "pyodide",
        "pydoc_data", "site-packages", "this", "turtle", "venv", "webbrowser",
    }
    archive = next(path for path in sys.path if path.endswith(".zip"))
    files = zipimporter(archive)
    index = {}
    with open("/python.library", "wb") as library:
        for name in sorted(files._get_files()):
            if not name.endswith(".py") or name.partition("/")[0].removesuffix(".py") in left_out:
                continue
            parts = name[:-3].split("/")
            package = parts[-1] == "__init__"
            module = ".".join(parts[:-1] if package else parts)
            source = files.get_data(f"{archive}/{name}")
            code = compile(source, f"<{module}>", "exec", dont_inherit=True, optimize=0)
            data = compress(dumps(code), 9)
            index[module] = (library.tell(), len(data), package)
            library.write(data)
    with open("/python.index", "wb") as file:
        dump(index, file)


def make(preload):
    """Imports what a kernel needs, and cuts Python off from files."""
    import gc
    import sys
    from marshal import load

    with open("/python.index", "rb") as file:
        index = load(file)
    for module in preload:
        __import__(module)

    sys.path.insert(0, "/runtime")
    sys.dont_write_bytecode = True
    import fathom.session
    import fathom.wasm
    import fathom.wasm_library
    import fathom.wasm_loop

    fathom.wasm_library.Library(index).install()
    for module in fathom.wasm_library.ABSENT:
        sys.modules.pop(module, None)
    fathom.wasm_loop.install()
    fathom.wasm.adapt()
    for module in list(sys.modules.values()):
        if (getattr(module, "__file__", None) or "").startswith("/"):
            del module.__file__
    sys.argv[:] = [""]
    gc.collect()
    gc.freeze()


if COMPILE_LIBRARY:
    compile_library()
make(PRELOAD.split())
del COMPILE_LIBRARY, PRELOAD, compile_library, make
