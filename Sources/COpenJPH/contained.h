#pragma once
#include <CAssertions.h>

#include "COpenJPH.h"

/// Makes the library ready, once: its messages go nowhere, an error becomes an exception, and its tables of functions, which it fills
/// without a lock when the first codestream is made, are filled before a second thread can come.
void copenjph_prepare();

/// The border that nothing but a status crosses.
template <typename Function>
copenjph_status contained(Function function) {
    copenjph_status status = COPENJPH_FAILED;
    const bool returned = guarded_against_assertions([&] {
        try {
            copenjph_prepare();
            status = function();
        } catch (...) {
            // Errors are exceptions of several kinds here, character strings among them.
            status = COPENJPH_FAILED;
        }
    });
    return returned ? status : COPENJPH_ABORTED;
}
