#include "assertions.h"

#include <cstdio>
#include <cstdlib>

thread_local std::jmp_buf *cgdcm_assertion_guard = nullptr;

/// Takes the place of the C library's for the whole process, as the dynamic linker looks into the program first.
extern "C" [[noreturn]] __attribute__((visibility("default"))) void __assert_fail(const char *assertion, const char *file,
                                                                                  unsigned int line, const char *function) noexcept {
    if (cgdcm_assertion_guard != nullptr) std::longjmp(*cgdcm_assertion_guard, 1);
    std::fprintf(stderr, "%s:%u: %s: Assertion `%s' failed.\n", file, line, function == nullptr ? "?" : function, assertion);
    std::abort();
}
