"""Execute the notebooks, as `make notebooks` does: python scripts/notebooks.py [--to DIR] [NAME...]

The register that they ask is at REGISTRY_URL (http://127.0.0.1:8000 if unsaid). The executed copies go to DIR; those of
the project keep no outputs, so that none is ever stale. Nothing is written to anybody's home.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "notebooks"
LONGEST = 120  # seconds a cell may take


def main() -> int:
    parser = argparse.ArgumentParser(description="Execute the notebooks.")
    parser.add_argument("--to", type=Path, default=ROOT / ".local" / "notebooks", help="where the executed copies go")
    parser.add_argument("names", nargs="*", help="such as 01-first-map; all if unsaid")
    asked = parser.parse_args()
    asked.to.mkdir(parents=True, exist_ok=True)
    paths = [FOLDER / f"{name}.ipynb" for name in asked.names] or sorted(FOLDER.glob("*.ipynb"))
    with tempfile.TemporaryDirectory(prefix="notebooks-") as folder:
        return max(execute(path, asked.to / path.name, Path(folder)) for path in paths)


def execute(path: Path, made: Path, folder: Path) -> int:
    """Execute a notebook as somebody would who has only this checkout; 1 where a cell fails, and the copy shows it."""
    here = {name: str(folder / name.lower()) for name in (
        "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "MPLCONFIGDIR")}  # fmt: skip
    os.environ |= {**here, "JUPYTER_PLATFORM_DIRS": "1"}
    import nbformat  # reads where it may write when it is imported
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError
    from traitlets.config import Config

    book = nbformat.read(path, as_version=4)
    wires = Config({"KernelManager": {"transport": "ipc", "ip": str(folder / path.stem)}})  # nobody else can listen
    client = NotebookClient(
        book, timeout=LONGEST, kernel_name="python3", resources={"metadata": {"path": str(folder)}}, config=wires
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "default"}
    started = time.monotonic()
    try:
        client.execute(env=env)
    except CellExecutionError as error:
        print(f"{path.name}: {error}", file=sys.stderr)
        return 1
    finally:
        nbformat.write(book, made)
    print(f"{path.name}: {time.monotonic() - started:.1f} s, {made}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
