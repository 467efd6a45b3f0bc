"""Names that the world may hold ready: each tries to be something else than a name where it is shown."""

import os

NAMES = {
    "terminal escapes": "take\x1b[2J\x1b]0;owned\x07\x1b[31m",
    "a forged line": "port\nIDENTICAL  port against reference, profile exact",
    "overwriting": "port\rIDENTICAL\x08\x08",
    "tab and feeds": "a\tb\x0bc\x0cd",
    "delete and C1": "a\x7fb\x9b31mc\x85d",
    "NUL": "a\0b",
    "turned text": "report\u202egpj.exe",
    "isolates and marks": "a\u2066b\u2069c\u200e\u200f\u061cd",
    "zero width": "mel\u200b\u200c\u200d\u2060\ufefffs",
    "line separators": "a\u2028b\u2029c",
    "bytes that are no UTF-8": os.fsdecode(b"caf\xe9 \xff\xfe.wav"),
    "half a character": "a\ud83dz\udfff",
    "no characters": "a\uffff\ufdd0\U0010ffffb\ue000",
    "hidden tags and fillers": "a\U000e0041\U000e007f\u3164\u2800\U000e0100b",
    "console markup": "[bold red]x[/] [/] [link=http://x]y[/link] \\[",
    "emoji code": ":warning: :smile:",
    "page markup": "<b>x</b><img src='http://x/y' onerror=alert(1)><script>1</script>",
    "end of data": "]]></system-out><failure/> &amp; \"'><!--",
    "formula": "=cmd|' /C calc'!A1",
    "formula behind space": " @SUM(1+1)*cmd|' /C calc'!A0",
    "formula behind tab": "\t=1+1",
    "sign": "-2+3",
    "quotes and commas": 'a",b;"c\\',
    "Qt's own": "R&D [*] &File %1 {audio} {0} %s",
    "very long": "x" * 100_000 + ".wav",
}
"""By what each of them is."""

FILES = {kind: name for kind, name in NAMES.items() if "\0" not in name and "/" not in name and len(name) < 200}
"""Those that a file can have."""
for _kind in [kind for kind, name in FILES.items() if "\ud83d" in name]:
    del FILES[_kind]
