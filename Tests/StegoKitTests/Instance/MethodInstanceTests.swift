import DICOM
import Testing

@testable import StegoKit

/// Whole instances by every method: sealed, revealed, and revealed without the sealed element.
@Suite struct MethodInstanceTests {
    private let key = StudyKey()

    private func options(_ method: EmbeddingMethod, _ region: RegionPolicy? = nil) -> SealOptions {
        SealOptions(method: method, region: region, codec: .none)
    }

    private func withoutPrivateElements(_ stego: [UInt8]) throws -> [UInt8] {
        let file = try DICOMFile(bytes: stego, name: "stego")
        let range = try #require(file.pixelDataRange)
        return try DICOMWriter.write(
            dataSet: DataSet(file.dataSet.filter { !$0.tag.isPrivate }), transferSyntax: .explicitLittleEndian,
            pixels: .native(Array(file.expanded[range])))
    }

    private func planes(of bytes: [UInt8]) throws -> SamplePlanes {
        let (description, native) = try PixelCodec.decode(DICOMFile(bytes: bytes, name: "file"))
        return try #require(try SampleConversion(description)?.split(native).planes)
    }

    @Test("exact, and the pixels alone open too", arguments: EmbeddingMethod.all)
    func strippedElement(_ method: EmbeddingMethod) throws {
        let original = try SyntheticFile.make()
        let stego = try InstanceSealer(key: key, options: options(method)).seal(original, name: "image")
        #expect(stego.report.method == method.name && stego.report.record == .pixels && stego.report.exactness == .bytes)
        #expect(stego.report.methodParameters == (method == .syndromeTrellis ? ["constraintHeight": 10] : nil))
        #expect((stego.report.embeddingEfficiency ?? 0) > 0)
        let whole = try InstanceRevealer().reveal(stego.bytes, name: "image") { _ in key }
        #expect(whole.bytes == original && whole.exactness == .bytes)

        let stripped = try InstanceRevealer().reveal(try withoutPrivateElements(stego.bytes), name: "image") { _ in key }
        let file = try DICOMFile(bytes: stripped.bytes, name: "image")
        #expect(file.dataSet.string(.patientName) == SyntheticFile.patientName)
        guard method != .reversible else {
            #expect(stripped.bytes == original && stripped.exactness == .bytes)
            return
        }
        #expect(stripped.exactness == .unproven)
        #expect(stripped.unproven.first?.contains("\(method) embedding was stripped") == true)
        // All but the few changed samples is the original's.
        #expect(stripped.bytes.count == original.count)
        #expect(zip(stripped.bytes, original).count { $0 != $1 } <= 2 * stego.report.changedSamples)
    }

    @Test("a given rectangle is bit for bit the original's", arguments: EmbeddingMethod.all)
    func givenRegion(_ method: EmbeddingMethod) throws {
        let original = try SyntheticFile.make()
        let region = RegionPolicy(shapes: RegionShapes(everyImage: [.rectangle(x: 30, y: 20, width: 40, height: 50)]))
        let stego = try InstanceSealer(key: key, options: options(method, region)).seal(original, name: "image")
        #expect(stego.report.record == .pixels)
        #expect(abs((stego.report.regionCoverage ?? 0) - 2000.0 / 9216) < 0.001 && stego.report.regionSource == "as given")
        let (before, after) = (try planes(of: original).planes[0], try planes(of: stego.bytes).planes[0])
        for row in 20..<70 {
            #expect(before[row * 96 + 30..<row * 96 + 70] == after[row * 96 + 30..<row * 96 + 70])
        }
        #expect(before != after)
        #expect(try InstanceRevealer().reveal(stego.bytes, name: "image") { _ in key }.bytes == original)
    }

    @Test(
        "a region that leaves too little room: an excerpt or nothing goes into the pixels, and a note says so",
        arguments: EmbeddingMethod.all)
    func tooLittleRoom(_ method: EmbeddingMethod) throws {
        let original = try SyntheticFile.make(privateByteCount: 30_000)
        for height in [24, 96] {
            let region = RegionPolicy(shapes: RegionShapes(everyImage: [.rectangle(x: 0, y: 0, width: 96, height: height)]))
            let stego = try InstanceSealer(key: key, options: options(method, region)).seal(original, name: "image")
            #expect(stego.report.record == (height == 96 ? .element : .pixelsAndElement), "\(stego.report)")
            #expect(stego.report.notes.contains { $0.hasPrefix("region: ") && $0.contains("stay as they are") })
            let (before, after) = (try planes(of: original).planes[0], try planes(of: stego.bytes).planes[0])
            #expect(before.prefix(96 * height) == after.prefix(96 * height))
            #expect(try InstanceRevealer().reveal(stego.bytes, name: "image") { _ in key }.bytes == original)
        }
    }

    @Test("what was chosen about a method is done and reported")
    func constraintHeight() throws {
        let original = try SyntheticFile.make()
        for height in [7, 12] {
            let method = try EmbeddingMethod.syndromeTrellis.setting("constraintHeight", to: height)
            let sealer = InstanceSealer(key: key, options: options(method))
            let stego = try sealer.seal(original, name: "image")
            #expect(stego.report.record == .pixels && stego.report.methodParameters == ["constraintHeight": height])
            #expect(try InstanceRevealer().reveal(stego.bytes, name: "image") { _ in key }.bytes == original)
        }
    }
}
