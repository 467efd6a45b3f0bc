import struct
import tracemalloc
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from framescope.app.window.place_picture import KEYWORD, load_workspace, save_picture
from framescope.core.base.errors import InputError
from framescope.core.config import Config
from framescope.models.markers import Marker
from framescope.models.timeline import TimelineState
from framescope.models.workspace import OpenedPort, Workspace
from PIL import Image, PngImagePlugin
from PySide6.QtGui import QImage

SESSION = Workspace(
    recording="/töne/talk 1.wav",
    config=Config(mode="hubert"),
    timeline=TimelineState(cursor=22.32, visible=(20.0, 25.5), selection=(21.0, 22.0)),
    markers=(Marker(1.5, "Größe \N{GREEK SMALL LETTER MU}\nzweite Zeile"),),
    ports=(OpenedPort("/ports/go"),),
)
SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEAD = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)


@pytest.fixture
def image(qapp: object) -> QImage:
    pixels = np.random.default_rng(0).integers(0, 256, (30, 40, 3), np.uint8)
    return QImage(pixels.tobytes(), 40, 30, 120, QImage.Format.Format_RGB888).copy()


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def place(content: bytes) -> bytes:
    return chunk(b"zTXt", KEYWORD.encode() + b"\0\0" + content)


def picture(*chunks: bytes) -> bytes:
    return SIGNATURE + chunk(b"IHDR", HEAD) + b"".join(chunks) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def test_a_picture_opens_again_at_its_place(image: QImage, tmp_path: Path) -> None:
    save_picture(image, SESSION, tmp_path / "shot.PNG")
    assert load_workspace(tmp_path / "shot.PNG") == SESSION
    assert image.textKeys() == []


def test_any_other_program_sees_the_picture_and_the_place(image: QImage, tmp_path: Path) -> None:
    save_picture(image, SESSION, tmp_path / "shot.png")
    with Image.open(tmp_path / "shot.png") as seen:
        assert seen.size == (40, 30)
        assert np.asarray(seen.convert("RGB")).tobytes() == bytes(image.constBits())
        assert isinstance(seen, PngImagePlugin.PngImageFile)
        assert Workspace.from_json(str(seen.text[KEYWORD])) == SESSION


def test_a_long_session_makes_a_small_picture(image: QImage, tmp_path: Path) -> None:
    markers = tuple(Marker(n / 25, f"frame {n}") for n in range(5000))
    save_picture(image, replace(SESSION, markers=markers), tmp_path / "shot.png")
    assert load_workspace(tmp_path / "shot.png").markers == markers
    assert (tmp_path / "shot.png").stat().st_size < 100_000


def hostile() -> Iterator[tuple[str, bytes, str]]:
    json = SESSION.to_json()
    bomb = zlib.compress(bytes(1 << 26))
    nothing = "has no place in it; open a picture that Framescope saved"
    yield "plain", picture(), nothing
    yield "empty", b"", "is not a PNG file"
    yield "text", json, "is not a PNG file"
    yield "cut in a chunk", picture(place(zlib.compress(json)))[:200], "cut short"
    yield "cut before", picture()[:30], nothing
    yield "only a signature", SIGNATURE, nothing
    yield "behind the pixels", picture() + place(zlib.compress(json)), nothing
    yield "bomb", picture(place(bomb)), "larger than 4 MB"
    yield "many bombs", picture(*[place(bomb)] * 5), "larger than 4 MB"
    yield "bomb of another text", picture(chunk(b"zTXt", b"Comment\0\0" + bomb)), nothing
    yield "no deflate", picture(place(b"\xff" * 99)), "its place is broken"
    yield "no session", picture(place(zlib.compress(b"[1]"))), "is not a usable session file"
    yield "deep", picture(place(zlib.compress(b"[" * 1_000_000))), "is not a usable session file"
    yield "later version", picture(place(zlib.compress(b'{"version": 9}'))), "is a session of version 9"
    yield "wrong type", picture(place(zlib.compress(b'{"version": 1, "recording": 3}'))), "is not a usable session file"
    yield "endless chunk", SIGNATURE + struct.pack(">I", 0xFFFFFFFF) + b"tEXt", nothing
    yield "length too small", SIGNATURE + struct.pack(">I", 1) + b"zTXt" + KEYWORD.encode() + b"\0\0", "cut short"
    yield "a million chunks", SIGNATURE + chunk(b"tEXt", b"") * 1_000_000, nothing


@pytest.mark.parametrize(
    ("content", "reason"), [pytest.param(content, reason, id=name) for name, content, reason in hostile()]
)
def test_a_picture_without_a_usable_place_is_refused_in_little_memory(
    content: bytes, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "shot.png"
    path.write_bytes(content)
    tracemalloc.start()
    with pytest.raises(InputError, match=reason) as caught:
        load_workspace(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert str(caught.value).startswith(f"{path}: ")
    assert peak < 40 << 20


def test_what_is_no_file_is_refused(image: QImage, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a file; name a picture that Framescope saved"):
        load_workspace(tmp_path)
    with pytest.raises(InputError, match=r"shot\.jpg: a picture with its place is a PNG"):
        save_picture(image, SESSION, tmp_path / "shot.jpg")
    with pytest.raises(InputError, match="cannot be written"):
        save_picture(image, SESSION, tmp_path / "missing" / "shot.png")
