#include "association.h"

#include <dcmtk/dcmdata/dcdict.h>
#include <dcmtk/dcmnet/diutil.h>

#include <openssl/ssl.h>

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace {

/// PS3.7 table E.1-1, as the library's dictionary has it. A command set is implicit VR, so the library must know these elements.
const char command_elements[] =
    "(0000,0000)\tUL\tCommandGroupLength\t1\tDICOM\n"
    "(0000,0002)\tUI\tAffectedSOPClassUID\t1\tDICOM\n"
    "(0000,0003)\tUI\tRequestedSOPClassUID\t1\tDICOM\n"
    "(0000,0100)\tUS\tCommandField\t1\tDICOM\n"
    "(0000,0110)\tUS\tMessageID\t1\tDICOM\n"
    "(0000,0120)\tUS\tMessageIDBeingRespondedTo\t1\tDICOM\n"
    "(0000,0600)\tAE\tMoveDestination\t1\tDICOM\n"
    "(0000,0700)\tUS\tPriority\t1\tDICOM\n"
    "(0000,0800)\tUS\tCommandDataSetType\t1\tDICOM\n"
    "(0000,0900)\tUS\tStatus\t1\tDICOM\n"
    "(0000,0901)\tAT\tOffendingElement\t1-n\tDICOM\n"
    "(0000,0902)\tLO\tErrorComment\t1\tDICOM\n"
    "(0000,0903)\tUS\tErrorID\t1\tDICOM\n"
    "(0000,1000)\tUI\tAffectedSOPInstanceUID\t1\tDICOM\n"
    "(0000,1001)\tUI\tRequestedSOPInstanceUID\t1\tDICOM\n"
    "(0000,1002)\tUS\tEventTypeID\t1\tDICOM\n"
    "(0000,1005)\tAT\tAttributeIdentifierList\t1-n\tDICOM\n"
    "(0000,1008)\tUS\tActionTypeID\t1\tDICOM\n"
    "(0000,1020)\tUS\tNumberOfRemainingSuboperations\t1\tDICOM\n"
    "(0000,1021)\tUS\tNumberOfCompletedSuboperations\t1\tDICOM\n"
    "(0000,1022)\tUS\tNumberOfFailedSuboperations\t1\tDICOM\n"
    "(0000,1023)\tUS\tNumberOfWarningSuboperations\t1\tDICOM\n"
    "(0000,1030)\tAE\tMoveOriginatorApplicationEntityTitle\t1\tDICOM\n"
    "(0000,1031)\tUS\tMoveOriginatorMessageID\t1\tDICOM\n";

/// Has the library read this dictionary instead of its file, which takes a hundred times as long, and may not be there.
bool load_dictionary() {
    const int memory = memfd_create("veilray-dictionary", MFD_CLOEXEC);
    if (memory < 0) return false;
    const size_t size = sizeof command_elements - 1;
    const bool isWritten = write(memory, command_elements, size) == static_cast<ssize_t>(size);
    const std::string path = "/proc/self/fd/" + std::to_string(memory);
    setenv("DCMDICTPATH", path.c_str(), 1);
    // It is read at the first use.
    dcmDataDict.rdlock();
    dcmDataDict.rdunlock();
    close(memory);
    return isWritten && dcmDataDict.isDictionaryLoaded();
}

}  // namespace

bool CDCMTK_prepare(void) {
    return contained(false, nullptr, [] {
        OFLog::configure(OFLogger::OFF_LOG_LEVEL);
        // Answers are small and wanted at once.
        setenv("TCP_NODELAY", "1", 1);
        // No host name of the peer is used here, and looking it up takes files and sockets.
        dcmDisableGethostbyaddr.set(OFTrue);
        return load_dictionary();
    });
}

CDCMTK_transport *CDCMTK_make_transport(bool asks, const char *certificate, const char *key, const char *peers, char reason[CDCMTK_TEXT_SIZE]) {
    return contained<CDCMTK_transport *>(nullptr, reason, [&]() -> CDCMTK_transport * {
        auto transport = std::make_unique<CDCMTK_transport>(asks ? NET_REQUESTOR : NET_ACCEPTOR);
        DcmTLSTransportLayer &layer = transport->layer;
        const auto refused = [&](const OFCondition &condition, const char *what) {
            if (condition.good()) return false;
            copy_text(reason, what);
            return true;
        };
        if (certificate != nullptr) {
            if (refused(layer.setPrivateKeyFile(key, DCF_Filetype_PEM), "the private key cannot be read")) return nullptr;
            if (refused(layer.setCertificateFile(certificate, DCF_Filetype_PEM), "the certificate cannot be read")) return nullptr;
            if (!layer.checkPrivateKeyMatchesCertificate()) {
                copy_text(reason, "the private key does not belong to the certificate");
                return nullptr;
            }
        }
        if (refused(layer.setTLSProfile(TSP_Profile_BCP195_ND), "the TLS profile BCP 195 is not supported here")) return nullptr;
        if (refused(layer.activateCipherSuites(), "the TLS profile's cipher suites are not supported here")) return nullptr;
        layer.setCertificateVerification(peers == nullptr ? DCV_ignoreCertificate : DCV_requireCertificate);
        if (peers != nullptr &&
            refused(layer.addTrustedCertificateFile(peers, DCF_Filetype_PEM), "the other side's certificates cannot be read")) {
            return nullptr;
        }
        // A certificate that is given is trusted itself, whoever has issued it.
        X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(layer.getNativeHandle()), X509_V_FLAG_PARTIAL_CHAIN);
        return transport.release();
    });
}
