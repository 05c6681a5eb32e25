// The steps of the trellis, written over groups of 32 states. A file for each instruction set defines the group and its operations, then
// includes this one:
//
//   group                            32 values of 16 bits
//   load(p), store(p, g)             aligned to 64 bytes
//   exchanger, exchanger_for(x)      prepared for exchange; x below 32
//   load_exchanged(p, &e)            lane i is p[i ^ x]
//   exchange(g, &e)                  the same of a group in registers
//   pick(condition, a, b)          a if the condition is 1, b if it is 0
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

/// Replaces two groups that exchange with each other.
static inline void choose_pair(
    group *here, group *there, const exchanger *within, group price, uint8_t *decisions, size_t here_index, size_t there_index) {
    const group new_here = smaller(*here, add(exchange(*there, within), price));
    const group new_there = smaller(*there, add(exchange(*here, within), price));
    store_decisions(decisions, here_index, differing(*here, new_here));
    store_decisions(decisions, there_index, differing(*there, new_there));
    *here = new_here;
    *there = new_there;
}

/// The same as advance_height for height 7, whose four groups of states fit in registers: nothing waits for what was just stored.
static inline __attribute__((always_inline)) bool advance_in_registers(
    const CTrellis_code *code, size_t first_block, size_t block_count, const uint16_t *costs, const uint8_t *syndrome, uint16_t *reached,
    uint8_t *decisions) {
    enum { full = (1 << 7) / 8 };
    placement place = placement_at(code, first_block);
    group low = load(reached), high = load(reached + lanes);
    for (size_t block = 0; block < block_count; block++) {
        const bool wide = placement_is_wide(&place);
        const uint16_t *columns = wide ? code->wide_columns : code->narrow_columns;
        const size_t width = place.narrow_width + wide;
        const size_t bit = syndrome[block] & 1;

        const exchanger first = exchanger_for(columns[0] >> 1 & 31);
        const group first_price = broadcast(costs[0]);
        group s0, s1, s2, s3;
        interleave(low, add(exchange(high, &first), first_price), &s0, &s1);
        interleave(high, add(exchange(low, &first), first_price), &s2, &s3);

        for (size_t element = 1; element + 1 < width; element++) {
            const exchanger within = exchanger_for(columns[element] & 31);
            const group price = broadcast(costs[element]);
            // Which columns these are repeats from block to block, so processors foresee the branch.
            if (columns[element] >> 5 & 1) {
                choose_pair(&s0, &s3, &within, price, decisions, 0, 3);
                choose_pair(&s1, &s2, &within, price, decisions, 1, 2);
            } else {
                choose_pair(&s0, &s2, &within, price, decisions, 0, 2);
                choose_pair(&s1, &s3, &within, price, decisions, 1, 3);
            }
            decisions += full;
        }

        // Message bits cannot be foreseen: no branch.
        const group kept_low = pick(bit, s2, s0), kept_high = pick(bit, s3, s1);
        if (width == 1) {
            low = kept_low;
            high = kept_high;
        } else {
            const uint16_t column = columns[width - 1];
            const exchanger last = exchanger_for(column & 31);
            const group last_price = broadcast(costs[width - 1]);
            group other_low = pick(bit, s0, s2), other_high = pick(bit, s1, s3);
            if (column >> 5 & 1) {
                const group swapped = other_low;
                other_low = other_high;
                other_high = swapped;
            }
            low = smaller(kept_low, add(exchange(other_low, &last), last_price));
            high = smaller(kept_high, add(exchange(other_high, &last), last_price));
            store_decisions(decisions, 0, differing(kept_low, low));
            store_decisions(decisions, 1, differing(kept_high, high));
            decisions += full / 2;
        }
        costs += width;
        placement_next(&place);
        if ((first_block + block) % normalisation_period == 0) {
            const uint16_t floor = smallest(smaller(low, high));
            if (floor == UINT16_MAX) return false;
            low = subtract_finite(low, broadcast(floor));
            high = subtract_finite(high, broadcast(floor));
        }
    }
    store(reached, low);
    store(reached + lanes, high);
    return normalise(reached, 7);
}

/// A copy of the loops for each height: with the numbers of groups known, the compiler unrolls them.
static inline __attribute__((always_inline)) bool advance_any(
    const CTrellis_code *code, size_t first_block, size_t block_count, const uint16_t *costs, const uint8_t *syndrome, uint16_t *reached,
    uint16_t *states, uint8_t *decisions) {
    switch (code->height) {
    case 7: return advance_in_registers(code, first_block, block_count, costs, syndrome, reached, decisions);
    case 8: return advance_height(code, first_block, block_count, costs, syndrome, reached, states, decisions, 8);
    case 9: return advance_height(code, first_block, block_count, costs, syndrome, reached, states, decisions, 9);
    case 10: return advance_height(code, first_block, block_count, costs, syndrome, reached, states, decisions, 10);
    case 11: return advance_height(code, first_block, block_count, costs, syndrome, reached, states, decisions, 11);
    case 12: return advance_height(code, first_block, block_count, costs, syndrome, reached, states, decisions, 12);
    default: return false;
    }
}
