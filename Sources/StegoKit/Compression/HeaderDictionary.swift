import Foundation

/// A trained zstd dictionary (RFC 8878 §6) and the identifier that frames made with it carry.
public struct HeaderDictionary: Hashable, Sendable {
    /// 36 352 + version. zstd leaves 32 768 … 2³¹ − 1 to private use; below 65 536 it takes two bytes of a frame.
    public let identifier: UInt32
    /// The dictionary as `zstd --train` writes it, identifier included.
    public let content: [UInt8]

    public init(identifier: UInt32, content: [UInt8]) {
        self.identifier = identifier
        self.content = content
    }

    /// Text that is no base64 gives an empty dictionary, which `HeaderCompressor` refuses as unusable.
    init(identifier: UInt32, base64: String) {
        self.init(identifier: identifier, content: Data(base64Encoded: base64).map { [UInt8]($0) } ?? [])
    }
}

/// The dictionaries a compressor knows: one to write with, all to read with.
///
/// Append-only: a new version becomes `current` and the one before joins `earlier`, so that every record ever made still opens.
public struct HeaderDictionaries: Hashable, Sendable {
    /// What this version of Veilray writes with and can read.
    public static let standard = HeaderDictionaries(current: .version1)

    /// Used to compress.
    public let current: HeaderDictionary
    /// Used only to decompress.
    public let earlier: [HeaderDictionary]

    public init(current: HeaderDictionary, earlier: [HeaderDictionary] = []) {
        self.current = current
        self.earlier = earlier
    }
}
