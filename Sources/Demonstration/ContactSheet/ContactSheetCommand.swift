import ArgumentParser
import DICOM
import Foundation
import Imaging

struct ContactSheetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contact-sheet",
        abstract: "Draw original, stego, difference and restored side by side as a PNG.",
        discussion: """
            Give --original, --stego and --restored once for each row, in the same order. Grey images are shown through the \
            original's window. Of a multi-frame object the middle frame is shown. Files without pixels are passed over.
            """
    )

    @Option(help: ArgumentHelp("A file as it was before it was sent.", valueName: "file"))
    var original: [String]

    @Option(help: ArgumentHelp("What travelled in its place.", valueName: "file"))
    var stego: [String]

    @Option(help: ArgumentHelp("What the receiver made of it.", valueName: "file"))
    var restored: [String]

    @Option(help: ArgumentHelp("The picture to write.", valueName: "png"))
    var output: String

    func validate() throws {
        guard !original.isEmpty, original.count == stego.count, original.count == restored.count else {
            throw ValidationError("Give --original, --stego and --restored the same number of times, at least once.")
        }
    }

    func run() throws {
        var rows: [SheetRow] = []
        for index in original.indices {
            do {
                rows.append(try row(index))
            } catch let error as DICOMError where error.code == .noPixelData {
                FileHandle.standardError.write(Data("contact-sheet: \(error); left out\n".utf8))
            }
        }
        guard !rows.isEmpty else { throw DemonstrationError.notComparable(output, "None of the files has pixels to draw.") }
        try FileSystem.write(try PNGEncoder.encode(ContactSheet(rows: rows).draw()), to: output)
    }

    private func row(_ index: Int) throws -> SheetRow {
        let before = try SampleImage(reading: original[index])
        // All of a row through one window, so that what looks different is different.
        return try SheetRow(
            name: URL(fileURLWithPath: original[index]).lastPathComponent,
            original: before,
            stego: try SampleImage(reading: stego[index]).shown(through: before.window),
            restored: try SampleImage(reading: restored[index]).shown(through: before.window)
        )
    }
}

extension SampleImage {
    fileprivate func shown(through window: DisplayWindow) -> SampleImage {
        SampleImage(width: width, height: height, channels: channels, samples: samples, window: window, bitsStored: bitsStored)
    }
}

/// The three images of one instance, checked to be comparable.
struct SheetRow: Sendable {
    let name: String
    let original: SampleImage
    let stego: SampleImage
    let restored: SampleImage
    /// Stego minus original.
    let embedding: SampleDifference
    /// Restored minus original: all zero when the trip was exact.
    let remainder: SampleDifference

    /// - Throws: `DemonstrationError` when the images differ in shape.
    init(name: String, original: SampleImage, stego: SampleImage, restored: SampleImage) throws {
        guard stego.hasShape(of: original), restored.hasShape(of: original) else {
            throw DemonstrationError.notComparable(name, "The three files have different dimensions; give files of the same instance.")
        }
        self.name = name
        self.original = original
        self.stego = stego
        self.restored = restored
        embedding = SampleDifference(from: original, to: stego)
        remainder = SampleDifference(from: original, to: restored)
    }

    /// The span between the lowest and the highest sample of the original.
    var usedRange: Double {
        guard let low = original.samples.min(), let high = original.samples.max() else { return 0 }
        return Double(high) - Double(low)
    }
}
