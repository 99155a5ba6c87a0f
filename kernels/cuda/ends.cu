// Where sums go, the same for all functions: as they are, rounded to whole numbers, as colours, or as they are and as colours.

struct Grey {};  // colours of values of one channel
struct Rgb {};   // colours of three channels, which lie side by side

// What values look like: level = (value, or its absolute, - low) * factor, rounded half to even and clipped to 0 ... 255.
struct Look {
    double low, factor;
    int absolute;
    int exact;                     // the values are wanted too
    Four<unsigned char> nan;       // red, green, blue, and nothing
    Four<unsigned char> lut[256];  // of the levels of one channel
};

// Of an `Out`: the type of the values that are written, bytes of colour for each of them (0: only values), and how many values
// have to be stored at once.
template <typename Out, typename Sum>
struct Kind {
    using Value = Out;
    static constexpr int BYTES = 0, TOGETHER = 1;
};

template <typename Sum>
struct Kind<Grey, Sum> {
    using Value = Sum;
    static constexpr int BYTES = 3, TOGETHER = 1;
};

template <typename Sum>
struct Kind<Rgb, Sum> {
    using Value = Sum;
    static constexpr int BYTES = 1, TOGETHER = 3;
};

template <typename Out, typename Sum>
using Value = typename Kind<Out, Sum>::Value;

__device__ inline float size(float value) { return fabsf(value); }
__device__ inline double size(double value) { return fabs(value); }

__device__ inline int level_of(double value, const Look& look) {
    const int whole = __double2int_rn((value - look.low) * look.factor);  // saturated; below 0 for NaN
    return whole < 0 ? 0 : whole < 255 ? whole : 255;
}

// The same for a float that is a level already, without float64, which is slow on most cards.
template <typename Sum>
__device__ inline int level(Sum value, const Look& look) {
    const Sum wanted = look.absolute ? size(value) : value;
    if (sizeof(Sum) == sizeof(float) && look.low == 0.0 && look.factor == 1.0) return Narrow<unsigned char, Sum>::of(wanted);
    return level_of(wanted, look);
}

// The colours of values of one channel; NaN has one of its own.
template <int COUNT, typename Sum>
__device__ inline void paint(Grey, unsigned char* pixels, const Sum (&values)[COUNT], const Look& look) {
    for (int i = 0; i < COUNT; ++i) {
        const Sum value = values[i];
        const Four<unsigned char> colour = value != value ? look.nan : look.lut[level(value, look)];
        for (int channel = 0; channel < 3; ++channel) pixels[3 * i + channel] = colour.at[channel];
    }
}

// A pixel of three channels one of which is NaN is marked as a whole.
template <typename Sum>
__device__ inline void mark(unsigned char* pixel, const Sum* values, const Look& look) {
    if (values[0] == values[0] && values[1] == values[1] && values[2] == values[2]) return;
    for (int channel = 0; channel < 3; ++channel) pixel[channel] = look.nan.at[channel];
}

// The colours of three channels; parts of pixels may be given where no value is NaN.
template <int COUNT, typename Sum>
__device__ inline void paint(Rgb, unsigned char* pixels, const Sum (&values)[COUNT], const Look& look) {
    for (int i = 0; i < COUNT; ++i) pixels[i] = static_cast<unsigned char>(level(values[i], look));
    for (int i = 0; COUNT % 3 == 0 && i < COUNT; i += 3) mark(pixels + i, values + i, look);
}

// The first `room` of COUNT items; `whole`: there is room for all, and they begin at a multiple of 4.
template <int COUNT, typename Item>
__device__ inline void write(Item* place, const Item (&items)[COUNT], int room, bool whole) {
    if constexpr (COUNT % 4 == 0) {
        if (whole) {
#pragma unroll
            for (int i = 0; i < COUNT; i += 4) {
                Four<Item> four;
                for (int j = 0; j < 4; ++j) four.at[j] = items[i + j];
                *reinterpret_cast<Four<Item>*>(place + i) = four;
            }
            return;
        }
    }
#pragma unroll
    for (int i = 0; i < COUNT; ++i)
        if (i < room) place[i] = items[i];
}

// `values`: the result, or with colours the sums as they are, where these are wanted. `rgb`: the displayed picture, or nothing.
template <typename Out, typename Sum>
struct End {
    static constexpr int BYTES = Kind<Out, Sum>::BYTES, TOGETHER = Kind<Out, Sum>::TOGETHER;
    Value<Out, Sum>* values;
    unsigned char* rgb;
    const Look* look;

    // The first `room` of COUNT neighbours of a row, from value `place` of the result on; `whole` as above.
    template <int COUNT>
    __device__ void put(long long place, const Sum (&sums)[COUNT], int room, bool whole) const {
        if constexpr (BYTES == 0) {
            Out made[COUNT];
            for (int i = 0; i < COUNT; ++i) made[i] = Narrow<Out, Sum>::of(sums[i]);
            write(values + place, made, room, whole);
        } else {
            if (look->exact) write(values + place, sums, room, whole);
            unsigned char made[BYTES * COUNT];
            paint(Out(), made, sums, *look);
            write(rgb + BYTES * place, made, BYTES * room, whole);
        }
    }
};
