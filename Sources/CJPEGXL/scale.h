#pragma once
#include "CJPEGXL.h"

static inline bool is_possible(const cjpegxl_frame *frame) {
    return frame->columns > 0 && frame->rows > 0 && frame->columns <= 65535 && frame->rows <= 65535
        && (frame->samples_per_pixel == 1 || frame->samples_per_pixel == 3) && (frame->bits_allocated == 8 || frame->bits_allocated == 16)
        && frame->bits_stored >= 1 && frame->bits_stored <= frame->bits_allocated;
}

static inline size_t level_count(const cjpegxl_frame *frame) {
    return (size_t)frame->columns * frame->rows * frame->samples_per_pixel;
}

/// The largest level.
static inline uint32_t largest_level(const cjpegxl_frame *frame) { return (1u << frame->bits_stored) - 1; }

/// The largest word. Release 0.7 has no call that sets the depth of the words it takes and gives: to it a word is a fraction of the
/// largest one, whatever depth the codestream declares (libjxl issue 3718). Levels are therefore spread over the whole range and
/// gathered again, which is exact: neighbouring levels are at least one word apart, and both ways round to the nearest.
static inline uint32_t largest_word(const cjpegxl_frame *frame) { return frame->bits_allocated == 8 ? 0xFF : 0xFFFF; }

static inline bool is_spread(const cjpegxl_frame *frame) { return frame->bits_stored < frame->bits_allocated; }
