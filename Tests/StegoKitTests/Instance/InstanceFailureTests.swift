import DICOM
import SeededRandomness
import Testing

@testable import StegoKit

/// Each way of being wrong is an error of its own, and nothing is returned.
@Suite struct InstanceFailureTests {
    private let key = StudyKey()

    private func sealed(_ options: SealOptions = SealOptions()) throws -> [UInt8] {
        try InstanceSealer(key: key, options: options).seal(SyntheticFile.make(), name: "image").bytes
    }

    private func code(_ stego: [UInt8], key: StudyKey?) -> StegoError.Code? {
        do {
            _ = try InstanceRevealer().reveal(stego, name: "image") { _ in key }
            return nil
        } catch let error as StegoError {
            return error.code
        } catch {
            return .unreadable
        }
    }

    @Test func rightKey() throws {
        #expect(code(try sealed(), key: key) == nil)
    }

    @Test func noKey() throws {
        #expect(code(try sealed(), key: nil) == .notStego)
        let large = try InstanceSealer(key: key).seal(SyntheticFile.make(privateByteCount: 30_000), name: "image").bytes
        #expect(code(large, key: nil) == .wrongKey)
    }

    @Test func wrongKey() throws {
        #expect(code(try sealed(), key: StudyKey()) != nil)
    }

    @Test func plainImage() throws {
        #expect(code(try SyntheticFile.make(), key: key) == .notStego)
    }

    @Test func notDICOM() {
        #expect(code([1, 2, 3], key: key) == .unreadable)
    }

    /// A stego file whose element a viewer relies on was changed does not open.
    @Test func changedHeader() throws {
        let file = try DICOMFile(bytes: try sealed(SealOptions(codec: .none)), name: "stego")
        var header = file.dataSet
        header.set(DataElement(.rescaleIntercept, .DS, strings: ["-1000"]))
        let range = try #require(file.pixelDataRange)
        let changed = try DICOMWriter.write(
            dataSet: header, transferSyntax: .explicitLittleEndian, pixels: .native(Array(file.expanded[range])))
        #expect(code(changed, key: key) == .tampered)
    }

    /// A pixel changed anywhere in a native stego file is noticed.
    @Test func changedPixels() throws {
        let stego = try sealed(SealOptions(codec: .none))
        var random = SplitMix64(seed: 20)
        for _ in 0..<40 {
            var changed = stego
            changed[stego.count - 2 * Int.random(in: 1...4000, using: &random)] ^= 1
            #expect(code(changed, key: key) != nil)
        }
    }

    /// Stripping every private element leaves a record in the pixels that opens exactly.
    @Test func strippedOfPrivateElements() throws {
        let original = try SyntheticFile.make()
        let stego = try InstanceSealer(key: key, options: SealOptions(codec: .none, capsule: [1, 2, 3])).seal(original, name: "image")
        let stripped = try withoutPrivateElements(stego.bytes)
        let revealed = try InstanceRevealer().reveal(stripped, name: "image") { identity in
            #expect(identity.capsule == nil)
            return key
        }
        #expect(revealed.bytes == original)
        #expect(revealed.exactness == .bytes)
    }

    /// A record that did not fit leaves identity and proof of the pixels behind when its element is stripped.
    @Test func strippedOfTheRecordsRemainder() throws {
        let original = try SyntheticFile.make(privateByteCount: 30_000)
        let stego = try InstanceSealer(key: key, options: SealOptions(codec: .none)).seal(original, name: "image")
        #expect(stego.report.record == .pixelsAndElement)
        let whole = try InstanceRevealer().reveal(stego.bytes, name: "image") { _ in key }
        #expect(whole.bytes == original)
        let revealed = try InstanceRevealer().reveal(try withoutPrivateElements(stego.bytes), name: "image") { _ in key }
        #expect(revealed.exactness == .unproven)
        #expect(revealed.unproven.first?.contains("The pixel values are proven") == true)
        let file = try DICOMFile(bytes: revealed.bytes, name: "image")
        #expect(file.dataSet.string(.patientName) == SyntheticFile.patientName)
    }

    private func withoutPrivateElements(_ stego: [UInt8]) throws -> [UInt8] {
        let file = try DICOMFile(bytes: stego, name: "stego")
        let range = try #require(file.pixelDataRange)
        return try DICOMWriter.write(
            dataSet: DataSet(file.dataSet.filter { !$0.tag.isPrivate }), transferSyntax: .explicitLittleEndian,
            pixels: .native(Array(file.expanded[range])))
    }
}
