/// How the bytes of native pixel data lie in a file, compared with how Explicit VR Little Endian would have them.
///
/// Big-endian `OW` is made of 16-bit words whatever the samples are (PS3.5 §7.3, §8.1.1), so an odd number of single bytes ends in a word
/// whose other half is padding and comes first.
public struct NativePixelOrder: Hashable, Sendable {
    /// Bytes that stand in reverse order: 1 (nothing is reversed), 2, 4 or 8.
    public let unitSize: Int
    /// The byte that fills the last word, where the words are reversed and the samples do not fill them.
    public let padding: UInt8?

    public static let littleEndian = NativePixelOrder(unitSize: 1, padding: nil)

    public init(unitSize: Int, padding: UInt8?) {
        self.unitSize = unitSize
        self.padding = padding
    }

    /// Native little-endian bytes from those of a file. With padding, the last byte of the result is not there.
    public func native(_ stored: ArraySlice<UInt8>) -> [UInt8] {
        guard unitSize > 1 else { return Array(stored) }
        let swapped = ByteOrder.swapped(stored, unitSize: unitSize)
        return padding == nil ? swapped : swapped.dropLast()
    }

    /// The reverse of ``native(_:)``: what ``DICOMFile/pixelDataRange`` held.
    public func stored(_ native: [UInt8]) -> [UInt8] {
        guard unitSize > 1 else { return native }
        return ByteOrder.swapped((padding.map { native + [$0] } ?? native)[...], unitSize: unitSize)
    }
}
