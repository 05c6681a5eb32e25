// Nothing to call: the library takes effect by being loaded first.
