import Concurrency
import DICOMNetwork
import Synchronization

/// The studies that modalities may still be sending to one called title.
///
/// A study is closed when no association that is open has touched it and nothing has come for it for a while: for a short one after the
/// association was released, for a longer one after it was cut, since the modality may come back. An association that stays open without
/// sending anything more holds nothing up for ever.
final class OpenStudies: Sendable {
    struct Quiet: Sendable {
        var afterRelease = Duration.seconds(10)
        var afterCut = Duration.seconds(60)
        /// While an association that has touched the study is open.
        var whileOpen = Duration.seconds(300)
    }

    private struct Study {
        /// Associations that have touched it and are open.
        var associations: Set<Int> = []
        var closes: ContinuousClock.Instant
    }

    private let quiet: Quiet
    private let clock: any MonotonicClock
    /// Files that were there before: whoever sent them was cut, by the end of this program.
    private let unknownClose: ContinuousClock.Instant
    private let studies = Mutex<[String: Study]>([:])

    init(_ quiet: Quiet, clock: any MonotonicClock) {
        self.quiet = quiet
        self.clock = clock
        unknownClose = clock.now + quiet.afterCut
    }

    /// An instance of a study is about to be there.
    func touch(_ studyUID: String, by association: Int) {
        let closes = clock.now + quiet.whileOpen
        studies.withLock { studies in
            studies[studyUID, default: Study(closes: closes)].associations.insert(association)
            studies[studyUID]?.closes = closes
        }
    }

    func ended(_ association: Int, _ ending: AssociationEnding) {
        let closes = clock.now + (ending == .released ? quiet.afterRelease : quiet.afterCut)
        studies.withLock { studies in
            for studyUID in studies.keys where studies[studyUID]?.associations.remove(association) != nil {
                // Others may still send: theirs is the longer time.
                if studies[studyUID]?.associations.isEmpty == true { studies[studyUID]?.closes = closes }
            }
        }
    }

    /// Whether a study is closed; forgets it then.
    func isClosed(_ studyUID: String) -> Bool {
        let now = clock.now
        return studies.withLock { studies in
            guard let study = studies[studyUID] else { return now >= unknownClose }
            guard now >= study.closes else { return false }
            // An association that is open may go on: then it opens the study anew.
            studies[studyUID] = nil
            return true
        }
    }
}
