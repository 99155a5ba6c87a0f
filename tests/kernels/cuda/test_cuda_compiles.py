"""NVRTC compiles the CUDA source for every type and generation of GPU; no GPU is needed for that."""

import itertools

import pytest

from kernels import gpu
from kernels.launch import INPUTS, SUMS, function_name

nvrtc = pytest.importorskip("cupy", reason="CuPy is not installed: the CUDA source cannot be compiled").cuda.nvrtc

ARCHITECTURES = [75, 80, 86, 89, 90, 100, 120]
FUNCTIONS = [function_name(image, sums) for image, sums in itertools.product(INPUTS, SUMS)]


def compile_source(source, architecture):
    """The PTX code of every function and their names in it; AssertionError with the compiler's log."""
    program = nvrtc.createProgram(source, "correlate.cu", (), ())
    try:
        for function in FUNCTIONS:
            nvrtc.addNameExpression(program, function)
        options = (*gpu.OPTIONS, f"-arch=compute_{architecture}", "-ftz=true", "-Werror=all-warnings")
        try:
            nvrtc.compileProgram(program, options)
        except nvrtc.NVRTCError:
            raise AssertionError(nvrtc.getProgramLog(program)) from None
        return nvrtc.getPTX(program), [nvrtc.getLoweredName(program, function) for function in FUNCTIONS]
    finally:
        nvrtc.destroyProgram(program)


def text(value):
    return value.decode() if isinstance(value, bytes) else value


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_function_compiles_for(architecture):
    code, names = compile_source(gpu.SOURCE.read_text(), architecture)
    assert f".target sm_{architecture}" in text(code)
    assert all(f".entry {text(name)}(" in text(code) for name in names)
    assert "ld.global.nc" in text(code)  # pictures and weights are read through the read-only cache


def test_the_check_finds_an_error():
    with pytest.raises(AssertionError, match="nonsense"):
        compile_source(gpu.SOURCE.read_text().replace("static_cast<Sum>(value)", "nonsense(value)"), 80)
