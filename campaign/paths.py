"""Where the files beside the code are: in a checkout at its top, in an installed wheel inside the package."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
ROOT = PACKAGE if (PACKAGE / "templates").is_dir() else PACKAGE.parent

TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
MIGRATIONS = ROOT / "migrations"
EXAMPLE_CONFIG = ROOT / "config.example.toml"
TRANSLATIONS = PACKAGE / "translations"
