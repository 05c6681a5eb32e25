#include "COpenJPEG.h"

#include <openjpeg-2.5/openjpeg.h>
#include <stdlib.h>
#include <string.h>

#include "memory_file.h"

enum {
    /// Scod's neighbour SPcod (ISO/IEC 15444-1 Table A.19): bit 0 is selective arithmetic coding bypass.
    code_block_style_bypass = 1,
    stream_buffer_length = 1 << 18,
    most_resolutions = 6,
    /// Rows and columns of a tile: 16 MiB in OpenJPEG's 32-bit words, and few enough edges to cost no bytes worth it.
    tile_side = 2048,
};

static uint32_t smaller(uint32_t a, uint32_t b) { return a < b ? a : b; }

/// Each decomposition halves the image, and none may make it vanish.
static int resolutions(uint32_t smaller_side) {
    int count = 1;
    while (count < most_resolutions && (smaller_side >> count) > 0) count++;
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

typedef opj_image_t *(*image_maker)(OPJ_UINT32, opj_image_cmptparm_t *, OPJ_COLOR_SPACE);

static opj_image_t *make_image(const copenjpeg_frame *frame, image_maker make) {
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
        make(frame->samples_per_pixel, components, frame->samples_per_pixel == 3 ? OPJ_CLRSPC_SRGB : OPJ_CLRSPC_GRAY);
    if (image == NULL) return NULL;
    image->x1 = frame->columns;
    image->y1 = frame->rows;
    return image;
}

static void choose(opj_cparameters_t *parameters, const copenjpeg_frame *frame, uint32_t smaller_side, bool bypass) {
    opj_set_default_encoder_parameters(parameters);
    parameters->irreversible = 0;
    parameters->numresolution = resolutions(smaller_side);
    parameters->mode = bypass ? code_block_style_bypass : 0;
    parameters->tcp_mct = frame->is_rgb ? 1 : 0;
    parameters->tcp_numlayers = 1;
    parameters->tcp_rates[0] = 0;
    parameters->cp_disto_alloc = 1;
}

static bool encode_whole(const copenjpeg_frame *frame, const uint8_t *samples, opj_codec_t *codec, opj_stream_t *stream) {
    opj_image_t *image = make_image(frame, opj_image_create);
    if (image == NULL) return false;
    fill(image, frame, samples);
    opj_cparameters_t parameters;
    choose(&parameters, frame, smaller(frame->columns, frame->rows), true);
    const bool encoded = opj_setup_encoder(codec, &parameters, image) && opj_start_compress(codec, image, stream)
        && opj_encode(codec, stream) && opj_end_compress(codec, stream);
    opj_image_destroy(image);
    return encoded;
}

/// The samples of one tile as OpenJPEG takes them: component behind component, in as few whole bytes as their precision has.
static void gather(const copenjpeg_frame *frame, const uint8_t *samples, uint32_t x0, uint32_t y0, uint32_t x1, uint32_t y1, uint8_t *tile) {
    const size_t components = frame->samples_per_pixel, width = frame->bits_allocated / 8, taken = frame->bits_stored <= 8 ? 1 : 2;
    for (size_t component = 0; component < components; component++) {
        for (size_t row = y0; row < y1; row++) {
            const uint8_t *sample = samples + ((row * frame->columns + x0) * components + component) * width;
            for (uint32_t column = x0; column < x1; column++) {
                // The lowest bytes come first, on these machines as in the frame.
                memcpy(tile, sample, taken);
                tile += taken;
                sample += components * width;
            }
        }
    }
}

static bool write_tiles(const copenjpeg_frame *frame, const uint8_t *samples, opj_codec_t *codec, opj_stream_t *stream, uint8_t *tile) {
    const size_t taken = frame->bits_stored <= 8 ? 1 : 2;
    uint32_t index = 0;
    for (uint32_t y0 = 0; y0 < frame->rows; y0 += tile_side) {
        const uint32_t y1 = smaller(frame->rows, y0 + tile_side);
        for (uint32_t x0 = 0; x0 < frame->columns; x0 += tile_side) {
            const uint32_t x1 = smaller(frame->columns, x0 + tile_side);
            const size_t length = (size_t)(x1 - x0) * (y1 - y0) * frame->samples_per_pixel * taken;
            gather(frame, samples, x0, y0, x1, y1, tile);
            if (!opj_write_tile(codec, index++, tile, (OPJ_UINT32)length, stream)) return false;
        }
    }
    return true;
}

static bool encode_tiles(
    const copenjpeg_frame *frame, const uint8_t *samples, bool bypass, opj_codec_t *codec, opj_stream_t *stream) {
    opj_image_t *image = make_image(frame, opj_image_tile_create);
    uint8_t *tile = malloc((size_t)tile_side * tile_side * frame->samples_per_pixel * 2);
    bool encoded = false;
    if (image != NULL && tile != NULL) {
        opj_cparameters_t parameters;
        choose(&parameters, frame, smaller(tile_side, smaller(frame->columns, frame->rows)), bypass);
        parameters.tile_size_on = OPJ_TRUE;
        parameters.cp_tdx = parameters.cp_tdy = tile_side;
        encoded = opj_setup_encoder(codec, &parameters, image);
        // Code-blocks side by side: the bytes are the same. One thread does where there can be no others.
        if (encoded) opj_codec_set_threads(codec, opj_get_num_cpus());
        encoded = encoded && opj_start_compress(codec, image, stream) && write_tiles(frame, samples, codec, stream, tile)
            && opj_end_compress(codec, stream);
    }
    free(tile);
    if (image != NULL) opj_image_destroy(image);
    return encoded;
}

static uint8_t *encode(const copenjpeg_frame *frame, const uint8_t *samples, bool in_tiles, bool bypass, size_t *length) {
    if ((frame->samples_per_pixel != 1 && frame->samples_per_pixel != 3) || (frame->bits_allocated != 8 && frame->bits_allocated != 16)
        || frame->bits_stored < 1 || frame->bits_stored > frame->bits_allocated) {
        return NULL;
    }
    memory_file file = {0};
    opj_codec_t *codec = opj_create_compress(OPJ_CODEC_J2K);
    opj_stream_t *stream = opj_stream_create(stream_buffer_length, OPJ_FALSE);
    bool encoded = false;
    if (codec != NULL && stream != NULL) {
        opj_stream_set_user_data(stream, &file, NULL);
        opj_stream_set_write_function(stream, memory_file_write);
        opj_stream_set_seek_function(stream, memory_file_seek);
        opj_stream_set_skip_function(stream, memory_file_skip);
        encoded = in_tiles ? encode_tiles(frame, samples, bypass, codec, stream) : encode_whole(frame, samples, codec, stream);
    }
    if (stream != NULL) opj_stream_destroy(stream);
    if (codec != NULL) opj_destroy_codec(codec);
    if (!encoded) {
        free(file.bytes);
        return NULL;
    }
    *length = file.length;
    return file.bytes;
}

uint8_t *copenjpeg_encode_with_bypass(const copenjpeg_frame *frame, const uint8_t *samples, size_t *length) {
    return encode(frame, samples, false, true, length);
}

uint8_t *copenjpeg_encode_in_tiles(const copenjpeg_frame *frame, const uint8_t *samples, bool bypass, size_t *length) {
    return encode(frame, samples, true, bypass, length);
}
