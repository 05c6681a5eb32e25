#include "cgdcm.h"
#include <gdcm-3.0/gdcmVersion.h>

const char *cgdcm_version(void) { return gdcm::Version::GetVersion(); }
