"""Says which Python this is, and compiles the runtime for it.

Runs as ``python -c <this text> FOLDER`` and prints one line of JSON. It must at least parse and print
the version in any Python there is, Python 2 included.
"""

import sys


def main():
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < (3, 9) or sys.implementation.name != "cpython":
        name = getattr(getattr(sys, "implementation", None), "name", "cpython")
        sys.stdout.write('{"version": "%s", "implementation": "%s"}\n' % (version, name))
        return

    import binascii
    import json
    import marshal
    import os
    from _frozen_importlib_external import MAGIC_NUMBER

    folder = sys.argv[1]
    modules = {}
    for name in sorted(os.listdir(os.path.join(folder, "fathom"))):
        if name.endswith(".py"):
            path = os.path.join(folder, "fathom", name)
            with open(path, "rb") as file:
                source = file.read()
            module = "fathom" if name == "__init__.py" else "fathom." + name[:-3]
            modules[module] = compile(source, path, "exec", dont_inherit=True, optimize=0)
    # The folders that a confined kernel must be able to read: the standard library and its extension
    # modules. Nothing is taken from site-packages, which kernels never see.
    libraries = [path for path in sys.path if path and os.path.exists(path)]
    print(
        json.dumps(
            {
                "version": version,
                "implementation": "cpython",
                "executable": sys.executable,
                "prefixes": sorted({sys.base_prefix, sys.base_exec_prefix}),
                "libraries": libraries,
                "magic": MAGIC_NUMBER.hex(),
                "runtime": binascii.b2a_base64(marshal.dumps(modules), newline=False).decode("ascii"),
            }
        )
    )


main()
