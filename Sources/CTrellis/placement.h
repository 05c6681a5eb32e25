#pragma once

#include "CTrellis.h"

/// Walks over the widths of consecutive blocks, forwards or backwards.
typedef struct {
    size_t block_count, narrow_width, remainder;
    size_t phase;  ///< (block * remainder) mod block_count of the current block
} placement;

static inline placement placement_at(const CTrellis_code *code, size_t block) {
    // block <= block_count < 2^31 and remainder < 2^31: the product fits.
    return (placement){code->block_count, code->narrow_width, code->remainder, (uint64_t)block * code->remainder % code->block_count};
}

static inline bool placement_is_wide(const placement *p) { return p->phase + p->remainder >= p->block_count; }

static inline void placement_next(placement *p) {
    p->phase += p->remainder;
    if (p->phase >= p->block_count) p->phase -= p->block_count;
}

static inline void placement_previous(placement *p) {
    p->phase = p->phase >= p->remainder ? p->phase - p->remainder : p->phase + p->block_count - p->remainder;
}
