/// The C face of OpenJPEG, for what GDCM's does not let its callers choose: selective arithmetic coding bypass, and memory. GDCM holds
/// several copies of an image, of which OpenJPEG's own has 32 bits a sample; large frames are encoded and decoded tile by tile here.
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
    /// 1 or 3.
    uint16_t samples_per_pixel;
    /// 8 or 16.
    uint16_t bits_allocated;
    uint16_t bits_stored;
    bool is_signed;
    /// Whether three samples are red, green and blue, which the reversible colour transform takes apart.
    bool is_rgb;
} copenjpeg_frame;

/// Encodes a frame without loss (reversible 5/3 wavelet, one layer), the low bit-planes raw (ISO/IEC 15444-1 §D.6).
///
/// May be called from several threads at once. Says nothing on standard output or error.
///
/// @param samples   columns × rows × samples_per_pixel × bits_allocated / 8 bytes
/// @param length    receives the codestream's length
/// @return the codestream, freed by the caller with free(); NULL when it cannot be encoded
uint8_t *copenjpeg_encode_with_bypass(const copenjpeg_frame *frame, const uint8_t *samples, size_t *length);

/// The same in tiles of 2048 × 2048 samples, one at a time, on all processors.
///
/// @param bypass    whether the low bit-planes are raw
uint8_t *copenjpeg_encode_in_tiles(const copenjpeg_frame *frame, const uint8_t *samples, bool bypass, size_t *length);

typedef enum {
    COPENJPEG_OK,
    COPENJPEG_FAILED,
    /// An assertion inside of OpenJPEG failed.
    COPENJPEG_ABORTED,
} copenjpeg_status;

/// Decodes a bare codestream, holding of its samples no more than one tile besides the result.
///
/// The codestream must say of its samples what `frame` says. A tile whose data are missing is an error.
///
/// @param samples          receives the samples, as of encoding; the samples of more than 8 bits in words of 16
/// @param samples_length   columns × rows × samples_per_pixel × bits_allocated / 8
copenjpeg_status copenjpeg_decode_by_tiles(
    const copenjpeg_frame *frame, const uint8_t *codestream, size_t length, uint8_t *samples, size_t samples_length);

#ifdef __cplusplus
}
#endif
