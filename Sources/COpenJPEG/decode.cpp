#include <CAssertions.h>

#include <openjpeg-2.5/openjpeg.h>

#include <cstring>
#include <memory>

#include "COpenJPEG.h"

namespace {

constexpr OPJ_SIZE_T streamBufferLength = 1 << 18;

/// A codestream that OpenJPEG reads and seeks in.
struct codestream {
    const uint8_t *bytes;
    size_t length;
    size_t position = 0;

    static OPJ_SIZE_T read(void *buffer, OPJ_SIZE_T count, void *user) {
        auto &file = *static_cast<codestream *>(user);
        const size_t left = file.length - file.position;
        if (left == 0) return static_cast<OPJ_SIZE_T>(-1);
        const size_t taken = count < left ? count : left;
        std::memcpy(buffer, file.bytes + file.position, taken);
        file.position += taken;
        return taken;
    }

    static OPJ_BOOL seek(OPJ_OFF_T position, void *user) {
        auto &file = *static_cast<codestream *>(user);
        if (position < 0 || static_cast<size_t>(position) > file.length) return OPJ_FALSE;
        file.position = static_cast<size_t>(position);
        return OPJ_TRUE;
    }

    static OPJ_OFF_T skip(OPJ_OFF_T count, void *user) {
        auto &file = *static_cast<codestream *>(user);
        const auto left = static_cast<OPJ_OFF_T>(file.length - file.position);
        const OPJ_OFF_T taken = count < left ? count : left;
        return taken >= 0 && seek(static_cast<OPJ_OFF_T>(file.position) + taken, user) ? taken : -1;
    }
};

// Codecs and streams are of one type to the library: void.
struct codec_freeing {
    void operator()(opj_codec_t *codec) const { opj_destroy_codec(codec); }
};

struct stream_freeing {
    void operator()(opj_stream_t *stream) const { opj_stream_destroy(stream); }
};

struct freeing {
    void operator()(opj_image_t *image) const { opj_image_destroy(image); }
    void operator()(opj_codestream_info_v2_t *info) const { opj_destroy_cstr_info(&info); }
};

bool describes(const opj_image_t &image, const copenjpeg_frame &frame) {
    if (image.x0 != 0 || image.y0 != 0 || image.x1 != frame.columns || image.y1 != frame.rows) return false;
    if (image.numcomps != frame.samples_per_pixel) return false;
    for (OPJ_UINT32 index = 0; index < image.numcomps; index++) {
        const opj_image_comp_t &component = image.comps[index];
        if (component.dx != 1 || component.dy != 1 || component.prec != frame.bits_stored || (component.sgnd != 0) != frame.is_signed) {
            return false;
        }
    }
    return true;
}

/// Puts the tile that `image` holds into its place; false where it is not all there.
bool place(const opj_image_t &image, const copenjpeg_frame &frame, uint8_t *samples) {
    const size_t components = frame.samples_per_pixel, width = frame.bits_allocated / 8;
    const int32_t least = frame.is_signed ? -(1 << (frame.bits_stored - 1)) : 0;
    const int32_t most = frame.is_signed ? (1 << (frame.bits_stored - 1)) - 1 : (1 << frame.bits_stored) - 1;
    for (size_t index = 0; index < components; index++) {
        const opj_image_comp_t &component = image.comps[index];
        if (component.data == nullptr || component.x0 > frame.columns || component.w > frame.columns - component.x0
            || component.y0 > frame.rows || component.h > frame.rows - component.y0) {
            return false;
        }
        for (size_t row = 0; row < component.h; row++) {
            const OPJ_INT32 *source = component.data + row * component.w;
            uint8_t *target = samples + (((component.y0 + row) * frame.columns + component.x0) * components + index) * width;
            for (size_t column = 0; column < component.w; column++) {
                // A damaged codestream gives samples of any size; the library cuts them as well.
                const int32_t sample = source[column] < least ? least : source[column] > most ? most : source[column];
                std::memcpy(target, &sample, width);
                target += components * width;
            }
        }
    }
    return true;
}

copenjpeg_status decode(const copenjpeg_frame &frame, const uint8_t *bytes, size_t length, uint8_t *samples) {
    codestream file{bytes, length};
    const std::unique_ptr<opj_codec_t, codec_freeing> codec(opj_create_decompress(OPJ_CODEC_J2K));
    const std::unique_ptr<opj_stream_t, stream_freeing> stream(opj_stream_create(streamBufferLength, OPJ_TRUE));
    if (!codec || !stream) return COPENJPEG_FAILED;
    opj_stream_set_user_data(stream.get(), &file, nullptr);
    opj_stream_set_user_data_length(stream.get(), length);
    opj_stream_set_read_function(stream.get(), codestream::read);
    opj_stream_set_seek_function(stream.get(), codestream::seek);
    opj_stream_set_skip_function(stream.get(), codestream::skip);
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    opj_image_t *header = nullptr;
    if (!opj_setup_decoder(codec.get(), &parameters) || !opj_decoder_set_strict_mode(codec.get(), OPJ_TRUE)
        || !opj_read_header(stream.get(), codec.get(), &header)) {
        return COPENJPEG_FAILED;
    }
    const std::unique_ptr<opj_image_t, freeing> image(header);
    const std::unique_ptr<opj_codestream_info_v2_t, freeing> info(opj_get_cstr_info(codec.get()));
    if (!image || !info || !describes(*image, frame)) return COPENJPEG_FAILED;
    const uint64_t tiles = static_cast<uint64_t>(info->tw) * info->th;
    size_t placed = 0;
    for (uint64_t tile = 0; tile < tiles; tile++) {
        if (!opj_get_decoded_tile(codec.get(), stream.get(), image.get(), static_cast<OPJ_UINT32>(tile))
            || image->numcomps != frame.samples_per_pixel || !place(*image, frame, samples)) {
            return COPENJPEG_FAILED;
        }
        placed += static_cast<size_t>(image->comps[0].w) * image->comps[0].h;
    }
    return placed == static_cast<size_t>(frame.columns) * frame.rows ? COPENJPEG_OK : COPENJPEG_FAILED;
}

}  // namespace

copenjpeg_status copenjpeg_decode_by_tiles(
    const copenjpeg_frame *frame, const uint8_t *codestream, size_t length, uint8_t *samples, size_t samples_length) {
    if ((frame->samples_per_pixel != 1 && frame->samples_per_pixel != 3) || (frame->bits_allocated != 8 && frame->bits_allocated != 16)
        || frame->bits_stored < 1 || frame->bits_stored > frame->bits_allocated
        || samples_length
            != static_cast<size_t>(frame->columns) * frame->rows * frame->samples_per_pixel * (frame->bits_allocated / 8)) {
        return COPENJPEG_FAILED;
    }
    copenjpeg_status status = COPENJPEG_FAILED;
    const bool returned = guarded_against_assertions([&] {
        try {
            status = decode(*frame, codestream, length, samples);
        } catch (...) {
            status = COPENJPEG_FAILED;
        }
    });
    return returned ? status : COPENJPEG_ABORTED;
}
