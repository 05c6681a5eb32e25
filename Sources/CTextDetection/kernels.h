#pragma once

#include "CTextDetection.h"

// One set of passes for each instruction set; CTextDetection.h describes them.

#define CTextDetection_PASSES(kernel) \
    void kernel##_steepness(const int16_t *image, size_t width, size_t height, int16_t *steepness); \
    void kernel##_halve(const int16_t *image, size_t width, size_t height, int16_t *half); \
    void kernel##_halve_maxima(const int16_t *image, size_t width, size_t height, int16_t *half); \
    void kernel##_noise(const int16_t *image, size_t width, size_t height, int16_t *noise, int16_t *scratch); \
    void kernel##_ridges( \
        const int16_t *image, size_t width, size_t height, size_t top, size_t rows, int radius, bool repeats, int16_t *bright, \
        int16_t *dark, int16_t *scratch); \
    void kernel##_count( \
        const int16_t *image, const int16_t *ridges, const int16_t *steepness, size_t width, size_t height, const int16_t *thresholds, \
        const CTextDetection_criteria *criteria, CTextDetection_cell *cells, int16_t *scratch);

CTextDetection_PASSES(CTextDetection_portable)
#if defined(__x86_64__)
CTextDetection_PASSES(CTextDetection_avx2)
#endif
