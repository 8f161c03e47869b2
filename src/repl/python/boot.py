"""Starts the runtime in a fresh interpreter: ``python -c <this text>``.

The runtime arrives compiled on standard input, behind a line with its byte-code version and length, so
a kernel reads no file of Fathom's and needs no cache of compiled modules.
"""


def boot():
    import sys
    from _frozen_importlib import ModuleSpec
    from _frozen_importlib_external import MAGIC_NUMBER
    from marshal import loads

    # Unbuffered: not one byte of the frames that follow may be taken.
    source = open(0, "rb", buffering=0, closefd=False)
    line = b""
    while not line.endswith(b"\n"):
        byte = source.read(1)
        if not byte:
            raise SystemExit("The host closed the pipe before the kernel had started.")
        line += byte
    magic, length = line.split()
    if magic.decode() != MAGIC_NUMBER.hex():
        raise SystemExit("This Python was replaced by another version since Fathom looked for it.")
    runtime = bytearray()
    while len(runtime) < int(length):
        piece = source.read(int(length) - len(runtime))
        if not piece:
            raise SystemExit("The host closed the pipe before the kernel had started.")
        runtime += piece
    modules = loads(runtime)

    class RuntimeFinder:
        """Imports the modules of the runtime from memory."""

        @staticmethod
        def find_spec(name, path=None, target=None):
            if name not in modules:
                return None
            return ModuleSpec(name, RuntimeFinder, origin="fathom", is_package=name == "fathom")

        @staticmethod
        def create_module(spec):
            return None

        @staticmethod
        def exec_module(module):
            exec(modules[module.__name__], module.__dict__)

    sys.meta_path.insert(0, RuntimeFinder)
    from fathom.native import main

    main()


boot()
