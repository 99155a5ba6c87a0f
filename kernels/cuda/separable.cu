// Weights that are a sum of columns times rows, at stride 1 and dilation 1, in one launch: a block
// makes the sums along the rows of its tile, a strip of rows at a time, keeps them in shared
// memory, and sums them up along the columns.

constexpr int TILE = 96;        // values in a row of a block's part of the result
constexpr int SEGMENT = 12;     // of them made by a thread at once along a row: an odd number of fours
constexpr int SEGMENTS = TILE / SEGMENT;
constexpr int STRIP = 3;        // rows of a strip for each row of threads, each of TILE / 4 threads
constexpr int COLUMN = 8;       // rows of the result a thread

static_assert(STRIP * SEGMENTS == TILE / 4, "each thread of a block makes one segment of a strip");

// SEGMENT sums along a row, of `wide` weights, a multiple of 4: a window slides along, four taps a step.
template <int C, typename Sum>
__device__ inline void sum_along(Sum* sums, const Sum* values, const Sum* weights, int wide) {
    Sum window[SEGMENT + 4 * C], parts[SEGMENT] = {};
    fetch<SEGMENT>(window, values);
#pragma unroll 4
    for (int first = 0; first < wide; first += 4) {
        fetch<4 * C>(window + SEGMENT, values + SEGMENT + first * C);
#pragma unroll
        for (int v = 0; v < 4; ++v)
#pragma unroll
            for (int i = 0; i < SEGMENT; ++i) parts[i] += weights[first + v] * window[v * C + i];
#pragma unroll
        for (int i = 0; i < SEGMENT; ++i) window[i] = window[i + 4 * C];
    }
    for (int i = 0; i < SEGMENT; i += 4) {
        Four<Sum> four;
        for (int j = 0; j < 4; ++j) four.at[j] = parts[i + j];
        *reinterpret_cast<Four<Sum>*>(sums + i) = four;
    }
}

// Of each pair the task holds `wide` weights along a row, then `high` along a column between COLUMN - 1
// zeros on both sides. Wild values would spread by these zeros and by other pairs beyond their
// footprint: `found_wild` is set where there are any, and then the result is worth nothing.
template <typename In, typename Sum, typename Out, int C>
__global__ void __launch_bounds__(TILE / 4 * 8, sizeof(Sum) == 4 ? 3 : 1)
    correlate_pairs(Value<Out, Sum>* __restrict__ values, unsigned char* __restrict__ rgb,
                    const Look* __restrict__ look, const In* __restrict__ image, const int* __restrict__ rows,
                    const int* __restrict__ columns, bool* __restrict__ found_wild, const __grid_constant__ Task<Sum> task) {
    extern __shared__ __align__(16) unsigned char shared_memory[];
    const int pitch = TILE + task.wide * C, strip_high = STRIP * blockDim.y;
    const int between_high = blockDim.y * COLUMN + task.high - 1;
    Sum* const strip = reinterpret_cast<Sum*>(shared_memory);
    Sum* const between = strip + strip_high * pitch;
    const int top = blockIdx.y * blockDim.y * COLUMN, left = blockIdx.x * TILE;
    const int thread = threadIdx.y * blockDim.x + threadIdx.x;
    const int line = thread / SEGMENTS, segment = thread % SEGMENTS * SEGMENT;
    const Source<In> source = {image, rows, columns};
    Sum sums[COLUMN][4];
    for (int r = 0; r < COLUMN; ++r)
        for (int i = 0; i < 4; ++i) sums[r][i] = task.bias;
    bool tame = true;

#pragma unroll 1
    for (int pair = 0; pair < task.rank; ++pair) {
        const Sum* const along = task.weights + pair * (task.wide + task.high + 2 * (COLUMN - 1));
        const Sum* const down = along + task.wide + COLUMN - 1;
#pragma unroll 1
        for (int first = 0; first < between_high; first += strip_high) {
            const int high = between_high - first < strip_high ? between_high - first : strip_high;
            tame = load<C>(strip, high, pitch, top + first, left - task.lead, source, task, TILE / 4 * blockDim.y) && tame;
            __syncthreads();
            if (line < high) sum_along<C>(between + (first + line) * TILE + segment, strip + line * pitch + segment, along, task.wide);
            __syncthreads();
        }
        const Sum* const corner = between + threadIdx.y * COLUMN * TILE + 4 * threadIdx.x;
#pragma unroll 4
        for (int y = 0; y < COLUMN + task.high - 1; ++y) {
            Sum four[4];
            fetch<4>(four, corner + y * TILE);
#pragma unroll
            for (int r = 0; r < COLUMN; ++r)
#pragma unroll
                for (int i = 0; i < 4; ++i) sums[r][i] += down[y - r] * four[i];
        }
    }
    if (!tame) *found_wild = true;
    store(End<Out, Sum>{values, rgb, look}, top + threadIdx.y * COLUMN, left + 4 * threadIdx.x, sums, task);
}
