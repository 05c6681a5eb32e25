/// The C face of GDCM: the only way in which Veilray touches the library.
///
/// Every function may be called from several threads at once. No C++ exception leaves any of them, and GDCM's own streams of
/// warnings and errors stay silent.
#pragma once
#include <stdbool.h>
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

/// Colour models as far as codecs treat them differently.
typedef enum {
    CGDCM_MONOCHROME,
    CGDCM_PALETTE,
    CGDCM_RGB,
    CGDCM_YBR,            ///< the data set's own luminance and chrominance, which no codec must transform
    CGDCM_YBR_OF_CODEC,   ///< what JPEG 2000 made of RGB
} cgdcm_color;

/// One frame of samples, the samples of each pixel together.
typedef struct {
    uint32_t columns;
    uint32_t rows;
    uint16_t samples_per_pixel;
    /// 8, 16 or 32: the width of samples. 12 stands for 12-bit lossy JPEG, whose samples are 16 bits wide.
    uint16_t bits_allocated;
    /// The precision of the codestream.
    uint16_t bits_stored;
    bool is_signed;
    cgdcm_color color;
} cgdcm_layout;

typedef enum {
    CGDCM_OK = 0,
    CGDCM_FAILED,        ///< the codec refused the input, threw, or ran out of memory
    CGDCM_WRONG_SIZE,    ///< the codec produced another number of bytes than the layout describes
    CGDCM_ABORTED,       ///< an assertion inside a library failed; what the call had allocated is lost
} cgdcm_status;

/// Decodes the codestream of one frame.
///
/// The caller has compared the codestream's own header with the layout: dimensions, components and precision are equal, and nothing is
/// subsampled in JPEG 2000. GDCM writes by the codestream's numbers.
///
/// @param frame    receives exactly `frame_length` bytes, samples in little-endian order, or nothing
cgdcm_status cgdcm_decode(cgdcm_codec codec, const cgdcm_layout *layout, const uint8_t *codestream, size_t codestream_length,
                          uint8_t *frame, size_t frame_length);

/// An encoded frame. Freed with cgdcm_buffer_free.
typedef struct cgdcm_buffer cgdcm_buffer;
const uint8_t *cgdcm_buffer_bytes(const cgdcm_buffer *buffer);
size_t cgdcm_buffer_length(const cgdcm_buffer *buffer);
void cgdcm_buffer_free(cgdcm_buffer *buffer);

/// Encodes one frame without loss.
///
/// JPEG 2000: the frame has at least 2048 bytes, two rows and two columns, since GDCM's output buffer is twice the frame.
///
/// @param result   receives a buffer that the caller frees, when the status is CGDCM_OK
cgdcm_status cgdcm_encode(cgdcm_codec codec, const cgdcm_layout *layout, const uint8_t *frame, size_t frame_length, cgdcm_buffer **result);

#ifdef __cplusplus
}
#endif
