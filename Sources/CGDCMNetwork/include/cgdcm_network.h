/// The C face of GDCM's network client: C-STORE to another DICOM application (PS3.4 Annex B).
///
/// GDCM asserts where it should answer: a peer that is away, silent or confused ends the process (3.0.21, gdcmServiceClassUser.cxx).
/// So these functions are for a process that has nothing to lose. No C++ exception leaves any of them.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Whether GDCM can read what an association for a file is made of: its SOP class and its transfer syntax.
int cgdcm_is_readable(const char *file);

/// An association with another application, for one file after the other.
typedef struct cgdcm_association cgdcm_association;

/// Opens an association that offers a presentation context for each SOP class and transfer syntax among the files.
///
/// @param timeout  seconds for the connection, and for each answer
/// @return         NULL when the peer does not take it. Closed with cgdcm_association_close.
cgdcm_association *cgdcm_association_open(const char *host, uint16_t port, const char *calling, const char *called, double timeout,
                                          const char *const *files, size_t count);

typedef enum {
    CGDCM_STORED = 0,
    CGDCM_UNREADABLE,        ///< GDCM cannot read the file
    CGDCM_CONTEXT_REFUSED,   ///< the peer does not take this SOP class in this transfer syntax
    CGDCM_NOT_STORED,        ///< the peer answered with a failure, or not at all
} cgdcm_store_status;

/// Hands over one of the files that the association was opened for, in the transfer syntax that it has.
cgdcm_store_status cgdcm_association_store(cgdcm_association *association, const char *file);

/// Releases the association and frees it.
void cgdcm_association_close(cgdcm_association *association);

#ifdef __cplusplus
}
#endif
