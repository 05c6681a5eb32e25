#pragma once

#include "CTrellis.h"

#define KERNEL_PARAMETERS \
    const CTrellis_code *code, size_t first_block, size_t block_count, const uint16_t *costs, const uint8_t *syndrome, uint16_t *reached, \
        uint16_t *scratch, uint8_t *decisions

bool CTrellis_advance_portable(KERNEL_PARAMETERS);
#if defined(__x86_64__)
bool CTrellis_advance_avx2(KERNEL_PARAMETERS);
bool CTrellis_advance_avx512(KERNEL_PARAMETERS);
#endif
#if defined(__aarch64__)
bool CTrellis_advance_neon(KERNEL_PARAMETERS);
#endif
