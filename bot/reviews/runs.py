"""Where runs keep their reviews: a folder of files, each removed when its run is done or was left for a week."""

import contextlib
import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

from bot.reviews.store import remove
from models.errors import HistoryError

__all__ = ["Runs", "content_key"]

KEPT_SECONDS = 7 * 24 * 3_600
_ENDINGS = (".db", ".db-wal", ".db-shm", ".part", ".file", ".csv", ".png")


class Runs:
    """The folder of runs.

    Args:
        folder: Copydesk's own; it is made when it is missing.

    Raises:
        HistoryError: It cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            # Reviews are other people's words: nobody else on the machine reads them.
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise HistoryError(
                f"The folder {folder} cannot be made: {error.strerror or error}.",
                "Give this user the right to write there, or set COPYDESK_CACHE_DIR to another folder.",
            ) from error

    def path(self, key: str, ending: str = ".db") -> Path:
        """A run's file."""
        name = hashlib.sha256(key.encode()).hexdigest()[:32]
        return self.folder / f"{name}{ending}"

    def clear(self, key: str) -> None:
        """Remove all that a run kept."""
        for ending in _ENDINGS:
            self.path(key, ending).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove what runs left that nobody went on with for a week."""
        before = time.time() - KEPT_SECONDS
        for path in self.folder.iterdir():
            with contextlib.suppress(OSError):
                if path.suffix and path.name.endswith(_ENDINGS) and path.stat().st_mtime < before:
                    path.unlink()

    @contextlib.contextmanager
    def alone(self, key: str) -> Iterator[Path]:
        """A run's store for this process: the one that an interrupted run left, or, while another process is at
        work on the same, one of its own."""
        from filelock import FileLock, Timeout

        path = self.path(key)
        lock = FileLock(f"{path}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            own = self.path(f"{key}:{time.time_ns()}")
            try:
                yield own
            finally:
                remove(own)
            return
        try:
            yield path
        finally:
            lock.release()
            Path(f"{path}.lock").unlink(missing_ok=True)


def content_key(path: Path, *more: str) -> str:
    """A key that is the same for the same file read in the same way."""
    digest = hashlib.sha256("\0".join(more).encode())
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
