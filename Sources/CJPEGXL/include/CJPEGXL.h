/// The C face of libjxl: JPEG XL without loss (ISO/IEC 18181-1), bare codestreams, from memory into memory.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// One frame of levels, those of each pixel together, little endian: 0 … 2^bits_stored − 1. JPEG XL knows no signs.
typedef struct {
    uint32_t columns;
    uint32_t rows;
    /// 1 (grey) or 3 (red, green, blue).
    uint16_t samples_per_pixel;
    /// Bits of the words that hold the levels: 8 or 16.
    uint16_t bits_allocated;
    /// Bits of a level, the codestream's depth: 1 … bits_allocated.
    uint16_t bits_stored;
} cjpegxl_frame;

typedef enum {
    CJPEGXL_OK = 0,
    /// The codestream is damaged or describes another frame than the caller expects, or the encoder refuses the frame.
    CJPEGXL_FAILED = 1,
} cjpegxl_status;

/// Encodes a frame without loss in the calling thread.
///
/// May be called from several threads at once.
///
/// @param levels      columns × rows × samples_per_pixel × bits_allocated / 8 bytes, each level at most 2^bits_stored − 1
/// @param effort      libjxl's, 1 (fastest) … 9
/// @param codestream  receives the codestream, freed by the caller with free(); unchanged unless the result is CJPEGXL_OK
/// @param length      receives its length
cjpegxl_status cjpegxl_encode(const cjpegxl_frame *frame, const uint8_t *levels, int effort, uint8_t **codestream, size_t *length);

/// Decodes a bare codestream of one still frame whose size, depth and channels are known to be the caller's.
///
/// Everything else is refused after the codestream's header was read and before a buffer is given: boxes, animation, previews, extra
/// channels, floating point, samples in the codec's own lossy colour space, an orientation. What stands behind the frame is refused, too, but
/// for one zero.
/// May be called from several threads at once. The library prints its reasons to standard error.
///
/// @param levels          receives the frame; its content is of no meaning unless the result is CJPEGXL_OK
/// @param levels_length   columns × rows × samples_per_pixel × bits_allocated / 8
/// @param memory_ceiling  bytes that the decoder may hold at a time of what it asks its caller for
cjpegxl_status cjpegxl_decode(const cjpegxl_frame *frame, const uint8_t *codestream, size_t length, uint8_t *levels, size_t levels_length,
                              size_t memory_ceiling);
