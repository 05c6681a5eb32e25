#include "CTrellis.h"

#include <math.h>

#include "kernels.h"
#include "placement.h"

bool CTrellis_supports(CTrellis_kernel kernel) {
    switch (kernel) {
    case CTrellis_portable: return true;
#if defined(__x86_64__)
    case CTrellis_avx2: return __builtin_cpu_supports("avx2");
    case CTrellis_avx512: return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
#endif
#if defined(__aarch64__)
    case CTrellis_neon: return true;
#endif
    default: return false;
    }
}

bool CTrellis_advance(
    CTrellis_kernel kernel, const CTrellis_code *code, size_t first_block, size_t block_count, const uint16_t *costs,
    const uint8_t *syndrome, uint16_t *reached, uint16_t *scratch, uint8_t *decisions) {
    switch (kernel) {
#if defined(__x86_64__)
    case CTrellis_avx2: return CTrellis_advance_avx2(code, first_block, block_count, costs, syndrome, reached, scratch, decisions);
    case CTrellis_avx512: return CTrellis_advance_avx512(code, first_block, block_count, costs, syndrome, reached, scratch, decisions);
#endif
#if defined(__aarch64__)
    case CTrellis_neon: return CTrellis_advance_neon(code, first_block, block_count, costs, syndrome, reached, scratch, decisions);
#endif
    default: return CTrellis_advance_portable(code, first_block, block_count, costs, syndrome, reached, scratch, decisions);
    }
}

void CTrellis_syndrome(const CTrellis_code *code, const uint8_t *elements, uint8_t *syndrome) {
    const int top = code->height - 1;
    const uint16_t mask = (uint16_t)((2u << top) - 1);
    uint16_t pending = 0;
    placement place = placement_at(code, 0);
    for (size_t block = 0; block < code->block_count; block++) {
        const bool wide = placement_is_wide(&place);
        const uint16_t *columns = wide ? code->wide_columns : code->narrow_columns;
        const size_t width = place.narrow_width + wide;
        for (size_t element = 0; element < width; element++) {
            pending ^= columns[element] & (uint16_t)(0 - (elements[element] & 1));
        }
        elements += width;
        placement_next(&place);
        syndrome[block] = (uint8_t)(pending >> top);
        pending = (uint16_t)(pending << 1) & mask;
    }
}

size_t CTrellis_decision_bytes(int height, size_t width) {
    return width < 2 ? 0 : (width * 2 - 3) << (height - 1) >> 3;
}

void CTrellis_apply(
    const uint8_t *cover, const uint8_t *changes, const float *costs, size_t count, uint8_t *stego, size_t *change_count,
    double *distortion) {
    // Several sums, so that additions need not wait for one another; no branch, because changes cannot be foreseen.
    enum { sums = 8 };
    double sum[sums] = {0};
    size_t changed = 0;
    size_t i = 0;
    for (; i + sums <= count; i += sums) {
        for (size_t j = 0; j < sums; j++) {
            stego[i + j] = (cover[i + j] ^ changes[i + j]) & 1;
            changed += changes[i + j];
            // Not a product: the cost may be infinite.
            sum[j] += changes[i + j] ? costs[i + j] : 0.0f;
        }
    }
    for (; i < count; i++) {
        stego[i] = (cover[i] ^ changes[i]) & 1;
        changed += changes[i];
        sum[0] += changes[i] ? costs[i] : 0.0f;
    }
    *change_count = changed;
    *distortion = sum[0] + sum[1] + sum[2] + sum[3] + sum[4] + sum[5] + sum[6] + sum[7];
}

bool CTrellis_quantise(const float *costs, size_t count, float scale, uint16_t ceiling, uint16_t *quantised) {
    const float largest = ceiling;
    int valid = 1;
    for (size_t i = 0; i < count; i++) {
        const float cost = costs[i];
        const float scaled = cost * scale + 0.5f;
        // Written so that what is not a number or negative becomes something that converts.
        const float limited = scaled < largest ? (scaled > 1 ? scaled : cost > 0) : largest;
        quantised[i] = cost == INFINITY ? UINT16_MAX : (uint16_t)(int32_t)limited;
        valid &= cost >= 0;
    }
    return valid;
}

/// Follows one block back from an index after it to the index before it.
static inline size_t trace_block(
    int height, const uint16_t *columns, size_t width, const uint8_t *decisions, size_t bit, size_t state, uint8_t *changes) {
    const size_t full = (size_t)1 << height >> 3;
    state |= bit << (height - 1);
    if (width > 1) {
        const size_t kept = state & (((size_t)1 << (height - 1)) - 1);
        const uint8_t *row = decisions + (width - 2) * full;
        size_t changed = row[kept >> 3] >> (kept & 7) & 1;
        if (changes) changes[width - 1] = (uint8_t)changed;
        state ^= columns[width - 1] & (0 - changed);
        for (size_t element = width - 2; element > 0; element--) {
            row -= full;
            changed = row[state >> 3] >> (state & 7) & 1;
            if (changes) changes[element] = (uint8_t)changed;
            state ^= columns[element] & (0 - changed);
        }
    }
    // The first element changed if and only if the state is odd.
    const size_t changed = state & 1;
    if (changes) changes[0] = (uint8_t)changed;
    return (state ^ (columns[0] & (0 - changed))) >> 1;
}

size_t CTrellis_trace(
    const CTrellis_code *code, size_t first_block, size_t block_count, const uint8_t *decisions_end, const uint8_t *syndrome, size_t state,
    uint8_t *changes) {
    if (changes) {
        placement place = placement_at(code, first_block);
        for (size_t block = 0; block < block_count; block++) {
            changes += place.narrow_width + placement_is_wide(&place);
            placement_next(&place);
        }
    }
    placement place = placement_at(code, first_block + block_count);
    for (size_t block = block_count; block-- > 0;) {
        placement_previous(&place);
        const bool wide = placement_is_wide(&place);
        const size_t width = place.narrow_width + wide;
        decisions_end -= CTrellis_decision_bytes(code->height, width);
        if (changes) changes -= width;
        state = trace_block(
            code->height, wide ? code->wide_columns : code->narrow_columns, width, decisions_end, syndrome[block] & 1, state, changes);
    }
    return state;
}

size_t CTrellis_settled_blocks(
    const CTrellis_code *code, size_t first_block, size_t block_count, const uint8_t *decisions_end, const uint8_t *syndrome,
    uint16_t *states, size_t state_count, size_t *ancestor) {
    uint64_t seen[(1 << 11) / 64];
    placement place = placement_at(code, first_block + block_count);
    for (size_t block = block_count; state_count > 0; block--) {
        if (state_count == 1) {
            *ancestor = states[0];
            return block;
        }
        if (block == 0) return 0;
        placement_previous(&place);
        const bool wide = placement_is_wide(&place);
        const size_t width = place.narrow_width + wide;
        decisions_end -= CTrellis_decision_bytes(code->height, width);
        for (size_t i = 0; i < sizeof seen / sizeof *seen; i++) seen[i] = 0;
        size_t distinct = 0;
        for (size_t i = 0; i < state_count; i++) {
            const size_t before = trace_block(
                code->height, wide ? code->wide_columns : code->narrow_columns, width, decisions_end, syndrome[block - 1] & 1, states[i],
                NULL);
            if (seen[before >> 6] >> (before & 63) & 1) continue;
            seen[before >> 6] |= (uint64_t)1 << (before & 63);
            states[distinct++] = (uint16_t)before;
        }
        state_count = distinct;
    }
    return 0;
}
