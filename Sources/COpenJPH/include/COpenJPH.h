/// The C face of OpenJPH: High-Throughput JPEG 2000 (ISO/IEC 15444-15) from memory into memory.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// One frame of samples, the samples of each pixel together, little endian, right-aligned, signs extended.
typedef struct {
    uint32_t columns;
    uint32_t rows;
    /// 1 to 4.
    uint16_t samples_per_pixel;
    /// Bits of the words that hold the samples: 8 or 16.
    uint16_t bits_allocated;
    /// Bits of a sample, the codestream's precision: 1 … bits_allocated.
    uint16_t bits_stored;
    bool is_signed;
    /// Only for encoding: whether three samples are red, green and blue, which the reversible colour transform takes apart.
    bool is_rgb;
} copenjph_frame;

typedef enum {
    COPENJPH_OK = 0,
    /// The codestream is damaged or describes another frame than the caller expects, or the encoder refuses the frame.
    COPENJPH_FAILED = 1,
    /// An assertion failed inside of the library; what the call had allocated is lost.
    COPENJPH_ABORTED = 2,
} copenjph_status;

/// How many times the encoder decomposes an image of this size. Both are at least 1.
uint32_t copenjph_decompositions(uint32_t columns, uint32_t rows);

/// Makes the library ready, once: its messages go nowhere, an error becomes an exception, and its tables of functions, which it fills
/// without a lock when the first codestream is made, are filled before a second thread can come.
///
/// Every other call does so by itself. A process that will not be able to open files any more calls it before that.
void copenjph_prepare(void);

/// Encodes a frame without loss: reversible 5/3 wavelet, one tile, one layer, code-blocks of 64 × 64, progression RPCL.
///
/// May be called from several threads at once. Says nothing on standard output or error; no exception leaves it.
///
/// @param samples     columns × rows × samples_per_pixel × bits_allocated / 8 bytes
/// @param codestream  receives the codestream, freed by the caller with free(); unchanged unless the result is COPENJPH_OK
/// @param length      receives its length
copenjph_status copenjph_encode(const copenjph_frame *frame, const uint8_t *samples, uint8_t **codestream, size_t *length);

/// Decodes a codestream whose size, precision and sign are known to be the frame's; every other is refused before memory is set aside.
///
/// May be called from several threads at once. Says nothing on standard output or error; no exception leaves it.
///
/// @param samples         receives the frame; its content is of no meaning unless the result is COPENJPH_OK
/// @param samples_length  columns × rows × samples_per_pixel × bits_allocated / 8
copenjph_status copenjph_decode(const copenjph_frame *frame, const uint8_t *codestream, size_t length, uint8_t *samples,
                                size_t samples_length);

#ifdef __cplusplus
}
#endif
