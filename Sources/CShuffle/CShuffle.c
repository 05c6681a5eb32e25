#include "CShuffle.h"

#if defined(__x86_64__)

#include <immintrin.h>

bool CShuffle_is_supported(void) { return __builtin_cpu_supports("avx2"); }

__attribute__((target("avx2"))) CShuffle_draws CShuffle_draw(const uint32_t *words, uint32_t limit, uint32_t *numbers) {
    const __m256i eight = _mm256_set1_epi32(8), first = _mm256_set1_epi32((int)limit);
    __m256i limits = _mm256_sub_epi32(first, _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
    // One less than the lowest limit of each group of four.
    __m256i before = _mm256_sub_epi32(_mm256_set1_epi32((int)(limit - 5)), _mm256_setr_epi32(0, 0, 0, 0, 4, 4, 4, 4));
    __m256i lowest = _mm256_set1_epi32(-1), near = _mm256_setzero_si256();
    for (int place = 0; place < CShuffle_count; place += 8) {
        const __m256i word = _mm256_loadu_si256((const __m256i *)(words + place));
        const __m256i even = _mm256_mul_epu32(word, limits);
        const __m256i odd = _mm256_mul_epu32(_mm256_srli_epi64(word, 32), _mm256_srli_epi64(limits, 32));
        const __m256i high = _mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xAA);
        const __m256i low = _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA);
        _mm256_storeu_si256((__m256i *)(numbers + place), high);
        lowest = _mm256_min_epu32(lowest, low);
        near = _mm256_or_si256(near, _mm256_cmpgt_epi32(high, before));
        limits = _mm256_sub_epi32(limits, eight);
        before = _mm256_sub_epi32(before, eight);
    }
    // A lane is below the limit where it is not the larger of the two.
    const __m256i reached = _mm256_cmpeq_epi32(_mm256_max_epu32(lowest, first), lowest);
    const CShuffle_draws draws = {_mm256_movemask_epi8(reached) != -1, _mm256_testz_si256(near, near) != 0};
    return draws;
}

#else

bool CShuffle_is_supported(void) { return false; }

CShuffle_draws CShuffle_draw(const uint32_t *words, uint32_t limit, uint32_t *numbers) {
    (void)words, (void)limit, (void)numbers;
    const CShuffle_draws draws = {true, false};
    return draws;
}

#endif
