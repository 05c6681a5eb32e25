#pragma once
#include <CAssertions.h>

#include "COpenJPH.h"

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
