import Foundation
import TestSupport
import Testing

@testable import StegoKit

/// The dictionary is part of every copy of the program, so nothing in it may come from a patient. It is made without any real file;
/// this looks whether that held, on the real files at hand.
@Suite("Dictionary privacy")
struct DictionaryPrivacyTests {
    /// Tag and VR of Patient's Name and Patient ID.
    private static let identifyingElements: [(tag: [UInt8], vr: String)] = [
        ([0x10, 0x00, 0x10, 0x00], "PN"), ([0x10, 0x00, 0x20, 0x00], "LO"),
    ]

    @Test("no real patient's name or number occurs in any dictionary", .needsCorpus)
    func noRealNames() throws {
        let identities = try realIdentities()
        // Fewer would mean that the files were not understood, and then the search below would prove nothing.
        try #require(identities.count > 30)
        for dictionary in HeaderDictionaries.standard.earlier + [HeaderDictionaries.standard.current] {
            let content = Data(dictionary.content)
            let found = identities.filter { content.range(of: $0) != nil }
            #expect(found.isEmpty, "\(found.map { String(decoding: $0, as: UTF8.self) })")
        }
    }

    @Test("the search finds a name where there is one", .needsCorpus)
    func searchWorks() throws {
        #expect(try realIdentities().contains(Data("CompressedSamples^CT1".utf8)))
    }

    /// Patients' names, their components and patients' numbers of at least four bytes, in little-endian files.
    private func realIdentities() throws -> Set<Data> {
        var identities: Set<Data> = []
        for name in Corpus.files {
            let file = Data(try Corpus.bytes(name))
            for (tag, vr) in Self.identifyingElements {
                guard let value = Self.value(of: tag, vr: vr, in: file) else { continue }
                let components = value.split(whereSeparator: { $0 == UInt8(ascii: "^") || $0 == UInt8(ascii: "=") })
                identities.formUnion([value] + components.map { Data($0) })
            }
        }
        return identities.filter { $0.count >= 4 }
    }

    private static func value(of tag: [UInt8], vr: String, in file: Data) -> Data? {
        let explicit = Data(tag) + Data(vr.utf8)
        let start: Int
        let byteCount: Int
        if let head = file.range(of: explicit), head.upperBound + 2 <= file.endIndex {
            byteCount = Int(file[head.upperBound]) | Int(file[head.upperBound + 1]) << 8
            start = head.upperBound + 2
        } else if let head = file.range(of: Data(tag)), head.upperBound + 4 <= file.endIndex {
            byteCount = Int(file[head.upperBound]) | Int(file[head.upperBound + 1]) << 8
            guard file[head.upperBound + 2] == 0, file[head.upperBound + 3] == 0 else { return nil }
            start = head.upperBound + 4
        } else {
            return nil
        }
        guard byteCount <= 324, start + byteCount <= file.endIndex else { return nil }
        let padding: Set<UInt8> = [0, UInt8(ascii: " ")]
        var value = file[start..<start + byteCount]
        while let last = value.last, padding.contains(last) { value.removeLast() }
        return Data(value)
    }
}
