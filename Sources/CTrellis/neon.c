#include "kernels.h"

// Four registers of eight lanes make a group (arm64).

#if defined(__aarch64__)

#include <arm_neon.h>

typedef struct {
    uint16x8_t part[4];
} group;

/// The lower three bits of x exchange within a register, the others the registers.
typedef struct {
    uint8x16_t bytes;
    size_t parts;
} exchanger;

static inline exchanger exchanger_for(uint32_t x) {
    static const uint8_t order[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    return (exchanger){veorq_u8(vld1q_u8(order), vdupq_n_u8((uint8_t)((x & 7) * 2))), x >> 3};
}

static inline group load(const uint16_t *p) {
    return (group){{vld1q_u16(p), vld1q_u16(p + 8), vld1q_u16(p + 16), vld1q_u16(p + 24)}};
}

static inline void store(uint16_t *p, group g) {
    for (int i = 0; i < 4; i++) vst1q_u16(p + 8 * i, g.part[i]);
}

static inline group load_exchanged(const uint16_t *p, const exchanger *e) {
    group g;
    for (size_t i = 0; i < 4; i++) {
        g.part[i] = vreinterpretq_u16_u8(vqtbl1q_u8(vreinterpretq_u8_u16(vld1q_u16(p + 8 * (i ^ e->parts))), e->bytes));
    }
    return g;
}

static inline group exchange(group g, const exchanger *e) {
    group exchanged;
    for (size_t i = 0; i < 4; i++) {
        exchanged.part[i] = vreinterpretq_u16_u8(vqtbl1q_u8(vreinterpretq_u8_u16(g.part[i ^ e->parts]), e->bytes));
    }
    return exchanged;
}

static inline group pick(size_t condition, group a, group b) {
    const uint16x8_t mask = vdupq_n_u16((uint16_t)(0 - condition));
    for (int i = 0; i < 4; i++) a.part[i] = vbslq_u16(mask, a.part[i], b.part[i]);
    return a;
}

static inline group broadcast(uint16_t v) {
    const uint16x8_t all = vdupq_n_u16(v);
    return (group){{all, all, all, all}};
}

static inline group add(group a, group b) {
    for (int i = 0; i < 4; i++) a.part[i] = vqaddq_u16(a.part[i], b.part[i]);
    return a;
}

static inline group smaller(group a, group b) {
    for (int i = 0; i < 4; i++) a.part[i] = vminq_u16(a.part[i], b.part[i]);
    return a;
}

static inline uint32_t differing(group a, group b) {
    static const uint8_t weight[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    const uint8x16_t weights = vld1q_u8(weight);
    uint32_t bits = 0;
    for (int i = 0; i < 2; i++) {
        const uint8x8_t first = vmovn_u16(vceqq_u16(a.part[2 * i], b.part[2 * i]));
        const uint8x8_t second = vmovn_u16(vceqq_u16(a.part[2 * i + 1], b.part[2 * i + 1]));
        const uint8x16_t weighted = vandq_u8(vmvnq_u8(vcombine_u8(first, second)), weights);
        bits |= (uint32_t)(vaddv_u8(vget_low_u8(weighted)) | vaddv_u8(vget_high_u8(weighted)) << 8) << (16 * i);
    }
    return bits;
}

static inline void interleave(group a, group b, group *low, group *high) {
    *low = (group){{vzip1q_u16(a.part[0], b.part[0]), vzip2q_u16(a.part[0], b.part[0]), vzip1q_u16(a.part[1], b.part[1]),
                    vzip2q_u16(a.part[1], b.part[1])}};
    *high = (group){{vzip1q_u16(a.part[2], b.part[2]), vzip2q_u16(a.part[2], b.part[2]), vzip1q_u16(a.part[3], b.part[3]),
                     vzip2q_u16(a.part[3], b.part[3])}};
}

static inline group subtract_finite(group a, group b) {
    for (int i = 0; i < 4; i++) {
        const uint16x8_t infinite = vceqq_u16(a.part[i], vdupq_n_u16(UINT16_MAX));
        a.part[i] = vorrq_u16(vsubq_u16(a.part[i], b.part[i]), infinite);
    }
    return a;
}

static inline uint16_t smallest(group a) {
    return vminvq_u16(vminq_u16(vminq_u16(a.part[0], a.part[1]), vminq_u16(a.part[2], a.part[3])));
}

#include "steps.h"

bool CTrellis_advance_neon(KERNEL_PARAMETERS) {
    return advance_any(code, first_block, block_count, costs, syndrome, reached, scratch, decisions);
}

#endif
