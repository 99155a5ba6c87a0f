"""NVRTC compiles every function of the CUDA code for every generation of GPU; no GPU is needed for that."""

import re

import pytest

from kernels import gpu, gpu_names

nvrtc = pytest.importorskip("cupy", reason="CuPy is not installed: the CUDA source cannot be compiled").cuda.nvrtc

ARCHITECTURES = [75, 80, 86, 89, 90, 100, 120]
KINDS = sorted(gpu_names.FILES)
NAMES = {kind: [name for name in gpu_names.every() if name.startswith(f"{kind}<")] for kind in KINDS}
SAMPLES = {kind: [names[0], next(name for name in names if "<float, float, float" in name)] for kind, names in NAMES.items()}


def compile_source(source, architecture, names, *options):
    """The PTX code of the functions and their names in it; AssertionError with the compiler's log."""
    program = nvrtc.createProgram(source, "correlate.cu", (), ())
    try:
        for name in names:
            nvrtc.addNameExpression(program, name)
        options = (*gpu.OPTIONS, f"-arch=compute_{architecture}", "-ftz=true", "-Werror=all-warnings", *options)
        try:
            nvrtc.compileProgram(program, options)
        except nvrtc.NVRTCError:
            raise AssertionError(nvrtc.getProgramLog(program)) from None
        return text(nvrtc.getPTX(program)), [text(nvrtc.getLoweredName(program, name)) for name in names]
    finally:
        nvrtc.destroyProgram(program)


def text(value):
    return value.decode() if isinstance(value, bytes) else value


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_function_compiles_for(architecture, kind):
    """All of them without optimization, which takes a twentieth of the time, and some as they are used."""
    code, names = compile_source(gpu_names.source(kind), architecture, NAMES[kind], "-G")
    assert f".target sm_{architecture}" in code
    assert all(f".entry {name}(" in code for name in names)
    assert_lean(compile_source(gpu_names.source(kind), architecture, SAMPLES[kind])[0])


@pytest.mark.parametrize("kind", KINDS)
def test_every_function_is_lean(kind):
    """Colours are made of sums, whatever the picture was: those of floats are looked at."""
    lean = [name for name in NAMES[kind] if not is_shown(name) or name.startswith((f"{kind}<float", f"{kind}<double"))]
    assert_lean(compile_source(gpu_names.source(kind), 90, lean)[0])


def is_shown(name):
    return any(f", {colours}" in name for colours in gpu_names.COLOURS.values())


def assert_lean(code):
    """Pictures are read through the read-only cache, and no thread keeps an array outside of its registers."""
    assert "ld.global.nc" in code
    assert ".local" not in code


@pytest.mark.parametrize("name", ["correlate_square<float, float, float, 1, 7>", "correlate_pairs<float, float, float, 1>"])
def test_pictures_are_read_and_results_are_written_four_at_once(name):
    code, _ = compile_source(gpu_names.source(name), 90, [name])
    for access in ("ld.global.nc.v4.f32", "st.shared.v4.f32", "ld.shared.v4.f32", "st.global.v4.f32"):
        assert access in code


@pytest.mark.parametrize("ends", ["Grey, 1", "Rgb, 3"])
@pytest.mark.parametrize("function", ["correlate_square<float, float, {}, 7>", "correlate_pairs<float, float, {}>"])
def test_colours_are_written_four_bytes_at_once(function, ends):
    name = function.format(ends)
    code, _ = compile_source(gpu_names.source(name), 90, [name])
    assert re.search(r"st\.global\.(v4\.u8|v4\.b8|u32|b32)", code)
    assert "st.global.v4.f32" in code  # exact values, where they are wanted


def test_the_parameters_of_a_launch_stay_within_4_kb():
    for name in ("correlate_pairs<float, float, float, 1>", "correlate_pairs<double, double, double, 1>"):
        code, _ = compile_source(gpu_names.source(name), 90, [name])
        task = re.search(r"\.param \.align 8 \.b8 \w+\[(\d+)\]|\.param \.align 4 \.b8 \w+\[(\d+)\]", code)
        assert int(task[1] or task[2]) + 7 * 8 <= 4096


def test_the_check_finds_an_error():
    name = "correlate<float, float, float>"
    with pytest.raises(AssertionError, match="nonsense"):
        compile_source(gpu_names.source(name).replace("static_cast<Sum>(value)", "nonsense(value)"), 80, [name])
