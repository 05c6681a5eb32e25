#include "COpenJPEG.h"

#include <openjpeg-2.5/openjpeg.h>
#include <stdlib.h>
#include <string.h>

enum {
    /// Scod's neighbour SPcod (ISO/IEC 15444-1 Table A.19): bit 0 is selective arithmetic coding bypass.
    code_block_style_bypass = 1,
    stream_buffer_length = 1 << 18,
    most_resolutions = 6,
};

/// A codestream that grows while OpenJPEG writes and seeks in it.
typedef struct {
    uint8_t *bytes;
    size_t length;
    size_t capacity;
    size_t position;
} memory_file;

static bool reserve(memory_file *file, size_t end) {
    if (end <= file->capacity) return true;
    size_t capacity = file->capacity * 2 > end ? file->capacity * 2 : end;
    uint8_t *bytes = realloc(file->bytes, capacity);
    if (bytes == NULL) return false;
    memset(bytes + file->capacity, 0, capacity - file->capacity);
    file->bytes = bytes;
    file->capacity = capacity;
    return true;
}

static OPJ_SIZE_T write_file(void *bytes, OPJ_SIZE_T count, void *user) {
    memory_file *file = user;
    if (count > SIZE_MAX - file->position || !reserve(file, file->position + count)) return (OPJ_SIZE_T)-1;
    memcpy(file->bytes + file->position, bytes, count);
    file->position += count;
    if (file->position > file->length) file->length = file->position;
    return count;
}

static OPJ_BOOL seek_file(OPJ_OFF_T position, void *user) {
    memory_file *file = user;
    if (position < 0 || !reserve(file, (size_t)position)) return OPJ_FALSE;
    file->position = (size_t)position;
    return OPJ_TRUE;
}

static OPJ_OFF_T skip_file(OPJ_OFF_T count, void *user) {
    memory_file *file = user;
    return seek_file((OPJ_OFF_T)file->position + count, user) ? count : -1;
}

/// Each decomposition halves the image, and none may make it vanish.
static int resolutions(const copenjpeg_frame *frame) {
    uint32_t smaller = frame->columns < frame->rows ? frame->columns : frame->rows;
    int count = 1;
    while (count < most_resolutions && (smaller >> count) > 0) count++;
    return count;
}

static void fill(opj_image_t *image, const copenjpeg_frame *frame, const uint8_t *samples) {
    const size_t pixels = (size_t)frame->columns * frame->rows;
    const size_t components = frame->samples_per_pixel;
    for (size_t component = 0; component < components; component++) {
        OPJ_INT32 *data = image->comps[component].data;
        for (size_t pixel = 0; pixel < pixels; pixel++) {
            const size_t index = pixel * components + component;
            if (frame->bits_allocated == 8) {
                data[pixel] = frame->is_signed ? (int8_t)samples[index] : samples[index];
            } else {
                const uint16_t word = (uint16_t)(samples[2 * index] | samples[2 * index + 1] << 8);
                data[pixel] = frame->is_signed ? (int16_t)word : word;
            }
        }
    }
}

static opj_image_t *make_image(const copenjpeg_frame *frame, const uint8_t *samples) {
    opj_image_cmptparm_t components[3];
    memset(components, 0, sizeof components);
    for (int index = 0; index < frame->samples_per_pixel; index++) {
        components[index].dx = components[index].dy = 1;
        components[index].w = frame->columns;
        components[index].h = frame->rows;
        components[index].prec = frame->bits_stored;
        components[index].sgnd = frame->is_signed;
    }
    opj_image_t *image =
        opj_image_create(frame->samples_per_pixel, components, frame->samples_per_pixel == 3 ? OPJ_CLRSPC_SRGB : OPJ_CLRSPC_GRAY);
    if (image == NULL) return NULL;
    image->x1 = frame->columns;
    image->y1 = frame->rows;
    fill(image, frame, samples);
    return image;
}

static bool encode(const copenjpeg_frame *frame, opj_image_t *image, opj_codec_t *codec, opj_stream_t *stream) {
    opj_cparameters_t parameters;
    opj_set_default_encoder_parameters(&parameters);
    parameters.irreversible = 0;
    parameters.numresolution = resolutions(frame);
    parameters.mode = code_block_style_bypass;
    parameters.tcp_mct = frame->is_rgb ? 1 : 0;
    parameters.tcp_numlayers = 1;
    parameters.tcp_rates[0] = 0;
    parameters.cp_disto_alloc = 1;
    return opj_setup_encoder(codec, &parameters, image) && opj_start_compress(codec, image, stream) && opj_encode(codec, stream)
        && opj_end_compress(codec, stream);
}

uint8_t *copenjpeg_encode_with_bypass(const copenjpeg_frame *frame, const uint8_t *samples, size_t *length) {
    if ((frame->samples_per_pixel != 1 && frame->samples_per_pixel != 3) || (frame->bits_allocated != 8 && frame->bits_allocated != 16)) {
        return NULL;
    }
    memory_file file = {0};
    opj_image_t *image = make_image(frame, samples);
    opj_codec_t *codec = opj_create_compress(OPJ_CODEC_J2K);
    opj_stream_t *stream = opj_stream_create(stream_buffer_length, OPJ_FALSE);
    bool encoded = false;
    if (image != NULL && codec != NULL && stream != NULL) {
        opj_stream_set_user_data(stream, &file, NULL);
        opj_stream_set_write_function(stream, write_file);
        opj_stream_set_seek_function(stream, seek_file);
        opj_stream_set_skip_function(stream, skip_file);
        encoded = encode(frame, image, codec, stream);
    }
    if (stream != NULL) opj_stream_destroy(stream);
    if (codec != NULL) opj_destroy_codec(codec);
    if (image != NULL) opj_image_destroy(image);
    if (!encoded) {
        free(file.bytes);
        return NULL;
    }
    *length = file.length;
    return file.bytes;
}
