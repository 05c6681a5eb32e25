import Basics
import Concurrency
import Files
import MarkedImages

/// Finds the volumes among files, so that a site's shells can be put into them: `mark --volume`.
struct VolumeMarking: Sendable {
    let siteKey: [UInt8]
    let identity: VolumeIdentity

    /// - Parameter failed: told of files that are no slices of a volume.
    func prepare(_ files: [FoundFile], _ pool: WorkerPool, _ failed: (FailedFile) -> Void) async throws -> PreparedVolumes {
        var found: [(file: FoundFile, slice: VolumeSlice)] = []
        try await pool.forEach(files) { file in
            FileOutcome(file.name) { (file, try MarkSubject(try WholeFile.read(file.path), name: file.name).volumeSlice()) }
        } receive: { outcome in
            switch outcome {
            case .done(let slice): found.append(slice)
            case .failed(let failure): failed(failure)
            }
        }
        var markers: [String: VolumeMarker] = [:]
        for members in Dictionary(grouping: found, by: \.slice.volume).values {
            do {
                let marker = try VolumeMarker(siteKey: siteKey, slices: members.map(\.slice), identity: identity)
                for member in members { markers[member.file.path] = marker }
            } catch {
                for member in members { failed(FailedFile(member.file.name, error)) }
            }
        }
        return PreparedVolumes(siteKey: siteKey, markers: markers)
    }
}

/// Which file belongs to which volume.
struct PreparedVolumes: Sendable {
    let siteKey: [UInt8]
    /// By path.
    let markers: [String: VolumeMarker]

    func has(_ file: FoundFile) -> Bool { markers[file.path] != nil }

    /// The file with its volume's mark.
    func marked(_ subject: MarkSubject, _ file: FoundFile) throws -> MarkSubject {
        guard let marker = markers[file.path] else { return subject }
        return try subject.marked(by: marker, siteKey: siteKey)
    }
}
