import DICOM
import Imaging
import SeededRandomness

@testable import StegoKit

/// A synthetic image with a name written into its pixels.
struct WrittenFile {
    var modality = "CT"
    var sopClass = "1.2.840.10008.5.1.4.1.1.2"
    var imageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    var rows = 128
    var columns = 256
    var frames = 1
    var bitsAllocated = 16
    var bitsStored = 12
    var isSigned = false
    var photometricInterpretation = "MONOCHROME2"
    var colourByPlane = false
    var syntax = TransferSyntax.explicitLittleEndian
    var text = "HUSTERMANN ERIKA"
    var textAt = (x: 24, y: 40)
    var scale = 1
    /// Frames that show the text; `nil` for all.
    var writtenFrames: Set<Int>?
    /// Colours that show it.
    var writtenColours: Set<Int> = [0, 1, 2]
    /// Levels are multiples of it, as in video of few bits.
    var quantum = 1
    var seed: UInt64 = 1
    var extra: [DataElement] = []

    var colours: Int { photometricInterpretation.hasPrefix("MONOCHROME") || photometricInterpretation == "PALETTE COLOR" ? 1 : 3 }

    static let patientName = "HUSTERMANN^ERIKA"

    /// Positions of the text's ink in a plane.
    var ink: [Int] {
        var canvas = Canvas(width: columns, height: rows, background: .black)
        canvas.text(text, x: textAt.x, y: textAt.y, scale: scale, Colour(255, 255, 255))
        return (0..<rows * columns).filter { canvas[$0 % columns, $0 / columns]?.red == 255 }
    }

    /// Levels: something smooth with a little noise, and the text.
    func planes() -> [[UInt16]] {
        var generator = SplitMix64(seed: seed)
        let maximum = (1 << bitsStored) - 1
        let ink = ink
        return (0..<frames * colours).map { plane in
            let (frame, colour) = plane.quotientAndRemainder(dividingBy: colours)
            let isChroma = photometricInterpretation.hasPrefix("YBR") && colour > 0
            var levels = (0..<rows * columns).map { index -> UInt16 in
                if isChroma { return UInt16(maximum / 2 + 1) }
                let (x, y) = (index % columns, index / columns)
                let noise = Int.random(in: 0...max(1, maximum / 500), using: &generator)
                return UInt16((maximum / 8 + (x + y + frame * 5) * maximum / 2000 + noise) / quantum * quantum)
            }
            if writtenFrames?.contains(frame) ?? true, writtenColours.contains(colour), !isChroma {
                let white = photometricInterpretation == "MONOCHROME1" ? 0 : maximum / quantum * quantum
                for index in ink { levels[index] = UInt16(white) }
            }
            return levels
        }
    }

    func description() throws -> PixelDescription {
        try PixelDescription(
            rows: rows, columns: columns, frames: frames, samplesPerPixel: colours, planarConfiguration: colourByPlane ? 1 : 0,
            photometricInterpretation: photometricInterpretation, bitsAllocated: bitsAllocated, bitsStored: bitsStored, isSigned: isSigned)
    }

    func bytes(planes: [[UInt16]]? = nil) throws -> [UInt8] {
        let description = try description()
        let samples = try SamplePlanes(rows: rows, columns: columns, bitsStored: bitsStored, planes: planes ?? self.planes())
        guard
            let native = SampleConversion(description)?.join(
                samples, unusedBits: isSigned ? .signExtension : .zero, colorByPlane: colourByPlane)
        else { throw StegoError(.notReversible, "no samples of this kind") }
        var header = DataSet([
            DataElement(.sopClassUID, .UI, strings: [sopClass]),
            DataElement(.sopInstanceUID, .UI, strings: ["2.25.78.1.1"]),
            DataElement(.studyInstanceUID, .UI, strings: ["2.25.78"]),
            DataElement(.seriesInstanceUID, .UI, strings: ["2.25.78.1"]),
            DataElement(.imageType, .CS, strings: imageType),
            DataElement(.modality, .CS, strings: [modality]),
            DataElement(.patientName, .PN, strings: [Self.patientName]),
            DataElement(.samplesPerPixel, .US, integers: [colours]),
            DataElement(.photometricInterpretation, .CS, strings: [photometricInterpretation]),
            DataElement(.rows, .US, integers: [rows]),
            DataElement(.columns, .US, integers: [columns]),
            DataElement(.bitsAllocated, .US, integers: [bitsAllocated]),
            DataElement(.bitsStored, .US, integers: [bitsStored]),
            DataElement(.highBit, .US, integers: [bitsStored - 1]),
            DataElement(.pixelRepresentation, .US, integers: [isSigned ? 1 : 0]),
        ])
        if colours > 1 { header.set(.planarConfiguration, .US, integers: [colourByPlane ? 1 : 0]) }
        if frames > 1 { header.set(.numberOfFrames, .IS, "\(frames)") }
        if photometricInterpretation == "PALETTE COLOR" { Self.addPalette(to: &header) }
        for element in extra { header.set(element) }
        guard syntax.isEncapsulated else {
            return try DICOMWriter.write(dataSet: header, transferSyntax: syntax, pixels: .native(native))
        }
        let encoded = try PixelCodec.encode(native, description, as: syntax)
        header.set(.photometricInterpretation, .CS, encoded.description.photometricInterpretation)
        return try DICOMWriter.write(dataSet: header, transferSyntax: syntax, pixels: .encapsulated(encoded))
    }

    /// A palette in which neighbouring indices are quite different colours.
    private static func addPalette(to header: inout DataSet) {
        let tags: [(Tag, Tag, Int)] = [
            (.redPaletteColorLookupTableDescriptor, .redPaletteColorLookupTableData, 1),
            (.greenPaletteColorLookupTableDescriptor, .greenPaletteColorLookupTableData, 3),
            (.bluePaletteColorLookupTableDescriptor, .bluePaletteColorLookupTableData, 5),
        ]
        for (descriptor, data, factor) in tags {
            header.set(descriptor, .US, integers: [256, 0, 16])
            header.set(DataElement(data, .OW, integers: (0..<256).map { ($0 / 64 * 64 + $0 * factor % 8) << 8 }))
        }
    }
}

/// What a stego file shows.
struct ShownSamples {
    let planes: [[UInt16]]
    let description: PixelDescription

    init(of stego: [UInt8]) throws {
        let file = try DICOMFile(bytes: stego, name: "stego")
        let (description, native) = try PixelCodec.decode(file)
        self.description = description
        planes = try SampleConversion(description)?.split(native).planes.planes ?? []
    }

    /// The share of a text's ink that still stands out from the samples around it, in the plane where most does.
    ///
    /// A filled sample differs from its neighbours by no more than hiding changes them.
    func legibleShare(of file: WrittenFile) -> Double {
        let ink = Set(file.ink)
        let threshold = max(3, (1 << file.bitsStored) / 10)
        let shares = planes.map { plane -> Double in
            let standing = ink.count { index in
                let neighbours = [index - 2, index + 2, index - 2 * file.columns, index + 2 * file.columns].filter {
                    plane.indices.contains($0) && !ink.contains($0)
                }
                return neighbours.contains { abs(Int(plane[$0]) - Int(plane[index])) > threshold }
            }
            return Double(standing) / Double(max(1, ink.count))
        }
        return shares.max() ?? 0
    }
}
