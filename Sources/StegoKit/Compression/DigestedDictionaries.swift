/// All that a compressor needs of its dictionaries, digested. About 5 MB and 10 ms, so it is made once and shared.
final class DigestedDictionaries: Sendable {
    /// The dictionaries every `HeaderCompressor()` shares. A failure is kept, to be thrown by the first call that needs them.
    static let standard = Result { () throws(CompressionError) in try DigestedDictionaries(.standard) }

    private let forCompression: [CompressionEffort: CompressionDictionary]
    private let forDecompression: [UInt32: DecompressionDictionary]

    /// - Throws: `unusableDictionary` when a dictionary is not what its identifier says.
    init(_ dictionaries: HeaderDictionaries) throws(CompressionError) {
        var forCompression: [CompressionEffort: CompressionDictionary] = [:]
        for effort in CompressionEffort.allCases {
            forCompression[effort] = try CompressionDictionary(dictionaries.current, level: effort.level)
        }
        var forDecompression: [UInt32: DecompressionDictionary] = [:]
        for dictionary in dictionaries.earlier + [dictionaries.current] {
            forDecompression[dictionary.identifier] = try DecompressionDictionary(dictionary)
        }
        self.forCompression = forCompression
        self.forDecompression = forDecompression
    }

    func compression(_ effort: CompressionEffort) throws(CompressionError) -> CompressionDictionary {
        guard let dictionary = forCompression[effort] else { throw .zstandardFailed("no dictionary for \(effort)") }
        return dictionary
    }

    /// - Throws: `unknownDictionary` for 0 too: `HeaderCompressor` never writes without a dictionary.
    func decompression(identifier: UInt32) throws(CompressionError) -> DecompressionDictionary {
        guard let dictionary = forDecompression[identifier] else { throw .unknownDictionary(identifier) }
        return dictionary
    }
}
