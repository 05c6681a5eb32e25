#include "cgdcm.h"

#include <gdcm-3.0/gdcmDict.h>
#include <gdcm-3.0/gdcmDictEntry.h>
#include <gdcm-3.0/gdcmDicts.h>
#include <gdcm-3.0/gdcmGlobal.h>
#include <gdcm-3.0/gdcmTrace.h>
#include <gdcm-3.0/gdcmVersion.h>

#include "silence.h"

namespace {

uint16_t letters(const char *text) {
    return static_cast<uint16_t>(static_cast<unsigned char>(text[0]) << 8 | static_cast<unsigned char>(text[1]));
}

}  // namespace

void cgdcm_silence(void) {
    static const bool done = [] {
        gdcm::Trace::DebugOff();
        gdcm::Trace::WarningOff();
        gdcm::Trace::ErrorOff();
        return true;
    }();
    (void)done;
}

const char *cgdcm_version(void) { return gdcm::Version::GetVersion(); }

uint16_t cgdcm_value_representation(uint16_t group, uint16_t element) {
    try {
        cgdcm_silence();
        const gdcm::Dict &dictionary = gdcm::Global::GetInstance().GetDicts().GetPublicDict();
        const gdcm::VR vr = dictionary.GetDictEntry(gdcm::Tag(group, element)).GetVR();
        switch (static_cast<gdcm::VR::VRType>(vr)) {
            case gdcm::VR::INVALID:
            case gdcm::VR::UN:
                return 0;
            case gdcm::VR::US_SS:
                return letters("US");
            case gdcm::VR::OB_OW:
            case gdcm::VR::US_OW:
            case gdcm::VR::US_SS_OW:
                return letters("OW");
            default:
                return letters(gdcm::VR::GetVRString(vr));
        }
    } catch (...) {
        return 0;
    }
}
