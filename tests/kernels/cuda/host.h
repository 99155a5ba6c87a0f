// Enough of CUDA to compile a device function as C++ and run its grid on this processor, one thread at a time.
#include <cstring>

#define __global__
#define __device__
#define __restrict__

struct Index {
    unsigned x, y, z;
};
static thread_local Index threadIdx, blockIdx, blockDim, gridDim;

inline float __uint_as_float(unsigned bits) {
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

// Last block first, so that a function that counts on an order fails here too.
template <typename Body>
void run_grid(const unsigned* grid, const unsigned* block, Body body) {
    gridDim = {grid[0], grid[1], 1};
    blockDim = {block[0], block[1], 1};
    for (blockIdx.y = grid[1]; blockIdx.y-- > 0;)
        for (blockIdx.x = grid[0]; blockIdx.x-- > 0;)
            for (threadIdx.y = block[1]; threadIdx.y-- > 0;)
                for (threadIdx.x = block[0]; threadIdx.x-- > 0;) body();
}

// One template instance under a plain name; the parameters are those of the device function.
#define INSTANCE(name, In, Sum)                                                                                               \
    extern "C" void name(const unsigned* grid, const unsigned* block, Sum* out, const In* image, const int* rows,             \
                         const int* columns, const int* steps, const Sum* weights, int taps, int stride, int width,           \
                         int channels, int out_height, int out_width, int inner_top, int inner_bottom, int inner_left,        \
                         int inner_right, Sum cval, Sum bias) {                                                               \
        run_grid(grid, block, [&] {                                                                                           \
            correlate<In, Sum>(out, image, rows, columns, steps, weights, taps, stride, width, channels, out_height,          \
                               out_width, inner_top, inner_bottom, inner_left, inner_right, cval, bias);                      \
        });                                                                                                                   \
    }
