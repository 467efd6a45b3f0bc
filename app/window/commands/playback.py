"""The commands of the menu Playback."""

from typing import get_args

from ....core.settings import Follow
from .command import Command, sections, selected


def _follow(follow: Follow) -> Command:
    return Command(
        f"follow_{follow}", "Playback", f"Follow: {follow}", (), lambda w: w.preferences.remember(follow=follow),
        "Follow", on=lambda w: w.timeline.follow == follow,
    )  # fmt: skip


PLAYBACK: tuple[Command, ...] = sections(
    (
        Command("play", "Playback", "Play or pause", ("Space",), lambda w: w.playing.toggle(), icon="play"),
        Command(
            "play_selection", "Playback", "Play the selection", ("S",), lambda w: w.playing.play_selection(),
            can=selected,
        ),
        Command(
            "loop", "Playback", "Loop", ("L",), lambda w: w.playing.toggle_loop(), icon="loop",
            on=lambda w: w.playing.player.options.loop,
        ),
    ),
    (
        Command("faster", "Playback", "Faster", ("]",), lambda w: w.playing.change_speed(1)),
        Command("slower", "Playback", "Slower", ("[",), lambda w: w.playing.change_speed(-1)),
        Command("louder", "Playback", "Louder", ("Ctrl+Shift+Up",), lambda w: w.playing.change_volume(1)),
        Command("quieter", "Playback", "Quieter", ("Ctrl+Shift+Down",), lambda w: w.playing.change_volume(-1)),
    ),
    (
        Command("hear_next", "Playback", "Next {step}, with its sound", (".",), lambda w: w.playing.step(1)),
        Command("hear_previous", "Playback", "Previous {step}, with its sound", (",",), lambda w: w.playing.step(-1)),
        *(_follow(follow) for follow in get_args(Follow)),
    ),
)  # fmt: skip
