"""Compiles detection to C while a wheel is built, when ``WATCHER_COMPILE`` is set; ``make fast`` does so.

The compiled modules stand in the wheel beside their sources and are taken instead of them. An editable installation is
never compiled, so that no stale module hides what is being edited. Run as a program it only translates to C, which
tells in seconds whether detection can still be compiled.
"""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
COMPILED = "watcher/detect"
# The types were checked before; mypyc needs none of the plugins that the check of the whole program uses.
SETTINGS = "[mypy]\nexplicit_package_bases = True\nignore_missing_imports = True\n"


class CompileDetection(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's own, which needs no settings
    """Asked by hatchling (``tool.hatch.build.targets.wheel.hooks.custom``)."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable" or not os.environ.get("WATCHER_COMPILE"):
            return
        self._directory = TemporaryDirectory()
        for module in compile_to(Path(self._directory.name)):
            build_data["force_include"][str(module)] = str(module.relative_to(Path(self._directory.name) / "lib"))
        build_data["pure_python"] = False
        build_data["infer_tag"] = True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        del version, build_data, artifact_path
        if hasattr(self, "_directory"):
            self._directory.cleanup()


def translate_to(directory: Path) -> list[Any]:
    """The C sources of detection, as extension modules that setuptools can build.

    Raises:
        SystemExit: when a module uses what mypyc cannot compile; the places stand on standard output.
    """
    from mypyc.build import mypycify  # noqa: PLC0415  only where something is compiled

    settings = directory / "mypy.ini"
    settings.write_text(SETTINGS, encoding="utf-8")
    os.chdir(ROOT)
    return mypycify(
        ["--config-file", str(settings), COMPILED],
        opt_level="2",
        debug_level="0",
        multi_file=True,  # one C file per module: the compiler needs less memory
        target_dir=str(directory / "c"),
        group_name="watcher_detect",
    )


def compile_to(directory: Path) -> list[Path]:
    """The compiled modules, in ``directory``/lib at the places where the wheel wants them."""
    from setuptools import Distribution  # noqa: PLC0415  only where something is compiled

    build = Distribution({"name": "watcher", "ext_modules": translate_to(directory)}).get_command_obj("build_ext")
    build.build_lib = str(directory / "lib")
    build.build_temp = str(directory / "temp")
    build.parallel = os.cpu_count()
    build.ensure_finalized()
    build.run()
    return [Path(module) for module in build.get_outputs()]


if __name__ == "__main__":
    with TemporaryDirectory() as scratch:
        translate_to(Path(scratch))
