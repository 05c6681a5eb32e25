import ArgumentParser
import DICOM
import Foundation

struct PhantomCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "phantom",
        abstract: "Make a synthetic study.",
        discussion: """
            The images are computed from ellipsoids and noise; the patient is SYNTHETIC^PHANTOM. The same options give the same \
            bytes on every machine. Files are called IM0001.dcm, IM0002.dcm, …
            """
    )

    @Option(help: "The folder to write to; made if absent.")
    var into: String

    @Option(help: "How many instances.")
    var slices = 24

    @Option(help: "Rows and columns of ct, mr and cr.")
    var size = 512

    @Option(help: "Another seed gives another study: other noise, other UIDs.")
    var seed: UInt64 = 1

    @Option(help: "ct: head, 16 bit signed. mr: head, 12 bit. cr: chest, 12 bit. us: sector scan, 8-bit colour, 8 frames.")
    var modality = PhantomModality.ct

    func validate() throws {
        guard (1...10_000).contains(slices) else { throw ValidationError("--slices must be 1 … 10000.") }
        guard (16...4096).contains(size) else { throw ValidationError("--size must be 16 … 4096.") }
    }

    func run() throws {
        try FileSystem.makeDirectory(into)
        let study = SyntheticStudy(seed: seed, modality: modality)
        for index in 0..<slices {
            let image = image(index)
            let header = PhantomHeader(study: study, modality: modality, number: index + 1, count: slices)
            let bytes = try DICOMWriter.write(
                dataSet: header.dataSet(for: image), transferSyntax: .explicitLittleEndian, pixels: .native(image.bytes)
            )
            let number = String(index + 1)
            let name = "IM" + String(repeating: "0", count: max(0, 4 - number.count)) + number + ".dcm"
            try FileSystem.write(bytes, to: into + "/" + name)
        }
    }

    private func image(_ index: Int) -> PhantomImage {
        switch modality {
        case .ct: HeadSlice(size: size, index: index, count: slices, seed: seed).computedTomography()
        case .mr: HeadSlice(size: size, index: index, count: slices, seed: seed).magneticResonance()
        case .cr: ChestProjection(size: size, index: index, seed: seed).computedRadiography()
        case .us: SectorScan(rows: 480, columns: 640, frames: 8, index: index, seed: seed).ultrasound()
        }
    }
}
