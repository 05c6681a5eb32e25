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
