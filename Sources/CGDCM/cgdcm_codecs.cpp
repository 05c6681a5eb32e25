#include "cgdcm.h"

#include <gdcm-3.0/gdcmDataElement.h>
#include <gdcm-3.0/gdcmJPEG2000Codec.h>
#include <gdcm-3.0/gdcmJPEGCodec.h>
#include <gdcm-3.0/gdcmJPEGLSCodec.h>
#include <gdcm-3.0/gdcmSequenceOfFragments.h>
#include <gdcm-3.0/gdcmTrace.h>

#include <cstring>
#include <memory>
#include <string>

struct cgdcm_buffer {
    std::string bytes;
};

const uint8_t *cgdcm_buffer_bytes(const cgdcm_buffer *buffer) { return reinterpret_cast<const uint8_t *>(buffer->bytes.data()); }
size_t cgdcm_buffer_length(const cgdcm_buffer *buffer) { return buffer->bytes.size(); }
void cgdcm_buffer_free(cgdcm_buffer *buffer) { delete buffer; }

namespace {

const gdcm::Tag pixelData(0x7FE0, 0x0010);

std::unique_ptr<gdcm::ImageCodec> makeCodec(cgdcm_codec codec) {
    switch (codec) {
        case CGDCM_JPEG: return std::make_unique<gdcm::JPEGCodec>();
        case CGDCM_JPEG_LS: return std::make_unique<gdcm::JPEGLSCodec>();
        case CGDCM_JPEG_2000: return std::make_unique<gdcm::JPEG2000Codec>();
    }
    return nullptr;
}

/// Tells a codec what the samples are. The order matters: the JPEG codec forwards everything when it learns of the pixel format.
void configure(gdcm::ImageCodec &codec, const cgdcm_layout &layout) {
    const unsigned int dimensions[3] = {layout.columns, layout.rows, 1};
    codec.SetDimensions(dimensions);
    codec.SetNumberOfDimensions(2);
    codec.SetPlanarConfiguration(layout.planar_configuration);
    codec.SetPhotometricInterpretation(gdcm::PhotometricInterpretation::GetPIType(layout.photometric_interpretation));
    codec.SetPixelFormat(gdcm::PixelFormat(layout.samples_per_pixel, layout.bits_allocated, layout.bits_stored, layout.high_bit,
                                           layout.is_signed));
}

void report(const gdcm::ImageCodec &codec, cgdcm_layout &layout) {
    layout.planar_configuration = static_cast<uint16_t>(codec.GetPlanarConfiguration());
    const char *name = codec.GetPhotometricInterpretation().GetString();
    if (name == nullptr || std::strlen(name) >= sizeof layout.photometric_interpretation) return;
    std::memset(layout.photometric_interpretation, 0, sizeof layout.photometric_interpretation);
    std::memcpy(layout.photometric_interpretation, name, std::strlen(name));
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

}  // namespace

cgdcm_status cgdcm_decode(cgdcm_codec kind, cgdcm_layout *layout, const uint8_t *codestream, size_t codestream_length, uint8_t *frame,
                          size_t frame_length) {
    try {
        const auto codec = makeCodec(kind);
        if (!codec || codestream_length > UINT32_MAX) return CGDCM_UNSUPPORTED;
        configure(*codec, *layout);
        gdcm::DataElement decoded(pixelData);
        if (!codec->Decode(encapsulated(codestream, codestream_length), decoded)) return CGDCM_FAILED;
        const gdcm::ByteValue *bytes = decoded.GetByteValue();
        if (bytes == nullptr) return CGDCM_FAILED;
        const size_t length = bytes->GetLength();
        // A byte value is padded to an even length.
        if (length != frame_length && length != frame_length + frame_length % 2) return CGDCM_WRONG_SIZE;
        std::memcpy(frame, bytes->GetPointer(), frame_length);
        report(*codec, *layout);
        return CGDCM_OK;
    } catch (...) {
        return CGDCM_EXCEPTION;
    }
}

cgdcm_status cgdcm_encode(cgdcm_codec kind, cgdcm_layout *layout, const uint8_t *frame, size_t frame_length, cgdcm_buffer **result) {
    try {
        const auto codec = makeCodec(kind);
        if (!codec || frame_length > UINT32_MAX) return CGDCM_UNSUPPORTED;
        if (auto *jpeg = dynamic_cast<gdcm::JPEGCodec *>(codec.get())) jpeg->SetLossless(true);
        if (auto *jpegLS = dynamic_cast<gdcm::JPEGLSCodec *>(codec.get())) jpegLS->SetLossless(true);
        if (auto *jpeg2000 = dynamic_cast<gdcm::JPEG2000Codec *>(codec.get())) jpeg2000->SetReversible(true);
        configure(*codec, *layout);
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
        report(*codec, *layout);
        *result = buffer.release();
        return CGDCM_OK;
    } catch (...) {
        return CGDCM_EXCEPTION;
    }
}
