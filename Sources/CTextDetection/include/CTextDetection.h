#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The passes of the text detector over whole planes, in 16-bit arithmetic, one version for each instruction set, chosen at run time. All
// versions give the same bits. Swift's reference of them is in the tests.
//
// A plane is a pointer to its first sample, with a stride in samples: CTextDetection_stride(width). Before and behind each row, and above
// and below the plane, there is a margin of CTextDetection_margin samples that may be read. Values span at most 16383, so that differences
// and sums of four do not overflow.

/// The version of the passes.
typedef enum {
    CTextDetection_portable = 0,
    CTextDetection_avx2 = 1,
} CTextDetection_kernel;

/// Columns on either side of a row, and rows above and below a plane.
enum { CTextDetection_margin = 16 };

/// Whether this processor can run a version.
bool CTextDetection_supports(CTextDetection_kernel kernel);

/// Samples from one row to the next.
static inline size_t CTextDetection_stride(size_t width) { return (width + 15) / 16 * 16 + 2 * CTextDetection_margin; }

/// Samples that a plane takes with its margins.
static inline size_t CTextDetection_plane_size(size_t width, size_t height) {
    return CTextDetection_stride(width) * (height + 2 * CTextDetection_margin);
}

/// What the thresholds depend on.
typedef struct {
    int range;    ///< 99th less 1st percentile of every third sample of every third row; at least 1
    int quantum;  ///< the most frequent difference of neighbours in a row, of 1 to 63; 1 where there is none
} CTextDetection_statistics;

/// Makes a plane of unsigned samples (`width` of them a row, rows one behind the other): they are shifted about `middle`, then right by
/// `shift`. The margins left and right repeat the outer samples.
void CTextDetection_convert(
    const uint16_t *samples, size_t width, size_t height, int middle, int shift, int16_t *plane);

/// `histogram`: 16384 counters, for values from -8192 on.
CTextDetection_statistics CTextDetection_measure(const int16_t *plane, size_t width, size_t height, uint32_t *histogram);

/// The largest absolute difference of each sample to its four neighbours.
void CTextDetection_steepness(CTextDetection_kernel kernel, const int16_t *image, size_t width, size_t height, int16_t *steepness);

/// Half as many columns and rows: the rounded mean of 2 x 2 samples, with margins as of CTextDetection_convert.
void CTextDetection_halve(CTextDetection_kernel kernel, const int16_t *image, size_t width, size_t height, int16_t *half);

/// Half as many columns and rows: the largest of 2 x 2 samples.
void CTextDetection_halve_maxima(CTextDetection_kernel kernel, const int16_t *image, size_t width, size_t height, int16_t *half);

/// For each block of 16 x 16 samples, row by row, the median of the smaller of the differences to the right and to the lower neighbour, over
/// every other sample in a quincunx; in steps of a quarter octave from 8 on; and of the blocks around the median of that, if larger.
/// `scratch`: a value for each block.
void CTextDetection_noise(
    CTextDetection_kernel kernel, const int16_t *image, size_t width, size_t height, int16_t *noise, int16_t *scratch);

/// How far a sample rises above the higher of the lowest of `radius` samples on either side, in its row or its column, whichever is more
/// (`bright`); and how far it lies below the lower of the highest (`dark`). At least 0.
///
/// - radius: 4 or 6.
/// - repeats: whether samples repeat beyond the edge. Otherwise a row or column counts only where it has `radius` samples on either side.
/// - scratch: 48 times the stride of the plane.
void CTextDetection_ridges(
    CTextDetection_kernel kernel, const int16_t *image, size_t width, size_t height, int radius, bool repeats, int16_t *bright,
    int16_t *dark, int16_t *scratch);

/// What makes a sample of a ridge one of a stroke.
typedef struct {
    int sharpness;      ///< sixteenths of the ridge that the steepness must reach; below 16
    int flatness;       ///< sixty-fourths of the ridge by which a neighbour on the stroke may differ; below 32
    int neighbours;     ///< neighbours on the stroke that are needed, of eight
    int unconditional;  ///< a ridge that needs no neighbours; 32767 for none
} CTextDetection_criteria;

/// Counts, in each cell of 8 x 8 samples, those on a ridge of at least the block's threshold, and those of them that are of a stroke.
///
/// - thresholds: for each block of 16 x 16 samples, at least 1.
/// - ridge_counts, stroke_counts: (width + 15) / 16 * 2 of them for each row of cells.
/// - scratch: 4 times the stride of the plane.
void CTextDetection_count(
    CTextDetection_kernel kernel, const int16_t *image, const int16_t *ridges, const int16_t *steepness, size_t width, size_t height,
    const int16_t *thresholds, const CTextDetection_criteria *criteria, uint8_t *ridge_counts, uint8_t *stroke_counts, int16_t *scratch);

/// Joins a frame to the smallest and the largest values of a sample over all frames.
void CTextDetection_project(const uint16_t *samples, size_t count, uint16_t *smallest, uint16_t *largest);
