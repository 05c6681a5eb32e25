import ArgumentParser
import DICOM

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Tell whether two DICOM files have the same pixels and the same elements.",
        discussion: """
            For files whose pixel data is encapsulated: their bytes may be packed differently and still mean the same. \
            For all others use cmp. Exits with 1 when they differ.
            """
    )

    @Option(help: ArgumentHelp("The file as it was.", valueName: "file"))
    var original: String

    @Option(help: ArgumentHelp("The file to judge.", valueName: "file"))
    var restored: String

    func run() throws {
        let before = try DICOMFile(bytes: try FileSystem.read(original), name: original)
        let after = try DICOMFile(bytes: try FileSystem.read(restored), name: restored)
        var differences = Self.differingElements(before.dataSet, after.dataSet).map { "element \($0)" }
        if before.transferSyntax != after.transferSyntax { differences.append("transfer syntax") }
        if try Self.pixels(of: before) != Self.pixels(of: after) { differences.append("pixels") }
        guard differences.isEmpty else {
            print("\(restored): differs from \(original) in \(differences.joined(separator: ", "))")
            throw ExitCode.failure
        }
        print("\(restored): same pixels and elements as \(original)")
    }

    private static func differingElements(_ before: DataSet, _ after: DataSet) -> [Tag] {
        let tags = Set(before.map(\.tag)).union(after.map(\.tag))
        return tags.filter { before[$0] != after[$0] }.sorted()
    }

    /// Nil for an object without pixels.
    private static func pixels(of file: DICOMFile) throws -> [UInt8]? {
        file.pixels == nil ? nil : try PixelCodec.decode(file).1
    }
}
