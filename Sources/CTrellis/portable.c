#include "kernels.h"

// Plain C. The compiler makes of it what the baseline of the platform offers.

typedef struct {
    uint16_t lane[32];
} group;

typedef struct {
    size_t x;
} exchanger;

static inline exchanger exchanger_for(uint32_t x) { return (exchanger){x}; }

static inline group load(const uint16_t *p) {
    group g;
    for (int i = 0; i < 32; i++) g.lane[i] = p[i];
    return g;
}

static inline void store(uint16_t *p, group g) {
    for (int i = 0; i < 32; i++) p[i] = g.lane[i];
}

static inline group load_exchanged(const uint16_t *p, const exchanger *e) {
    group g;
    for (size_t i = 0; i < 32; i++) g.lane[i] = p[i ^ e->x];
    return g;
}

static inline group exchange(group g, const exchanger *e) { return load_exchanged(g.lane, e); }

static inline group pick(size_t condition, group a, group b) { return condition ? a : b; }

static inline group broadcast(uint16_t v) {
    group g;
    for (int i = 0; i < 32; i++) g.lane[i] = v;
    return g;
}

static inline group add(group a, group b) {
    for (int i = 0; i < 32; i++) {
        const uint32_t sum = (uint32_t)a.lane[i] + b.lane[i];
        a.lane[i] = sum > UINT16_MAX ? UINT16_MAX : (uint16_t)sum;
    }
    return a;
}

static inline group smaller(group a, group b) {
    for (int i = 0; i < 32; i++) a.lane[i] = a.lane[i] < b.lane[i] ? a.lane[i] : b.lane[i];
    return a;
}

static inline uint32_t differing(group a, group b) {
    uint32_t bits = 0;
    for (int i = 0; i < 32; i++) bits |= (uint32_t)(a.lane[i] != b.lane[i]) << i;
    return bits;
}

static inline void interleave(group a, group b, group *low, group *high) {
    for (int i = 0; i < 16; i++) {
        low->lane[2 * i] = a.lane[i];
        low->lane[2 * i + 1] = b.lane[i];
        high->lane[2 * i] = a.lane[16 + i];
        high->lane[2 * i + 1] = b.lane[16 + i];
    }
}

static inline group subtract_finite(group a, group b) {
    for (int i = 0; i < 32; i++) a.lane[i] = a.lane[i] == UINT16_MAX ? UINT16_MAX : (uint16_t)(a.lane[i] - b.lane[i]);
    return a;
}

static inline uint16_t smallest(group a) {
    uint16_t least = a.lane[0];
    for (int i = 1; i < 32; i++) least = a.lane[i] < least ? a.lane[i] : least;
    return least;
}

#include "steps.h"

bool CTrellis_advance_portable(KERNEL_PARAMETERS) {
    return advance_any(code, first_block, block_count, costs, syndrome, reached, scratch, decisions);
}
