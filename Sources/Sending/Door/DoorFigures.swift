import DICOMNetwork
import Operations
import Synchronization

/// The counts of the door's work since the program started. docs/delivery/door.md lists the figures.
final class DoorFigures: Sendable {
    enum Kind: String, CaseIterable {
        /// Answered with success, and new.
        case stored
        /// Answered with success: it was there.
        case duplicate
        /// Set aside: another instance has its UID.
        case conflict
    }

    private struct Counts {
        var instances: [Kind: Int] = [:]
        var refusals: [UInt16: Int] = [:]
        var byteCount = 0
        var endings: [AssociationEnding: Int] = [:]
        var rejections = 0
        var turnedAway = 0
    }

    private let counts = Mutex(Counts())

    func count(_ kind: Kind, bytes: Int = 0) {
        counts.withLock { counts in
            counts.instances[kind, default: 0] += 1
            counts.byteCount += bytes
        }
    }

    func count(_ event: DoorEvent) {
        counts.withLock { counts in
            switch event {
            case .turnedAway, .crowded, .helpless, .silent: counts.turnedAway += 1
            case .rejected: counts.rejections += 1
            case .accepted: break
            case .refused(_, let answer, _): counts.refusals[answer.status, default: 0] += 1
            case .ended(_, let summary): counts.endings[summary.ending, default: 0] += 1
            }
        }
    }

    /// - Parameter open: associations that are there now.
    func add(to page: inout MetricsPage, open: Int) {
        let counts = counts.withLock { $0 }
        page.gauge("veilray_door_associations", "Associations with modalities that are open.", open)
        for kind in Kind.allCases {
            page.counter(
                "veilray_door_instances_total", "Instances from modalities, by what became of them.", counts.instances[kind] ?? 0,
                ["result": kind.rawValue])
        }
        for (status, count) in counts.refusals.sorted(by: { $0.key < $1.key }) {
            page.counter(
                "veilray_door_refusals_total", "Instances from modalities that were answered otherwise than with success.", count,
                ["status": StoreAnswer.digits(of: status)])
        }
        page.counter("veilray_door_bytes_total", "Bytes of data sets that were answered with success.", counts.byteCount)
        for (ending, count) in counts.endings.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            page.counter(
                "veilray_door_associations_total", "Associations with modalities that ended, by how.", count,
                ["ending": ending.description])
        }
        page.counter("veilray_door_rejections_total", "Associations that were rejected.", counts.rejections)
        page.counter("veilray_door_turned_away_total", "Connections that came to no association.", counts.turnedAway)
    }
}
