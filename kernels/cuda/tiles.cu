// What the functions share that work on tiles of a picture in shared memory: their task, and how values are read and written.
//
// A row is a row of values here, and the taps of a kernel lie C values apart, the number of channels.

// Four neighbours, read or written at once.
template <typename T>
struct alignas(sizeof(T) < 4 ? 4 * sizeof(T) : 16) Four {
    T at[4];
};

constexpr int WEIGHT_BYTES = 3968;  // so that all parameters of a launch stay within 4 KB

// What a launch has to do. It is a parameter, which lies in constant memory: nothing is copied and
// nothing is shared between launches. Widths count values.
template <typename Sum>
struct Task {
    int width;                        // of the picture
    int padded_height, padded_width;  // of what the tables describe
    int left;                         // of the padding before the picture
    int out_height, out_width;        // of the result
    int high, wide;                   // rows of weights, and weights in a row
    int lead;                         // values between the start of a tile and the first window
    int rank;                         // pairs of a column and a row
    Sum cval, bias;
    Sum limit;  // larger values, and NaN, are wild
    Sum weights[WEIGHT_BYTES / sizeof(Sum)];
};

// A picture and where the values of its padded rows and columns come from.
template <typename In>
struct Source {
    const In* image;
    const int* rows;
    const int* columns;
};

constexpr int NOWHERE = -2;  // beyond the tables: only tiles at the end of the result reach there
constexpr int AT_ONCE = 5;   // loads of a thread that are under way together

__device__ inline float size(float value) { return fabsf(value); }
__device__ inline double size(double value) { return fabs(value); }

template <typename In>
constexpr bool CAN_BE_WILD = static_cast<In>(0.5f) != 0;  // whole numbers cannot

template <>
constexpr bool CAN_BE_WILD<Half> = true;

// Fills rows of a tile with what `take(row, x)` gives for four values of a row of the picture.
template <typename In, typename Sum, typename Take>
__device__ inline bool fill(Sum* tile, int high, int wide, int top, const Source<In>& source, const Task<Sum>& task, Take take) {
    const int fours = wide / 4, threads = blockDim.x * blockDim.y, thread = threadIdx.y * blockDim.x + threadIdx.x;
    const int known = task.padded_height - top < high ? task.padded_height - top : high;
    const bool constant_is_tame = size(task.cval) <= task.limit;
    bool tame = true;
    int y = thread / fours, x = thread % fours;  // of the next four, one thread behind the other
    while (y < high) {
        int row[AT_ONCE], from[AT_ONCE], to[AT_ONCE];
        Four<Sum> found[AT_ONCE];
#pragma unroll
        for (int n = 0; n < AT_ONCE; ++n) {
            row[n] = y < known ? source.rows[top + y] : NOWHERE;
            from[n] = 4 * x;
            to[n] = y < high ? y * wide + 4 * x : -1;
            x += threads % fours;
            y += threads / fours + (x >= fours);
            x -= x >= fours ? fours : 0;
        }
#pragma unroll
        for (int n = 0; n < AT_ONCE; ++n) {
            if (row[n] >= 0) {
                found[n] = take(row[n], from[n]);
            } else {
                tame &= row[n] == NOWHERE || constant_is_tame;
                for (int i = 0; i < 4; ++i) found[n].at[i] = row[n] == NOWHERE ? Sum(0) : task.cval;
            }
        }
#pragma unroll
        for (int n = 0; n < AT_ONCE; ++n) {
            if constexpr (CAN_BE_WILD<In>)
                for (int i = 0; i < 4; ++i) tame &= size(found[n].at[i]) <= task.limit;
            if (to[n] >= 0) *reinterpret_cast<Four<Sum>*>(tile + to[n]) = found[n];
        }
    }
    return tame;
}

// Copies `high` rows of `wide` values of the padded picture from row `top` and value `first` on to
// a tile in shared memory, 0 where there is no such place, and tells whether this thread saw none
// that is wild; of pictures of whole numbers only the constant can be. `wide` is a multiple of 4. All threads of a block share the work.
template <int C, typename In, typename Sum>
__device__ inline bool load(Sum* tile, int high, int wide, int top, int first, const Source<In>& source, const Task<Sum>& task) {
    const int start = first - task.left;  // in the picture's own rows
    const bool inside = start >= 0 && start + wide <= task.width;
    if (inside && start % 4 == 0 && task.width % 4 == 0)
        return fill(tile, high, wide, top, source, task, [&](int row, int x) {
            const In* const from = source.image + static_cast<long long>(row) * task.width + start + x;
            const Four<In> packed = *reinterpret_cast<const Four<In>*>(from);
            Four<Sum> four;
            for (int i = 0; i < 4; ++i) four.at[i] = widen<Sum>(packed.at[i]);
            return four;
        });
    return fill(tile, high, wide, top, source, task, [&](int row, int x) {
        const In* const from = source.image + static_cast<long long>(row) * task.width;
        Four<Sum> four;
        for (int i = 0; i < 4; ++i) {
            const int place = first + x + i;
            if (inside) {
                four.at[i] = widen<Sum>(from[start + x + i]);
            } else if (place < 0 || place >= task.padded_width) {
                four.at[i] = 0;
            } else {
                const int column = source.columns[place / C];
                four.at[i] = column < 0 ? task.cval : widen<Sum>(from[column * C + place % C]);
            }
        }
        return four;
    });
}

// COUNT values of a tile in shared memory, from a multiple of 4 on.
template <int COUNT, typename Sum>
__device__ inline void fetch(Sum* values, const Sum* tile) {
    static_assert(COUNT % 4 == 0, "whole fours");
    for (int i = 0; i < COUNT; i += 4) {
        const Four<Sum> four = *reinterpret_cast<const Four<Sum>*>(tile + i);
        for (int j = 0; j < 4; ++j) values[i + j] = four.at[j];
    }
}

// A thread's DOWN x ALONG sums to the result, from row y and value x (a multiple of 4) on.
template <int DOWN, int ALONG, typename Out, typename Sum>
__device__ inline void store(Out* out, int y, int x, const Sum (&sums)[DOWN][ALONG], const Task<Sum>& task) {
    const int width = task.out_width;
    for (int r = 0; r < DOWN; ++r) {
        if (y + r >= task.out_height) return;
        Out* const row = out + static_cast<long long>(y + r) * width;
        for (int i = 0; i < ALONG; i += 4) {
            Four<Out> four;
            for (int j = 0; j < 4; ++j) four.at[j] = Narrow<Out, Sum>::of(sums[r][i + j]);
            if (width % 4 == 0) {
                if (x + i < width) *reinterpret_cast<Four<Out>*>(row + x + i) = four;
            } else {
                for (int j = 0; j < 4; ++j)
                    if (x + i + j < width) row[x + i + j] = four.at[j];
            }
        }
    }
}
