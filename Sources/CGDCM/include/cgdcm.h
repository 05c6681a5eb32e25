/// The C face of GDCM: the only way in which Veilray touches the library.
///
/// Every function may be called from several threads at once. No C++ exception leaves any of them, and GDCM's own streams of
/// warnings and errors stay silent.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The library's version, for example "3.0.21". Static storage.
const char *cgdcm_version(void);

/// The value representation of a public attribute as its two letters, first << 8 | second; 0 when the dictionary does not know it.
/// "US or SS" is answered by US, "OB or OW" and all others with OW by OW.
uint16_t cgdcm_value_representation(uint16_t group, uint16_t element);

/// The codecs by family.
typedef enum {
    CGDCM_JPEG,       ///< baseline, extended, lossless: the codestream tells which
    CGDCM_JPEG_LS,
    CGDCM_JPEG_2000,
} cgdcm_codec;

/// One frame of samples.
typedef struct {
    uint32_t columns;
    uint32_t rows;
    uint16_t samples_per_pixel;
    uint16_t bits_allocated;
    uint16_t bits_stored;
    uint16_t high_bit;
    uint16_t is_signed;
    uint16_t planar_configuration;
    /// Photometric Interpretation, for example "MONOCHROME2"; null-terminated.
    char photometric_interpretation[20];
} cgdcm_layout;

typedef enum {
    CGDCM_OK = 0,
    CGDCM_UNSUPPORTED,   ///< no codec for this layout
    CGDCM_FAILED,        ///< the codec refused the input
    CGDCM_WRONG_SIZE,    ///< the codec produced another number of bytes than the layout describes
    CGDCM_EXCEPTION,     ///< the library threw, or memory ran out
} cgdcm_status;

/// Decodes the codestream of one frame.
///
/// @param layout   in: what the data set says; out: what the samples in `frame` are. A codec may change photometric interpretation
///                 and planar configuration; dimensions and bits allocated stay.
/// @param frame    receives exactly `frame_length` bytes, samples in little-endian order
cgdcm_status cgdcm_decode(cgdcm_codec codec, cgdcm_layout *layout, const uint8_t *codestream, size_t codestream_length, uint8_t *frame,
                          size_t frame_length);

/// An encoded frame. Freed with cgdcm_buffer_free.
typedef struct cgdcm_buffer cgdcm_buffer;
const uint8_t *cgdcm_buffer_bytes(const cgdcm_buffer *buffer);
size_t cgdcm_buffer_length(const cgdcm_buffer *buffer);
void cgdcm_buffer_free(cgdcm_buffer *buffer);

/// Encodes one frame without loss.
///
/// @param layout   the samples of `frame`; out: photometric interpretation and planar configuration of the codestream
/// @param result   receives a buffer that the caller frees, when the status is CGDCM_OK
cgdcm_status cgdcm_encode(cgdcm_codec codec, cgdcm_layout *layout, const uint8_t *frame, size_t frame_length, cgdcm_buffer **result);

#ifdef __cplusplus
}
#endif
