#include <jxl/encode.h>
#include <stdlib.h>
#include <string.h>

#include "scale.h"

/// The levels as fractions of the largest word. The machines this runs on are little endian, as the frame is.
static void *spread(const cjpegxl_frame *frame, const uint8_t *levels) {
    const size_t count = level_count(frame);
    const uint32_t most = largest_level(frame), word = largest_word(frame);
    if (frame->bits_allocated == 8) {
        uint8_t *words = malloc(count);
        if (words == NULL) return NULL;
        for (size_t index = 0; index < count; index++) words[index] = (uint8_t)((levels[index] * word + most / 2) / most);
        return words;
    }
    uint16_t *words = malloc(count * 2);
    if (words == NULL) return NULL;
    for (size_t index = 0; index < count; index++) {
        uint16_t level;
        memcpy(&level, levels + 2 * index, 2);
        words[index] = (uint16_t)((level * word + most / 2) / most);
    }
    return words;
}

static bool describe(JxlEncoder *encoder, const cjpegxl_frame *frame) {
    JxlBasicInfo info;
    JxlEncoderInitBasicInfo(&info);
    info.xsize = frame->columns;
    info.ysize = frame->rows;
    info.bits_per_sample = frame->bits_stored;
    info.num_color_channels = frame->samples_per_pixel;
    info.uses_original_profile = JXL_TRUE;
    if (JxlEncoderSetBasicInfo(encoder, &info) != JXL_ENC_SUCCESS) return false;
    JxlColorEncoding color;
    JxlColorEncodingSetToSRGB(&color, frame->samples_per_pixel == 1);
    return JxlEncoderSetColorEncoding(encoder, &color) == JXL_ENC_SUCCESS;
}

static bool add(JxlEncoder *encoder, const cjpegxl_frame *frame, const void *words, int effort) {
    JxlEncoderFrameSettings *settings = JxlEncoderFrameSettingsCreate(encoder, NULL);
    if (settings == NULL || JxlEncoderSetFrameLossless(settings, JXL_TRUE) != JXL_ENC_SUCCESS
        || JxlEncoderFrameSettingsSetOption(settings, JXL_ENC_FRAME_SETTING_EFFORT, effort) != JXL_ENC_SUCCESS) {
        return false;
    }
    const JxlPixelFormat format = {
        .num_channels = frame->samples_per_pixel,
        .data_type = frame->bits_allocated == 8 ? JXL_TYPE_UINT8 : JXL_TYPE_UINT16,
        .endianness = JXL_LITTLE_ENDIAN,
    };
    const size_t length = level_count(frame) * (frame->bits_allocated / 8);
    if (JxlEncoderAddImageFrame(settings, &format, words, length) != JXL_ENC_SUCCESS) return false;
    JxlEncoderCloseInput(encoder);
    return true;
}

/// Takes the codestream from the encoder into a buffer that grows.
static uint8_t *drained(JxlEncoder *encoder, size_t expected, size_t *length) {
    size_t capacity = expected;
    uint8_t *bytes = malloc(capacity);
    size_t count = 0;
    while (bytes != NULL) {
        uint8_t *next = bytes + count;
        size_t available = capacity - count;
        const JxlEncoderStatus status = JxlEncoderProcessOutput(encoder, &next, &available);
        count = (size_t)(next - bytes);
        if (status == JXL_ENC_SUCCESS) {
            *length = count;
            return bytes;
        }
        uint8_t *larger = status == JXL_ENC_NEED_MORE_OUTPUT ? realloc(bytes, capacity * 2) : NULL;
        if (larger == NULL) break;
        bytes = larger;
        capacity *= 2;
    }
    free(bytes);
    return NULL;
}

static uint32_t big_endian(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/// Leaves the codestream alone of a file that the encoder has put into boxes (ISO/IEC 18181-2 section 9): release 0.7 does so with every
/// depth above 12 bits, to declare level 10.
///
/// @return whether there is a whole codestream
static bool unwrap(uint8_t *bytes, size_t *length) {
    if (*length >= 2 && bytes[0] == 0xFF && bytes[1] == 0x0A) return true;
    for (size_t offset = 0; *length - offset >= 8;) {
        const size_t announced = big_endian(bytes + offset);
        // 0 means that the box ends with the file; 1, a length of 64 bits, is for 4 GB and more.
        const size_t size = announced == 0 ? *length - offset : announced;
        if (size < 8 || size > *length - offset) return false;
        if (memcmp(bytes + offset + 4, "jxlc", 4) == 0) {
            *length = size - 8;
            memmove(bytes, bytes + offset + 8, *length);
            return *length >= 2 && bytes[0] == 0xFF && bytes[1] == 0x0A;
        }
        offset += size;
    }
    return false;
}

cjpegxl_status cjpegxl_encode(const cjpegxl_frame *frame, const uint8_t *levels, int effort, uint8_t **codestream, size_t *length) {
    if (!is_possible(frame)) return CJPEGXL_FAILED;
    void *words = is_spread(frame) ? spread(frame, levels) : NULL;
    if (is_spread(frame) && words == NULL) return CJPEGXL_FAILED;
    JxlEncoder *encoder = JxlEncoderCreate(NULL);
    uint8_t *bytes = NULL;
    size_t count = 0;
    if (encoder != NULL && describe(encoder, frame) && add(encoder, frame, words != NULL ? words : levels, effort)) {
        // Half of the frame is what medical images need as a rule; the headers are a few bytes.
        bytes = drained(encoder, level_count(frame) * (frame->bits_allocated / 8) / 2 + 1024, &count);
    }
    if (encoder != NULL) JxlEncoderDestroy(encoder);
    free(words);
    if (bytes == NULL || !unwrap(bytes, &count)) {
        free(bytes);
        return CJPEGXL_FAILED;
    }
    *codestream = bytes;
    *length = count;
    return CJPEGXL_OK;
}
