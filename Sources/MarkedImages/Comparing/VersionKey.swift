import DICOM
import Marks

/// By what a file of one version of a study is found in another.
public struct VersionKey: Sendable {
    public let path: String
    public let name: String
    /// SOP Instance UID.
    public let instance: String
    /// Instances that the file says to come from: Source Image Sequence (0008,2112).
    let sources: [String]
    /// Where the image lies in the patient; empty where that is not known.
    let place: String

    private static let sourceImages = Tag(0x0008, 0x2112)
    private static let referencedInstance = Tag(0x0008, 0x1155)

    /// - Throws: `DICOMError`, `MarkedImagesError`.
    public init(_ bytes: [UInt8], path: String, name: String) throws {
        (self.path, self.name) = (path, name)
        guard !TravellingRecord.isClaimed(by: bytes) else {
            (instance, sources, place) = (try TravellingRecord(bytes: bytes, name: name).instance, [], "")
            return
        }
        let file = try DICOMFile(bytes: bytes, name: name)
        instance = file.instanceName
        sources = file.dataSet.items(Self.sourceImages).compactMap { $0.string(Self.referencedInstance) }
        let position = file.dataSet.decimals(.imagePositionPatient)
        place =
            position.count == 3 ? (position + file.dataSet.decimals(.imageOrientationPatient)).map(\.shortText).joined(separator: "\\") : ""
    }

    /// The files of two versions that belong together.
    ///
    /// By SOP Instance UID; then by what a derived image says that it comes from; then by the place in the patient, where one file alone of
    /// each version lies there; at last what is left over, if that is one on each side.
    public static func pairs(_ files: [VersionKey], with references: [VersionKey]) -> [(file: VersionKey?, reference: VersionKey?)] {
        var (open, rest) = (files, references)
        var pairs: [(file: VersionKey?, reference: VersionKey?)] = []
        func pair(_ isPartner: (VersionKey, VersionKey) -> Bool, onlyIfUnique: Bool) {
            var next = 0
            while next < open.count {
                let found = rest.indices.filter { isPartner(open[next], rest[$0]) }
                let isClear = found.count == 1 && open.count { isPartner($0, rest[found[0]]) } == 1
                guard let partner = found.first, isClear || !onlyIfUnique else {
                    next += 1
                    continue
                }
                pairs.append((open.remove(at: next), rest.remove(at: partner)))
            }
        }
        pair({ $0.instance == $1.instance }, onlyIfUnique: false)
        pair({ $0.sources.contains($1.instance) }, onlyIfUnique: false)
        pair({ !$0.place.isEmpty && $0.place == $1.place }, onlyIfUnique: true)
        pair({ _, _ in true }, onlyIfUnique: true)
        return pairs + open.map { ($0, nil) } + rest.map { (nil, $0) }
    }
}

extension InstanceComparison {
    /// An instance that one version alone has.
    public static func unpaired(_ key: VersionKey, isMissing: Bool) -> InstanceComparison {
        InstanceComparison(
            path: isMissing ? nil : key.path, file: isMissing ? nil : key.name, reference: isMissing ? key.name : nil,
            instance: key.instance, verdict: isMissing ? .missing : .added, pixels: nil, frames: [], transformations: [],
            isHeaderChecked: false, header: [], elements: [], judgement: nil)
    }
}
