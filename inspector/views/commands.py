"""The one table of commands: menus, tool bar, palette, key sheet and tooltips are made from it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """Something the user can do. ``check`` names the group of alternatives that it belongs to, if any."""

    id: str
    title: str
    menu: str
    shortcut: str = ""
    tip: str = ""
    check: str = ""
    separator: bool = False  # a line above it in its menu


COMMANDS: tuple[Command, ...] = (
    Command("open", "Open Picture…", "File", "Ctrl+O", "Open a picture or a kernel text file"),
    Command("open-folder", "Open Folder…", "File", "Ctrl+Shift+O", "Open a folder and step through its pictures"),
    Command("paste", "Paste Picture", "File", "Ctrl+V", "Take a picture or a file from the clipboard"),
    Command("load-kernel", "Load Kernel…", "File", "Ctrl+K", "Read a kernel from a text file", separator=True),
    Command("save-kernel", "Save Kernel…", "File", "Ctrl+Shift+K", "Write the kernel as text"),
    Command("save-values", "Save Values…", "File", "Ctrl+S", "Save the exact result as TIFF or NPY", separator=True),
    Command("export-shown", "Export Picture…", "File", "Ctrl+E", "Export the result as it is shown, as PNG or JPEG"),
    Command("quit", "Quit", "File", "Ctrl+Q", "Close the window", separator=True),
    Command("undo", "Undo", "Edit", "Ctrl+Z", "Take the last change back"),
    Command("redo", "Redo", "Edit", "Ctrl+Shift+Z", "Do the change again"),
    Command("copy-shown", "Copy Picture", "Edit", "Ctrl+C", "Copy the result as it is shown", separator=True),
    Command("copy-command", "Copy as Command Line", "Edit", "Ctrl+Shift+C", "Copy a command that computes this result"),
    Command("copy-python", "Copy as Python", "Edit", "Ctrl+Alt+C", "Copy a script that computes this result"),
    Command("workspace-filter", "Filter", "View", "Ctrl+1", "The filter bench", check="workspace"),
    Command("layout-split", "Split View", "View", "F2", "Input and output divided by a line that can be dragged", "layout", True),
    Command("layout-side", "Side by Side", "View", "F3", "Input and output next to each other", "layout"),
    Command("layout-input", "Input Only", "View", "F4", "The picture as it is", "layout"),
    Command("layout-output", "Output Only", "View", "F5", "The result alone", "layout"),
    Command("flip", "Flip Input and Output", "View", "X", "Swap between input and output to see the difference"),
    Command("fit", "Fit", "View", "Ctrl+0", "Show the whole picture", separator=True),
    Command("actual-size", "Actual Size", "View", "Ctrl+Alt+0", "One pixel of the picture for one of the screen"),
    Command("zoom-in", "Zoom In", "View", "Ctrl++", "Look closer"),
    Command("zoom-out", "Zoom Out", "View", "Ctrl+-", "Step back"),
    Command("panel-source", "Source Panel", "View", "F7", "Show or hide the column on the left", "panel-source", True),
    Command("panel-kernel", "Kernel Panel", "View", "F8", "Show or hide the column on the right", "panel-kernel"),
    Command("panel-pixel", "Pixel Inspector", "View", "F9", "Show or hide the sum behind one pixel", "panel-pixel"),
    Command("plot-histogram", "Plot Histogram…", "View", "Ctrl+H", "The histogram large, with zoom, logarithm and export"),
    Command("theme-system", "System Colours", "View", "", "Light or dark as the system says", "theme", True),
    Command("theme-light", "Light", "View", "", "Dark text on light grey", "theme"),
    Command("theme-dark", "Dark", "View", "", "Light text on dark grey", "theme"),
    Command("previous", "Previous Picture", "Source", "PgUp", "The previous picture of the folder"),
    Command("next", "Next Picture", "Source", "PgDown", "The next picture of the folder"),
    Command("cancel", "Cancel", "Source", "Esc", "Stop what is running", separator=True),
    Command("palette", "Command Palette…", "Help", "Ctrl+Shift+P", "Find any command by its name"),
    Command("keys", "Keyboard Shortcuts", "Help", "?", "All shortcuts on one page"),
    Command("about", "About CNN Inspector", "Help", "", "Version, engines and where settings are kept", separator=True),
)

MENUS: tuple[str, ...] = ("File", "Edit", "View", "Source", "Help")


def command(id: str) -> Command:
    """The command with this id. Raises KeyError for an unknown one."""
    return _BY_ID[id]


def tooltip(id: str) -> str:
    """What a button of this command says: the tip and, in brackets, the shortcut."""
    entry = command(id)
    return f"{entry.tip} ({entry.shortcut})" if entry.shortcut else entry.tip


_BY_ID = {entry.id: entry for entry in COMMANDS}
