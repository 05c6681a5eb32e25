#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// DCMTK's association and message layer (dcmnet, dcmtls) for a process that takes or makes one association and is confined while it does.
// No exception crosses this border, and nothing here opens a file after CDCMTK_prepare and CDCMTK_make_transport.
// Every call belongs to one thread. Waiting calls take whole seconds.

#ifdef __cplusplus
extern "C" {
#endif

/// The longest protocol data unit that this side announces, in bytes (PS3.8 annex D.1): the most that the library takes.
enum { CDCMTK_LONGEST_UNIT = 131072 };
/// Bytes of every text that a caller gives room for, its end included.
enum { CDCMTK_TEXT_SIZE = 256 };

/// A TLS configuration, made before the process is confined.
typedef struct CDCMTK_transport CDCMTK_transport;
/// An association that another application has asked for, or was asked for.
typedef struct CDCMTK_association CDCMTK_association;

/// Once, first of all: silences the library, and gives it the command elements of PS3.7 annex E instead of its dictionary's file.
///
/// @returns false where the library cannot be set up.
bool CDCMTK_prepare(void);

/// One side of the profile "BCP 195 TLS Secure Transport Connection" (PS3.15 §B.9): TLS 1.2 or 1.3, forward secrecy, AEAD.
///
/// @param asks whether this side asks for associations rather than takes them
/// @param certificate PEM file of this side's certificate; null where it shows none, which only the side that asks may do
/// @param key PEM file of its private key, without a passphrase
/// @param peers PEM file of the certificates, or of their issuers, that the other side must show; null where any will do
/// @param reason receives the fault of a file that cannot be used
/// @returns null where a file cannot be used
CDCMTK_transport *CDCMTK_make_transport(bool asks, const char *certificate, const char *key, const char *peers,
                                        char reason[CDCMTK_TEXT_SIZE]);

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
    /// An N-ACTION request of type 1 has come, and its data set follows. Asked for with the fields of CDCMTK_store.
    CDCMTK_ACTION,
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
/// @param limit bytes that are written at most; more is EFBIG
/// @param count gets the bytes that came
/// @param failure gets the errno of writing, or 0
/// @returns CDCMTK_STORE when all of it came, else how the association ended
CDCMTK_event CDCMTK_receive_data_set(CDCMTK_association *association, int descriptor, uint64_t limit, int seconds, uint64_t *count,
                                     int *failure, char reason[CDCMTK_TEXT_SIZE]);

/// Answers the request under way.
///
/// @param comment Error Comment (0000,0902), at most 64 characters of ASCII; may be empty
bool CDCMTK_answer(CDCMTK_association *association, uint16_t status, const char *comment, char reason[CDCMTK_TEXT_SIZE]);

// MARK: Asking for an association

/// How a request for an association ended, or a message over it.
typedef enum {
    /// The association is there, or the message was answered.
    CDCMTK_DONE,
    CDCMTK_REJECTED,
    /// The other side ended the association.
    CDCMTK_PEER_ABORTED,
    CDCMTK_PEER_LEFT,
    /// The connection is closed or broken.
    CDCMTK_PEER_GONE,
    /// Nothing came, or went, in time.
    CDCMTK_PEER_SILENT,
    /// The peer's bytes are no DICOM, or no answer to the message.
    CDCMTK_PEER_NONSENSE,
    /// The file could not be read to the end that it was said to have.
    CDCMTK_FILE_FAILED,
    /// Anything else; the reason says what.
    CDCMTK_FAILED,
} CDCMTK_outcome;

/// A presentation context that is asked for. Its identifier is twice its place in the list, plus one.
typedef struct {
    const char *abstract_syntax;
    const char *transfer_syntax;
    /// Whether this side is the service's provider (SCP/SCU Role Selection, PS3.7 §D.3.3.4) rather than its user.
    bool is_provider;
} CDCMTK_context_request;

/// What is asked for.
typedef struct {
    const char *calling;
    const char *called;
    /// Names this software (PS3.7 §D.3.3.2).
    const char *implementation_uid;
    const char *implementation_version;
    const CDCMTK_context_request *contexts;
    int context_count;
    /// For the handshake, for sending and for each answer.
    int seconds;
} CDCMTK_association_request;

/// Asks for an association over a connection that is there.
///
/// The library insists on connecting by itself: it connects to a port of this process on the loopback interface, and gets the given
/// connection in that one's place before a byte is sent or read.
///
/// @param socket belongs to the association from here on
/// @param confine called before the first byte of the other side is read; no socket is made and no file is opened after that
/// @param results gets the result of each context (PS3.8 table 9-18)
/// @param rejection gets result, source and reason (PS3.8 table 9-21)
/// @returns CDCMTK_DONE with an association, or how there was none, with a reason
CDCMTK_outcome CDCMTK_request(int socket, CDCMTK_transport *transport, const CDCMTK_association_request *request, void (*confine)(void),
                              CDCMTK_association **association, uint8_t *results, uint8_t rejection[3], char reason[CDCMTK_TEXT_SIZE]);

/// A message that is sent with a data set.
typedef struct {
    /// Command Field (0000,0100): C-STORE-RQ 0001H, N-EVENT-REPORT-RQ 0100H.
    uint16_t field;
    /// Of an event report, Event Type ID (0000,1002).
    uint16_t event_type;
    const char *sop_class;
    const char *sop_instance;
    uint8_t context;
    /// The data set is `byte_count` bytes from `offset`, as they are.
    int descriptor;
    uint64_t offset;
    uint64_t byte_count;
} CDCMTK_message;

/// Sends a message, its data set bit for bit, and waits for the answer. An odd data set gets the byte that makes it even (PS3.5 §7.1).
///
/// @param status gets the answer's status (0000,0900)
/// @param comment gets Error Comment (0000,0902); may be empty
CDCMTK_outcome CDCMTK_send(CDCMTK_association *association, const CDCMTK_message *message, int seconds, uint16_t *status,
                           char comment[CDCMTK_TEXT_SIZE], char reason[CDCMTK_TEXT_SIZE]);

/// Takes leave, and waits for the answer to that.
void CDCMTK_release(CDCMTK_association *association);

/// Tells the other side that this one does not go on.
void CDCMTK_abort(CDCMTK_association *association);
/// Closes the connection and frees everything.
void CDCMTK_close(CDCMTK_association *association);

#ifdef __cplusplus
}
#endif
