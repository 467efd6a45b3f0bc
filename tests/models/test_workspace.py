"""The session file: it comes back as it was, and a broken or hostile one is one sentence."""

import json
from pathlib import Path
from typing import Any

import pytest
from framescope.core.base.errors import InputError
from framescope.core.config import AudioConfig, Config, MelConfig
from framescope.models.markers import Marker
from framescope.models.timeline import TimelineState
from framescope.models.workspace import OpenedPort, Workspace, autosave_path

FULL = Workspace(
    recording="/recordings/é 会.wav",
    encoder="stand-in",
    config=Config(
        AudioConfig(channel="left", skip_samples=44), MelConfig(mel_scale="htk", top_db=80.0), 29.97, "hubert", "repeat"
    ),
    timeline=TimelineState(1.5, (1.0, 2.0), (1.25, 1.75), "smooth"),
    markers=(Marker(0.5, 'a "note"\n'), Marker(1.5)),
    lanes={"mel": {"colours": "viridis", "low": -4.0, "high": 4, "shown": True, "order": [2, 0, 1], "fold": None}},
    ports=(
        OpenedPort("/ports/go", ("mel=mel.bin:float32:80,T",), "go run . {audio} {out}"),
        OpenedPort("/ports/swift"),
    ),
    reference="/ports/swift",
    port="/ports/go",
    view="onion",
    difference="relative",
    lag_applied=False,
    tensor="slices",
    profile="strict",
    limits={"mel": (1e-3, 0.0), "features": (1e-4, 0.01)},
)


@pytest.mark.parametrize(
    "workspace",
    [Workspace(), FULL, Workspace(recording="/no text \udcff.wav")],
    ids=["empty", "full", "path that is no Unicode text"],
)
def test_a_session_comes_back(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "a.json"
    workspace.save(path)
    assert Workspace.load(path) == workspace
    assert [file.name for file in path.parent.iterdir()] == ["a.json"]


def test_what_a_later_version_adds_is_ignored() -> None:
    values = json.loads(FULL.to_json())
    values["later"] = {"a": [1]}
    values["config"]["mel"]["later"] = True
    assert Workspace.from_json(json.dumps(values)) == FULL


def test_what_an_older_version_lacks_has_its_default() -> None:
    assert Workspace.from_json('{"version": 1, "recording": "a.wav"}') == Workspace(recording="a.wav")


def changed(place: str, value: Any) -> bytes:
    """The full session with one value replaced."""
    values = json.loads(FULL.to_json())
    *way, last = place.split(".")
    inner = values
    for key in way:
        inner = inner[key]
    inner[last] = value
    return json.dumps(values).encode()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "Expecting value"),
        (b'{"version": 1, ', "Expecting property name"),
        (b"\xff\xfe\xff", "decode"),
        (b"[]", r"\[\]: it must be a table"),
        (b"{}", "version is missing"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"version": 1, "timeline": {"cursor": NaN}}', "NaN is not a finite number"),
        (b'{"version": 1, "timeline": {"cursor": 1e999}}', "1e999 is not a finite number"),
        (b'{"version": 1, "timeline": {"cursor": 1' + b"0" * 400 + b"}}", "cursor"),
        (b'{"version": 1, "lanes": {"mel": {"low": 1' + b"0" * 5000 + b"}}}", "digits"),
        (changed("version", 7), "version 7; this Framescope reads version 1"),
        (changed("version", "1"), "version '1': it must be a whole number"),
        (changed("recording", 3), "recording 3: it must be text"),
        (changed("markers", [{"seconds": "x"}]), r"markers\[0\].seconds 'x': it must be a finite number"),
        (changed("timeline.visible", [1.0]), "timeline.visible.*it must be 2 values"),
        (changed("timeline.follow", "Page"), "timeline.follow 'Page' is unknown; did you mean 'page'"),
        (changed("config.mode", "wav2vec"), "wav2vec"),
        (changed("config.mode", "huber"), "did you mean 'hubert'"),
        (changed("view", "above"), "above"),
        (changed("view", "swype"), "did you mean 'swipe'"),
        (changed("config.fps", 0), "fps 0"),
        (changed("config.fps", 1e12), "at most 1000"),
        (changed("config.audio.sample_rate", 10**12), "sample rate"),
        (changed("config.mel.n_fft", 10**9), "n_fft 1000000000: it must be from 16 to 16384"),
        (changed("config.mel.hop_length", 0), "hop_length 0"),
        (changed("config.mel.center", 1), "config.mel.center 1: it must be True or False"),
        (changed("lanes.mel", {"low": {"__class__": "os.system"}}), "lanes.mel.low"),
        (changed("ports", "/ports"), "ports '/ports'"),
        (changed("ports", [{"path": f"/{n}"} for n in range(101)]), "101 ports are too many"),
        (changed("ports", [{"path": "/a", "first_frame": 10**30}]), r"ports\[0\].first_frame"),
        (changed("limits", {"mel": [-1.0, 0.0]}), r"limits.mel\[0\] -1.0: it must be at least 0"),
        (changed("limits", {"mell": [1.0, 0.0]}), "'mell' is unknown; did you mean 'mel'"),
        (changed("profile", None), "profile None: it must be text"),
    ],
)
def test_a_broken_session_is_one_sentence_that_names_the_file(content: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=reason) as raised:
        Workspace.load(path)
    assert str(raised.value).startswith(f"{path}: ")
    assert "\n" not in str(raised.value)


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(InputError, match="larger than 4 MB"):
        Workspace.load(path)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be made"):
        Workspace().save(tmp_path / "file" / "a.json")
    with pytest.raises(InputError, match="cannot be written"):
        Workspace().save(tmp_path)


def test_the_running_session_is_kept_among_the_users_state() -> None:
    FULL.save(autosave_path())
    assert Workspace.load(autosave_path()) == FULL
