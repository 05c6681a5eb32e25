#include "cgdcm_network.h"

#include <gdcm-3.0/gdcmMediaStorage.h>
#include <gdcm-3.0/gdcmPresentationContext.h>
#include <gdcm-3.0/gdcmReader.h>
#include <gdcm-3.0/gdcmServiceClassUser.h>
#include <gdcm-3.0/gdcmTag.h>
#include <gdcm-3.0/gdcmTrace.h>

#include <memory>
#include <new>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

struct cgdcm_association {
    gdcm::ServiceClassUser user;
};

namespace {

/// Identifiers of presentation contexts are the odd numbers of a byte (PS3.8 §9.3.2.2).
constexpr size_t most_contexts = 128;

/// SOP class and transfer syntax.
using context_key = std::pair<std::string, std::string>;

/// Reads what a presentation context is made of. Both empty when GDCM cannot read the file.
context_key key_of(const char *file) {
    gdcm::Reader reader;
    reader.SetFileName(file);
    if (!reader.ReadUpToTag(gdcm::Tag(0x0008, 0x0018))) return {};
    gdcm::MediaStorage storage;
    storage.SetFromFile(reader.GetFile());
    const char *const sop_class = storage.GetString();
    const char *const syntax = reader.GetFile().GetHeader().GetDataSetTransferSyntax().GetString();
    if (sop_class == nullptr || syntax == nullptr) return {};
    return {sop_class, syntax};
}

/// What GDCM says of the last call.
std::ostringstream &complaints() {
    static std::ostringstream stream;
    return stream;
}

gdcm::PresentationContext context(const context_key &key, uint8_t number) {
    gdcm::PresentationContext context;
    context.SetAbstractSyntax(key.first.c_str());
    context.AddTransferSyntax(key.second.c_str());
    context.SetPresentationContextID(number);
    return context;
}

std::vector<gdcm::PresentationContext> contexts_of(const char *const *files, size_t count) {
    std::set<context_key> keys;
    for (size_t index = 0; index < count && keys.size() < most_contexts; index++) {
        context_key key = key_of(files[index]);
        if (!key.first.empty()) keys.insert(std::move(key));
    }
    std::vector<gdcm::PresentationContext> contexts;
    uint8_t number = 1;
    for (const context_key &key : keys) {
        contexts.push_back(context(key, number));
        number = static_cast<uint8_t>(number + 2);
    }
    return contexts;
}

}  // namespace

int cgdcm_is_readable(const char *file) {
    try {
        return key_of(file).first.empty() ? 0 : 1;
    } catch (...) {
        return 0;
    }
}

cgdcm_association *cgdcm_association_open(const char *host, uint16_t port, const char *calling, const char *called, double timeout,
                                          const char *const *files, size_t count) {
    try {
        gdcm::Trace::DebugOff();
        gdcm::Trace::WarningOff();
        gdcm::Trace::SetErrorStream(complaints());
        gdcm::Trace::ErrorOn();
        const std::vector<gdcm::PresentationContext> contexts = contexts_of(files, count);
        if (contexts.empty()) return nullptr;
        auto association = std::make_unique<cgdcm_association>();
        gdcm::ServiceClassUser &user = association->user;
        user.SetHostname(host);
        user.SetPort(port);
        user.SetTimeout(timeout);
        user.SetAETitle(calling);
        user.SetCalledAETitle(called);
        if (!user.InitializeConnection()) return nullptr;
        user.SetPresentationContexts(contexts);
        if (!user.StartAssociation()) return nullptr;
        return association.release();
    } catch (...) {
        return nullptr;
    }
}

cgdcm_store_status cgdcm_association_store(cgdcm_association *association, const char *file) {
    try {
        const context_key key = key_of(file);
        if (key.first.empty()) return CGDCM_UNREADABLE;
        complaints().str({});
        if (association->user.SendStore(file)) return CGDCM_STORED;
        // GDCM tells its reason in its stream of errors only.
        const bool is_refused = complaints().str().find("refuse our proposed PC") != std::string::npos;
        return is_refused ? CGDCM_CONTEXT_REFUSED : CGDCM_NOT_STORED;
    } catch (...) {
        return CGDCM_NOT_STORED;
    }
}

void cgdcm_association_close(cgdcm_association *association) {
    try {
        association->user.StopAssociation();
    } catch (...) {
    }
    delete association;
}
