import DICOM
import Testing

@testable import StegoKit

/// However many ways of sealing ask for an original's samples, they are decoded once.
@Suite struct OriginalSamplesTests {
    private final class Counter {
        var count = 0
    }

    private func samples(of file: EncapsulatedFile, _ counter: Counter) throws -> OriginalSamples {
        let original = Original(file: try DICOMFile(bytes: try file.bytes(), name: "image"))
        return OriginalSamples(of: original) { file in
            counter.count += 1
            return try PixelCodec.decode(file)
        }
    }

    /// Codestreams of another encoder beside a table that is true of them alone.
    @Test func refusalIsFoundOutOnce() throws {
        var file = try EncapsulatedFile(.jpeg2000Lossless, frames: 2, announcing: "2")
        let plain = try DICOMFile(bytes: try file.bytes(), name: "image")
        let (description, native) = try PixelCodec.decode(plain)
        file.fragments = try PixelCodec.encode(native, description, as: .jpeg2000Lossless, effort: .fast).fragments
        (file.extendedTable, file.table) = (file.starts, [])
        let counter = Counter()
        let samples = try samples(of: file, counter)
        for _ in 1...2 {
            #expect { try samples.reversible() } throws: { ($0 as? StegoError)?.code == .notReversible }
        }
        _ = try samples.decoded()
        #expect(counter.count == 1)
    }

    /// OpenJPH's codestreams come back in other bytes as a rule, so nothing is decoded where they may not.
    @Test func nothingIsDecodedInVain() throws {
        var file = try EncapsulatedFile(.highThroughputJPEG2000Lossless, frames: 1, announcing: "1")
        (file.extendedTable, file.table) = (file.starts, [])
        let counter = Counter()
        let samples = try samples(of: file, counter)
        let description = try #require(DICOMFile(bytes: try file.bytes(), name: "image").pixels)
        try #require(!PixelCodec.isReproducible(description, as: file.syntax))
        #expect(throws: StegoError.self) { try samples.reversible() }
        #expect(counter.count == 0)
    }

    @Test func whatWorksIsDecodedOnce() throws {
        let counter = Counter()
        let samples = try samples(of: try EncapsulatedFile(.jpeg2000Lossless, frames: 1, announcing: "1"), counter)
        let native = try samples.decoded().1
        #expect(try samples.reversible().native == native)
        #expect(try samples.reversible().native == native)
        #expect(counter.count == 1)
        samples.forget()
        _ = try samples.reversible()
        #expect(counter.count == 2)
    }
}
