"""Compress the scripts and styles of the libraries that the service serves: once, when they were fetched."""

from api.main import ASSETS
from api.routes.press import press

KINDS = (".js", ".mjs", ".css")
NOT_SERVED = ("-dev", "-src", "es-bundle")

if __name__ == "__main__":
    folders = [folder for folder in ASSETS.values() if "node_modules" in folder.parts]
    found = sorted(file for folder in folders for file in folder.rglob("*") if file.suffix in KINDS)
    press(file for file in found if not any(word in file.name for word in NOT_SERVED))
