// The passes with vectors of 16 lanes, which the compiler makes of whatever the instruction set has. Included once for each of them, with
// PASS(name) naming the functions.

#include <stdlib.h>
#include <string.h>

#include "CTextDetection.h"

typedef int16_t lanes __attribute__((vector_size(32), aligned(2)));
typedef int32_t wide_lanes __attribute__((vector_size(64), aligned(4)));

#define AT(pointer) (*(const lanes *)(pointer))
#define PUT(pointer) (*(lanes *)(pointer))
#define LOWER(a, b) __builtin_elementwise_min((lanes)(a), (lanes)(b))
#define HIGHER(a, b) __builtin_elementwise_max((lanes)(a), (lanes)(b))
#define DISTANCE(a, b) __builtin_elementwise_abs((lanes)((a) - (b)))
#define ALL(value) ((lanes){0} + (int16_t)(value))
/// The upper half of the product.
#define HIGH_PRODUCT(a, factor) \
    __builtin_convertvector( \
        (__builtin_convertvector((lanes)(a), wide_lanes) * __builtin_convertvector(ALL(factor), wide_lanes)) >> 16, lanes)

void PASS(steepness)(const int16_t *image, size_t width, size_t height, int16_t *steepness) {
    const size_t stride = CTextDetection_stride(width);
    for (size_t y = 0; y < height; y++) {
        const int16_t *row = image + y * stride;
        const int16_t *above = y > 0 ? row - stride : row;
        const int16_t *below = y + 1 < height ? row + stride : row;
        int16_t *out = steepness + y * stride;
        for (size_t x = 0; x < width; x += 16) {
            const lanes here = AT(row + x);
            const lanes across = HIGHER(DISTANCE(here, AT(row + x - 1)), DISTANCE(here, AT(row + x + 1)));
            const lanes along = HIGHER(DISTANCE(here, AT(above + x)), DISTANCE(here, AT(below + x)));
            PUT(out + x) = HIGHER(across, along);
        }
    }
}

#define EVEN(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30)
#define ODD(a, b) __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31)

void PASS(halve)(const int16_t *image, size_t width, size_t height, int16_t *half) {
    const size_t stride = CTextDetection_stride(width), half_stride = CTextDetection_stride(width / 2);
    for (size_t y = 0; y < height / 2; y++) {
        const int16_t *upper = image + 2 * y * stride, *lower = upper + stride;
        int16_t *out = half + y * half_stride;
        for (size_t x = 0; x < width / 2; x += 16) {
            const lanes left = AT(upper + 2 * x) + AT(lower + 2 * x), right = AT(upper + 2 * x + 16) + AT(lower + 2 * x + 16);
            PUT(out + x) = (EVEN(left, right) + ODD(left, right) + 2) >> 2;
        }
        for (int i = 1; i <= CTextDetection_margin; i++) out[-i] = out[0];
        for (size_t x = width / 2; x < half_stride - CTextDetection_margin; x++) out[x] = out[width / 2 - 1];
    }
}

void PASS(halve_maxima)(const int16_t *image, size_t width, size_t height, int16_t *half) {
    const size_t stride = CTextDetection_stride(width), half_stride = CTextDetection_stride(width / 2);
    for (size_t y = 0; y < height / 2; y++) {
        const int16_t *upper = image + 2 * y * stride, *lower = upper + stride;
        int16_t *out = half + y * half_stride;
        for (size_t x = 0; x < width / 2; x += 16) {
            const lanes left = HIGHER(AT(upper + 2 * x), AT(lower + 2 * x));
            const lanes right = HIGHER(AT(upper + 2 * x + 16), AT(lower + 2 * x + 16));
            PUT(out + x) = HIGHER(EVEN(left, right), ODD(left, right));
        }
    }
}

// MARK: Noise

/// Steps of a quarter octave: 0 to 7, then four in each octave up to 16383.
enum { step_count = 52 };

static inline int16_t least_of_step(int step) {
    return (int16_t)(step < 8 ? step : (4 + ((step - 8) & 3)) << (((step - 8) >> 2) + 1));
}

/// The step of the median of the samples in `differences` that are not 32767.
static inline int16_t median_step_value(const lanes differences[4], int sample_count, const int16_t least[64]) {
    int step = 0;
    for (int bit = 32; bit > 0; bit >>= 1) {
        const int next = step + bit;
        if (next >= step_count) continue;
        const lanes limit = ALL(least[next]);
        const lanes below = (differences[0] < limit) + (differences[1] < limit) + (differences[2] < limit) + (differences[3] < limit);
        int count = 0;
        for (int i = 0; i < 16; i++) count -= below[i];
        if (2 * count <= sample_count) step = next;
    }
    if (step == 0) {
        // A flat block, or one of counts, most of which are 0.
        const lanes flat = (differences[0] < 1) + (differences[1] < 1) + (differences[2] < 1) + (differences[3] < 1);
        int count = 0;
        for (int i = 0; i < 16; i++) count -= flat[i];
        return 4 * count < 3 * sample_count;
    }
    return least[step];
}

static int16_t median_around(const int16_t *noise, size_t columns, size_t rows, size_t x, size_t y) {
    int16_t values[9];
    int count = 0;
    for (size_t j = y > 0 ? y - 1 : 0; j <= y + 1 && j < rows; j++) {
        for (size_t i = x > 0 ? x - 1 : 0; i <= x + 1 && i < columns; i++) {
            const int16_t value = noise[j * columns + i];
            int place = count++;
            for (; place > 0 && values[place - 1] > value; place--) values[place] = values[place - 1];
            values[place] = value;
        }
    }
    return values[count / 2];
}

void PASS(noise)(const int16_t *image, size_t width, size_t height, int16_t *noise, int16_t *scratch) {
    const size_t stride = CTextDetection_stride(width), columns = (width + 15) / 16, rows = (height + 15) / 16;
    static const lanes numbers = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    const lanes odd = (numbers & 1) == 1;
    int16_t least[64];
    for (int step = 0; step < step_count; step++) least[step] = least_of_step(step);
    for (size_t by = 0; by < rows; by++) {
        for (size_t bx = 0; bx < columns; bx++) {
            const int16_t *block = image + by * 16 * stride + bx * 16;
            // The last column and row have no neighbours to be compared with.
            const int column_count = width - 1 - bx * 16 < 16 ? (int)(width - 1 - bx * 16) : 16;
            const int row_count = height - 1 - by * 16 < 16 ? (int)(height - 1 - by * 16) : 16;
            const lanes outside = numbers >= (int16_t)column_count;
            lanes differences[4];
            int sample_count = 0;
            for (int pair = 0; pair < 4; pair++) {
                lanes both[2];
                for (int i = 0; i < 2; i++) {
                    const int y = pair * 4 + i * 2;
                    const int16_t *row = block + (size_t)y * stride;
                    if (y >= row_count) {
                        both[i] = ALL(INT16_MAX);
                        continue;
                    }
                    const lanes here = AT(row);
                    both[i] = LOWER(DISTANCE(here, AT(row + 1)), DISTANCE(here, AT(row + stride))) | (outside & INT16_MAX);
                    sample_count += i == 0 ? (column_count + 1) / 2 : column_count / 2;
                }
                differences[pair] = (both[0] & ~odd) | (both[1] & odd);
            }
            scratch[by * columns + bx] = sample_count > 0 ? median_step_value(differences, sample_count, least) : 0;
        }
    }
    for (size_t y = 0; y < rows; y++) {
        for (size_t x = 0; x < columns; x++) {
            const int16_t own = scratch[y * columns + x], around = median_around(scratch, columns, rows, x, y);
            noise[y * columns + x] = own > around ? own : around;
        }
    }
}

// MARK: Ridges

/// Rows of extremes, in a ring: of two samples, and of as many as the radius, one below the other.
typedef struct {
    int16_t *pairs[2][8];
    int16_t *windows[2][8];
} extremes;

static inline const int16_t *clamped_row(const int16_t *image, size_t stride, ptrdiff_t y, ptrdiff_t height) {
    return image + (size_t)(y < 0 ? 0 : y >= height ? height - 1 : y) * stride;
}

static inline void pair_rows(const int16_t *upper, const int16_t *lower, size_t width, int16_t *least, int16_t *most) {
    for (size_t x = 0; x < width; x += 16) {
        const lanes a = AT(upper + x), b = AT(lower + x);
        PUT(least + x) = LOWER(a, b);
        PUT(most + x) = HIGHER(a, b);
    }
}

static inline void window_rows(const extremes *e, ptrdiff_t y, int radius, size_t width) {
    for (int which = 0; which < 2; which++) {
        const int16_t *first = e->pairs[which][y & 7], *second = e->pairs[which][(y + 2) & 7], *third = e->pairs[which][(y + 4) & 7];
        int16_t *out = e->windows[which][y & 7];
        for (size_t x = 0; x < width; x += 16) {
            lanes extreme = AT(first + x);
            const lanes other = AT(second + x);
            extreme = which == 0 ? LOWER(extreme, other) : HIGHER(extreme, other);
            if (radius == 6) extreme = which == 0 ? LOWER(extreme, AT(third + x)) : HIGHER(extreme, AT(third + x));
            PUT(out + x) = extreme;
        }
    }
}

/// The same along a row: extremes of `radius` samples from each column on, from column -16 to the width.
static inline void window_columns(const int16_t *row, int radius, size_t width, int16_t *pair, int16_t *window, int which) {
    for (ptrdiff_t x = -CTextDetection_margin; x < (ptrdiff_t)width + 16; x += 16) {
        PUT(pair + x) = which == 0 ? LOWER(AT(row + x), AT(row + x + 1)) : HIGHER(AT(row + x), AT(row + x + 1));
    }
    for (ptrdiff_t x = -CTextDetection_margin; x < (ptrdiff_t)width + 8; x += 16) {
        lanes extreme = AT(pair + x);
        extreme = which == 0 ? LOWER(extreme, AT(pair + x + 2)) : HIGHER(extreme, AT(pair + x + 2));
        if (radius == 6) extreme = which == 0 ? LOWER(extreme, AT(pair + x + 4)) : HIGHER(extreme, AT(pair + x + 4));
        PUT(window + x) = extreme;
    }
}

static inline __attribute__((always_inline)) void ridges_of_radius(
    const int16_t *image, size_t width, size_t height, size_t top, size_t rows, const int radius, bool repeats, int16_t *bright,
    int16_t *dark, int16_t *scratch) {
    const size_t stride = CTextDetection_stride(width);
    extremes e;
    for (int i = 0; i < 8; i++) {
        for (int which = 0; which < 2; which++) {
            e.pairs[which][i] = scratch + (size_t)(i * 4 + which) * stride;
            e.windows[which][i] = scratch + (size_t)(i * 4 + 2 + which) * stride;
        }
    }
    int16_t *along[4];
    for (int i = 0; i < 4; i++) along[i] = scratch + (size_t)(32 + 3 * i) * stride + stride + CTextDetection_margin;
    const ptrdiff_t count = (ptrdiff_t)height;
    // With the rows next to the strip: its samples are compared with their neighbours.
    const ptrdiff_t begin = top > 0 ? (ptrdiff_t)top - 1 : 0;
    const ptrdiff_t end = top + rows < height ? (ptrdiff_t)(top + rows) + 1 : count;
    // Pairs and windows from row y on are made as soon as their last row is at hand.
    for (ptrdiff_t y = begin - radius; y < begin - radius + 4; y++) {
        pair_rows(clamped_row(image, stride, y, count), clamped_row(image, stride, y + 1, count), width, e.pairs[0][y & 7], e.pairs[1][y & 7]);
    }
    for (ptrdiff_t first = begin - radius; first < end + 1; first++) {
        const ptrdiff_t last_pair = first + 4;
        pair_rows(
            clamped_row(image, stride, last_pair, count), clamped_row(image, stride, last_pair + 1, count), width,
            e.pairs[0][last_pair & 7], e.pairs[1][last_pair & 7]);
        window_rows(&e, first, radius, width);
        // The window below row y is the one just made.
        const ptrdiff_t y = first - 1;
        if (y < begin) continue;
        const int16_t *row = image + (size_t)y * stride;
        window_columns(row, radius, width, along[0], along[1], 0);
        window_columns(row, radius, width, along[2], along[3], 1);
        const int16_t *least_above = e.windows[0][(y - radius) & 7], *least_below = e.windows[0][first & 7];
        const int16_t *most_above = e.windows[1][(y - radius) & 7], *most_below = e.windows[1][first & 7];
        const ptrdiff_t place = (y - (ptrdiff_t)top) * (ptrdiff_t)stride;
        int16_t *b = bright + place, *d = dark + place;
        const bool has_along = repeats || (y >= radius && y < count - radius);
        for (size_t x = 0; x < width; x += 16) {
            const lanes here = AT(row + x);
            const lanes floor_across = HIGHER(AT(along[1] + x - radius), AT(along[1] + x + 1));
            const lanes floor_along = has_along ? HIGHER(AT(least_above + x), AT(least_below + x)) : ALL(INT16_MAX);
            const lanes ceiling_across = LOWER(AT(along[3] + x - radius), AT(along[3] + x + 1));
            const lanes ceiling_along = has_along ? LOWER(AT(most_above + x), AT(most_below + x)) : ALL(INT16_MIN);
            PUT(b + x) = HIGHER(here - LOWER(floor_across, floor_along), ALL(0));
            PUT(d + x) = HIGHER(HIGHER(ceiling_across, ceiling_along) - here, ALL(0));
        }
        for (size_t x = 0; !repeats && x < width; x = x + 1 == (size_t)radius && width > 2 * (size_t)radius ? width - (size_t)radius : x + 1) {
            const int floor = least_above[x] > least_below[x] ? least_above[x] : least_below[x];
            const int ceiling = most_above[x] < most_below[x] ? most_above[x] : most_below[x];
            b[x] = has_along && row[x] > floor ? (int16_t)(row[x] - floor) : 0;
            d[x] = has_along && ceiling > row[x] ? (int16_t)(ceiling - row[x]) : 0;
        }
        for (int i = 1; i <= CTextDetection_margin; i++) b[-i] = d[-i] = 0;
        for (size_t x = width; x < stride - CTextDetection_margin; x++) b[x] = d[x] = 0;
    }
    for (int16_t *plane = bright;; plane = dark) {
        if (top == 0) memset(plane - stride - CTextDetection_margin, 0, stride * sizeof(int16_t));
        if (top + rows >= height) memset(plane + (height - top) * stride - CTextDetection_margin, 0, stride * sizeof(int16_t));
        if (plane == dark) break;
    }
}

void PASS(ridges)(
    const int16_t *image, size_t width, size_t height, size_t top, size_t rows, int radius, bool repeats, int16_t *bright, int16_t *dark,
    int16_t *scratch) {
    if (radius == 4) ridges_of_radius(image, width, height, top, rows, 4, repeats, bright, dark, scratch);
    else ridges_of_radius(image, width, height, top, rows, 6, repeats, bright, dark, scratch);
}

// MARK: Strokes

void PASS(count)(
    const int16_t *image, const int16_t *ridges, const int16_t *steepness, size_t width, size_t height, const int16_t *thresholds,
    const CTextDetection_criteria *criteria, CTextDetection_cell *cells, int16_t *scratch) {
    const size_t stride = CTextDetection_stride(width), blocks = (width + 15) / 16;
    const lanes needed = ALL(criteria->neighbours), unconditional = ALL(criteria->unconditional);
    const lanes sixteenths = ALL(criteria->sharpness);
    const int flatness = criteria->flatness << 10, sharpness = criteria->sharpness << 11;
    int16_t *ridge_sums = scratch, *stroke_sums = scratch + stride, *row_sums = scratch + 2 * stride, *square_sums = scratch + 3 * stride;
    const ptrdiff_t offsets[8] = {-1, 1, -(ptrdiff_t)stride, (ptrdiff_t)stride, -(ptrdiff_t)stride - 1, -(ptrdiff_t)stride + 1,
                                  (ptrdiff_t)stride - 1, (ptrdiff_t)stride + 1};
    for (size_t top = 0; top < height; top += 8) {
        memset(ridge_sums, 0, blocks * sizeof(lanes));
        memset(stroke_sums, 0, blocks * sizeof(lanes));
        memset(row_sums, 0, blocks * sizeof(lanes));
        memset(square_sums, 0, blocks * sizeof(lanes));
        const int16_t *limits = thresholds + top / 16 * blocks;
        for (size_t y = top; y < top + 8 && y < height; y++) {
            const lanes row = ALL(y - top);
            const int16_t *value = image + y * stride, *ridge = ridges + y * stride, *steep = steepness + y * stride;
            for (size_t block = 0; block < blocks; block++) {
                const size_t x = block * 16;
                const lanes height_here = AT(ridge + x);
                const lanes is_ridge = height_here >= ALL(limits[block]);
                if (__builtin_reduce_or(is_ridge) == 0) continue;
                const lanes here = AT(value + x), half = height_here >> 1, tolerance = HIGH_PRODUCT(height_here, flatness);
                lanes equal = ALL(0);
                for (int i = 0; i < 8; i++) {
                    const lanes close = DISTANCE(AT(value + x + offsets[i]), here) <= tolerance;
                    equal -= close & (AT(ridge + x + offsets[i]) >= half);
                }
                // Sixteenths of the ridge, rounded up: what counts of few make of a ridge is small.
                const lanes has_rest = ((height_here * sixteenths) & 15) != 0;
                const lanes is_sharp = AT(steep + x) >= HIGH_PRODUCT(height_here << 1, sharpness) - has_rest;
                const lanes is_stroke = is_ridge & is_sharp & ((equal >= needed) | (height_here >= unconditional));
                PUT(ridge_sums + x) -= is_ridge;
                PUT(stroke_sums + x) -= is_stroke;
                PUT(row_sums + x) += is_ridge & row;
                PUT(square_sums + x) += is_ridge & (row * row);
            }
        }
        CTextDetection_cell *row = cells + top / 8 * blocks * 2;
        for (size_t cell = 0; cell < blocks * 2; cell++) {
            CTextDetection_cell sums = {0};
            for (int i = 0; i < 8; i++) {
                const int16_t ridges_here = ridge_sums[cell * 8 + (size_t)i], rows_here = row_sums[cell * 8 + (size_t)i];
                sums.ridges += ridges_here;
                sums.strokes += stroke_sums[cell * 8 + (size_t)i];
                sums.x += i * ridges_here;
                sums.y += rows_here;
                sums.xx += i * i * ridges_here;
                sums.xy += i * rows_here;
                sums.yy += square_sums[cell * 8 + (size_t)i];
            }
            row[cell] = sums;
        }
    }
}
