#include <jxl/decode.h>
#include <stdlib.h>
#include <string.h>

#include "scale.h"

/// What the decoder holds of its caller's memory. Each block begins with its own size.
typedef struct {
    size_t held;
    size_t ceiling;
} account;

enum { block_header = 16 };

static void *take(void *opaque, size_t size) {
    account *memory = opaque;
    if (size > memory->ceiling || memory->held > memory->ceiling - size) return NULL;
    uint8_t *block = malloc(size + block_header);
    if (block == NULL) return NULL;
    memcpy(block, &size, sizeof size);
    memory->held += size;
    return block + block_header;
}

static void give_back(void *opaque, void *address) {
    if (address == NULL) return;
    account *memory = opaque;
    uint8_t *block = (uint8_t *)address - block_header;
    size_t size;
    memcpy(&size, block, sizeof size);
    memory->held -= size;
    free(block);
}

static bool describes(const JxlBasicInfo *info, const cjpegxl_frame *frame) {
    return info->xsize == frame->columns && info->ysize == frame->rows && info->num_color_channels == frame->samples_per_pixel
        && info->bits_per_sample == frame->bits_stored && info->exponent_bits_per_sample == 0 && info->num_extra_channels == 0
        && info->alpha_bits == 0 && !info->have_container && !info->have_preview && !info->have_animation && info->uses_original_profile
        && info->orientation == JXL_ORIENT_IDENTITY;
}

/// The levels of words that are fractions of the largest one, in place.
static void gather(const cjpegxl_frame *frame, uint8_t *bytes) {
    const size_t count = level_count(frame);
    const uint32_t most = largest_level(frame), word = largest_word(frame);
    for (size_t index = 0; index < count; index++) {
        if (frame->bits_allocated == 8) {
            bytes[index] = (uint8_t)((bytes[index] * most + word / 2) / word);
        } else {
            uint16_t value;
            memcpy(&value, bytes + 2 * index, 2);
            value = (uint16_t)((value * most + word / 2) / word);
            memcpy(bytes + 2 * index, &value, 2);
        }
    }
}

/// Whether nothing is left behind the codestream but the zero that makes a fragment's length even (PS3.5 section A.4).
static bool ends(const uint8_t *bytes, size_t length, size_t left) { return left == 0 || (left == 1 && bytes[length - 1] == 0); }

/// @return whether exactly one frame was decoded into the buffer, and nothing follows it
static bool decode(JxlDecoder *decoder, const cjpegxl_frame *frame, const uint8_t *bytes, size_t length, uint8_t *levels, size_t wanted) {
    const JxlPixelFormat format = {
        .num_channels = frame->samples_per_pixel,
        .data_type = frame->bits_allocated == 8 ? JXL_TYPE_UINT8 : JXL_TYPE_UINT16,
        .endianness = JXL_LITTLE_ENDIAN,
    };
    if (JxlDecoderSubscribeEvents(decoder, JXL_DEC_BASIC_INFO | JXL_DEC_FULL_IMAGE) != JXL_DEC_SUCCESS
        || JxlDecoderSetInput(decoder, bytes, length) != JXL_DEC_SUCCESS) {
        return false;
    }
    JxlDecoderCloseInput(decoder);
    bool is_described = false, has_buffer = false, is_decoded = false;
    while (true) {
        const JxlDecoderStatus status = JxlDecoderProcessInput(decoder);
        if (status == JXL_DEC_BASIC_INFO) {
            JxlBasicInfo info;
            if (JxlDecoderGetBasicInfo(decoder, &info) != JXL_DEC_SUCCESS || !describes(&info, frame)) return false;
            is_described = true;
        } else if (status == JXL_DEC_NEED_IMAGE_OUT_BUFFER) {
            size_t needed = 0;
            if (!is_described || has_buffer || JxlDecoderImageOutBufferSize(decoder, &format, &needed) != JXL_DEC_SUCCESS || needed != wanted
                || JxlDecoderSetImageOutBuffer(decoder, &format, levels, wanted) != JXL_DEC_SUCCESS) {
                return false;
            }
            has_buffer = true;
        } else if (status == JXL_DEC_FULL_IMAGE) {
            if (!has_buffer || is_decoded) return false;
            is_decoded = true;
        } else {
            return status == JXL_DEC_SUCCESS && is_decoded && ends(bytes, length, JxlDecoderReleaseInput(decoder));
        }
    }
}

cjpegxl_status cjpegxl_decode(const cjpegxl_frame *frame, const uint8_t *codestream, size_t length, uint8_t *levels, size_t levels_length,
                              size_t memory_ceiling) {
    if (!is_possible(frame) || levels_length != level_count(frame) * (frame->bits_allocated / 8)) return CJPEGXL_FAILED;
    // A bare codestream begins so (ISO/IEC 18181-1 section C.1); the boxes of 18181-2 begin otherwise.
    if (length < 2 || codestream[0] != 0xFF || codestream[1] != 0x0A) return CJPEGXL_FAILED;
    account memory = {.held = 0, .ceiling = memory_ceiling};
    const JxlMemoryManager manager = {.opaque = &memory, .alloc = take, .free = give_back};
    JxlDecoder *decoder = JxlDecoderCreate(&manager);
    if (decoder == NULL) return CJPEGXL_FAILED;
    // Without this an image could be decoded at a time and in a layout that the frame's own header chooses.
    const bool is_decoded = JxlDecoderSetKeepOrientation(decoder, JXL_TRUE) == JXL_DEC_SUCCESS
        && decode(decoder, frame, codestream, length, levels, levels_length);
    JxlDecoderDestroy(decoder);
    if (!is_decoded) return CJPEGXL_FAILED;
    if (is_spread(frame)) gather(frame, levels);
    return CJPEGXL_OK;
}
