/// The bits of the sample words that hold no pixel value: above HighBit, or below a HighBit that is not BitsStored − 1.
///
/// They may hold overlay planes (PS3.5 §8.1.1, retired), so they are never shown in a stego image: it has them canonical
/// (zero, or copies of the sign), and the original's travel in the record.
enum UnusedBits: Equatable, Sendable {
    /// All zero.
    case zero
    /// Each word's upper bits repeat its sign bit.
    case signExtension
    /// Anything else: the words with the sample bits cleared, in file order, little endian.
    case explicit([UInt8])
}
