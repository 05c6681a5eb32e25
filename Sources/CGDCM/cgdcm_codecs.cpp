#include "cgdcm.h"

#include <gdcm-3.0/gdcmDataElement.h>
#include <gdcm-3.0/gdcmJPEG2000Codec.h>
#include <gdcm-3.0/gdcmJPEGCodec.h>
#include <gdcm-3.0/gdcmJPEGLSCodec.h>
#include <gdcm-3.0/gdcmSequenceOfFragments.h>

#include <CAssertions.h>

#include <cstring>
#include <memory>
#include <string>

#include "silence.h"

struct cgdcm_buffer {
    std::string bytes;
};

const uint8_t *cgdcm_buffer_bytes(const cgdcm_buffer *buffer) { return reinterpret_cast<const uint8_t *>(buffer->bytes.data()); }
size_t cgdcm_buffer_length(const cgdcm_buffer *buffer) { return buffer->bytes.size(); }
void cgdcm_buffer_free(cgdcm_buffer *buffer) { delete buffer; }

namespace {

const gdcm::Tag pixelData(0x7FE0, 0x0010);

gdcm::PhotometricInterpretation::PIType colorModel(cgdcm_color color) {
    switch (color) {
        case CGDCM_MONOCHROME: return gdcm::PhotometricInterpretation::MONOCHROME2;
        case CGDCM_PALETTE: return gdcm::PhotometricInterpretation::PALETTE_COLOR;
        case CGDCM_RGB: return gdcm::PhotometricInterpretation::RGB;
        case CGDCM_YBR: return gdcm::PhotometricInterpretation::YBR_FULL;
        case CGDCM_YBR_OF_CODEC: return gdcm::PhotometricInterpretation::YBR_RCT;
    }
    return gdcm::PhotometricInterpretation::MONOCHROME2;
}

/// Tells a codec what the samples are. The order matters: the JPEG codec hands everything on when it learns of the pixel format.
void configure(gdcm::ImageCodec &codec, const cgdcm_layout &layout) {
    const unsigned int dimensions[3] = {layout.columns, layout.rows, 1};
    codec.SetDimensions(dimensions);
    codec.SetNumberOfDimensions(2);
    codec.SetPlanarConfiguration(0);
    codec.SetPhotometricInterpretation(colorModel(layout.color));
    codec.SetPixelFormat(gdcm::PixelFormat(layout.samples_per_pixel, layout.bits_allocated, layout.bits_stored,
                                           static_cast<unsigned short>(layout.bits_stored - 1), layout.is_signed ? 1 : 0));
}

std::unique_ptr<gdcm::ImageCodec> makeDecoder(cgdcm_codec codec) {
    switch (codec) {
        case CGDCM_JPEG: return std::make_unique<gdcm::JPEGCodec>();
        case CGDCM_JPEG_LS: return std::make_unique<gdcm::JPEGLSCodec>();
        case CGDCM_JPEG_2000: {
            auto jpeg2000 = std::make_unique<gdcm::JPEG2000Codec>();
            // OpenJPEG's threads would fail their assertions outside of the guard, and callers have threads of their own.
            jpeg2000->SetNumberOfThreadsForDecompression(0);
            return jpeg2000;
        }
    }
    return nullptr;
}

std::unique_ptr<gdcm::ImageCodec> makeEncoder(cgdcm_codec codec, const cgdcm_layout &layout) {
    if (codec == CGDCM_JPEG_2000) {
        auto jpeg2000 = std::make_unique<gdcm::JPEG2000Codec>();
        jpeg2000->SetReversible(true);
        jpeg2000->SetMCT(layout.color == CGDCM_RGB ? 1 : 0);
        return jpeg2000;
    }
    if (codec == CGDCM_JPEG_LS) {
        auto jpegLS = std::make_unique<gdcm::JPEGLSCodec>();
        jpegLS->SetLossless(true);
        return jpegLS;
    }
    auto jpeg = std::make_unique<gdcm::JPEGCodec>();
    jpeg->SetLossless(true);
    return jpeg;
}

gdcm::DataElement encapsulated(const uint8_t *codestream, size_t length) {
    gdcm::SmartPointer<gdcm::SequenceOfFragments> fragments = new gdcm::SequenceOfFragments;
    gdcm::Fragment fragment;
    fragment.SetByteValue(reinterpret_cast<const char *>(codestream), gdcm::VL(static_cast<uint32_t>(length)));
    fragments->AddFragment(fragment);
    gdcm::DataElement element(pixelData);
    element.SetVR(gdcm::VR::OB);
    element.SetValue(*fragments);
    return element;
}

cgdcm_status decode(cgdcm_codec kind, const cgdcm_layout &layout, const uint8_t *codestream, size_t codestream_length, uint8_t *frame,
                    size_t frame_length) {
    const auto codec = makeDecoder(kind);
    // Twelve allocated bits are one byte to the arithmetic of every codec but JPEG.
    if (!codec || (layout.bits_allocated % 8 != 0 && kind != CGDCM_JPEG)) return CGDCM_FAILED;
    configure(*codec, layout);
    gdcm::DataElement decoded(pixelData);
    if (!codec->Decode(encapsulated(codestream, codestream_length), decoded)) return CGDCM_FAILED;
    const gdcm::ByteValue *bytes = decoded.GetByteValue();
    if (bytes == nullptr) return CGDCM_FAILED;
    // A byte value is padded to an even length.
    const size_t length = bytes->GetLength();
    if (length != frame_length && length != frame_length + frame_length % 2) return CGDCM_WRONG_SIZE;
    std::memcpy(frame, bytes->GetPointer(), frame_length);
    return CGDCM_OK;
}

cgdcm_status encode(cgdcm_codec kind, const cgdcm_layout &layout, const uint8_t *frame, size_t frame_length, cgdcm_buffer **result) {
    const auto codec = makeEncoder(kind, layout);
    configure(*codec, layout);
    gdcm::DataElement samples(pixelData);
    samples.SetByteValue(reinterpret_cast<const char *>(frame), gdcm::VL(static_cast<uint32_t>(frame_length)));
    gdcm::DataElement coded(pixelData);
    if (!codec->Code(samples, coded)) return CGDCM_FAILED;
    const gdcm::SequenceOfFragments *fragments = coded.GetSequenceOfFragments();
    if (fragments == nullptr || fragments->GetNumberOfFragments() != 1) return CGDCM_FAILED;
    const gdcm::ByteValue *bytes = fragments->GetFragment(0).GetByteValue();
    if (bytes == nullptr) return CGDCM_FAILED;
    auto buffer = std::make_unique<cgdcm_buffer>();
    buffer->bytes.assign(bytes->GetPointer(), bytes->GetLength());
    *result = buffer.release();
    return CGDCM_OK;
}

/// The border that nothing but a status crosses.
template <typename Function>
cgdcm_status contained(Function function) {
    cgdcm_silence();
    cgdcm_status status = CGDCM_FAILED;
    const bool returned = guarded_against_assertions([&] {
        try {
            status = function();
        } catch (...) {
            status = CGDCM_FAILED;
        }
    });
    return returned ? status : CGDCM_ABORTED;
}

}  // namespace

cgdcm_status cgdcm_decode(cgdcm_codec codec, const cgdcm_layout *layout, const uint8_t *codestream, size_t codestream_length,
                          uint8_t *frame, size_t frame_length) {
    if (codestream_length > UINT32_MAX) return CGDCM_FAILED;
    return contained([=] { return decode(codec, *layout, codestream, codestream_length, frame, frame_length); });
}

cgdcm_status cgdcm_encode(cgdcm_codec codec, const cgdcm_layout *layout, const uint8_t *frame, size_t frame_length, cgdcm_buffer **result) {
    if (frame_length > UINT32_MAX) return CGDCM_FAILED;
    return contained([=] { return encode(codec, *layout, frame, frame_length, result); });
}
