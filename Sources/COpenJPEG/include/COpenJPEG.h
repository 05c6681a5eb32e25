/// The C face of OpenJPEG's encoder, for the one thing that GDCM's does not let its callers choose: selective arithmetic coding bypass.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
