// What all functions of the CUDA engine share: the types of numbers.
//
// Pictures are interleaved (rows, width, channels), each channel for itself; here a row is a row of
// values, and the taps of a kernel lie C values apart. What lies outside the picture is not decided
// here: `rows` and `columns` give the source of every padded row and column, or a negative number
// where the constant is taken.
//
// The same text is compiled by NVRTC and, in the tests, as C++ for the host: no headers.

// Four neighbours, read or written at once.
template <typename T>
struct alignas(sizeof(T) < 4 ? 4 * sizeof(T) : 16) Four {
    T at[4];
};

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

// To unsigned integers of up to 16 bits: rounded half to even, saturated, NaN becomes 0. Beside 2^23
// a float has no fraction, so that adding it rounds; this is much quicker than a conversion.
template <typename Out, typename Sum>
struct Narrow {
    __device__ static Out of(float value) {
        const float most = static_cast<Out>(~0u);
        return static_cast<Out>(__float_as_uint(fminf(fmaxf(value, 0.0f), most) + 0x1p23f));
    }
};

template <typename Sum>
struct Narrow<Sum, Sum> {
    __device__ static Sum of(Sum value) { return value; }
};
