#include "kernels.h"

// One register is a group (AVX-512 F and BW).

#if defined(__x86_64__)

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw"))), apply_to = function)

typedef __m512i group;

typedef struct {
    __m512i order;
} exchanger;

static inline exchanger exchanger_for(uint32_t x) {
    static const uint16_t order[32] __attribute__((aligned(64))) = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                                                    16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};
    return (exchanger){_mm512_xor_si512(_mm512_load_si512(order), _mm512_set1_epi16((short)x))};
}

static inline group load(const uint16_t *p) { return _mm512_load_si512(p); }

static inline void store(uint16_t *p, group g) { _mm512_store_si512(p, g); }

static inline group exchange(group g, const exchanger *e) { return _mm512_permutexvar_epi16(e->order, g); }

static inline group load_exchanged(const uint16_t *p, const exchanger *e) { return exchange(load(p), e); }

static inline group pick(size_t condition, group a, group b) {
    return _mm512_mask_mov_epi16(b, (__mmask32)(0 - (uint32_t)condition), a);
}

static inline group broadcast(uint16_t v) { return _mm512_set1_epi16((short)v); }

static inline group add(group a, group b) { return _mm512_adds_epu16(a, b); }

static inline group smaller(group a, group b) { return _mm512_min_epu16(a, b); }

static inline uint32_t differing(group a, group b) { return _mm512_cmpneq_epu16_mask(a, b); }

static inline void interleave(group a, group b, group *low, group *high) {
    static const uint16_t order[32] __attribute__((aligned(64))) = {0, 32, 1, 33, 2,  34, 3,  35, 4,  36, 5,  37, 6,  38, 7,  39,
                                                                    8, 40, 9, 41, 10, 42, 11, 43, 12, 44, 13, 45, 14, 46, 15, 47};
    const __m512i lower = _mm512_load_si512(order);
    const __m512i upper = _mm512_add_epi16(lower, _mm512_set1_epi16(16));
    *low = _mm512_permutex2var_epi16(a, lower, b);
    *high = _mm512_permutex2var_epi16(a, upper, b);
}

static inline group subtract_finite(group a, group b) {
    return _mm512_mask_sub_epi16(a, _mm512_cmpneq_epu16_mask(a, _mm512_set1_epi16(-1)), a, b);
}

static inline uint16_t smallest(group a) {
    const __m256i both = _mm256_min_epu16(_mm512_castsi512_si256(a), _mm512_extracti64x4_epi64(a, 1));
    const __m128i eight = _mm_min_epu16(_mm256_castsi256_si128(both), _mm256_extracti128_si256(both, 1));
    return (uint16_t)_mm_cvtsi128_si32(_mm_minpos_epu16(eight));
}

#include "steps.h"

bool CTrellis_advance_avx512(KERNEL_PARAMETERS) {
    return advance_any(code, first_block, block_count, costs, syndrome, reached, scratch, decisions);
}

#pragma clang attribute pop

#endif
