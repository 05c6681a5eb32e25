#include "association.h"

#include <dcmtk/dcmnet/dcmtrans.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

namespace {

/// Gives the library a connection that is there, in place of the one that it has just made.
class GivenConnection : public DcmTransportLayer {
public:
    GivenConnection(int socket, DcmTransportLayer *inner, void (*confine)(void)) : socket(socket), inner(inner), confine(confine) {}
    ~GivenConnection() override {
        if (socket >= 0) close(socket);
    }

    DcmTransportConnection *createConnection(DcmNativeSocketType opened, OFBool is_secure) override {
        // The library goes on with the number that it has.
        if (socket < 0 || dup2(socket, opened) < 0) return nullptr;
        close(socket);
        socket = -1;
        confine();
        return inner == nullptr ? DcmTransportLayer::createConnection(opened, is_secure) : inner->createConnection(opened, is_secure);
    }

private:
    int socket;
    DcmTransportLayer *inner;
    void (*confine)(void);
};

/// A port on the loopback interface that takes the connection which the library insists on making.
class Decoy {
public:
    Decoy() : listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in name = {};
        name.sin_family = AF_INET;
        name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof name;
        auto *address = reinterpret_cast<sockaddr *>(&name);
        is_open = listener >= 0 && bind(listener, address, size) == 0 && listen(listener, 1) == 0 &&
                  getsockname(listener, address, &size) == 0;
        port = ntohs(name.sin_port);
    }
    ~Decoy() { close_now(); }
    Decoy(const Decoy &) = delete;
    Decoy &operator=(const Decoy &) = delete;

    void close_now() {
        if (listener >= 0) close(listener);
        listener = -1;
    }
    std::string address() const { return "127.0.0.1:" + std::to_string(port); }

    bool is_open = false;

private:
    int listener;
    unsigned port = 0;
};

OFCondition add_contexts(T_ASC_Parameters *parameters, const CDCMTK_association_request *request) {
    for (int index = 0; index < request->context_count; index++) {
        const CDCMTK_context_request &context = request->contexts[index];
        const char *syntaxes[] = {context.transfer_syntax};
        const OFCondition condition =
            ASC_addPresentationContext(parameters, static_cast<T_ASC_PresentationContextID>(2 * index + 1), context.abstract_syntax, syntaxes,
                                       1, context.is_provider ? ASC_SC_ROLE_SCP : ASC_SC_ROLE_DEFAULT);
        if (condition.bad()) return condition;
    }
    return EC_Normal;
}

/// The result of each context (PS3.8 table 9-18); 3 where the answer does not speak of it.
void copy_results(T_ASC_Parameters *parameters, int count, uint8_t *results) {
    for (int index = 0; index < count; index++) {
        T_ASC_PresentationContext context;
        const bool is_known = ASC_getPresentationContext(parameters, index, &context).good() && context.resultReason <= 4;
        results[index] = is_known ? static_cast<uint8_t>(context.resultReason) : 3;
    }
}

void copy_rejection(T_ASC_Parameters *parameters, uint8_t rejection[3]) {
    T_ASC_RejectParameters rejected = {};
    ASC_getRejectParameters(parameters, &rejected);
    // The library's reasons hold the source in the upper byte (assoc.h).
    rejection[0] = static_cast<uint8_t>(rejected.result);
    rejection[1] = static_cast<uint8_t>(rejected.source);
    rejection[2] = static_cast<uint8_t>(rejected.reason & 0xFF);
}

}  // namespace

CDCMTK_outcome outcome_of(const OFCondition &condition, char *reason) {
    copy_text(reason, condition.text());
    if (condition == DUL_ASSOCIATIONREJECTED) return CDCMTK_REJECTED;
    if (condition == DUL_PEERABORTEDASSOCIATION) return CDCMTK_PEER_ABORTED;
    if (condition == DUL_PEERREQUESTEDRELEASE) return CDCMTK_PEER_LEFT;
    if (condition == DUL_NETWORKCLOSED) return CDCMTK_PEER_GONE;
    if (condition == DUL_READTIMEOUT || condition == DIMSE_NODATAAVAILABLE) return CDCMTK_PEER_SILENT;
    if (condition == DUL_UNEXPECTEDPDU || condition == DUL_ILLEGALPDU || condition == DUL_ILLEGALPDULENGTH ||
        condition == DUL_UNSUPPORTEDPEERPROTOCOL || condition.code() == DULC_UNRECOGNIZEDPDUTYPE) {
        return CDCMTK_PEER_NONSENSE;
    }
    return CDCMTK_FAILED;
}

CDCMTK_outcome CDCMTK_request(int socket, CDCMTK_transport *transport, const CDCMTK_association_request *request, void (*confine)(void),
                              CDCMTK_association **association, uint8_t *results, uint8_t rejection[3], char reason[CDCMTK_TEXT_SIZE]) {
    return contained(CDCMTK_FAILED, reason, [&] {
        auto result = std::make_unique<CDCMTK_association>();
        result->isSecure = transport != nullptr;
        result->connector = std::make_unique<GivenConnection>(socket, transport == nullptr ? nullptr : &transport->layer, confine);
        dcmSocketReceiveTimeout.set(request->seconds);
        dcmSocketSendTimeout.set(request->seconds);
        Decoy decoy;
        if (!decoy.is_open) {
            copy_text(reason, "there is no loopback interface to connect over");
            return CDCMTK_FAILED;
        }
        T_ASC_Parameters *parameters = nullptr;
        OFCondition condition = ASC_initializeNetwork(NET_REQUESTOR, 0, request->seconds, &result->network);
        if (condition.good()) condition = ASC_setTransportLayer(result->network, result->connector.get(), 0);
        if (condition.good()) condition = ASC_createAssociationParameters(&parameters, CDCMTK_LONGEST_UNIT);
        if (condition.good()) {
            std::strncpy(parameters->ourImplementationClassUID, request->implementation_uid,
                         sizeof parameters->ourImplementationClassUID - 1);
            std::strncpy(parameters->ourImplementationVersionName, request->implementation_version,
                         sizeof parameters->ourImplementationVersionName - 1);
            ASC_setAPTitles(parameters, request->calling, request->called, nullptr);
            ASC_setPresentationAddresses(parameters, "veilray", decoy.address().c_str());
            condition = ASC_setTransportLayerType(parameters, result->isSecure ? OFTrue : OFFalse);
        }
        if (condition.good()) condition = add_contexts(parameters, request);
        if (condition.good()) {
            condition = ASC_requestAssociation(result->network, parameters, &result->association, nullptr, nullptr, DUL_NOBLOCK,
                                               request->seconds);
        }
        decoy.close_now();
        const bool is_given_away = result->association != nullptr;
        if (condition == DUL_ASSOCIATIONREJECTED) copy_rejection(parameters, rejection);
        if (!is_given_away && parameters != nullptr) ASC_destroyAssociationParameters(&parameters);
        if (condition.bad()) return outcome_of(condition, reason);
        copy_results(parameters, request->context_count, results);
        *association = result.release();
        return CDCMTK_DONE;
    });
}

void CDCMTK_release(CDCMTK_association *association) {
    contained(false, nullptr, [&] { return ASC_releaseAssociation(association->association).good(); });
}
