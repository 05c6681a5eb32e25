#include <algorithm>
#include <cstring>

#include "contained.h"
#include "layout.h"
#include "openjph.h"

namespace {

/// Whether the codestream is what the caller has set memory aside for.
bool describes(ojph::param_siz size, const copenjph_frame &frame) {
    const ojph::point end = size.get_image_extent(), start = size.get_image_offset();
    if (end.x <= start.x || end.y <= start.y || end.x - start.x != frame.columns || end.y - start.y != frame.rows) return false;
    if (size.get_num_components() != frame.samples_per_pixel) return false;
    for (ojph::ui32 component = 0; component < frame.samples_per_pixel; component++) {
        const ojph::point step = size.get_downsampling(component);
        if (step.x != 1 || step.y != 1 || size.get_bit_depth(component) != frame.bits_stored
            || size.is_signed(component) != frame.is_signed) {
            return false;
        }
    }
    return true;
}

template <typename Stored>
void put(const ojph::si32 *line, size_t component, const copenjph_frame &frame, uint8_t *row) {
    const int32_t least = frame.is_signed ? -(1 << (frame.bits_stored - 1)) : 0;
    const int32_t most = frame.is_signed ? (1 << (frame.bits_stored - 1)) - 1 : (1 << frame.bits_stored) - 1;
    const size_t stride = frame.samples_per_pixel;
    for (size_t column = 0; column < frame.columns; column++) {
        // A damaged codestream gives samples of any size.
        const auto word = static_cast<Stored>(std::clamp(line[column], least, most));
        std::memcpy(row + (column * stride + component) * sizeof(Stored), &word, sizeof(Stored));
    }
}

copenjph_status decode(const copenjph_frame &frame, const uint8_t *bytes, size_t length, uint8_t *samples) {
    ojph::mem_infile file;
    file.open(bytes, length);
    ojph::codestream codestream;
    codestream.read_headers(&file);
    if (!describes(codestream.access_siz(), frame)) return COPENJPH_FAILED;
    codestream.set_planar(false);
    codestream.create();
    const size_t rowBytes = byte_count(frame) / frame.rows;
    for (uint32_t row = 0; row < frame.rows; row++) {
        for (uint32_t plane = 0; plane < frame.samples_per_pixel; plane++) {
            ojph::ui32 component = 0;
            const ojph::line_buf *line = codestream.pull(component);
            if (line == nullptr || component != plane || line->size < frame.columns) return COPENJPH_FAILED;
            if (frame.bits_allocated == 8) {
                put<uint8_t>(line->i32, plane, frame, samples + row * rowBytes);
            } else {
                put<uint16_t>(line->i32, plane, frame, samples + row * rowBytes);
            }
        }
    }
    codestream.close();
    return COPENJPH_OK;
}

}  // namespace

copenjph_status copenjph_decode(const copenjph_frame *frame, const uint8_t *codestream, size_t length, uint8_t *samples,
                                size_t samples_length) {
    if (!is_possible(*frame) || samples_length != byte_count(*frame)) return COPENJPH_FAILED;
    return contained([=] { return decode(*frame, codestream, length, samples); });
}
