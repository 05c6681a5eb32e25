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

/// The values of a data set that say who or where somebody is, as bytes: they need no character set to be searched for.
enum IdentifyingValues {
    private static let minimumLength = 5
    /// Shorter plain numbers turn up inside of other numbers and UIDs.
    private static let minimumDigits = 8

    /// Adds the values of a data set and of the items inside of it.
    static func collect(from dataSet: DataSet, into values: inout Set<[UInt8]>) {
        for element in dataSet {
            for item in element.items { collect(from: item, into: &values) }
            guard identifies(element) else { continue }
            for value in element.bytes.split(separator: UInt8(ascii: "\\")) {
                add(value, to: &values)
                if element.vr == .PN { for part in value.split(whereSeparator: { $0 == 0x5E || $0 == 0x3D }) { add(part, to: &values) } }
            }
        }
    }

    private static func identifies(_ element: DataElement) -> Bool {
        let tag = element.tag
        switch element.vr {
        case .PN: return true
        // Class and syntax UIDs that the standard assigns are told apart by their root, in `add`.
        case .UI: return true
        case .LO, .SH, .LT, .ST, .DA: return tag.group == 0x0010 || [.accessionNumber, institutionName, institutionAddress].contains(tag)
        default: return false
        }
    }

    private static let institutionName = Tag(0x0008, 0x0080)
    private static let institutionAddress = Tag(0x0008, 0x0081)

    private static func add(_ value: ArraySlice<UInt8>, to values: inout Set<[UInt8]>) {
        let isPadding: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0 }
        guard let first = value.firstIndex(where: { !isPadding($0) }), let last = value.lastIndex(where: { !isPadding($0) }) else { return }
        let trimmed = Array(value[first...last])
        guard trimmed.count >= minimumLength, !trimmed.contains(0x0A), !trimmed.contains(0x0D) else { return }
        if trimmed.allSatisfy({ (0x30...0x39).contains($0) }), trimmed.count < minimumDigits { return }
        guard !trimmed.starts(with: UniqueIdentifier.standardRoot.utf8) else { return }
        values.insert(trimmed)
    }
}
