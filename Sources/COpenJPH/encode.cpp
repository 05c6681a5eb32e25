#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

#include "contained.h"
#include "layout.h"
#include "openjph.h"

namespace {

/// A codestream that grows while the library writes it. The library closes its file before the caller has seen it, and its own file in
/// memory is gone then.
class growing_file final : public ojph::outfile_base {
public:
    explicit growing_file(size_t expected) : bytes(static_cast<uint8_t *>(std::malloc(expected))), capacity(expected) {
        if (!bytes) throw std::bad_alloc();
    }

    size_t write(const void *source, size_t count) override {
        if (count > capacity - length) grow(count);
        std::memcpy(bytes.get() + length, source, count);
        length += count;
        return count;
    }

    ojph::si64 tell() override { return static_cast<ojph::si64>(length); }

    /// The codestream, which is the caller's to free from here on.
    uint8_t *release() { return bytes.release(); }
    size_t size() const { return length; }

private:
    struct freeing {
        void operator()(uint8_t *memory) const { std::free(memory); }
    };

    void grow(size_t count) {
        const size_t wanted = capacity * 2 > length + count ? capacity * 2 : length + count;
        auto *larger = static_cast<uint8_t *>(std::realloc(bytes.get(), wanted));
        if (larger == nullptr) throw std::bad_alloc();
        (void)bytes.release();
        bytes.reset(larger);
        capacity = wanted;
    }

    std::unique_ptr<uint8_t, freeing> bytes;
    size_t capacity;
    size_t length = 0;
};

void describe(ojph::codestream &codestream, const copenjph_frame &frame) {
    ojph::param_siz size = codestream.access_siz();
    size.set_image_extent(ojph::point(frame.columns, frame.rows));
    size.set_num_components(frame.samples_per_pixel);
    for (ojph::ui32 component = 0; component < frame.samples_per_pixel; component++) {
        size.set_component(component, ojph::point(1, 1), frame.bits_stored, frame.is_signed);
    }
    ojph::param_cod style = codestream.access_cod();
    style.set_num_decomposition(copenjph_decompositions(frame.columns, frame.rows));
    style.set_block_dims(64, 64);
    style.set_reversible(true);
    style.set_color_transform(frame.is_rgb && frame.samples_per_pixel == 3);
    style.set_progression_order("RPCL");
    codestream.set_planar(false);
}

/// One component of one row, in 32-bit words. `Stored` is the type of the words in the frame.
template <typename Stored>
void take(const uint8_t *row, size_t component, const copenjph_frame &frame, ojph::si32 *line) {
    const size_t stride = frame.samples_per_pixel;
    for (size_t column = 0; column < frame.columns; column++) {
        Stored word;
        std::memcpy(&word, row + (column * stride + component) * sizeof(Stored), sizeof(Stored));
        line[column] = word;
    }
}

void take(const uint8_t *row, size_t component, const copenjph_frame &frame, ojph::si32 *line) {
    // The machines this runs on are little endian, as the frame is.
    if (frame.bits_allocated == 8) {
        frame.is_signed ? take<int8_t>(row, component, frame, line) : take<uint8_t>(row, component, frame, line);
    } else {
        frame.is_signed ? take<int16_t>(row, component, frame, line) : take<uint16_t>(row, component, frame, line);
    }
}

copenjph_status encode(const copenjph_frame &frame, const uint8_t *samples, uint8_t **result, size_t *length) {
    // Half of the frame is what medical images need as a rule; the headers are a few hundred bytes.
    growing_file file(byte_count(frame) / 2 + 1024);
    ojph::codestream codestream;
    describe(codestream, frame);
    codestream.write_headers(&file);
    const size_t rowBytes = byte_count(frame) / frame.rows;
    ojph::ui32 component = 0;
    ojph::line_buf *line = codestream.exchange(nullptr, component);
    for (uint32_t row = 0; row < frame.rows; row++) {
        for (uint32_t plane = 0; plane < frame.samples_per_pixel; plane++) {
            // The library asks for the components of each row in order; a line of another one would be another image.
            if (line == nullptr || component != plane || line->size < frame.columns) return COPENJPH_FAILED;
            take(samples + row * rowBytes, plane, frame, line->i32);
            line = codestream.exchange(line, component);
        }
    }
    codestream.flush();
    codestream.close();
    *length = file.size();
    *result = file.release();
    return COPENJPH_OK;
}

}  // namespace

/// Each decomposition halves the image, and none may make it vanish. Five are usual; more where the smallest image would be no thumbnail
/// of at most 64 samples (PS3.5 section 10.18).
uint32_t copenjph_decompositions(uint32_t columns, uint32_t rows) {
    const uint32_t smaller = columns < rows ? columns : rows;
    uint32_t count = 0;
    while ((count < 5 && (smaller >> (count + 1)) > 0) || ((smaller - 1) >> count) + 1 > 64) count++;
    return count;
}

copenjph_status copenjph_encode(const copenjph_frame *frame, const uint8_t *samples, uint8_t **codestream, size_t *length) {
    if (!is_possible(*frame)) return COPENJPH_FAILED;
    return contained([=] { return encode(*frame, samples, codestream, length); });
}
