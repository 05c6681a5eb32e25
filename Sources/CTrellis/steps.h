// The steps of the trellis, written over groups of 32 states. A file for each instruction set defines the group and its operations, then
// includes this one:
//
//   group                            32 values of 16 bits
//   load(p), store(p, g)             aligned to 64 bytes
//   exchanger, exchanger_for(x)      prepared for exchange; x below 32
//   load_exchanged(p, &e)            lane i is p[i ^ x]
//   broadcast(v), add(a, b), smaller(a, b)   add saturates
//   differing(a, b)                  bit i of 32: the lanes i differ
//   interleave(a, b, &low, &high)    a0 b0 a1 b1 …
//   subtract_finite(a, b)            a - b, but 65535 stays 65535
//   smallest(a)                      of all lanes
//
// A change is a step from state s ^ column at the element's cost, so an element maps costs A of states s to
// min(A[s], A[s ^ column] + cost). The column's upper bits say which groups exchange, its lower five how lanes do within them.

#include <string.h>

#include "placement.h"

enum { lanes = 32 };

/// Sets of decisions are stored in the order of the states, least significant bit first.
static inline void store_decisions(uint8_t *decisions, size_t group_index, uint32_t bits) {
    memcpy(decisions + group_index * 4, &bits, 4);
}

/// The first element of a block: states with an even number are reached without a change only, odd ones with a change only, because every
/// column ends in 1. Nothing to choose.
static inline void enter(const uint16_t *reached, uint16_t *states, uint16_t column, uint16_t cost, int height) {
    const size_t groups = (size_t)1 << (height - 1) >> 5;
    const exchanger within = exchanger_for(column >> 1 & 31);
    const size_t between = column >> 6;
    const group price = broadcast(cost);
    for (size_t g = 0; g < groups; g++) {
        const group changed = add(load_exchanged(reached + (g ^ between) * lanes, &within), price);
        group low, high;
        interleave(load(reached + g * lanes), changed, &low, &high);
        store(states + g * 2 * lanes, low);
        store(states + (g * 2 + 1) * lanes, high);
    }
}

/// An element in the middle of a block. Every column begins with 1, so a group of the lower half exchanges with one of the upper half:
/// both are replaced at once.
static inline void choose(uint16_t *states, uint16_t column, uint16_t cost, uint8_t *decisions, int height) {
    const size_t half = (size_t)1 << (height - 1) >> 5;
    const exchanger within = exchanger_for(column & 31);
    const size_t between = column >> 5;
    const group price = broadcast(cost);
    for (size_t g = 0; g < half; g++) {
        const size_t partner = g ^ between;
        const group here = load(states + g * lanes), there = load(states + partner * lanes);
        const group new_here = smaller(here, add(load_exchanged(states + partner * lanes, &within), price));
        const group new_there = smaller(there, add(load_exchanged(states + g * lanes, &within), price));
        store_decisions(decisions, g, differing(here, new_here));
        store_decisions(decisions, partner, differing(there, new_there));
        store(states + g * lanes, new_here);
        store(states + partner * lanes, new_there);
    }
}

/// The last element of a block: only the states of the half that agrees with the block's bit are needed.
static inline void leave(
    const uint16_t *states, uint16_t *reached, size_t bit, uint16_t column, uint16_t cost, uint8_t *decisions, int height) {
    const size_t half = (size_t)1 << (height - 1) >> 5;
    const exchanger within = exchanger_for(column & 31);
    const size_t between = column >> 5;
    const group price = broadcast(cost);
    for (size_t g = 0; g < half; g++) {
        const size_t here = g + bit * half;
        const group before = load(states + here * lanes);
        const group after = smaller(before, add(load_exchanged(states + (here ^ between) * lanes, &within), price));
        store_decisions(decisions, g, differing(before, after));
        store(reached + g * lanes, after);
    }
}

/// Subtracts the smallest cost from all; false if all are infinite.
static inline bool normalise(uint16_t *reached, int height) {
    const size_t groups = (size_t)1 << (height - 1) >> 5;
    group least = load(reached);
    for (size_t g = 1; g < groups; g++) least = smaller(least, load(reached + g * lanes));
    const uint16_t floor = smallest(least);
    if (floor == 0) return true;
    if (floor == UINT16_MAX) return false;
    const group level = broadcast(floor);
    for (size_t g = 0; g < groups; g++) store(reached + g * lanes, subtract_finite(load(reached + g * lanes), level));
    return true;
}

/// How many blocks go by between two subtractions. In one block the smallest cost grows by what one bit of the message costs at most.
enum { normalisation_period = 4 };

static inline __attribute__((always_inline)) bool advance_height(
    const CTrellis_code *code, size_t first_block, size_t block_count, const uint16_t *costs, const uint8_t *syndrome, uint16_t *reached,
    uint16_t *states, uint8_t *decisions, int height) {
    placement place = placement_at(code, first_block);
    const size_t full = (size_t)1 << height >> 3;
    for (size_t block = 0; block < block_count; block++) {
        const bool wide = placement_is_wide(&place);
        const uint16_t *columns = wide ? code->wide_columns : code->narrow_columns;
        const size_t width = place.narrow_width + wide;
        const size_t bit = syndrome[block] & 1;
        enter(reached, states, columns[0], costs[0], height);
        if (width == 1) {
            memcpy(reached, states + (bit << (height - 1)), sizeof(uint16_t) << (height - 1));
        } else {
            for (size_t element = 1; element + 1 < width; element++) {
                choose(states, columns[element], costs[element], decisions, height);
                decisions += full;
            }
            leave(states, reached, bit, columns[width - 1], costs[width - 1], decisions, height);
            decisions += full / 2;
        }
        costs += width;
        placement_next(&place);
        if ((first_block + block) % normalisation_period == 0 && !normalise(reached, height)) return false;
    }
    return normalise(reached, height);
}

/// A copy of the loops for each height: with the numbers of groups known, the compiler unrolls them.
static inline __attribute__((always_inline)) bool advance_any(
    const CTrellis_code *code, size_t first_block, size_t block_count, const uint16_t *costs, const uint8_t *syndrome, uint16_t *reached,
    uint16_t *states, uint8_t *decisions) {
    switch (code->height) {
    case 7: return advance_height(code, first_block, block_count, costs, syndrome, reached, states, decisions, 7);
    case 8: return advance_height(code, first_block, block_count, costs, syndrome, reached, states, decisions, 8);
    case 9: return advance_height(code, first_block, block_count, costs, syndrome, reached, states, decisions, 9);
    case 10: return advance_height(code, first_block, block_count, costs, syndrome, reached, states, decisions, 10);
    case 11: return advance_height(code, first_block, block_count, costs, syndrome, reached, states, decisions, 11);
    case 12: return advance_height(code, first_block, block_count, costs, syndrome, reached, states, decisions, 12);
    default: return false;
    }
}
