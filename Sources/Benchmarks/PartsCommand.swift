import ArgumentParser
import Basics
import DICOM
import Foundation
import StegoKit

/// Times the parts of sealing and restoring on one thread; `scripts/bench` times the whole path beside its rivals.
struct PartsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parts",
        abstract: "Time the parts of sealing and restoring, one thread, best of several runs for each file.")

    @Argument(help: "DICOM images with 8 or 16 bits allocated.")
    var files: [String]

    @Option(help: "Runs of each part; the fastest counts.")
    var runs = 5

    @Option(help: "Bytes of the record that is hidden.")
    var recordBytes = 2048

    func validate() throws {
        guard runs > 0, recordBytes >= 0 else { throw ValidationError("runs and record bytes are positive numbers") }
    }

    func run() throws {
        var sums: [String: Double] = [:]
        for path in files {
            let file = Array(try Data(contentsOf: URL(filePath: path)))
            for (part, milliseconds) in try measure(file, name: path) { sums[part, default: 0] += milliseconds }
        }
        for part in Parts.order {
            guard let sum = sums[part] else { continue }
            let unit = Parts.isSize(part) ? "%" : "ms"
            print(part.padding(toLength: 60, withPad: " ", startingAt: 0), String(format: "%8.2f", sum / Double(files.count)), unit)
        }
    }

    private enum Parts {
        static let parse = "parse"
        static let header = "public header"
        static let embed = "embed, reversible"
        static let extract = "extract and restore"
        static let encodings = [StegoEncoding(.j2k), StegoEncoding(.j2k, effort: .fast), StegoEncoding(.htj2k)]
        static func encode(_ encoding: StegoEncoding) -> String { "\(encoding): encode" }
        static func decode(_ encoding: StegoEncoding) -> String { "\(encoding): decode" }
        static func seal(_ encoding: StegoEncoding) -> String { "\(encoding): seal the whole instance, self-check included" }
        static func reveal(_ encoding: StegoEncoding) -> String { "\(encoding): reveal the whole instance" }
        static func size(_ encoding: StegoEncoding) -> String { "\(encoding): codestream, of the native size" }
        static func isSize(_ part: String) -> Bool { encodings.contains { size($0) == part } }
        static let order =
            [parse, header, embed, extract] + encodings.flatMap { [encode($0), decode($0), seal($0), reveal($0), size($0)] }
    }

    private func measure(_ bytes: [UInt8], name: String) throws -> [(String, Double)] {
        let key = StudyKey()
        let file = try DICOMFile(bytes: bytes, name: name)
        let (description, native) = try PixelCodec.decode(file)
        var results = [
            (Parts.parse, try fastest { _ = try DICOMFile(bytes: bytes, name: name) }),
            (Parts.header, try fastest { _ = try PublicHeader.make(from: file, pixels: description) { key.derivedUID(for: $0) } }),
        ]
        results += try measureEmbedding(native, description, key.instanceKey(for: "2.25.1"))
        for encoding in Parts.encodings {
            results += try measureCodec(encoding, native, description)
            let sealer = InstanceSealer(key: key)
            let sealed = try sealer.seal(bytes, name: name, encoding: encoding)
            results += [
                (Parts.seal(encoding), try fastest { _ = try sealer.seal(bytes, name: name, encoding: encoding) }),
                (Parts.reveal(encoding), try fastest { _ = try InstanceRevealer().reveal(sealed.bytes, name: name) { _ in key } }),
            ]
        }
        return results
    }

    private func measureCodec(
        _ encoding: StegoEncoding, _ native: [UInt8], _ description: PixelDescription
    ) throws -> [(String, Double)] {
        guard let syntax = encoding.codec.transferSyntax else { return [] }
        let encoded = try PixelCodec.encode(native, description, as: syntax, effort: encoding.effort)
        let byteCount = encoded.fragments.reduce(0) { $0 + $1.count }
        return [
            (Parts.encode(encoding), try fastest { _ = try PixelCodec.encode(native, description, as: syntax, effort: encoding.effort) }),
            (Parts.decode(encoding), try fastest { _ = try PixelCodec.decode(encoded) }),
            (Parts.size(encoding), 100 * Double(byteCount) / Double(native.count)),
        ]
    }

    private func measureEmbedding(_ native: [UInt8], _ description: PixelDescription, _ key: InstanceKey) throws -> [(String, Double)] {
        let mask = UInt16(truncatingIfNeeded: (1 << description.bitsStored) - 1)
        let flip: UInt16 = description.isSigned ? 1 << UInt16(description.bitsStored - 1) : 0
        let bytesPerSample = description.bitsAllocated / 8
        let levels = (0..<description.rows * description.columns).map { index -> UInt16 in
            let low = UInt16(native[index * bytesPerSample])
            let high = bytesPerSample > 1 ? UInt16(native[index * bytesPerSample + 1]) << 8 : 0
            return ((low | high) & mask) ^ flip
        }
        let cover = try SamplePlanes(
            rows: description.rows, columns: description.columns, bitsStored: description.bitsStored, planes: [levels])
        let record = [UInt8](repeating: 0x5A, count: recordBytes)
        var stego = cover
        _ = try EmbeddingMethod.reversible.embed(record, into: &stego, key: key)
        return [
            (
                Parts.embed,
                try fastest {
                    var planes = cover
                    _ = try EmbeddingMethod.reversible.embed(record, into: &planes, key: key)
                }
            ),
            (
                Parts.extract,
                try fastest {
                    var planes = stego
                    _ = try EmbeddingMethod.extract(from: &planes, key: key)
                }
            ),
        ]
    }

    /// Milliseconds of the fastest of several runs.
    private func fastest(_ body: () throws -> Void) throws -> Double {
        let clock = ContinuousClock()
        var best = Duration.seconds(3600)
        for _ in 0..<runs { best = min(best, try clock.measure(body)) }
        let (seconds, attoseconds) = best.components
        return Double(seconds) * 1e3 + Double(attoseconds) * 1e-15
    }
}
