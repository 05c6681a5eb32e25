import DICOM
import SeededRandomness

@testable import StegoKit

/// An encapsulated synthetic image whose fragments and tables can be made as odd as they come.
struct EncapsulatedFile {
    let syntax: TransferSyntax
    private let header: DataSet
    var fragments: [[UInt8]]
    var table: [Int]
    /// With lengths, when there is one.
    var extendedTable: [Int]?
    var hasDelimiter = true
    var tail: [UInt8] = []

    /// - Parameter numberOfFrames: what the header says; nil leaves the element out.
    init(_ syntax: TransferSyntax, frames: Int, announcing numberOfFrames: String?) throws {
        self.syntax = syntax
        let native = try DICOMFile(bytes: SyntheticFile.make(), name: "synthetic")
        let (description, bytes) = try PixelCodec.decode(native)
        fragments = try (0..<frames).map { frame in
            let brighter = stride(from: 0, to: bytes.count, by: 2).flatMap { index -> [UInt8] in
                let value = UInt16(bytes[index]) + UInt16(bytes[index + 1]) << 8 + UInt16(frame)
                return [UInt8(truncatingIfNeeded: value), UInt8(value >> 8)]
            }
            return try PixelCodec.encode(brighter, description, as: syntax).fragments[0]
        }
        table = []
        var header = native.dataSet
        if let numberOfFrames { header.set(DataElement(.numberOfFrames, .IS, strings: [numberOfFrames])) }
        self.header = header
        table = starts
    }

    /// Where the fragments begin, as a basic offset table counts.
    var starts: [Int] {
        fragments.indices.map { index in fragments[..<index].reduce(0) { $0 + 8 + $1.count } }
    }

    /// Puts what another encoder would write into codestreams of JPEG's family: an application segment behind the start.
    mutating func makeForeign() {
        guard syntax.codec == .jpeg || syntax.codec == .jpegLS else { return }
        fragments = fragments.map { Array($0[..<2]) + [0xFF, 0xE5, 0, 4, 1, 2] + Array($0[2...]) }
        if extendedTable != nil { extendedTable = starts }
    }

    /// One or two oddities of the kinds that exist in the wild.
    mutating func disturb(using random: inout SplitMix64) {
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            let index = Int.random(in: fragments.indices, using: &random)
            switch Int.random(in: 0..<12, using: &random) {
            case 0: table = []
            case 1: table = table.map { $0 + 2 }
            case 2: table.reverse()
            case 3: fragments.insert([], at: index)
            case 4:
                let middle = fragments[index].count / 4 * 2
                fragments.replaceSubrange(index...index, with: [Array(fragments[index][..<middle]), Array(fragments[index][middle...])])
            case 5: fragments[index] += fragments[index]
            case 6: fragments[index] += [0, 0, 0, 0]
            case 7: fragments[index] += Array("text behind ".utf8)
            case 8: hasDelimiter = false
            case 9: tail = [0xFC, 0xFF, 0xFC, 0xFF, 0x4F, 0x42, 0, 0, 4, 0, 0, 0, 9, 9, 9, 9]
            case 10: extendedTable = starts
            default: fragments[index].removeLast(min(4, fragments[index].count))
            }
        }
    }

    func bytes() throws -> [UInt8] {
        var dataSet = header
        if let extendedTable {
            dataSet.set(DataElement(Tag(0x7FE0, 0x0001), .OV, bytes: extendedTable.flatMap { Self.littleEndian($0, 8) }))
            dataSet.set(DataElement(Tag(0x7FE0, 0x0002), .OV, bytes: fragments.flatMap { Self.littleEndian($0.count, 8) }))
        }
        let pixels = EncapsulatedPixels(
            transferSyntax: syntax, description: try PixelDescription(of: try DICOMFile(bytes: SyntheticFile.make(), name: "").dataSet),
            fragments: [[]])
        let written = try DICOMWriter.write(dataSet: dataSet, transferSyntax: syntax, pixels: .encapsulated(pixels))
        return written.dropLast(pixels.serialised().count) + value + tail
    }

    private var value: [UInt8] {
        let items = [table.flatMap { Self.littleEndian($0, 4) }] + fragments
        let delimiter: [UInt8] = hasDelimiter ? [0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0] : []
        return items.flatMap { [0xFE, 0xFF, 0x00, 0xE0] + Self.littleEndian($0.count, 4) + $0 } + delimiter
    }

    private static func littleEndian(_ number: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}
