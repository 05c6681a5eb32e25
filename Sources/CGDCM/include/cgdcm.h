/// The C face of GDCM: the only way in which Veilray touches the library.
#pragma once
#ifdef __cplusplus
extern "C" {
#endif

/// The library's version, for example "3.0.21". Static storage.
const char *cgdcm_version(void);

#ifdef __cplusplus
}
#endif
