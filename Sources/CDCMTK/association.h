#pragma once

// The library's configuration header must come first.
#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmnet/assoc.h>
#include <dcmtk/dcmnet/dcmlayer.h>
#include <dcmtk/dcmnet/dimse.h>
#include <dcmtk/dcmnet/dul.h>
#include <dcmtk/dcmtls/tlslayer.h>

#include <cstring>
#include <memory>

#include "CDCMTK.h"

struct CDCMTK_transport {
    explicit CDCMTK_transport(T_ASC_NetworkRole role) : layer(role, nullptr, OFTrue) {}
    DcmTLSTransportLayer layer;
};

/// How an association ended, as a condition of the library tells it.
CDCMTK_outcome outcome_of(const OFCondition &condition, char *reason);

/// The next piece of a message. DCMTK's own loops write into its streams, which do not report a full disk, and know no newer transfer
/// syntaxes than the library itself.
OFCondition next_piece(T_ASC_Association *association, int seconds, DUL_PDV *piece);

struct CDCMTK_association {
    /// Of an association that this side asked for; the network refers to it.
    std::unique_ptr<DcmTransportLayer> connector;
    T_ASC_Network *network = nullptr;
    T_ASC_Association *association = nullptr;
    bool isSecure = false;
    char implementation[CDCMTK_TEXT_SIZE] = "";
    /// The request that was read last.
    T_DIMSE_C_StoreRQ request = {};
    /// The same where it was a request for an action.
    T_DIMSE_N_ActionRQ action = {};
    bool is_action = false;
    T_ASC_PresentationContextID context = 0;

    ~CDCMTK_association() {
        if (association != nullptr) {
            ASC_dropAssociation(association);
            ASC_destroyAssociation(&association);
        }
        if (network != nullptr) ASC_dropNetwork(&network);
    }
};

/// Copies a text, cut off where there is no room for all of it.
inline void copy_text(char target[CDCMTK_TEXT_SIZE], const char *text) {
    std::strncpy(target, text == nullptr ? "" : text, CDCMTK_TEXT_SIZE - 1);
    target[CDCMTK_TEXT_SIZE - 1] = '\0';
}

/// The border that no exception crosses.
template <typename Result, typename Function>
Result contained(Result otherwise, char *reason, Function function) noexcept {
    try {
        return function();
    } catch (const std::exception &error) {
        if (reason != nullptr) copy_text(reason, error.what());
    } catch (...) {
        if (reason != nullptr) copy_text(reason, "an exception without a name");
    }
    return otherwise;
}
