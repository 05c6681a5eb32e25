import ArgumentParser
import DICOM
import Foundation

struct ReplicateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replicate",
        abstract: "Repeat a study's files until there are as many as asked for, each an instance of its own.",
        discussion: """
            The first round of files is copied as it is. In further rounds each gets a new SOP Instance UID, for which its header \
            is written anew; their pixel data must be native. Files that are not DICOM are passed over.
            """
    )

    @Option(help: ArgumentHelp("The folder to read.", valueName: "folder"))
    var study: String

    @Option(help: "How many instances to make.")
    var count: Int

    @Option(help: ArgumentHelp("The folder to write to; made if absent.", valueName: "folder"))
    var into: String

    func validate() throws {
        guard (1...100_000).contains(count) else { throw ValidationError("--count must be 1 … 100000.") }
    }

    func run() throws {
        let names = try FileSystem.files(below: study).filter { (try? Self.read(study + "/" + $0)) != nil }
        guard !names.isEmpty else { throw DemonstrationError.unreadable(study, "There is no DICOM file with native pixel data below it.") }
        for index in 0..<count {
            let name = names[index % names.count]
            let round = index / names.count
            let path = "\(into)/\(round)/\(name)"
            try FileSystem.makeDirectory(URL(fileURLWithPath: path).deletingLastPathComponent().path)
            let file = try Self.read(study + "/" + name)
            try FileSystem.write(round == 0 ? file.bytes : try Self.renamed(file, index: index), to: path)
        }
    }

    private static func read(_ path: String) throws -> DICOMFile {
        let file = try DICOMFile(bytes: try FileSystem.read(path), name: path)
        guard file.pixels != nil, !file.isPixelDataEncapsulated else {
            throw DemonstrationError.unreadable(path, "It has no native pixel data.")
        }
        return file
    }

    /// The same object under another SOP Instance UID.
    private static func renamed(_ file: DICOMFile, index: Int) throws -> [UInt8] {
        var dataSet = file.dataSet
        let uid = dataSet.string(.sopInstanceUID) ?? ""
        dataSet.set(.sopInstanceUID, .UI, UniqueIdentifier.named("replica \(index) of \(uid)"))
        let (_, pixels) = try PixelCodec.decode(file)
        return try DICOMWriter.write(dataSet: dataSet, transferSyntax: .explicitLittleEndian, pixels: .native(pixels))
    }
}
