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

/// Memory for samples, all 0, which the system gives only when it is written to. Ends the program where there is none, like Swift's.
int16_t *CTextDetection_zeros(size_t count);

/// Gives it back.
void CTextDetection_release(int16_t *samples);

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
/// (`bright`); and how far it lies below the lower of the highest (`dark`). At least 0. Of a strip of rows, and of the row above and below
/// it; zeros where the image has none.
///
/// - top, rows: the strip. It is row 0 and the following ones of `bright` and `dark`.
/// - radius: 4 or 6.
/// - repeats: whether samples repeat beyond the edge. Otherwise a row or column counts only where it has `radius` samples on either side.
/// - scratch: 48 times the stride of the plane.
void CTextDetection_ridges(
    CTextDetection_kernel kernel, const int16_t *image, size_t width, size_t height, size_t top, size_t rows, int radius,
    bool repeats, int16_t *bright, int16_t *dark, int16_t *scratch);

/// What makes a sample of a ridge one of a stroke.
typedef struct {
    int sharpness;      ///< sixteenths of the ridge that the steepness must reach; below 16
    int flatness;       ///< sixty-fourths of the ridge by which a neighbour on the stroke may differ; below 32
    int neighbours;     ///< neighbours on the stroke that are needed, of eight
    int unconditional;  ///< a ridge that needs no neighbours; 32767 for none
} CTextDetection_criteria;

/// Of a cell of 8 x 8 samples.
typedef struct {
    int16_t ridges;   ///< samples on a ridge of at least the block's threshold
    int16_t strokes;  ///< those of them that are of a stroke
    /// Of the samples on a ridge, sums of their columns and rows in the cell, 0 to 7, of the squares of these, and of their products.
    int16_t x, y, xx, yy, xy;
} CTextDetection_cell;

/// Counts the samples of each cell on ridges and strokes. `height`: of the strip, which begins at a multiple of 16.
///
/// - thresholds: for each block of 16 x 16 samples, at least 1.
/// - cells: (width + 15) / 16 * 2 of them for each row of cells.
/// - scratch: 4 times the stride of the plane.
void CTextDetection_count(
    CTextDetection_kernel kernel, const int16_t *image, const int16_t *ridges, const int16_t *steepness, size_t width, size_t height,
    const int16_t *thresholds, const CTextDetection_criteria *criteria, CTextDetection_cell *cells, int16_t *scratch);

/// Joins a frame to the smallest and the largest values of a sample over all frames.
void CTextDetection_project(const uint16_t *samples, size_t count, uint16_t *smallest, uint16_t *largest);
