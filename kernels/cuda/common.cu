// What all functions of the CUDA engine share: the types of numbers.
//
// Pictures are interleaved (rows, width, channels), each channel for itself; here a row is a row of
// values, and the taps of a kernel lie C values apart. What lies outside the picture is not decided
// here: `rows` and `columns` give the source of every padded row and column, or a negative number
// where the constant is taken.
//
// The same text is compiled by NVRTC and, in the tests, as C++ for the host: no headers.

struct Half {
    unsigned short bits;
};

template <typename Sum, typename In>
__device__ inline Sum widen(In value) {
    return static_cast<Sum>(value);
}

// From IEEE 754 half precision, exactly. Subnormal halves go through an integer: shifted into
// place they would be subnormal floats, which the compiler may be told to flush to 0.
template <typename Sum>
__device__ inline Sum widen(Half value) {
    const unsigned magnitude = value.bits & 0x7fffu;
    const unsigned sign = static_cast<unsigned>(value.bits & 0x8000u) << 16;
    if (magnitude < 0x0400u) {
        const float size = static_cast<float>(magnitude) * 0x1p-24f;
        return sign ? -size : size;
    }
    const unsigned rebias = magnitude < 0x7c00u ? 112u << 23 : 224u << 23;  // infinity and NaN stay so
    return __uint_as_float(sign | ((magnitude << 13) + rebias));
}

template <typename Out, typename Sum>
struct Narrow {  // to unsigned integers: rounded half to even, saturated, NaN becomes 0
    __device__ static Out of(Sum value) {
        const Out most = static_cast<Out>(~0u);
        const Sum whole = round_to_even(value);
        return whole >= static_cast<Sum>(most) ? most : whole > 0 ? static_cast<Out>(whole) : Out(0);
    }
    __device__ static float round_to_even(float value) { return rintf(value); }
    __device__ static double round_to_even(double value) { return rint(value); }
};

template <typename Sum>
struct Narrow<Sum, Sum> {
    __device__ static Sum of(Sum value) { return value; }
};
