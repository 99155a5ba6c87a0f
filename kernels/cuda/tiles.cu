// What the functions share that work on tiles of a picture in shared memory: their task, and how values are read and written.
//
// A row is a row of values here, and the taps of a kernel lie C values apart, the number of channels.

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

constexpr int AT_ONCE = 5;  // loads of a thread that are under way together

template <typename Sum>
__device__ inline bool is_tame(const Four<Sum>& four, Sum limit) {
    bool tame = true;
    for (int i = 0; i < 4; ++i) tame &= size(four.at[i]) <= limit;
    return tame;
}

// A tile of `count` fours, `fours` in a row, that lies in the picture as it is: from `corner` on, in
// rows of `width` values, each four at a multiple of 4.
template <typename In, typename Sum>
__device__ inline bool copy(Sum* tile, int count, int fours, const In* corner, int width, Sum limit, int threads) {
    const int thread = threadIdx.y * blockDim.x + threadIdx.x;
    const int along = threads % fours, step = threads / fours * width + 4 * along, next_row = width - 4 * fours;
    int x = thread % fours, offset = thread / fours * width + 4 * x;
    bool tame = true;
    for (int first = thread; first < count; first += AT_ONCE * threads) {
        Four<In> found[AT_ONCE];
#pragma unroll
        for (int n = 0; n < AT_ONCE; ++n) {
            if (first + n * threads < count) found[n] = *reinterpret_cast<const Four<In>*>(corner + offset);
            x += along;
            offset += x >= fours ? step + next_row : step;
            x -= x >= fours ? fours : 0;
        }
#pragma unroll
        for (int n = 0; n < AT_ONCE; ++n) {
            if (first + n * threads >= count) break;
            Four<Sum> four;
            for (int i = 0; i < 4; ++i) four.at[i] = widen<Sum>(found[n].at[i]);
            tame &= is_tame(four, limit);
            *reinterpret_cast<Four<Sum>*>(tile + 4 * (first + n * threads)) = four;
        }
    }
    return tame;
}

// Value `x` of a row of the padded picture, 0 where there is no such place.
template <int C, typename In, typename Sum>
__device__ inline Sum padded_value(const In* row, const int* columns, int x, const Task<Sum>& task) {
    if (x < 0 || x >= task.padded_width) return 0;
    const int column = columns[x / C];
    return column < 0 ? task.cval : widen<Sum>(row[column * C + x % C]);
}

// Copies `high` rows of `wide` values of the padded picture from row `top` and value `first` on to
// a tile in shared memory, 0 where there is no such place, and tells whether this thread saw none
// that is wild. `wide` is a multiple of 4. All `threads` of a block share the work.
template <int C, typename In, typename Sum>
__device__ inline bool load(Sum* tile, int high, int wide, int top, int first, const Source<In>& source, const Task<Sum>& task,
                            int threads) {
    const int start = first - task.left;  // in the picture's own rows
    const int known = task.padded_height - top < high ? task.padded_height - top : high;
    // The next row is at most one further on, so that these are neighbours if the last one is as far as it can be.
    const int row = source.rows[top];
    const bool neighbours = known == high && row >= 0 && source.rows[top + high - 1] - row == high - 1;
    if (neighbours && start >= 0 && start + wide <= task.width && start % 4 == 0 && task.width % 4 == 0) {
        const In* const corner = source.image + static_cast<long long>(row) * task.width + start;
        return copy(tile, high * (wide / 4), wide / 4, corner, task.width, task.limit, threads);
    }
    bool tame = true;
    for (int y = threadIdx.y; y < high; y += blockDim.y) {
        const int row = y < known ? source.rows[top + y] : 0;
        for (int x = 4 * threadIdx.x; x < wide; x += 4 * blockDim.x) {
            Four<Sum> four;
            for (int i = 0; i < 4; ++i) {
                const In* const from = source.image + static_cast<long long>(row < 0 ? 0 : row) * task.width;
                const Sum value = padded_value<C>(from, source.columns, first + x + i, task);
                four.at[i] = y >= known ? Sum(0) : row < 0 ? task.cval : value;
            }
            tame &= is_tame(four, task.limit);
            *reinterpret_cast<Four<Sum>*>(tile + y * wide + x) = four;
        }
    }
    return tame;
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

// A thread's DOWN x ALONG sums to their end, from row y and value x (a multiple of 4) on.
template <int DOWN, int ALONG, typename Out, typename Sum>
__device__ inline void store(const End<Out, Sum>& end, int y, int x, const Sum (&sums)[DOWN][ALONG], const Task<Sum>& task) {
    const int room = task.out_width - x;
    const bool whole = task.out_width % 4 == 0 && room >= ALONG && y + DOWN <= task.out_height;
    long long place = static_cast<long long>(y) * task.out_width + x;
#pragma unroll
    for (int r = 0; r < DOWN; ++r, place += task.out_width)
        if (whole || y + r < task.out_height) end.put(place, sums[r], room, whole);
}
