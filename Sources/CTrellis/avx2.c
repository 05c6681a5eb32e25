#include "kernels.h"

// Two registers of 16 lanes make a group.

#if defined(__x86_64__)

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)

typedef struct {
    __m256i low, high;
} group;

/// The lower three bits of x exchange within 128 bits, the fourth exchanges the 128-bit halves, the fifth the two registers.
typedef struct {
    __m256i bytes;
    bool halves;
    size_t low, high;
} exchanger;

static inline exchanger exchanger_for(uint32_t x) {
    const __m256i order =
        _mm256_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    return (exchanger){_mm256_xor_si256(order, _mm256_set1_epi8((char)((x & 7) * 2))), x & 8, x & 16, ~x & 16};
}

static inline __m256i load_half(const uint16_t *p) { return _mm256_load_si256((const __m256i *)p); }

static inline group load(const uint16_t *p) { return (group){load_half(p), load_half(p + 16)}; }

static inline void store(uint16_t *p, group g) {
    _mm256_store_si256((__m256i *)p, g.low);
    _mm256_store_si256((__m256i *)(p + 16), g.high);
}

static inline __m256i exchange_half(__m256i half, const exchanger *e) {
    const __m256i within = _mm256_shuffle_epi8(half, e->bytes);
    // A branch: columns repeat from block to block, so processors foresee it, and half of them need no second permutation.
    return e->halves ? _mm256_permute4x64_epi64(within, 0x4E) : within;
}

static inline group load_exchanged(const uint16_t *p, const exchanger *e) {
    return (group){exchange_half(load_half(p + e->low), e), exchange_half(load_half(p + e->high), e)};
}

static inline group exchange(group g, const exchanger *e) {
    if (e->low) return (group){exchange_half(g.high, e), exchange_half(g.low, e)};
    return (group){exchange_half(g.low, e), exchange_half(g.high, e)};
}

static inline group pick(size_t condition, group a, group b) {
    const __m256i mask = _mm256_set1_epi32(-(int)condition);
    return (group){_mm256_blendv_epi8(b.low, a.low, mask), _mm256_blendv_epi8(b.high, a.high, mask)};
}

static inline group broadcast(uint16_t v) {
    const __m256i all = _mm256_set1_epi16((short)v);
    return (group){all, all};
}

static inline group add(group a, group b) { return (group){_mm256_adds_epu16(a.low, b.low), _mm256_adds_epu16(a.high, b.high)}; }

static inline group smaller(group a, group b) { return (group){_mm256_min_epu16(a.low, b.low), _mm256_min_epu16(a.high, b.high)}; }

static inline uint32_t differing(group a, group b) {
    const __m256i packed = _mm256_packs_epi16(_mm256_cmpeq_epi16(a.low, b.low), _mm256_cmpeq_epi16(a.high, b.high));
    return ~(uint32_t)_mm256_movemask_epi8(_mm256_permute4x64_epi64(packed, 0xD8));
}

static inline void interleave(group a, group b, group *low, group *high) {
    const __m256i l0 = _mm256_unpacklo_epi16(a.low, b.low), h0 = _mm256_unpackhi_epi16(a.low, b.low);
    const __m256i l1 = _mm256_unpacklo_epi16(a.high, b.high), h1 = _mm256_unpackhi_epi16(a.high, b.high);
    *low = (group){_mm256_permute2x128_si256(l0, h0, 0x20), _mm256_permute2x128_si256(l0, h0, 0x31)};
    *high = (group){_mm256_permute2x128_si256(l1, h1, 0x20), _mm256_permute2x128_si256(l1, h1, 0x31)};
}

static inline __m256i subtract_finite_half(__m256i a, __m256i b) {
    const __m256i infinite = _mm256_cmpeq_epi16(a, _mm256_set1_epi16(-1));
    return _mm256_or_si256(_mm256_sub_epi16(a, b), infinite);
}

static inline group subtract_finite(group a, group b) {
    return (group){subtract_finite_half(a.low, b.low), subtract_finite_half(a.high, b.high)};
}

static inline uint16_t smallest(group a) {
    const __m256i both = _mm256_min_epu16(a.low, a.high);
    const __m128i eight = _mm_min_epu16(_mm256_castsi256_si128(both), _mm256_extracti128_si256(both, 1));
    return (uint16_t)_mm_cvtsi128_si32(_mm_minpos_epu16(eight));
}

#include "steps.h"

bool CTrellis_advance_avx2(KERNEL_PARAMETERS) {
    return advance_any(code, first_block, block_count, costs, syndrome, reached, scratch, decisions);
}

#pragma clang attribute pop

#endif
