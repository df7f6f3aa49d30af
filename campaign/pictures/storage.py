"""Where bytes of pictures live: a local folder or an S3 bucket behind the same few functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import obstore
import structlog
from flask import Flask
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

ORIGINALS: Final = "originals"
DERIVATIVES: Final = "derivatives"
LOOKS: Final = "looks"
PIECES: Final = "pieces"
# Databases limit the values of a statement, and somebody asks them about all files of a part.
PART: Final = 500

log = structlog.get_logger()


@dataclass(frozen=True)
class StoredFile:
    """A name of an area, and when its bytes were written last."""

    name: str
    changed_at: datetime


class Storage:
    """A Flask extension; a name stands for its content, so writing one twice writes the same bytes."""

    def __init__(self) -> None:
        self._stores: dict[str, ObjectStore] = {}

    def init_app(self, app: Flask) -> None:
        """Open the storage of the application's configuration."""
        site = app.config["CAMPAIGN"].site
        self._store = open_store(site.storage_url, site.data_dir)

    def put(self, area: str, name: str, data: bytes) -> None:
        """Write the bytes of a name; a reader sees all of them or none."""
        # Several parts at once would cost more than all the rest for files as small as ours.
        obstore.put(self._store, _path(area, name), data, use_multipart=False)

    def get(self, area: str, name: str) -> bytes:
        """Return the bytes of a name.

        Raises:
            FileNotFoundError: there is no such name.
        """
        return bytes(obstore.get(self._store, _path(area, name)).bytes())

    def delete(self, area: str, name: str) -> None:
        """Remove a name; one that is not there is no error."""
        try:
            obstore.delete(self._store, _path(area, name))
        except FileNotFoundError:
            return

    def discard(self, area: str, names: Iterable[str]) -> list[str]:
        """Remove names and return those that could not be: `operations.sweeping` finds them later."""
        left = []
        for name in names:
            try:
                self.delete(area, name)
            except (OSError, BaseError) as error:
                log.warning(
                    "a file could not be removed yet", area=area, name=name, error=str(error).partition("\n")[0]
                )
                left.append(name)
        return left

    def changed_at(self, area: str, name: str) -> datetime | None:
        """Return when the bytes of a name were written last, None when there is no such name."""
        try:
            return obstore.head(self._store, _path(area, name))["last_modified"]
        except FileNotFoundError:
            return None

    def listed(self, area: str) -> Iterator[Sequence[StoredFile]]:
        """Yield all names of an area, a few hundred at a time, in no order."""
        for part in obstore.list(self._store, area, chunk_size=PART):
            found = [(str(item["path"]), item["last_modified"]) for item in part]
            named = [(path, StoredFile(path.rpartition("/")[2], changed_at)) for path, changed_at in found]
            # What lies elsewhere is not ours.
            yield [file for path, file in named if path == _path(area, file.name)]

    def names(self, area: str, beginning: str) -> list[str]:
        """Return the names of an area that begin so (at least two characters), sorted."""
        found = obstore.list(self._store, f"{area}/{beginning[:2]}").collect()
        names = [str(item["path"]).rpartition("/")[2] for item in found]
        return sorted(name for name in names if name.startswith(beginning))


def open_store(url: str | None, data_dir: Path) -> ObjectStore:
    """Return the store of `site.storage_url`, else the folder `pictures` in the data folder."""
    if url:
        return from_url(url)
    return LocalStore(data_dir / "pictures", automatic_cleanup=False, mkdir=True)


def _path(area: str, name: str) -> str:
    return f"{area}/{name[:2]}/{name}"


storage = Storage()
