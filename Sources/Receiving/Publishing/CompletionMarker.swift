import Basics
import Files
import Foundation
import Protocol

/// The file that says: every file of this transfer is here, restored and compared.
///
/// In the layout `patient` it is `.veilray-complete.json` in the study's folder; in the layout `flat`
/// `.veilray-complete-<transfer>.json` beside the files.
struct CompletionMarker: Codable, Sendable {
    private static let name = ".veilray-complete"

    struct File: Codable, Sendable, Equatable {
        /// From the marker's folder.
        let path: String
        /// Of the file that is there.
        var sha256: String
        /// Of the file that the transfer brought, where a person has accepted another one in its place.
        var replaces: String?
    }

    /// The clinic's question.
    struct Order: Codable, Sendable {
        let urgent: Bool
        let question: String?
        let history: String?
        let due: String?
        let callback: String?

        init(_ order: ClinicalOrder) {
            urgent = order.isUrgent
            question = order.question
            history = order.history
            due = order.due?.formatted(.iso8601)
            callback = order.callback
        }
    }

    let transfer: String
    let study: String
    let peer: String
    let sender: String
    let complete: String
    var order: Order?
    var files: [File]

    /// Writes the markers of a study, in place of those of earlier transfers. Blocks. Returns their paths.
    ///
    /// Files of one study are in one folder, unless their headers say otherwise.
    static func write(_ study: FinishedStudy, _ places: [PublishedInstance], _ publisher: Publisher) throws -> [String] {
        var byFolder: [String: [PublishedInstance]] = [:]
        for place in places { byFolder[folder(of: place.path, publisher), default: []].append(place) }
        let root = try publisher.root.open()
        return try byFolder.sorted { $0.key < $1.key }.compactMap { folder, places -> String? in
            let marker = CompletionMarker(
                transfer: study.transfer.description, study: study.studyUID, peer: study.peer, sender: study.sender,
                complete: study.finished.formatted(.iso8601), order: study.order.map(Order.init),
                files: places.map {
                    File(
                        path: String($0.path.dropFirst(folder.count + 1)), sha256: $0.digest.description,
                        replaces: $0.replaces?.description)
                })
            let suffix = publisher.layout == .flat ? "-\(study.transfer)" : ""
            let path = "\(folder)/\(name)\(suffix).json"
            // The folder of an earlier run may be gone; it is not made again.
            let isHere = path.hasPrefix(publisher.folder + "/")
            guard isHere || FileManager.default.fileExists(atPath: folder) else { return nil }
            if isHere {
                try root.reach(folder) { LeftoverFiles.remove(in: $0) }
                try root.reach(path) { try marker.write(to: $0) }
            } else {
                LeftoverFiles.remove(in: folder)
                try marker.write(to: path)
            }
            return path
        }
    }

    /// Has the markers that tell of a file tell what is there now. Blocks. May run beside `serve`: it removes nobody's temporary files.
    ///
    /// - Parameters:
    ///   - path: of the file.
    ///   - digest: of its content.
    ///   - transfers: the studies that it belongs to.
    static func retell(_ path: String, _ digest: ContentDigest, by transfers: [TransferID]) throws {
        let names = ["\(name).json"] + transfers.map { "\(name)-\($0).json" }
        var folder = AtomicFile.parent(of: path)
        while true {
            for name in names {
                let marker = "\(folder == "/" ? "" : folder)/\(name)"
                try retell(marker, String(path.dropFirst(folder == "/" ? 1 : folder.count + 1)), digest.description)
            }
            let parent = AtomicFile.parent(of: folder)
            guard parent != folder, parent != "." else { return }
            folder = parent
        }
    }

    private static func retell(_ path: String, _ file: String, _ digest: String) throws {
        guard let bytes = FileManager.default.contents(atPath: path),
            var marker = try? JSONDecoder().decode(CompletionMarker.self, from: bytes),
            let index = marker.files.firstIndex(where: { $0.path == file }), marker.files[index].sha256 != digest
        else { return }
        let first = marker.files[index].replaces ?? marker.files[index].sha256
        marker.files[index].replaces = first == digest ? nil : first
        marker.files[index].sha256 = digest
        try marker.write(to: path)
    }

    /// The folder that a study's marker belongs into.
    private static func folder(of path: String, _ publisher: Publisher) -> String {
        // Published below the folder of an earlier run.
        guard path.hasPrefix(publisher.folder + "/") else { return AtomicFile.parent(of: path) }
        guard publisher.layout == .patient else { return publisher.folder }
        let parts = path.dropFirst(publisher.folder.count + 1).split(separator: "/")
        return ([publisher.folder] + parts.prefix(min(2, parts.count - 1)).map(String.init)).joined(separator: "/")
    }

    private func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try AtomicFile.replace(path, with: Array(try encoder.encode(self)) + [0x0A])
    }
}
