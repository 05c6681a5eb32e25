#include "association.h"

#include <dcmtk/dcmnet/dcmtrans.h>
#include <dcmtk/dcmnet/dul.h>

CDCMTK_association *CDCMTK_receive(int socket, CDCMTK_transport *transport, int seconds, char reason[CDCMTK_TEXT_SIZE]) {
    return contained<CDCMTK_association *>(nullptr, reason, [&]() -> CDCMTK_association * {
        auto result = std::make_unique<CDCMTK_association>();
        // The library takes a connection that is there instead of listening for one.
        dcmExternalSocketHandle.set(socket);
        dcmSocketReceiveTimeout.set(seconds);
        dcmSocketSendTimeout.set(seconds);
        OFCondition condition = ASC_initializeNetwork(NET_ACCEPTOR, 0, seconds, &result->network);
        if (condition.good() && transport != nullptr) {
            condition = ASC_setTransportLayer(result->network, &transport->layer, 0);
        }
        if (condition.good()) {
            result->isSecure = transport != nullptr;
            condition = ASC_receiveAssociation(result->network, &result->association, CDCMTK_LONGEST_UNIT, nullptr, nullptr,
                                               result->isSecure ? OFTrue : OFFalse, DUL_NOBLOCK, seconds);
        }
        if (condition.bad()) {
            copy_text(reason, condition.text());
            return nullptr;
        }
        copy_text(result->implementation, result->association->params->theirImplementationVersionName);
        return result.release();
    });
}

const char *CDCMTK_calling_title(const CDCMTK_association *association) {
    return association->association->params->DULparams.callingAPTitle;
}

const char *CDCMTK_called_title(const CDCMTK_association *association) {
    return association->association->params->DULparams.calledAPTitle;
}

const char *CDCMTK_implementation(const CDCMTK_association *association) { return association->implementation; }

int CDCMTK_context_count(const CDCMTK_association *association) {
    return contained(0, nullptr, [&] { return ASC_countPresentationContexts(association->association->params); });
}

uint8_t CDCMTK_context(const CDCMTK_association *association, int index, char abstract_syntax[CDCMTK_TEXT_SIZE], int *syntax_count) {
    return contained<uint8_t>(0, nullptr, [&]() -> uint8_t {
        T_ASC_PresentationContext context;
        if (ASC_getPresentationContext(association->association->params, index, &context).bad()) return 0;
        copy_text(abstract_syntax, context.abstractSyntax);
        *syntax_count = context.transferSyntaxCount;
        return context.presentationContextID;
    });
}

bool CDCMTK_context_syntax(const CDCMTK_association *association, int index, int syntax, char transfer_syntax[CDCMTK_TEXT_SIZE]) {
    return contained(false, nullptr, [&] {
        T_ASC_PresentationContext context;
        if (ASC_getPresentationContext(association->association->params, index, &context).bad()) return false;
        if (syntax < 0 || syntax >= context.transferSyntaxCount) return false;
        copy_text(transfer_syntax, context.proposedTransferSyntaxes[syntax]);
        return true;
    });
}

bool CDCMTK_accept_context(CDCMTK_association *association, uint8_t identifier, const char *transfer_syntax) {
    return contained(false, nullptr, [&] {
        return ASC_acceptPresentationContext(association->association->params, identifier, transfer_syntax).good();
    });
}

bool CDCMTK_refuse_context(CDCMTK_association *association, uint8_t identifier, int result) {
    return contained(false, nullptr, [&] {
        const auto reason = result == 3 ? ASC_P_ABSTRACTSYNTAXNOTSUPPORTED : ASC_P_TRANSFERSYNTAXESNOTSUPPORTED;
        return ASC_refusePresentationContext(association->association->params, identifier, reason).good();
    });
}

bool CDCMTK_accept(CDCMTK_association *association, char reason[CDCMTK_TEXT_SIZE]) {
    return contained(false, reason, [&] {
        T_ASC_Parameters *parameters = association->association->params;
        ASC_setAPTitles(parameters, nullptr, nullptr, parameters->DULparams.calledAPTitle);
        const OFCondition condition = ASC_acknowledgeAssociation(association->association);
        if (condition.bad()) copy_text(reason, condition.text());
        return condition.good();
    });
}

bool CDCMTK_reject(CDCMTK_association *association, uint8_t result, uint8_t source, uint8_t reason) {
    return contained(false, nullptr, [&] {
        // The library's numbers hold the source and the reason as they are on the wire (assoc.h).
        const T_ASC_RejectParameters parameters = {static_cast<T_ASC_RejectParametersResult>(result),
                                                   static_cast<T_ASC_RejectParametersSource>(source),
                                                   static_cast<T_ASC_RejectParametersReason>(source << 8 | reason)};
        return ASC_rejectAssociation(association->association, &parameters).good();
    });
}

void CDCMTK_abort(CDCMTK_association *association) {
    contained(false, nullptr, [&] { return ASC_abortAssociation(association->association).good(); });
}

void CDCMTK_close(CDCMTK_association *association) {
    contained(false, nullptr, [&] {
        delete association;
        return true;
    });
}
