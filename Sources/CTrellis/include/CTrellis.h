#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The inner loops of the syndrome trellis: a min-plus step over 2^height states for each element, in 16-bit saturating arithmetic, one
// version for each instruction set, chosen at run time. All versions give the same bits.
//
// States are numbered as in Swift's ReferenceTrellis: the most significant of `height` bits is the row of the current block. Between two
// blocks that bit is settled and the least significant bit is not yet reached, so 2^(height - 1) costs say everything: the cost at index k
// is that of state 2k of the next block. 65535 is infinity.

/// The version of the loops.
typedef enum {
    CTrellis_portable = 0,
    CTrellis_avx2 = 1,
    CTrellis_avx512 = 2,
    CTrellis_neon = 3,
} CTrellis_kernel;

/// Whether this processor can run a version.
bool CTrellis_supports(CTrellis_kernel kernel);

/// The submatrix and how its blocks lie along the diagonal: block i has narrow_width elements, and one more where
/// (i * remainder) mod block_count + remainder >= block_count.
typedef struct {
    int height;  ///< 7 to 12
    size_t block_count;
    size_t narrow_width;  ///< at least 1
    size_t remainder;     ///< below block_count
    const uint16_t *narrow_columns;
    const uint16_t *wide_columns;
} CTrellis_code;

/// The product of the code's matrix with the last bits of `elements`: a bit (0 or 1) for each block.
void CTrellis_syndrome(const CTrellis_code *code, const uint8_t *elements, uint8_t *syndrome);

/// Applies changes (0 or 1): stego bits are the cover's last bits with the changes added. The number of changes and the sum of their
/// costs are returned.
void CTrellis_apply(
    const uint8_t *cover, const uint8_t *changes, const float *costs, size_t count, uint8_t *stego, size_t *change_count,
    double *distortion);

/// Bytes of decisions for a block: a bit for each state and element; none for the first element, half as many for the last.
size_t CTrellis_decision_bytes(int height, size_t width);

/// Costs in units of 1/scale, rounded, but no less than 1 where there is any; finite ones at most `ceiling`, infinite ones
/// 65535. False if a cost is negative or not a number.
bool CTrellis_quantise(const float *costs, size_t count, float scale, uint16_t ceiling, uint16_t *quantised);

/// Steps over blocks first_block ..< first_block + block_count.
///
/// - costs, syndrome: of these blocks only.
/// - reached: 2^(height - 1) costs before the first block; after return those after the last. Every few blocks the smallest is
///   subtracted from all, so they have no common meaning.
/// - scratch: 2^height values. Both aligned to 64 bytes.
/// - decisions: room for the sum of CTrellis_decision_bytes.
/// - Returns false if no state can be reached.
bool CTrellis_advance(
    CTrellis_kernel kernel, const CTrellis_code *code, size_t first_block, size_t block_count, const uint16_t *costs,
    const uint8_t *syndrome, uint16_t *reached, uint16_t *scratch, uint8_t *decisions);

/// Follows the decisions of these blocks back from index `state` after the last to the index before the first, which is returned.
///
/// - decisions_end: behind the decisions of the last block.
/// - syndrome: of these blocks.
/// - changes: if not null, set to 1 for each changed element of these blocks, else to 0.
size_t CTrellis_trace(
    const CTrellis_code *code, size_t first_block, size_t block_count, const uint8_t *decisions_end, const uint8_t *syndrome, size_t state,
    uint8_t *changes);

/// Follows all states back at once until they have a common ancestor.
///
/// - states: indices after the last block; overwritten.
/// - Returns how many of the blocks, from the first, lie before the common ancestor, 0 if there is none; *ancestor its index.
size_t CTrellis_settled_blocks(
    const CTrellis_code *code, size_t first_block, size_t block_count, const uint8_t *decisions_end, const uint8_t *syndrome,
    uint16_t *states, size_t state_count, size_t *ancestor);
