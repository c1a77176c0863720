"""Where things of this checkout live."""

import hashlib
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
VENV = VAR / "venv"
PYTHON = VENV / "bin" / "python"
KEYS = VAR / "keys"
LOGS = VAR / "log"
STATE = VAR / "state"

NAME = "insurance-office"


def key() -> str:
    """A short name for this checkout, by its path, for folders that must lie outside it."""
    return hashlib.sha256(os.fsencode(ROOT)).hexdigest()[:12]
