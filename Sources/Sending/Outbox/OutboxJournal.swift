import Basics
import Foundation
import Protocol

/// The outbox's journal: studies, their files, and what the sender remembers of receivers and watched folders.
///
/// Each call that changes something is one transaction. It returns when the change is durable, and throws when nothing was changed. Every
/// transition is guarded by the state that it leaves: the journal reads that state in the same transaction. Several processes may use one
/// journal at once.
///
/// The rules are those of `OutboxJournalChecks` in the tests, which any database must pass.
protocol OutboxJournal: Sendable {
    // MARK: Taking studies in

    /// Lets an order join a queued study for the same receiver with the same content from the same folder. The study becomes urgent if the
    /// order is, and goes to the order's address if that has one.
    ///
    /// - Returns: the study as it is then; `nil` where there is none.
    func join(_ order: OutboxJoining) async throws -> OutboxStudy?

    /// Writes a study and all its files, unless its order can join a queued study by now.
    ///
    /// - Returns: the study that was joined; `nil` where the new one was written.
    func insert(_ study: OutboxStudy, _ instances: [OutboxInstance]) async throws -> OutboxStudy?

    // MARK: Looking

    /// One study, open or closed; `nil` where there is none.
    func study(_ transferID: TransferID) async throws -> OutboxStudy?

    /// A study's files in the order of the manifest; none where there is no such study.
    func instances(of transferID: TransferID) async throws -> [OutboxInstance]

    /// The numbers of all transfers, oldest first.
    func transferIDs() async throws -> [TransferID]

    /// Studies that are not closed: urgent ones first, then the oldest.
    func queuedStudies() async throws -> [QueuedStudy]

    /// Priority and address of a study as they are now; `nil` where there is none.
    func directions(of transferID: TransferID) async throws -> DeliveryDirections?

    /// Queued studies to identities other than `fingerprint` that were trusted under `name`, oldest first.
    func studies(under name: PeerName, besides fingerprint: Fingerprint) async throws -> [OutboxStudy]

    /// Queued studies to an identity, oldest first.
    func studies(for peer: Fingerprint) async throws -> [OutboxStudy]

    /// Studies that are queued or were closed at `date` or later, oldest first, and the sums of their files by state.
    func summary(closedSince date: Date) async throws -> (studies: [OutboxStudy], sums: [OutboxStateSum])

    /// How many files of queued studies are in each state, and the bytes of originals that are neither receipted nor given up.
    func depth() async throws -> OutboxDepth

    /// When the answers are needed to the studies of which that was said, discarded ones left out.
    func dueTimes() async throws -> [TransferID: Date]

    // MARK: Files

    /// Makes one transition of several files, all or none. Files whose states it passes over stay as they are.
    ///
    /// - Throws: ``OutboxError`` for a file that is not there, or whose state the transition does not leave.
    func make(_ transition: InstanceTransition, of transferID: TransferID, _ positions: [Int]) async throws

    /// Counts an attempt for every file of a transfer that is planned, or whose proof is outstanding, and that has fewer attempts than
    /// `limit`.
    func countAttempts(_ transferID: TransferID, below limit: Int) async throws

    /// Counts an attempt for one file.
    ///
    /// - Returns: its attempts, this one included.
    func countAttempt(_ transferID: TransferID, _ position: Int) async throws -> Int

    /// Sets the attempts of every file of a transfer to 0 that is planned, or whose proof is outstanding.
    func forgetAttempts(_ transferID: TransferID) async throws

    // MARK: Studies

    /// A connection was made, and the receiver has said how many bytes it has, by position. The last error is forgotten.
    func opened(_ transferID: TransferID, acknowledgedBytes: [Int: Int]) async throws

    /// Notes why the last attempt failed.
    func failedAttempt(_ transferID: TransferID, because reason: String) async throws

    /// Closes a queued study: delivered if every file is acknowledged, else incomplete. Its key and manifest are overwritten.
    ///
    /// - Throws: ``OutboxError`` when there is no such transfer, or when it is closed.
    func close(_ transferID: TransferID, receipts: String?, at date: Date) async throws

    /// Closes a queued study as discarded. Files that are receipted for good stay so, all others count as withdrawn. Its key and manifest
    /// are overwritten.
    ///
    /// - Throws: ``OutboxError`` when there is no such transfer, or when it is closed.
    func discard(_ transferID: TransferID, receipts: String?, at date: Date) async throws

    /// Makes a queued study one for `peer`, whose files nothing is known of.
    ///
    /// - Throws: ``OutboxError`` when there is no such transfer, or when it is closed.
    func rebind(_ transferID: TransferID, to peer: TrustedPeer) async throws

    /// Gives a receiver's queued studies its new name: those to its identity, and those to earlier ones that were trusted under `names`.
    func rename(_ peer: TrustedPeer, from names: [PeerName]) async throws

    // MARK: Watched folders

    /// Where the originals are that came from a watched folder and have not been moved away yet.
    func takenPaths(from source: String) async throws -> Set<String>

    /// Closed studies whose files are still in the watched folder, in the order of their closing.
    func unfiledStudies(from source: String) async throws -> [OutboxStudy]

    /// The files of a closed study have been moved away.
    func filed(_ transferID: TransferID) async throws

    /// Notes files that were moved, or that look otherwise by now.
    func remember(_ files: [FiledFile]) async throws

    /// Files that were moved out of a folder and not forgotten yet, from old to new.
    func filedFiles(from source: String) async throws -> [FiledFile]

    func forget(_ files: [FiledFile]) async throws

    // MARK: Instances from modalities

    /// What was taken in under an instance's UID into a folder; `nil` where nothing was.
    func takenInstance(_ sopInstanceUID: String, into source: String) async throws -> TakenInstance?

    /// Notes an instance that was taken in, in place of an earlier one of its UID.
    func take(_ instance: TakenInstance) async throws

    /// Removes the notes of instances that were taken in before `date` and that are in no queued study.
    func forgetInstances(takenBefore date: Date) async throws

    // MARK: Storage commitment

    /// Notes a request that is to be answered. The same one again, as after a cut, is one.
    func ask(_ commitment: AskedCommitment) async throws

    /// Requests that were not answered yet, oldest first.
    func askedCommitments() async throws -> [AskedCommitment]

    /// What became of an instance that was taken in into a folder.
    func outcome(of sopInstanceUID: String, takenInto source: String) async throws -> TakenOutcome

    /// A request was answered, or given up.
    func answered(_ commitment: AskedCommitment) async throws

    // MARK: Receivers and links

    /// The terms that a receiver named in its last greeting; `nil` where it was never met.
    func terms(of peer: Fingerprint) async throws -> SealingTerms?

    func remember(_ terms: SealingTerms, of peer: Fingerprint) async throws

    /// Where the newest study to an identity went that did not go where its card says; `nil` where there is none.
    func lastAddress(of peer: Fingerprint) async throws -> PeerAddress?

    /// The rate of the link to an address in bytes a second, and when it was measured; `nil` where none is known.
    func link(to address: PeerAddress) async throws -> MeasuredLink?

    func remember(_ link: MeasuredLink, to address: PeerAddress) async throws

    // MARK: Cleaning

    /// Transfers that were closed before `date`, without those whose files a watcher has still to move away.
    func transfers(closedBefore date: Date) async throws -> [TransferID]

    /// Removes a study and its files, but for what the replies to it need.
    func forget(_ transferID: TransferID) async throws

    /// What is left of a study that was removed; `nil` where there was none.
    func forgottenStudy(_ transferID: TransferID) async throws -> ForgottenStudy?

    /// Transfers as in ``transfers(closedBefore:)`` that have receipts or reports in the journal beside a file of receipts, and that file.
    func archivedTransfers(closedBefore date: Date) async throws -> [(transferID: TransferID, receipts: String)]

    /// Removes the receipts and reports of a study's files.
    func forgetReceipts(of transferID: TransferID) async throws
}

/// The properties of an order that decide whether it joins a queued study, and what it changes of that.
struct OutboxJoining: Sendable {
    let contentDigest: ContentDigest
    let peer: Fingerprint
    let source: String?
    let priority: Priority
    let address: PeerAddress?
}

/// The files of one transfer that are in one state.
struct OutboxStateSum: Decodable, Sendable {
    let transferID: TransferID
    let state: OutboxInstance.State
    let files: Int
    let originalBytes: Int
    let stegoBytes: Int
    let acknowledgedBytes: Int
}

/// How much is queued.
struct OutboxDepth: Sendable, Equatable {
    var files: [OutboxInstance.State: Int] = [:]
    /// Of files that are neither receipted nor given up.
    var originalBytes = 0
}

/// The rate that a link carried when it was last used.
struct MeasuredLink: Sendable, Equatable {
    let bytesPerSecond: Double
    let measured: Date
}

extension OutboxJoining {
    init(_ study: OutboxStudy) {
        self.init(
            contentDigest: study.contentDigest, peer: study.peer, source: study.source, priority: study.priority, address: study.address)
    }
}
