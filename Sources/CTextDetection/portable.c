// For every processor: SSE2 on x86-64, NEON on AArch64.

#include "kernels.h"

#define PASS(name) CTextDetection_portable_##name
#include "passes.h"
