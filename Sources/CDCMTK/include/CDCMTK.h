#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// DCMTK's association and message layer (dcmnet, dcmtls) for a process that takes one association and is confined while it does.
// No exception crosses this border, and nothing here opens a file after CDCMTK_prepare and CDCMTK_make_transport.
// Every call belongs to one thread. Waiting calls take whole seconds.

#ifdef __cplusplus
extern "C" {
#endif

/// The longest protocol data unit that this side announces, in bytes (PS3.8 annex D.1): the most that the library takes.
enum { CDCMTK_LONGEST_UNIT = 131072 };
/// Bytes of every text that a caller gives room for, its end included.
enum { CDCMTK_TEXT_SIZE = 256 };

/// A TLS configuration of a listener, made before the process is confined.
typedef struct CDCMTK_transport CDCMTK_transport;
/// An association that another application has asked for.
typedef struct CDCMTK_association CDCMTK_association;

/// Once, first of all: silences the library, and gives it the command elements of PS3.7 annex E instead of its dictionary's file.
///
/// @returns false where the library cannot be set up.
bool CDCMTK_prepare(void);

/// A listener's side of the profile "BCP 195 TLS Secure Transport Connection" (PS3.15 §B.9): TLS 1.2 or 1.3, forward secrecy, AEAD.
///
/// @param certificate PEM file of this side's certificate
/// @param key PEM file of its private key, without a passphrase
/// @param clients PEM file of the certificates, or of their issuers, that callers must show; null where any caller may connect
/// @param reason receives the fault of a file that cannot be used
/// @returns null where a file cannot be used
CDCMTK_transport *CDCMTK_make_transport(const char *certificate, const char *key, const char *clients, char reason[CDCMTK_TEXT_SIZE]);

/// Makes the TLS handshake, if there is a transport, and reads the request for an association from an accepted connection.
///
/// @param socket belongs to the association from here on
/// @returns null with a reason where none was made
CDCMTK_association *CDCMTK_receive(int socket, CDCMTK_transport *transport, int seconds, char reason[CDCMTK_TEXT_SIZE]);

/// Titles of 16 bytes at most, without the spaces around them.
const char *CDCMTK_calling_title(const CDCMTK_association *association);
const char *CDCMTK_called_title(const CDCMTK_association *association);
/// The other application's implementation version name; may be empty.
const char *CDCMTK_implementation(const CDCMTK_association *association);

int CDCMTK_context_count(const CDCMTK_association *association);
/// Identifier of a proposed presentation context, its abstract syntax and the number of its transfer syntaxes. 0 where there is none.
uint8_t CDCMTK_context(const CDCMTK_association *association, int index, char abstract_syntax[CDCMTK_TEXT_SIZE], int *syntax_count);
bool CDCMTK_context_syntax(const CDCMTK_association *association, int index, int syntax, char transfer_syntax[CDCMTK_TEXT_SIZE]);
/// Chooses a syntax for a context.
bool CDCMTK_accept_context(CDCMTK_association *association, uint8_t identifier, const char *transfer_syntax);
/// @param result 3 abstract syntax not supported, 4 transfer syntaxes not supported (PS3.8 table 9-18)
bool CDCMTK_refuse_context(CDCMTK_association *association, uint8_t identifier, int result);

/// Accepts the association with the contexts that were chosen.
bool CDCMTK_accept(CDCMTK_association *association, char reason[CDCMTK_TEXT_SIZE]);
/// Rejects it (PS3.8 table 9-21).
bool CDCMTK_reject(CDCMTK_association *association, uint8_t result, uint8_t source, uint8_t reason);

typedef enum {
    /// A C-STORE request has come, and its data set follows.
    CDCMTK_STORE,
    /// The other side has released the association, and was answered.
    CDCMTK_RELEASED,
    CDCMTK_ABORTED,
    /// Nothing came in time.
    CDCMTK_SILENT,
    /// The peer sent a message that is no DICOM, or not the agreed one; or the connection broke.
    CDCMTK_BROKEN,
} CDCMTK_event;

/// The C-STORE request under way.
typedef struct {
    char sop_class[CDCMTK_TEXT_SIZE];
    char sop_instance[CDCMTK_TEXT_SIZE];
    /// Of the presentation context that it came in.
    char transfer_syntax[CDCMTK_TEXT_SIZE];
} CDCMTK_store;

/// Waits for the next request. C-ECHO is answered at once and goes on waiting.
CDCMTK_event CDCMTK_next(CDCMTK_association *association, int seconds, CDCMTK_store *store, char reason[CDCMTK_TEXT_SIZE]);

/// Receives the data set of the request under way, its bytes as they come. Where they cannot be written, or `descriptor` is negative, the
/// rest of them is read and dropped.
///
/// @param count gets the bytes that came
/// @param failure gets the errno of writing, or 0
/// @returns CDCMTK_STORE when all of it came, else how the association ended
CDCMTK_event CDCMTK_receive_data_set(CDCMTK_association *association, int descriptor, int seconds, uint64_t *count, int *failure,
                                     char reason[CDCMTK_TEXT_SIZE]);

/// Answers the request under way.
///
/// @param comment Error Comment (0000,0902), at most 64 characters of ASCII; may be empty
bool CDCMTK_answer(CDCMTK_association *association, uint16_t status, const char *comment, char reason[CDCMTK_TEXT_SIZE]);

/// Tells the other side that this one does not go on.
void CDCMTK_abort(CDCMTK_association *association);
/// Closes the connection and frees everything.
void CDCMTK_close(CDCMTK_association *association);

#ifdef __cplusplus
}
#endif
