#include "CAssertions.h"

#include <cstdio>
#include <cstdlib>

thread_local std::jmp_buf *assertion_guard = nullptr;

/// Takes the place of the C library's for the whole process, as the dynamic linker looks into the program first.
extern "C" [[noreturn]] __attribute__((visibility("default"))) void __assert_fail(const char *assertion, const char *file,
                                                                                  unsigned int line, const char *function) noexcept {
    if (assertion_guard != nullptr) std::longjmp(*assertion_guard, 1);
    std::fprintf(stderr, "%s:%u: %s: Assertion `%s' failed.\n", file, line, function == nullptr ? "?" : function, assertion);
    std::abort();
}
