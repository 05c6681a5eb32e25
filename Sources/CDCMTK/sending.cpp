#include "association.h"

#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dcwcache.h>

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

// The library's own calls for messages take a data set apart and encode it anew, and refuse one in a transfer syntax that they do not know.
// Here the command is the library's, and the data set's bytes go as they are, through its upper layer (DUL).

namespace {

/// Of an answer's command, in bytes: more is no honest mistake.
constexpr size_t longest_command = CDCMTK_LONGEST_UNIT;
/// Read of the file at once, in bytes.
constexpr size_t block = 256 << 10;

CDCMTK_outcome write_values(T_ASC_Association *association, uint8_t context, DUL_DATAPDV kind, bool is_last, void *bytes, size_t count,
                            char *reason) {
    DUL_PDV value = {};
    value.fragmentLength = count;
    value.presentationContextID = context;
    value.pdvType = kind;
    value.lastPDV = is_last;
    value.data = bytes;
    DUL_PDVLIST list = {};
    list.count = 1;
    list.pdv = &value;
    const OFCondition condition = DUL_WritePDVs(&association->DULassociation, &list);
    if (condition.good()) return CDCMTK_DONE;
    copy_text(reason, condition.text());
    // The library does not tell a connection that broke from one over which nothing goes in time.
    pollfd entry = {DUL_networkSocket(association->DULassociation), POLLOUT, 0};
    const bool is_broken = poll(&entry, 1, 0) > 0 && (entry.revents & (POLLERR | POLLHUP)) != 0;
    return is_broken ? CDCMTK_PEER_GONE : CDCMTK_PEER_SILENT;
}

CDCMTK_outcome send_command(CDCMTK_association *association, const CDCMTK_message *message, uint16_t number, char *reason) {
    constexpr Uint16 data_set_follows = DIMSE_DATASET_PRESENT;
    DcmDataset command;
    command.putAndInsertUint32(DCM_CommandGroupLength, 0);
    command.putAndInsertString(DCM_AffectedSOPClassUID, message->sop_class);
    command.putAndInsertUint16(DCM_CommandField, message->field);
    command.putAndInsertUint16(DCM_MessageID, number);
    if (message->field == DIMSE_C_STORE_RQ) command.putAndInsertUint16(DCM_Priority, DIMSE_PRIORITY_MEDIUM);
    command.putAndInsertUint16(DCM_CommandDataSetType, data_set_follows);
    command.putAndInsertString(DCM_AffectedSOPInstanceUID, message->sop_instance);
    if (message->field == DIMSE_N_EVENT_REPORT_RQ) command.putAndInsertUint16(DCM_EventTypeID, message->event_type);
    char bytes[1024];
    DcmOutputBufferStream stream(bytes, sizeof bytes);
    DcmWriteCache cache;
    command.transferInit();
    const OFCondition condition =
        command.write(stream, EXS_LittleEndianImplicit, EET_ExplicitLength, &cache, EGL_withGL, EPD_withoutPadding);
    command.transferEnd();
    void *buffer = nullptr;
    offile_off_t count = 0;
    stream.flushBuffer(buffer, count);
    if (condition.bad()) {
        copy_text(reason, condition.text());
        return CDCMTK_FAILED;
    }
    return write_values(association->association, message->context, DUL_COMMANDPDV, true, buffer, static_cast<size_t>(count), reason);
}

CDCMTK_outcome send_data_set(CDCMTK_association *association, const CDCMTK_message *message, char *reason) {
    if (lseek(message->descriptor, static_cast<off_t>(message->offset), SEEK_SET) < 0) {
        copy_text(reason, strerror(errno));
        return CDCMTK_FILE_FAILED;
    }
    // A multiple of what fits into one unit, so that none goes half empty; always even.
    const size_t unit = std::max<size_t>(2, association->association->sendPDVLength & ~1UL);
    const size_t piece = unit >= block ? unit : block / unit * unit;
    std::vector<char> buffer(piece);
    uint64_t left = message->byte_count;
    do {
        size_t wanted = left < piece ? static_cast<size_t>(left) : piece;
        size_t done = 0;
        while (done < wanted) {
            const ssize_t count = read(message->descriptor, buffer.data() + done, wanted - done);
            if (count < 0 && errno == EINTR) continue;
            if (count <= 0) {
                copy_text(reason, count == 0 ? "it has become shorter" : strerror(errno));
                return CDCMTK_FILE_FAILED;
            }
            done += static_cast<size_t>(count);
        }
        left -= wanted;
        // Only the last piece can be odd, and is shorter than the buffer then.
        if (wanted % 2 != 0) buffer[wanted++] = 0;
        const CDCMTK_outcome outcome =
            write_values(association->association, message->context, DUL_DATASETPDV, left == 0, buffer.data(), wanted, reason);
        if (outcome != CDCMTK_DONE) return outcome;
    } while (left > 0);
    return CDCMTK_DONE;
}

CDCMTK_outcome read_command(T_ASC_Association *association, int seconds, std::string &command, char *reason) {
    while (true) {
        DUL_PDV piece;
        const OFCondition condition = next_piece(association, seconds, &piece);
        if (condition.bad() || condition == DUL_PEERREQUESTEDRELEASE) return outcome_of(condition, reason);
        if (piece.pdvType != DUL_COMMANDPDV || command.size() + piece.fragmentLength > longest_command) {
            copy_text(reason, "something else than an answer came");
            return CDCMTK_PEER_NONSENSE;
        }
        command.append(static_cast<const char *>(piece.data), piece.fragmentLength);
        if (piece.lastPDV) return CDCMTK_DONE;
    }
}

}  // namespace

CDCMTK_outcome CDCMTK_send(CDCMTK_association *association, const CDCMTK_message *message, int seconds, uint16_t *status,
                           char comment[CDCMTK_TEXT_SIZE], char reason[CDCMTK_TEXT_SIZE]) {
    return contained(CDCMTK_FAILED, reason, [&] {
        const uint16_t number = association->association->nextMsgID++;
        CDCMTK_outcome outcome = send_command(association, message, number, reason);
        if (outcome == CDCMTK_DONE) outcome = send_data_set(association, message, reason);
        std::string bytes;
        if (outcome == CDCMTK_DONE) outcome = read_command(association->association, seconds, bytes, reason);
        if (outcome != CDCMTK_DONE) return outcome;

        DcmInputBufferStream stream;
        stream.setBuffer(bytes.data(), static_cast<offile_off_t>(bytes.size()));
        stream.setEos();
        DcmDataset answer;
        answer.transferInit();
        const OFCondition condition = answer.read(stream, EXS_LittleEndianImplicit, EGL_noChange);
        answer.transferEnd();
        Uint16 field = 0;
        const bool is_answer = condition.good() && answer.findAndGetUint16(DCM_CommandField, field).good() &&
                               field == (message->field | 0x8000) && answer.findAndGetUint16(DCM_Status, *status).good();
        if (!is_answer) {
            copy_text(reason, "its answer is none");
            return CDCMTK_PEER_NONSENSE;
        }
        const char *text = nullptr;
        answer.findAndGetString(DCM_ErrorComment, text);
        copy_text(comment, text);
        return CDCMTK_DONE;
    });
}
