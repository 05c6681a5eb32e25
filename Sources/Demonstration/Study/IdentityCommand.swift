import ArgumentParser
import DICOM
import Foundation

struct IdentityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "identity",
        abstract: "Print the values of a study that identify somebody, one a line, for grep to look for.",
        discussion: """
            Names and their components, numbers, institutions, physicians, accession numbers, birth dates and UIDs, as the bytes \
            that the files hold. Left out is what could occur anywhere by chance: values under 5 bytes, plain numbers under \
            8 digits, and UIDs that the standard assigns.
            """
    )

    @Argument(help: ArgumentHelp("The folder to read.", valueName: "folder"))
    var study: String

    func run() throws {
        var values: Set<[UInt8]> = []
        for name in try FileSystem.files(below: study) {
            let path = study + "/" + name
            guard let file = try? DICOMFile(bytes: try FileSystem.read(path), name: path) else { continue }
            IdentifyingValues.collect(from: file.dataSet, into: &values)
        }
        let lines = values.sorted { $0.lexicographicallyPrecedes($1) }.flatMap { $0 + [UInt8(ascii: "\n")] }
        FileHandle.standardOutput.write(Data(lines))
    }
}
