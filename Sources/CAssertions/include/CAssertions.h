/// Debian builds GDCM, OpenJPEG, CharLS and OpenJPH with assertions on, and a damaged codestream can fail one of them: the process would
/// end, and with it every other study it is working on. Inside of a guard a failed assertion leaves the call instead.
#pragma once
#ifdef __cplusplus
#include <csetjmp>

/// Where a failed assertion of this thread goes. Null outside of guards: there an assertion ends the process, as it should.
extern thread_local std::jmp_buf *assertion_guard;

/// Calls a function and answers true, or false when an assertion failed inside of it.
///
/// Leaving skips destructors, so what the function had allocated is lost; the libraries hold no locks and no global state that could be
/// left behind half changed. That is the lesser evil, and only for input that is damaged or hostile.
template <typename Function>
bool guarded_against_assertions(Function function) {
    std::jmp_buf place;
    // Nothing that is changed after setjmp is read after a jump.
    std::jmp_buf *const outer = assertion_guard;
    if (setjmp(place) != 0) {
        assertion_guard = outer;
        return false;
    }
    assertion_guard = &place;
    function();
    assertion_guard = outer;
    return true;
}
#endif
