"""The commands of the menu Go."""

from .command import Command, marked, sections, sparse, timeline

GO: tuple[Command, ...] = sections(
    (
        Command("next_frame", "Go", "Next frame", ("Right",), timeline("step_frames", 1)),
        Command("previous_frame", "Go", "Previous frame", ("Left",), timeline("step_frames", -1)),
        Command("next_second", "Go", "One second on", ("Shift+Right",), timeline("step_seconds", 1)),
        Command("previous_second", "Go", "One second back", ("Shift+Left",), timeline("step_seconds", -1)),
    ),
    (
        Command("home", "Go", "Beginning", ("Home",), timeline("go_home")),
        Command("end", "Go", "End", ("End",), timeline("go_end")),
        Command("go_to", "Go", "Go to time or frame …", ("Ctrl+G",), lambda w: w.ask_go_to()),
    ),
    (
        Command("next_marker", "Go", "Next marker", ("Ctrl+Down",), lambda w: w.marks.go(1), can=marked),
        Command("previous_marker", "Go", "Previous marker", ("Ctrl+Up",), lambda w: w.marks.go(-1), can=marked),
        Command(
            "next_held", "Go", "Next frame of a sparse port", ("Alt+Right",), lambda w: w.views.go_held(1), can=sparse
        ),
        Command(
            "previous_held",
            "Go",
            "Previous frame of a sparse port",
            ("Alt+Left",),
            lambda w: w.views.go_held(-1),
            can=sparse,
        ),
    ),
)  # fmt: skip
