/// What an encoder should spare.
public enum EncodingEffort: String, Sendable, Hashable {
    /// Bytes: every bit-plane is arithmetically coded.
    case compact
    /// Time, about a third of it, also of the decoder's: low bit-planes are written raw. Some four to ten per cent more bytes.
    case fast
}
