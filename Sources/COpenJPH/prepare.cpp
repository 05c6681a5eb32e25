#include <cstdio>
#include <mutex>

#include "contained.h"
#include "openjph.h"

extern "C" void copenjph_prepare(void) {
    static std::once_flag once;
    std::call_once(once, [] {
        // Release 0.9 copies the base of a handler that it is given, so handlers of one's own are never called. Its own ones throw after an
        // error, which is what we want, and print to these streams, which is not. Never closed: they serve as long as the process lives.
        FILE *const nowhere = std::fopen("/dev/null", "w");
        ojph::set_info_stream(nowhere);
        ojph::set_warning_stream(nowhere);
        ojph::set_error_stream(nowhere);
        [[maybe_unused]] ojph::codestream fillsTheTables;
    });
}
