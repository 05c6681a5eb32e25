#pragma once

/// Turns GDCM's own messages off, once. Called before anything in the library that might complain.
void cgdcm_silence(void);
