#include "CTextDetection.h"

#include <stdlib.h>
#include <string.h>

#include "kernels.h"

bool CTextDetection_supports(CTextDetection_kernel kernel) {
    switch (kernel) {
    case CTextDetection_portable: return true;
#if defined(__x86_64__)
    case CTextDetection_avx2: return __builtin_cpu_supports("avx2");
#endif
    default: return false;
    }
}

#if defined(__x86_64__)
#define CTextDetection_CALL(kernel, name, ...) \
    (kernel == CTextDetection_avx2 ? CTextDetection_avx2_##name(__VA_ARGS__) : CTextDetection_portable_##name(__VA_ARGS__))
#else
#define CTextDetection_CALL(kernel, name, ...) ((void)kernel, CTextDetection_portable_##name(__VA_ARGS__))
#endif

void CTextDetection_steepness(CTextDetection_kernel kernel, const int16_t *image, size_t width, size_t height, int16_t *steepness) {
    CTextDetection_CALL(kernel, steepness, image, width, height, steepness);
}

void CTextDetection_halve(CTextDetection_kernel kernel, const int16_t *image, size_t width, size_t height, int16_t *half) {
    CTextDetection_CALL(kernel, halve, image, width, height, half);
}

void CTextDetection_halve_maxima(CTextDetection_kernel kernel, const int16_t *image, size_t width, size_t height, int16_t *half) {
    CTextDetection_CALL(kernel, halve_maxima, image, width, height, half);
}

void CTextDetection_noise(
    CTextDetection_kernel kernel, const int16_t *image, size_t width, size_t height, int16_t *noise, int16_t *scratch) {
    CTextDetection_CALL(kernel, noise, image, width, height, noise, scratch);
}

void CTextDetection_ridges(
    CTextDetection_kernel kernel, const int16_t *image, size_t width, size_t height, size_t top, size_t rows, int radius,
    bool repeats, int16_t *bright, int16_t *dark, int16_t *scratch) {
    CTextDetection_CALL(kernel, ridges, image, width, height, top, rows, radius, repeats, bright, dark, scratch);
}

void CTextDetection_count(
    CTextDetection_kernel kernel, const int16_t *image, const int16_t *ridges, const int16_t *steepness, size_t width, size_t height,
    const int16_t *thresholds, const CTextDetection_criteria *criteria, CTextDetection_cell *cells, int16_t *scratch) {
    CTextDetection_CALL(kernel, count, image, ridges, steepness, width, height, thresholds, criteria, cells, scratch);
}

int16_t *CTextDetection_zeros(size_t count) {
    int16_t *samples = calloc(count, sizeof *samples);
    if (samples == NULL) abort();
    return samples;
}

void CTextDetection_release(int16_t *samples) { free(samples); }

void CTextDetection_convert(const uint16_t *samples, size_t width, size_t height, int middle, int shift, int16_t *plane) {
    const size_t stride = CTextDetection_stride(width);
    for (size_t y = 0; y < height; y++) {
        const uint16_t *in = samples + y * width;
        int16_t *out = plane + y * stride;
        for (size_t x = 0; x < width; x++) out[x] = (int16_t)(((int)in[x] - middle) >> shift);
        for (int i = 1; i <= CTextDetection_margin; i++) out[-i] = out[0];
        for (size_t x = width; x < stride - CTextDetection_margin; x++) out[x] = out[width - 1];
    }
}

/// The value below which `rank` of the samples are.
static int value_at(const uint32_t *histogram, uint32_t rank) {
    uint32_t below = 0;
    for (int value = 0; value < 16384; value++) {
        below += histogram[value];
        if (below > rank) return value;
    }
    return 16383;
}

CTextDetection_statistics CTextDetection_measure(const int16_t *plane, size_t width, size_t height, uint32_t *histogram) {
    const size_t stride = CTextDetection_stride(width);
    memset(histogram, 0, 16384 * sizeof *histogram);
    uint32_t count = 0;
    for (size_t y = 0; y < height; y += 3) {
        const int16_t *row = plane + y * stride;
        for (size_t x = 0; x < width; x += 3, count++) histogram[(row[x] + 8192) & 16383]++;
    }
    const int range = value_at(histogram, (uint32_t)((uint64_t)count * 99 / 100)) - value_at(histogram, count / 100);
    uint32_t steps[64] = {0};
    for (size_t y = 0; y < height; y += 8) {
        const int16_t *row = plane + y * stride;
        for (size_t x = 1; x < width; x++) {
            const int step = row[x] > row[x - 1] ? row[x] - row[x - 1] : row[x - 1] - row[x];
            if (step < 64) steps[step]++;
        }
    }
    int quantum = 1;
    for (int step = 2; step < 64; step++) {
        if (steps[step] > steps[quantum]) quantum = step;
    }
    return (CTextDetection_statistics){.range = range > 1 ? range : 1, .quantum = quantum};
}

void CTextDetection_project(const uint16_t *samples, size_t count, uint16_t *smallest, uint16_t *largest) {
    for (size_t i = 0; i < count; i++) {
        smallest[i] = samples[i] < smallest[i] ? samples[i] : smallest[i];
        largest[i] = samples[i] > largest[i] ? samples[i] : largest[i];
    }
}
