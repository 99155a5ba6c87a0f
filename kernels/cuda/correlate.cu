// Any correlation, value by value: strides, dilations, any number of channels and of weights.
//
// One thread computes one value, or the three of a pixel that is shown. Neighbouring threads take neighbouring values of a row,
// so that loads and stores of a warp are contiguous. Taps of weight 0 are not in the list at all.

// Sums are formed in parts, so that rounding errors grow with the length of a part and the number
// of parts instead of with the number of taps.
constexpr int PART = 64;

// bias + sum of weight * fetch(dy, dx) over the taps; steps holds (dy, dx) of each, in pixels.
template <typename Sum, typename Fetch>
__device__ inline Sum weighted_sum(const int* __restrict__ steps, const Sum* __restrict__ weights, int taps, Sum bias,
                                   Fetch fetch) {
    Sum total = bias;
    for (int first = 0; first < taps; first += PART) {
        const int last = taps - first < PART ? taps : first + PART;
        Sum part = 0;
        for (int tap = first; tap < last; ++tap) part += weights[tap] * fetch(steps[2 * tap], steps[2 * tap + 1]);
        total += part;
    }
    return total;
}

// The result is (out_height, out_width, channels). Output rows inner_top <= y < inner_bottom and columns
// inner_left <= x < inner_right see pixels of the picture only and need the tables just once.
template <typename In, typename Sum, typename Out>
__global__ void correlate(Value<Out, Sum>* __restrict__ values, unsigned char* __restrict__ rgb, const Look* __restrict__ look,
                          const In* __restrict__ image, const int* __restrict__ rows, const int* __restrict__ columns,
                          const int* __restrict__ steps, const Sum* __restrict__ weights,
                          int taps, int stride, int width, int channels, int out_height, int out_width, int inner_top,
                          int inner_bottom, int inner_left, int inner_right, Sum cval, Sum bias) {
    constexpr int TOGETHER = End<Out, Sum>::TOGETHER;
    const End<Out, Sum> end = {values, rgb, look};
    const long long row_values = static_cast<long long>(out_width) * channels;
    const long long along = (static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x) * TOGETHER;
    if (along >= row_values) return;
    const int x = static_cast<int>(along / channels);
    const int channel = static_cast<int>(along % channels);
    const int* const from_columns = columns + static_cast<long long>(x) * stride;
    const int first = static_cast<int>(blockIdx.y * blockDim.y + threadIdx.y);
    const int step = static_cast<int>(gridDim.y * blockDim.y);

    for (int y = first; y < out_height; y += step) {
        const int* const from_rows = rows + static_cast<long long>(y) * stride;
        const bool inside = y >= inner_top && y < inner_bottom && x >= inner_left && x < inner_right;
        Sum sums[TOGETHER];
#pragma unroll
        for (int i = 0; i < TOGETHER; ++i) {
            const auto pixel = [&](int row, int column) {
                return image + (static_cast<long long>(row) * width + column) * channels + channel + i;
            };
            const auto at_border = [&](int dy, int dx) {
                const int row = from_rows[dy], column = from_columns[dx];
                return row < 0 || column < 0 ? cval : widen<Sum>(*pixel(row, column));
            };
            if (inside) {
                const In* const corner = pixel(from_rows[0], from_columns[0]);
                sums[i] = weighted_sum(steps, weights, taps, bias, [&](int dy, int dx) {
                    return widen<Sum>(corner[(static_cast<long long>(dy) * width + dx) * channels]);
                });
            } else {
                sums[i] = weighted_sum(steps, weights, taps, bias, at_border);
            }
        }
        end.put(y * row_values + along, sums, TOGETHER, false);
    }
}
