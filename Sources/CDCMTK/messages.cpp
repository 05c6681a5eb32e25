#include "association.h"

#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmnet/dul.h>

#include <unistd.h>

#include <cerrno>

namespace {

/// How an association ended, as the library's condition tells it.
CDCMTK_event ending(CDCMTK_association *association, const OFCondition &condition, char *reason) {
    if (condition == DUL_PEERREQUESTEDRELEASE) {
        ASC_acknowledgeRelease(association->association);
        return CDCMTK_RELEASED;
    }
    copy_text(reason, condition.text());
    if (condition == DUL_PEERABORTEDASSOCIATION) return CDCMTK_ABORTED;
    if (condition == DIMSE_NODATAAVAILABLE) return CDCMTK_SILENT;
    return CDCMTK_BROKEN;
}

/// @returns 0 or errno
int write_whole(int descriptor, const char *bytes, size_t count) {
    while (count > 0) {
        const ssize_t written = write(descriptor, bytes, count);
        if (written < 0) {
            if (errno == EINTR) continue;
            return errno;
        }
        if (written == 0) return EIO;
        bytes += written;
        count -= static_cast<size_t>(written);
    }
    return 0;
}

OFCondition answer_action(CDCMTK_association *association, uint16_t status, DcmDataset *detail) {
    T_DIMSE_Message message;
    std::memset(static_cast<void *>(&message), 0, sizeof message);
    message.CommandField = DIMSE_N_ACTION_RSP;
    T_DIMSE_N_ActionRSP &answer = message.msg.NActionRSP;
    answer.MessageIDBeingRespondedTo = association->action.MessageID;
    std::strncpy(answer.AffectedSOPClassUID, association->action.RequestedSOPClassUID, sizeof answer.AffectedSOPClassUID - 1);
    std::strncpy(answer.AffectedSOPInstanceUID, association->action.RequestedSOPInstanceUID, sizeof answer.AffectedSOPInstanceUID - 1);
    answer.ActionTypeID = association->action.ActionTypeID;
    answer.DimseStatus = status;
    answer.DataSetType = DIMSE_DATASET_NULL;
    answer.opts = O_NACTION_AFFECTEDSOPCLASSUID | O_NACTION_AFFECTEDSOPINSTANCEUID | O_NACTION_ACTIONTYPEID;
    return DIMSE_sendMessageUsingMemoryData(association->association, association->context, &message, detail, nullptr, nullptr, nullptr);
}

bool holds_data_set(const T_DIMSE_C_StoreRQ &request) { return request.DataSetType != DIMSE_DATASET_NULL; }

}  // namespace

OFCondition next_piece(T_ASC_Association *association, int seconds, DUL_PDV *piece) {
    OFCondition condition = DUL_NextPDV(&association->DULassociation, piece);
    if (condition.good()) return condition;
    if (!ASC_dataWaiting(association, seconds)) return DIMSE_NODATAAVAILABLE;
    condition = DUL_ReadPDVs(&association->DULassociation, nullptr, DUL_NOBLOCK, seconds);
    if (condition != DUL_PDATAPDUARRIVED) return condition.good() ? OFCondition(DIMSE_READPDVFAILED) : condition;
    return DUL_NextPDV(&association->DULassociation, piece);
}

CDCMTK_event CDCMTK_next(CDCMTK_association *association, int seconds, CDCMTK_store *store, char reason[CDCMTK_TEXT_SIZE]) {
    return contained(CDCMTK_BROKEN, reason, [&] {
        while (true) {
            T_DIMSE_Message message;
            std::memset(static_cast<void *>(&message), 0, sizeof message);
            T_ASC_PresentationContextID context = 0;
            const OFCondition condition =
                DIMSE_receiveCommand(association->association, DIMSE_NONBLOCKING, seconds, &context, &message, nullptr);
            if (condition.bad() || condition == DUL_PEERREQUESTEDRELEASE) return ending(association, condition, reason);
            T_ASC_PresentationContext accepted;
            if (ASC_findAcceptedPresentationContext(association->association->params, context, &accepted).bad()) {
                copy_text(reason, "a message came in a presentation context that was not accepted");
                return CDCMTK_BROKEN;
            }
            if (message.CommandField == DIMSE_C_ECHO_RQ) {
                const OFCondition answer = DIMSE_sendEchoResponse(association->association, context, &message.msg.CEchoRQ, STATUS_Success,
                                                                  nullptr);
                if (answer.bad()) return ending(association, answer, reason);
                continue;
            }
            association->is_action = message.CommandField == DIMSE_N_ACTION_RQ;
            if (association->is_action) {
                const T_DIMSE_N_ActionRQ &action = message.msg.NActionRQ;
                if (action.DataSetType == DIMSE_DATASET_NULL || action.ActionTypeID != 1) {
                    copy_text(reason, "a request for another action than the first came");
                    return CDCMTK_BROKEN;
                }
                association->action = action;
                association->context = context;
                copy_text(store->sop_class, action.RequestedSOPClassUID);
                copy_text(store->sop_instance, action.RequestedSOPInstanceUID);
                copy_text(store->transfer_syntax, accepted.acceptedTransferSyntax);
                return CDCMTK_ACTION;
            }
            if (message.CommandField != DIMSE_C_STORE_RQ || !holds_data_set(message.msg.CStoreRQ)) {
                copy_text(reason, "a message came that is neither C-STORE or N-ACTION with a data set nor C-ECHO");
                return CDCMTK_BROKEN;
            }
            association->request = message.msg.CStoreRQ;
            association->context = context;
            copy_text(store->sop_class, association->request.AffectedSOPClassUID);
            copy_text(store->sop_instance, association->request.AffectedSOPInstanceUID);
            copy_text(store->transfer_syntax, accepted.acceptedTransferSyntax);
            return CDCMTK_STORE;
        }
    });
}

CDCMTK_event CDCMTK_receive_data_set(CDCMTK_association *association, int descriptor, uint64_t limit, int seconds, uint64_t *count,
                                     int *failure, char reason[CDCMTK_TEXT_SIZE]) {
    return contained(CDCMTK_BROKEN, reason, [&] {
        *count = 0;
        *failure = 0;
        while (true) {
            DUL_PDV piece;
            const OFCondition condition = next_piece(association->association, seconds, &piece);
            if (condition == DUL_PEERREQUESTEDRELEASE) {
                copy_text(reason, "the association was released in the middle of a data set");
                return CDCMTK_BROKEN;
            }
            if (condition.bad()) return ending(association, condition, reason);
            if (piece.pdvType != DUL_DATASETPDV || piece.presentationContextID != association->context) {
                copy_text(reason, "another message came in the middle of a data set");
                return CDCMTK_BROKEN;
            }
            *count += piece.fragmentLength;
            if (*count > limit && *failure == 0) *failure = EFBIG;
            if (descriptor >= 0 && *failure == 0) {
                *failure = write_whole(descriptor, static_cast<const char *>(piece.data), piece.fragmentLength);
            }
            if (piece.lastPDV) return CDCMTK_STORE;
        }
    });
}

bool CDCMTK_answer(CDCMTK_association *association, uint16_t status, const char *comment, char reason[CDCMTK_TEXT_SIZE]) {
    return contained(false, reason, [&] {
        T_DIMSE_C_StoreRSP response = {};
        response.DimseStatus = status;
        response.DataSetType = DIMSE_DATASET_NULL;
        DcmDataset detail;
        const bool hasComment = comment != nullptr && comment[0] != '\0';
        if (hasComment) detail.putAndInsertString(DCM_ErrorComment, comment);
        if (association->is_action) {
            const OFCondition condition = answer_action(association, status, hasComment ? &detail : nullptr);
            if (condition.bad()) copy_text(reason, condition.text());
            return condition.good();
        }
        const OFCondition condition = DIMSE_sendStoreResponse(association->association, association->context, &association->request,
                                                              &response, hasComment ? &detail : nullptr);
        if (condition.bad()) copy_text(reason, condition.text());
        return condition.good();
    });
}
