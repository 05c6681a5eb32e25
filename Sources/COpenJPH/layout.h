#pragma once
#include <cstddef>

#include "COpenJPH.h"

inline bool is_possible(const copenjph_frame &frame) {
    return frame.columns > 0 && frame.rows > 0 && frame.columns <= 65535 && frame.rows <= 65535 && frame.samples_per_pixel >= 1
        && frame.samples_per_pixel <= 4 && (frame.bits_allocated == 8 || frame.bits_allocated == 16) && frame.bits_stored >= 1
        && frame.bits_stored <= frame.bits_allocated;
}

/// At most 2^32 samples of 4 × 2 bytes: no overflow.
inline size_t byte_count(const copenjph_frame &frame) {
    return static_cast<size_t>(frame.columns) * frame.rows * frame.samples_per_pixel * (frame.bits_allocated / 8);
}
