// Enough of CUDA to compile a device function as C++ and run its grid on this processor. The threads of a block are
// coroutines that run one after the other, each up to the next barrier; its shared memory begins with all bits set,
// which is NaN, so that a barrier or a value that is missing shows in the result.
#include <ucontext.h>

#include <cmath>
#include <cstring>
#include <memory>
#include <utility>

#define __global__
#define __device__
#define __restrict__
#define __shared__
#define __grid_constant__
#define __launch_bounds__(...)
#define __align__(bytes) __attribute__((aligned(bytes)))

struct Index {
    unsigned x, y, z;
};
static Index threadIdx, blockIdx, blockDim, gridDim;

constexpr unsigned SHARED = 48 << 10, BEYOND = 1 << 10, MOST_THREADS = 1024, STACK = 64 << 10;
alignas(16) unsigned char shared_memory[SHARED + BEYOND];

inline float __uint_as_float(unsigned bits) {
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

inline unsigned __float_as_uint(float value) {
    unsigned bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}

// Half to even; saturated, and the least number for NaN.
inline int __double2int_rn(double value) {
    const double whole = std::rint(value);
    return whole < 2147483648.0 ? whole > -2147483649.0 ? static_cast<int>(whole) : -2147483647 - 1 : value == value ? 2147483647 : -2147483647 - 1;
}

struct Coroutine {
    ucontext_t context;
    Index index;
    bool ended;
};
static std::unique_ptr<Coroutine[]> threads(new Coroutine[MOST_THREADS]);
static std::unique_ptr<char[]> stacks(new char[MOST_THREADS * STACK]);
static ucontext_t scheduler;
static unsigned current;
static bool any_now, any_before;  // what __syncthreads_or collects, and what it answers
static void (*body)(void**);
static void** body_arguments;

static void run_thread() {
    body(body_arguments);
    threads[current].ended = true;
}

inline void __syncthreads() { swapcontext(&threads[current].context, &scheduler); }

inline int __syncthreads_or(int predicate) {
    any_now |= predicate != 0;
    __syncthreads();
    return any_before;
}

static void begin(unsigned thread) {
    Coroutine& one = threads[thread];
    one.index = {thread % blockDim.x, thread / blockDim.x, 0};
    one.ended = false;
    getcontext(&one.context);
    one.context.uc_stack.ss_sp = stacks.get() + thread * STACK;
    one.context.uc_stack.ss_size = STACK;
    one.context.uc_link = &scheduler;
    makecontext(&one.context, run_thread, 0);
}

// Last thread first, then first thread first, so that a function that counts on an order fails here too.
// False where some threads wait at a barrier that others never reach.
static bool run_block(unsigned count) {
    for (unsigned thread = 0; thread < count; ++thread) begin(thread);
    for (bool backwards = true;; backwards = !backwards) {
        unsigned ended = 0;
        any_now = false;
        for (unsigned turn = 0; turn < count; ++turn) {
            current = backwards ? count - 1 - turn : turn;
            threadIdx = threads[current].index;
            swapcontext(&scheduler, &threads[current].context);
            ended += threads[current].ended;
        }
        any_before = any_now;
        if (ended) return ended == count;
    }
}

// 0, or what went wrong: 1 a barrier not met by all, 2 a write beyond the shared memory, 3 more than there is.
static int run_grid(const unsigned* grid, const unsigned* block, unsigned shared) {
    gridDim = {grid[0], grid[1], 1};
    blockDim = {block[0], block[1], 1};
    if (shared > SHARED || block[0] * block[1] > MOST_THREADS) return 3;
    for (blockIdx.y = grid[1]; blockIdx.y-- > 0;)
        for (blockIdx.x = grid[0]; blockIdx.x-- > 0;) {
            std::memset(shared_memory, 0xff, sizeof shared_memory);
            if (!run_block(block[0] * block[1])) return 1;
            for (unsigned place = shared; place < sizeof shared_memory; ++place)
                if (shared_memory[place] != 0xff) return 2;
        }
    return 0;
}

// Calls a function with its arguments by their addresses, as the CUDA driver does.
template <auto FUNCTION>
struct Entry;

template <typename... Parameters, void (*FUNCTION)(Parameters...)>
struct Entry<FUNCTION> {
    template <std::size_t... NUMBER>
    static void call(void** arguments, std::index_sequence<NUMBER...>) {
        FUNCTION(*static_cast<std::remove_const_t<Parameters>*>(arguments[NUMBER])...);
    }
    static void call(void** arguments) { call(arguments, std::index_sequence_for<Parameters...>()); }
};

// One template instance under a plain name.
#define INSTANCE(name, ...)                                                                                     \
    extern "C" int name(const unsigned* grid, const unsigned* block, unsigned shared, void** arguments) {      \
        body = Entry<&__VA_ARGS__>::call;                                                                       \
        body_arguments = arguments;                                                                             \
        return run_grid(grid, block, shared);                                                                   \
    }
