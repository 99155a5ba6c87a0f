// Direct sums at stride 1 and dilation 1: a block brings a tile of the padded picture into shared
// memory, and each of its threads makes DOWN rows of ALONG values of the result from it, so that
// what it reads is used many times.

constexpr int DOWN = 4;  // rows a thread
constexpr int ROWS = 8;  // of threads in a block; at most, where tiles are large

// Values in a row of a thread: an odd number of fours, so that the threads of a quarter of a warp
// read from different banks of the shared memory.
template <int C>
constexpr int ALONG = 4 * C;

template <int C>
constexpr int ACROSS = C == 1 ? 32 : 16;  // threads in a row of a block

__device__ constexpr int whole_fours(int count) { return (count + 3) / 4 * 4; }

// Where a tile has no wild values, a weight of 0 changes nothing and need not be asked for. Where it
// has, this forms the sums of those taps only that take part; row by row, since the rounding errors
// of one long sum would grow with its length.
template <int C, typename Sum>
__device__ inline void sum_wild(Sum (&sums)[DOWN][ALONG<C>], const Sum* corner, int pitch, const Task<Sum>& task) {
#pragma unroll 1
    for (int u = 0; u < task.high; ++u) {
        Sum parts[DOWN][ALONG<C>] = {};
#pragma unroll 1
        for (int v = 0; v < task.wide; ++v) {
            const Sum weight = task.weights[u * task.wide + v];
            if (weight == 0) continue;
            for (int r = 0; r < DOWN; ++r)
                for (int i = 0; i < ALONG<C>; ++i) parts[r][i] += weight * corner[(u + r) * pitch + v * C + i];
        }
        for (int r = 0; r < DOWN; ++r)
            for (int i = 0; i < ALONG<C>; ++i) sums[r][i] += parts[r][i];
    }
}

// K x K weights, all of it unrolled. A tile begins so many values before its first window that
// with K / 2 columns of padding it begins at a multiple of 4 in the picture.
template <typename In, typename Sum, typename Out, int C, int K>
__global__ void __launch_bounds__(ACROSS<C> * ROWS, C == 1 ? 5 : 4)
    correlate_square(Value<Out, Sum>* __restrict__ values, unsigned char* __restrict__ rgb,
                     const Look* __restrict__ look, const In* __restrict__ image, const int* __restrict__ rows,
                     const int* __restrict__ columns, const __grid_constant__ Task<Sum> task) {
    extern __shared__ __align__(16) unsigned char shared_memory[];
    constexpr int LEAD = (4 - K / 2 * C % 4) % 4;
    constexpr int WINDOW = whole_fours(LEAD + ALONG<C> + (K - 1) * C);
    constexpr int PITCH = (ACROSS<C> - 1) * ALONG<C> + WINDOW, HIGH = ROWS * DOWN + K - 1;
    Sum* const tile = reinterpret_cast<Sum*>(shared_memory);
    const int top = blockIdx.y * ROWS * DOWN, left = blockIdx.x * ACROSS<C> * ALONG<C>;
    const Source<In> source = {image, rows, columns};
    const bool tame = load<C>(tile, HIGH, PITCH, top, left - LEAD, source, task, ACROSS<C> * ROWS);
    const bool wild = __syncthreads_or(!tame);

    const int y = threadIdx.y * DOWN, x = threadIdx.x * ALONG<C>;
    const Sum* const corner = tile + y * PITCH + x;
    Sum sums[DOWN][ALONG<C>];
    for (int r = 0; r < DOWN; ++r)
        for (int i = 0; i < ALONG<C>; ++i) sums[r][i] = task.bias;
    if (wild) {
        sum_wild<C>(sums, corner + LEAD, PITCH, task);
    } else {
#pragma unroll
        for (int line = 0; line < DOWN + K - 1; ++line) {
            Sum window[WINDOW];
            fetch<WINDOW>(window, corner + line * PITCH);
#pragma unroll
            for (int r = 0; r < DOWN; ++r) {
                const int u = line - r;
                if (u < 0 || u >= K) continue;
#pragma unroll
                for (int v = 0; v < K; ++v)
#pragma unroll
                    for (int i = 0; i < ALONG<C>; ++i) sums[r][i] += task.weights[u * K + v] * window[LEAD + v * C + i];
            }
        }
    }
    store(End<Out, Sum>{values, rgb, look}, top + y, left + x, sums, task);
}

// Any number of weights that fits the task, a multiple of 4 in a row: zeros are put before and
// behind them, before them so many that tiles begin at a multiple of 4 in the picture. Four columns
// of weights at a time; each makes a part of the sums.
template <typename In, typename Sum, typename Out, int C>
__global__ void __launch_bounds__(ACROSS<C> * ROWS)
    correlate_large(Value<Out, Sum>* __restrict__ values, unsigned char* __restrict__ rgb,
                    const Look* __restrict__ look, const In* __restrict__ image, const int* __restrict__ rows,
                    const int* __restrict__ columns, const __grid_constant__ Task<Sum> task) {
    extern __shared__ __align__(16) unsigned char shared_memory[];
    constexpr int WINDOW = ALONG<C> + whole_fours(3 * C);
    const int pitch = ACROSS<C> * ALONG<C> + task.wide * C;
    Sum* const tile = reinterpret_cast<Sum*>(shared_memory);
    const int top = blockIdx.y * blockDim.y * DOWN, left = blockIdx.x * ACROSS<C> * ALONG<C>;
    const Source<In> source = {image, rows, columns};
    const bool tame = load<C>(tile, blockDim.y * DOWN + task.high - 1, pitch, top, left - task.lead, source, task,
                              ACROSS<C> * blockDim.y);
    const bool wild = __syncthreads_or(!tame);

    const int y = threadIdx.y * DOWN, x = threadIdx.x * ALONG<C>;
    const Sum* const corner = tile + y * pitch + x;
    Sum sums[DOWN][ALONG<C>];
    for (int r = 0; r < DOWN; ++r)
        for (int i = 0; i < ALONG<C>; ++i) sums[r][i] = task.bias;
    if (wild) sum_wild<C>(sums, corner, pitch, task);
#pragma unroll 1
    for (int first = 0; first < (wild ? 0 : task.wide); first += 4) {
        Sum parts[DOWN][ALONG<C>] = {};
#pragma unroll 1
        for (int line = 0; line < DOWN + task.high - 1; ++line) {
            Sum window[WINDOW];
            fetch<WINDOW>(window, corner + line * pitch + first * C);
#pragma unroll
            for (int r = 0; r < DOWN; ++r) {
                const int u = line - r;
                if (u < 0 || u >= task.high) continue;
                const Sum* const weights = task.weights + u * task.wide + first;
#pragma unroll
                for (int v = 0; v < 4; ++v)
#pragma unroll
                    for (int i = 0; i < ALONG<C>; ++i) parts[r][i] += weights[v] * window[v * C + i];
            }
        }
        for (int r = 0; r < DOWN; ++r)
            for (int i = 0; i < ALONG<C>; ++i) sums[r][i] += parts[r][i];
    }
    store(End<Out, Sum>{values, rgb, look}, top + y, left + x, sums, task);
}
