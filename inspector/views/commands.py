"""The one table of commands: menus, tool bar, palette, key sheet and tooltips are made from it."""

from dataclasses import dataclass

FIELD_MENU = "Receptive Field"


@dataclass(frozen=True)
class Command:
    """Something the user can do. ``check`` names the group of alternatives that it belongs to, if any.

    ``workspace``: the only one in which it is offered, "" for all.
    """

    id: str
    title: str
    menu: str
    shortcut: str = ""
    tip: str = ""
    check: str = ""
    separator: bool = False  # a line above it in its menu
    workspace: str = ""


def _filter(id: str, title: str, shortcut: str, tip: str, check: str = "", *, separator: bool = False) -> Command:
    return Command(id, title, "View", shortcut, tip, check, separator, workspace="filter")


def _network(id: str, title: str, shortcut: str, tip: str, check: str = "", *, separator: bool = False) -> Command:
    return Command(id, title, "Network", shortcut, tip, check, separator, workspace="network")


def _shift(id: str, title: str, shortcut: str, tip: str, *, separator: bool = False) -> Command:
    return Command(id, title, "Shift", shortcut, tip, separator=separator, workspace="shift")


def _field(id: str, title: str, shortcut: str, tip: str, *, separator: bool = False) -> Command:
    return Command(id, title, FIELD_MENU, shortcut, tip, separator=separator, workspace="field")


COMMANDS: tuple[Command, ...] = (
    Command("open", "Open Picture…", "File", "Ctrl+O", "Open a picture or a kernel text file"),
    Command("open-folder", "Open Folder…", "File", "Ctrl+Shift+O", "Open a folder and step through its pictures"),
    Command("paste", "Paste Picture", "File", "Ctrl+V", "Take a picture or a file from the clipboard"),
    Command("open-weights", "Open Weights…", "File", "Ctrl+W", "Open a file of weights as a network", separator=True),
    Command("run-code", "Run a Python File…", "File", "", "Take the network that the code in a file makes"),
    Command("load-kernel", "Load Kernel…", "File", "Ctrl+K", "Read a kernel from a text file", separator=True),
    Command("save-kernel", "Save Kernel…", "File", "Ctrl+Shift+K", "Write the kernel as text"),
    Command(
        "save-values",
        "Save Values…",
        "File",
        "Ctrl+S",
        "Save exact values: the result as TIFF or NPY, maps as NPZ",
        separator=True,
    ),
    Command("export-shown", "Export Picture…", "File", "Ctrl+E", "Export what is shown, as PNG or JPEG"),
    Command("save-source", "Save Source Picture…", "File", "", "Save the picture that is looked at, such as a drawing, as PNG"),
    Command("quit", "Quit", "File", "Ctrl+Q", "Close the window", separator=True),
    Command("undo", "Undo", "Edit", "Ctrl+Z", "Take the last change back"),
    Command("redo", "Redo", "Edit", "Ctrl+Shift+Z", "Do the change again"),
    Command("copy-shown", "Copy Picture", "Edit", "Ctrl+C", "Copy the result as it is shown", separator=True),
    Command("copy-command", "Copy as Command Line", "Edit", "Ctrl+Shift+C", "Copy a command that computes this result"),
    Command("copy-python", "Copy as Python", "Edit", "Ctrl+Alt+C", "Copy a script that computes this result"),
    Command("workspace-filter", "Filter", "View", "Ctrl+1", "The filter bench", check="workspace"),
    Command("workspace-network", "Network", "View", "Ctrl+2", "A trained network and its activation maps", check="workspace"),
    Command(
        "workspace-field",
        "Receptive Field",
        "View",
        "Ctrl+3",
        "What part of the picture a unit sees, and what of it matters",
        check="workspace",
    ),
    Command(
        "workspace-shift",
        "Shift",
        "View",
        "Ctrl+4",
        "What moves along when the picture moves, and what stays",
        check="workspace",
    ),
    _filter("layout-split", "Split View", "F2", "Input and output, divided by a line to drag", "layout", separator=True),
    _filter("layout-side", "Side by Side", "F3", "Input and output next to each other", "layout"),
    _filter("layout-input", "Input Only", "F4", "The picture as it is", "layout"),
    _filter("layout-output", "Output Only", "F5", "The result alone", "layout"),
    _filter("flip", "Flip Input and Output", "X", "Swap between input and output to see the difference"),
    Command("fit", "Fit", "View", "Ctrl+0", "Show the whole picture", separator=True),
    Command("actual-size", "Actual Size", "View", "Ctrl+Alt+0", "One pixel of the picture for one of the screen"),
    Command("zoom-in", "Zoom In", "View", "Ctrl++", "Look closer"),
    Command("zoom-out", "Zoom Out", "View", "Ctrl+-", "Step back"),
    Command("panel-source", "Left Column", "View", "F7", "Show or hide the column on the left", "panel-source", True),
    Command("panel-kernel", "Right Column", "View", "F8", "Show or hide the column on the right", "panel-kernel"),
    _filter("panel-pixel", "Pixel Inspector", "F9", "Show or hide the sum behind one pixel", "panel-pixel"),
    _filter("plot-histogram", "Plot Histogram…", "Ctrl+H", "The histogram large, with zoom, logarithm and export"),
    Command(
        "check-engine",
        "Check by the Engine",
        "View",
        "F6",
        "Recompute the network's layers, or the filter's result, and compare",
    ),
    Command("theme-system", "System Colours", "View", "", "Light or dark as the system says", "theme", True),
    Command("theme-light", "Light", "View", "", "Dark text on light grey", "theme"),
    Command("theme-dark", "Dark", "View", "", "Light text on dark grey", "theme"),
    Command("previous", "Previous Picture", "Source", "PgUp", "The previous picture of the folder"),
    Command("next", "Next Picture", "Source", "PgDown", "The next picture of the folder"),
    Command("draw", "Draw", "Source", "Ctrl+D", "Draw a picture, such as a digit, by hand"),
    Command("cancel", "Cancel", "Source", "Esc", "Stop what is running", separator=True),
    _network("large-map", "One Map Large", "M", "The chosen map alone, over the input, or all maps again", "large"),
    _network("opacity-up", "More of the Map", "Ctrl+Up", "The map hides more of the input that it lies over"),
    _network("opacity-down", "More of the Input", "Ctrl+Down", "The map lets more of the input shine through"),
    _network("export-layers", "Save Layer Table…", "", "Write shapes, parameters, operations and memory as CSV", separator=True),
    _network("restore-network", "Restore the Network", "Ctrl+R", "Take back all changes of maps"),
    _field("climb-up", "One Layer Up", "Alt+Up", "The next layer, farther from the picture"),
    _field("climb-down", "One Layer Down", "Alt+Down", "The layer before, nearer to the picture"),
    _field("grow-field", "Let the Field Grow", "G", "Show the box of every layer in turn, from the picture to this layer"),
    _field("pin-unit", "Pin the Unit", "P", "Keep the unit in sight, to compare it with others", separator=True),
    _field("clear-pins", "Remove All Pins", "", "Let go of all pinned units"),
    _field("measure-field", "Measure the Field", "", "Average the effective field over the chosen pictures", separator=True),
    _field("measure-depth", "Measure All Layers", "", "The effective field of the middle unit of every layer, as a plot"),
    _field("export-fields", "Save Field Table…", "", "Write size, jump and padding of every layer as CSV", separator=True),
    _field("export-field-picture", "Export Field Picture…", "", "Write the picture with box and ellipse as PNG or SVG"),
    _shift("play-shift", "Play", "W", "Let the picture wander along the axis of the saw-tooth, or stop it"),
    _shift("put-back", "Put the Picture Back", "Ctrl+Backspace", "Undo all that is done to the picture"),
    _shift("restore-architecture", "Restore the Architecture", "", "Take back all surgery of the network", separator=True),
    _shift("measure-accuracy", "Measure Accuracy…", "", "Let the network judge the files of MNIST or CIFAR-10, as it is now"),
    _shift("measure-consistency", "Measure Consistency…", "", "Shift the pictures of a folder, MNIST or CIFAR-10 at random"),
    _shift("save-study", "Save Consistency…", "", "Write consistency and mean errors of all layers as tables and plots"),
    _shift("compare-weights", "Compare with Weights…", "", "Look at the weights of a file beside the present network"),
    _shift("export-errors", "Save Error Table…", "", "Write the errors of all layers along the axis as CSV", separator=True),
    Command("palette", "Command Palette…", "Help", "Ctrl+Shift+P", "Find any command by its name"),
    Command("keys", "Keyboard Shortcuts", "Help", "?", "All shortcuts on one page"),
    Command("about", "About CNN Inspector", "Help", "", "Version, engines and where settings are kept", separator=True),
)

MENUS: tuple[str, ...] = ("File", "Edit", "View", "Source", "Network", FIELD_MENU, "Shift", "Help")


def command(id: str) -> Command:
    """The command with this id. Raises KeyError for an unknown one."""
    return _BY_ID[id]


def tooltip(id: str) -> str:
    """What a button of this command says: the tip and, in brackets, the shortcut."""
    entry = command(id)
    return f"{entry.tip} ({entry.shortcut})" if entry.shortcut else entry.tip


_BY_ID = {entry.id: entry for entry in COMMANDS}
