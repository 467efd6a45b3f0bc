"""The probe: its sections are where the documentation says, and hold what tells faults apart."""

import io
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.io.wavfile
import soundfile
from faulty.audio import Kind, recording
from faulty.downstream import window_starts
from faulty.faults import MEL_FAULTS, Fault, port_of
from faulty.mel import mel_spectrogram
from faulty.port import Port
from faulty.reading import read
from framescope.app.cli import probe_command
from framescope.core.base.errors import InputError
from framescope.core.probe import SECTIONS, Section, probe_signal, probe_wav
from helpers.markdown import PAGES, section, table


def parts() -> dict[str, Any]:
    ends = np.cumsum([part.length for part in SECTIONS])[:-1]
    samples, _ = probe_signal()
    return dict(zip((part.name for part in SECTIONS), np.split(samples, ends), strict=True))


def test_sections_are_where_the_page_says() -> None:
    said = table(section(PAGES["probe.md"], "What is in it"))
    start, expected = 0, []
    for part in SECTIONS:
        begin, end = start / 16000, (start + part.length) / 16000
        faults = ", ".join(f"`{fault}`" for fault in part.exposes)
        expected.append([part.name, f"{begin:.4g} to {end:.4g}", part.what, faults])
        start += part.length
    assert said == expected


@pytest.mark.parametrize("stereo", [False, True])
def test_wav_is_read_back_exactly(stereo: bool) -> None:
    samples, rate = probe_signal(stereo)
    for list_chunk in (False, True):
        data = io.BytesIO(probe_wav(stereo, list_chunk))
        values, found = soundfile.read(data, dtype="float64")
        assert found == rate
        np.testing.assert_array_equal(values, samples)
    data.seek(0)
    rate, integers = scipy.io.wavfile.read(data)
    np.testing.assert_array_equal(integers / 32768, samples)


def test_samples_begin_at_byte_44_unless_a_list_chunk_is_before_them() -> None:
    plain, listed = probe_wav(), probe_wav(list_chunk=True)
    assert plain[36:40] == b"data"
    assert listed[36:40] == b"LIST"
    assert listed.index(b"data") > listed.index(b"LIST")
    assert len(listed) == int.from_bytes(listed[4:8], "little") + 8


def test_edges_are_loud() -> None:
    samples, _ = probe_signal()
    assert np.abs(samples[:8]).min() > 0.3
    assert np.abs(samples[-1]) > 0.1
    assert np.abs(samples[-100:]).max() > 0.5


@pytest.mark.parametrize(("name", "hertz"), [("tone on a bin", 1000), ("tone between bins", 2350)])
def test_tones(name: str, hertz: int) -> None:
    spectrum = np.abs(np.fft.rfft(parts()[name][:3200]))
    assert spectrum.argmax() * 16000 / 3200 == hertz
    assert (hertz % 20 == 0) == (name == "tone on a bin")


def test_impulses_fall_on_other_places_of_their_column() -> None:
    (places,) = parts()["impulses"].nonzero()
    assert len(places) >= 5
    assert len({*(places % 200)}) == len(places)


def test_levels_fall_to_a_single_bit() -> None:
    levels = [np.abs(part).max() * 32768 for part in np.split(parts()["level steps"], 10)]
    assert levels == sorted(levels, reverse=True)
    assert levels[-1] == 1
    assert not parts()["silence"].any()


def test_full_scale_is_negative() -> None:
    part = parts()["full scale"]
    assert part.min() == -1
    assert part.max() == 0


def test_no_channel_is_a_multiple_of_the_other_or_of_the_mean() -> None:
    samples, _ = probe_signal(stereo=True)
    np.testing.assert_array_equal(samples[:, 0], probe_signal()[0])
    sounding = samples[np.abs(samples).min(axis=1) > 0.01]
    assert abs(np.corrcoef(sounding.T)[0, 1]) < 0.95


@cache
def mel_of(kind: Kind, port: Port) -> Any:
    return mel_spectrogram(read(recording("probe", kind), port), port)


def shown(fault: Fault) -> Any:
    """Largest difference that a fault of the mel makes in each section, (9,); None where the columns are others."""
    faulty, clean = (mel_of(fault.kind, port) for port in (port_of([fault]), Port()))
    if faulty.shape != clean.shape:
        return None
    ends = np.cumsum([part.length // 200 for part in SECTIONS])[:-1]
    return np.array([part.max() for part in np.split(np.abs(faulty - clean), ends, axis=1)])


@pytest.mark.parametrize("part", SECTIONS, ids=lambda part: part.name)
def test_sections_expose_what_they_are_said_to(part: Section) -> None:
    """Those faults of the mel that keep its columns, each with the value that shows best."""
    for name in part.exposes:
        values = [differences for fault in MEL_FAULTS if fault.id == name and (differences := shown(fault)) is not None]
        shares = [differences[SECTIONS.index(part)] / max(differences.max(), 1e-6) for differences in values]
        assert not values or max(shares) > 0.25, name


def test_the_last_window_passes_the_end() -> None:
    samples, _ = probe_signal()
    columns = 1 + len(samples) // 200
    assert window_starts(columns, Port())[-1] + 16 > columns


def parse(*words: str) -> Any:
    import argparse

    parser = argparse.ArgumentParser()
    probe_command.add_parser(parser.add_subparsers())
    return parser.parse_args(["probe", *words])


def test_command_writes_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "probe.wav"
    arguments = parse("-o", str(path), "--stereo", "--list-chunk")
    assert arguments.command(arguments) == 0
    assert path.read_bytes() == probe_wav(stereo=True, list_chunk=True)
    assert str(path) in capsys.readouterr().out


def test_command_says_where_it_cannot_write(tmp_path: Path) -> None:
    arguments = parse("-o", str(tmp_path / "missing" / "probe.wav"))
    with pytest.raises(InputError, match=r"probe\.wav"):
        arguments.command(arguments)
