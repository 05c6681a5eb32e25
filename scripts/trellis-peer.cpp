// The reference coder for syndrome-trellis codes as veilray-bench calls it; scripts/bench-trellis builds it.
//
//   trellis-peer HEIGHT BITS ELEMENTS RUNS
//
// Embeds a random message at constant costs and prints the processor seconds of the fastest run and the changes.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <random>
#include <vector>

#include "stc_embed_c.h"
#include "stc_extract_c.h"

static double processor_time() {
    timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time.tv_sec + 1e-9 * time.tv_nsec;
}

int main(int count, char **arguments) {
    if (count != 5) return 2;
    const int height = std::atoi(arguments[1]), bits = std::atoi(arguments[2]), elements = std::atoi(arguments[3]);
    const int runs = std::atoi(arguments[4]);

    std::mt19937 generator(1);
    std::vector<u8> cover(elements), stego(elements), message(bits), extracted(bits);
    const std::vector<double> costs(elements, 1.0);
    for (u8 &bit : cover) bit = generator() & 1;
    for (u8 &bit : message) bit = generator() & 1;

    double best = std::numeric_limits<double>::infinity(), changes = 0;
    for (int run = 0; run < runs; run++) {
        const double begin = processor_time();
        changes = stc_embed(cover.data(), elements, message.data(), bits, costs.data(), true, stego.data(), height);
        best = std::min(best, processor_time() - begin);
    }
    stc_extract(stego.data(), elements, extracted.data(), bits, height);
    if (extracted != message) return 1;
    std::printf("%.9f %.0f\n", best, changes);
    return 0;
}
