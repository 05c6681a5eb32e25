import DICOM
public import Marks
import Synchronization

/// Looks for a site's shells in slices at any angle, and says whose volume they are from. Only for holders of the site's key.
public final class SliceSearch: Sendable {
    /// What was found in one slice, or in parallel slices together.
    public struct Result: Sendable {
        /// Files of the slices; one once, however many of its frames there are.
        public let names: [String]
        /// The frame, from 1 on, of a slice that is one of several frames of a file.
        public let frame: Int?
        /// Slices that were looked at together.
        public let count: Int
        /// `nil` where the slices show too little for a statement.
        public let finding: VolumeFinding?
        /// Of each identity that was asked for.
        public let matches: [(identity: String, match: IdentityMatch)]
        /// Why nothing could be looked for.
        public let obstacle: String?

        /// Whether the slices are from a volume of this site: by the shells alone, or by an identity that is confirmed where they are weak.
        public var isFound: Bool { finding?.isMarked ?? false || confirmed != nil }

        /// The identity that agrees best, if it is confirmed.
        public var confirmed: String? {
            matches.filter { $0.match.isConfirmed }.min { $0.match.chance < $1.match.chance }?.identity
        }
    }

    /// A slice, brought to the detector's square.
    public struct Slice: Sendable {
        public let name: String
        /// From 1 on; `nil` where the file has one only.
        public let frame: Int?
        /// Frame of Reference UID.
        let reference: String
        let slice: ObliqueSlice?
        let identities: [String]
        /// Normal and rows in the patient; empty where they are not known.
        let orientation: [Double]
        /// Along the normal, in mm.
        let depth: Double
    }

    /// Slices that are looked at together at most.
    public static let mostTogether = 5

    private let siteKey: [UInt8]
    private let reference: String?
    private let identities: [String]
    private let detectors = Mutex<[String: VolumeDetector]>([:])

    /// - Parameters:
    ///   - siteKey: 32 secret bytes.
    ///   - reference: the Frame of Reference UID of the volume, for slices that do not say it or say another.
    ///   - identities: Patient IDs and study UIDs that are compared; none for those of each slice's own header.
    public init(siteKey: [UInt8], reference: String?, identities: [String]) {
        (self.siteKey, self.reference, self.identities) = (siteKey, reference, identities)
    }

    /// Reads the slices of a file, one for each frame; one that nothing can be looked for in, where it shows none.
    ///
    /// - Throws: `DICOMError`.
    public func slices(_ bytes: [UInt8], name: String) throws -> [Slice] {
        let file = try DICOMFile(bytes: bytes, name: name)
        let images = try FilePixels(of: file).shown(of: file) ?? []
        let groups = file.dataSet.planeGroups
        guard images.count > 1 else { return [slice(file, images.first, [file.dataSet] + (groups.first ?? []), frame: nil)] }
        return images.enumerated().map { index, image in
            let own = groups.indices.contains(index) ? groups[index] : []
            return slice(file, image, own + [file.dataSet], frame: index + 1)
        }
    }

    /// - Parameter headers: what says where the slice lies, the most particular first.
    private func slice(_ file: DICOMFile, _ image: MarkImage?, _ headers: [DataSet], frame: Int?) -> Slice {
        func decimals(_ tag: Tag, _ count: Int) -> [Double]? { headers.lazy.map { $0.decimals(tag) }.first { $0.count == count } }
        let plane = image.flatMap { $0.planes.count == 1 ? $0.carrier : nil }
        let (position, axes) = (decimals(.imagePositionPatient, 3) ?? [], decimals(.imageOrientationPatient, 6) ?? [])
        let isPlaced = !position.isEmpty && !axes.isEmpty
        let own = [file.dataSet.string(.patientID), file.dataSet.string(.studyInstanceUID)].compactMap(\.self).filter { !$0.isEmpty }
        return Slice(
            name: file.name, frame: frame, reference: reference ?? file.dataSet.string(.frameOfReferenceUID) ?? "",
            slice: plane.flatMap { plane in FileContent.spacing(headers).map { ObliqueSlice(plane, spacing: $0) } },
            identities: identities.isEmpty ? own : identities, orientation: isPlaced ? axes : [],
            depth: isPlaced ? zip(position, Self.normal(axes)).reduce(0) { $0 + $1.0 * $1.1 } : 0)
    }

    private static func normal(_ axes: [Double]) -> [Double] {
        [axes[1] * axes[5] - axes[2] * axes[4], axes[2] * axes[3] - axes[0] * axes[5], axes[0] * axes[4] - axes[1] * axes[3]]
    }

    /// Looks at one slice.
    public func search(_ slice: Slice) throws -> Result {
        guard let oblique = slice.slice else { return nothing([slice], "it is no image of grey samples with a Pixel Spacing") }
        return try search([slice], [oblique], distance: 0)
    }

    /// Looks at parallel slices of one reformat together: those in the middle, evenly spaced. More slices find weaker marks.
    ///
    /// - Returns: `nil` where there are fewer than three such slices.
    public func searchTogether(_ slices: [Slice]) throws -> Result? {
        let placed = slices.filter { $0.slice != nil && !$0.orientation.isEmpty }.sorted { $0.depth < $1.depth }
        guard placed.count >= 3, placed.count == slices.count,
            placed.allSatisfy({ $0.orientation == placed[0].orientation && $0.reference == placed[0].reference })
        else { return nil }
        let first = max(0, (placed.count - Self.mostTogether) / 2)
        let middle = Array(placed[first..<min(placed.count, first + Self.mostTogether)])
        let distance = (middle[middle.count - 1].depth - middle[0].depth) / Double(middle.count - 1)
        let isEven = zip(middle, middle.dropFirst()).allSatisfy { abs($1.depth - $0.depth - distance) < 0.05 * distance }
        guard distance > 0, isEven else { return nil }
        return try search(middle, middle.compactMap(\.slice), distance: distance)
    }

    private func search(_ slices: [Slice], _ oblique: [ObliqueSlice], distance: Double) throws -> Result {
        let reference = slices[0].reference
        guard !reference.isEmpty else {
            return nothing(slices, "it names no Frame of Reference UID; give the volume's with --frame-of-reference")
        }
        guard let search = try detector(reference).search(oblique, distance: distance) else {
            return nothing(slices, "too little of it can be assessed")
        }
        let asked = search.finding.score >= VolumeDetector.leastToAsk ? slices[0].identities : []
        return result(slices, search.finding, asked.map { ($0, search.match($0)) })
    }

    private func nothing(_ slices: [Slice], _ obstacle: String) -> Result {
        result(slices, nil, [], obstacle: obstacle)
    }

    private func result(
        _ slices: [Slice], _ finding: VolumeFinding?, _ matches: [(identity: String, match: IdentityMatch)], obstacle: String? = nil
    ) -> Result {
        var names: [String] = []
        for slice in slices where !names.contains(slice.name) { names.append(slice.name) }
        return Result(
            names: names, frame: slices.count == 1 ? slices[0].frame : nil, count: slices.count, finding: finding, matches: matches,
            obstacle: obstacle)
    }

    /// Made once for each volume.
    private func detector(_ reference: String) throws -> VolumeDetector {
        if let known = detectors.withLock({ $0[reference] }) { return known }
        let detector = VolumeDetector(try VolumeMarkKey(siteKey: siteKey, series: reference))
        return detectors.withLock { known in
            if let other = known[reference] { return other }
            known[reference] = detector
            return detector
        }
    }
}
