#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)

#include "kernels.h"

#define PASS(name) CTextDetection_avx2_##name
#include "passes.h"

#pragma clang attribute pop

#endif
