#pragma once

#include <stdbool.h>
#include <stdint.h>

// The inner loop of shuffling samples, for processors that multiply eight numbers at a time. Swift's reference of it is FourDraws.

/// Numbers that are drawn together.
enum { CShuffle_count = 64 };

/// What is known of the numbers drawn.
typedef struct {
    bool may_reject;  ///< a low half was below the first limit
    bool are_apart;   ///< no number is among the four elements of its own group
} CShuffle_draws;

/// Whether this processor can run CShuffle_draw.
bool CShuffle_is_supported(void);

/// Sixty-four numbers below limits that fall by one: the high halves of word * limit.
///
/// - words: CShuffle_count of them, little endian.
/// - limit: of the first number, more than CShuffle_count and at most 2^31.
/// - numbers: room for CShuffle_count.
CShuffle_draws CShuffle_draw(const uint32_t *words, uint32_t limit, uint32_t *numbers);
