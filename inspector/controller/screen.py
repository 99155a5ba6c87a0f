"""What the window shows of a resolved state and of a result; nothing is decided here."""

from time import monotonic

from inspector.controller import texts
from inspector.controller.jobs import Loaded, Shown
from inspector.controller.pace import Pace
from inspector.core.arithmetic import explain
from inspector.core.filtering import source_values
from inspector.core.placement import patch_box, placement
from inspector.core.resolve import Resolved
from inspector.views.main_window import MainWindow
from inspector.work.runner import Running
from kernels import devices, is_warm

PATIENCE = 0.5  # seconds after which running work is named in the status line


def late(running: Running) -> bool:
    """Whether work takes so long that it must be named."""
    return monotonic() - running.since > PATIENCE


class Screen:
    """Fills the window. ``result`` is the one on the screen, None while there is none for the present picture."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.pace = Pace()
        self._progress: dict[str, tuple[int, int | None]] = {}  # of the work that runs, by its kind
        self.result: Shown | None = None

    def show_picture(self, resolved: Resolved, loaded: Loaded, place: tuple[int, int]) -> None:
        """A new picture, at this ``place`` of (position, count) in its folder; what belonged to the last one goes."""
        facts = texts.source_facts(loaded, place)
        self._window.picture.show_input(loaded.rgb, texts.input_label(loaded.picture), loaded.smaller)
        self.show_no_result()
        self._window.source.show_source(facts)
        self._window.gallery.show_sample(facts.sample)
        self._window.source.show_thumbnail(loaded.thumbnail)
        if not resolved.problem:
            self._say(" ".join(facts.notes))

    def _say(self, notice: str) -> None:
        if notice:
            self._window.message.show_message(notice, severity="notice")
        else:
            self._window.message.clear()

    def show_filter(self, resolved: Resolved) -> None:
        """The choices."""
        settings = resolved.filter
        self._window.kernel.show_kernel(
            settings.kernel, normalize=settings.normalize, scale=settings.scale, note=resolved.kernel_note
        )
        self._window.options.show_settings(
            settings, constant_enabled=resolved.constant_enabled, devices=devices() if is_warm() else ()
        )

    def show_problem(self, resolved: Resolved) -> None:
        """Why these choices have no result, or that they have one again."""
        if resolved.problem:
            self.show_no_result()
            self._window.message.show_message(resolved.problem)
        else:
            self._window.message.clear()

    def show_no_result(self) -> None:
        """Take away what belonged to the last result."""
        self.result = None
        self._window.picture.show_output(None, None, "")
        self._window.picture.show_patch(None, None)
        self._window.picture.show_reading("")
        self._window.pixel.show_sum(None, None, (), 0)

    def show_result(self, shown: Shown) -> None:
        """The filtered picture; ``show_numbers`` says the rest about it."""
        filtered, settings = shown.filtered, shown.request.settings
        self.result = shown
        self.pace.shown()
        place = placement(filtered.plan, filtered.kernel.anchor)
        self._window.picture.show_busy(False)
        self._window.picture.show_output(filtered.rgb, place, texts.output_label(settings, filtered), filtered.smaller)

    def show_numbers(self, resolved: Resolved) -> None:
        """Histogram, status line and inspected pixel of the result, if there is one."""
        if self.result is None:
            return
        filtered = self.result.filtered
        self._window.histogram.show_counts(
            filtered.input_counts, filtered.counts, *filtered.span, texts.counted(filtered.counted_rows),
            displayed=(filtered.levels.low, filtered.levels.high),
        )  # fmt: skip
        self._window.status.show_device(filtered.device_name, filtered.why_device)
        self._window.status.show_work(*texts.work(filtered))
        self._window.status.show_shape(texts.result_facts(filtered))
        self.show_pixel(resolved)

    def show_pixel(self, resolved: Resolved) -> None:
        """The sum behind the inspected pixel, if the result has that pixel."""
        if self.result is None or resolved.pixel is None:
            return
        filtered, (y, x), request = self.result.filtered, resolved.pixel, self.result.request
        if not (y < filtered.values.shape[0] and x < filtered.values.shape[1]):
            return
        values = source_values(request.picture, request.settings.channels)
        channel = min(resolved.channel, filtered.plan.out_shape[2] - 1)
        channels = tuple(float(v) for v in filtered.values[y, x].reshape(-1))
        explained = explain(values, filtered.kernel, filtered.plan, y, x, channel)
        self._window.pixel.show_sum(explained, channels[channel], channels, channel)
        self._window.picture.show_reading(texts.reading(y, x, channels))
        self._window.picture.show_patch(patch_box(filtered.plan, y, x), (y, x, y + 1, x + 1))

    def show_pace(self, running: tuple[Running, ...]) -> bool:
        """Frames of the last second and what has been running for long; whether anything still moves."""
        frames = self.pace.frames()
        long = tuple(filter(late, running))
        self._window.status.show_frames(frames)
        can_stop = any(r.operation.resource != "engine" for r in long)
        self._forget_progress(running)
        share = texts.share_done(long, self._progress)
        self._window.status.show_running(texts.running(long, self._progress), cancellable=can_stop, share=share)
        if any(r.operation.kind == "filter" for r in long):
            self._window.picture.show_busy(True)
        return frames > 0

    def note_progress(self, kind: str, done: int, total: int | None) -> None:
        """How much of a kind of work is done; shown with the next tick."""
        self._progress[kind] = done, total

    def _forget_progress(self, running: tuple[Running, ...]) -> None:
        kinds = {one.operation.kind for one in running}
        self._progress = {kind: told for kind, told in self._progress.items() if kind in kinds}

    def show_stale(self) -> None:
        """The work was cancelled: what is shown belongs to earlier choices, and its label says so by its colour."""
        self._window.picture.show_busy(True)
