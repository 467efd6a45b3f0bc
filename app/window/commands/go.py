"""The commands of the menu Go."""

from .command import Command, beside, marked, sections, sparse, tabs, timeline

GO: tuple[Command, ...] = sections(
    (
        Command("next_frame", "Go", "Next {step}", ("Right",), timeline("step_frames", 1)),
        Command("previous_frame", "Go", "Previous {step}", ("Left",), timeline("step_frames", -1)),
        Command("next_second", "Go", "One second on", ("Shift+Right",), timeline("step_seconds", 1)),
        Command("previous_second", "Go", "One second back", ("Shift+Left",), timeline("step_seconds", -1)),
    ),
    (
        Command("home", "Go", "Beginning", ("Home",), timeline("go_home")),
        Command("end", "Go", "End", ("End",), timeline("go_end")),
        Command("go_to", "Go", "Go to time or {step} …", ("Ctrl+G",), lambda w: w.asking.where_to_go()),
    ),
    (
        Command("next_tab", "Go", "Next tab", ("Ctrl+Tab",), tabs("step", 1), can=beside),
        Command(
            "previous_tab", "Go", "Previous tab", ("Ctrl+Shift+Tab",), tabs("step", -1),
            can=beside,
        ),
    ),
    (
        Command("next_marker", "Go", "Next marker", ("Ctrl+Down",), lambda w: w.marks.go(1), can=marked),
        Command("previous_marker", "Go", "Previous marker", ("Ctrl+Up",), lambda w: w.marks.go(-1), can=marked),
        Command(
            "next_held", "Go", "Next {step} of a sparse port", ("Alt+Right",), lambda w: w.views.go_held(1), can=sparse
        ),
        Command(
            "previous_held",
            "Go",
            "Previous {step} of a sparse port",
            ("Alt+Left",),
            lambda w: w.views.go_held(-1),
            can=sparse,
        ),
    ),
)  # fmt: skip
