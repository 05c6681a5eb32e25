/// What an encoder should spare.
public enum EncodingEffort: String, Sendable, Hashable {
    /// Bytes. JPEG 2000 codes every bit-plane arithmetically; JPEG XL searches its context trees for long.
    case compact
    /// Time. JPEG 2000 writes low bit-planes raw, which saves about a third of it, also of the decoder's, for some four to ten per cent
    /// more bytes. JPEG XL takes a tenth of the encoder's time for one to three per cent more bytes.
    case fast
}
