import Basics
import Foundation
import Protocol
import StegoKit

/// The receiver's journal: which studies and files have come, what became of them, and what is still to be done.
///
/// The engine knows the journal by this protocol alone; a database engine that passes the conformance suite
/// (`Tests/ReceivingTests/Inbox`) can stand behind it. Every store keeps these promises:
///
/// - A method that changes something is one transaction. It returns when the change is on the disk; when it throws, nothing has changed.
/// - A transition is guarded by the state that it leaves. From any other state it changes nothing, whoever else writes at the same time.
/// - `restored` and `failed` are for ever: a receipt may have been signed.
/// - Several stores may have one journal open, also in other processes: `serve` beside commands.
///
/// docs/delivery/inbox.md draws the states. Methods throw the errors of their database; others are named where they are thrown.
protocol InboxStore: Sendable {
    // MARK: Studies that are opened

    /// Enters a study that a sender opened, or recognises it: `awaited` for each file of its manifest.
    ///
    /// A study that was discarded here is arriving again, and its withdrawn files are awaited: its sender has returned.
    /// - Parameters:
    ///   - peer: the sender's name, for people.
    ///   - key: the study key, 32 bytes; `nil` while it has not come.
    ///   - codecs: those that this session has agreed on; they replace an earlier session's.
    ///   - limits: for a study that is new; see ``makeRoom(for:limits:unless:)``.
    ///   - place: where the files of a study that is new belong. Where another study has that place, the transfer's number is added.
    /// - Returns: its files of which something is here; of a study that is new, none.
    /// - Throws: ``ReceivingError`` `.transferConflict` when another manifest or another sender has this transfer's name; `.tooManyStudies`
    ///   and `.tooManyManifestBytes`; `.folderIsFull` where there are as many studies in the place's folder as there may be.
    func open(
        _ manifest: Manifest, peer: String, key: [UInt8]?, codecs: Set<StegoCodec>, limits: JournalLimits, place: StudyPlace?
    ) async throws -> [InstanceRecord]

    /// Where a study's files belong, below the folder of restored files; `nil` where the layout says so, and for a study that is not here.
    func place(of transfer: TransferID) async throws -> String?

    /// Whether the journal has a study.
    func knows(_ transfer: TransferID) async throws -> Bool

    /// Makes room for a study that is new here, where there is too little: forgets other studies, oldest first, of which nothing has come
    /// or which ended incomplete. Its sender's own; others' only where all together are too large. Published files stay where they are.
    ///
    /// - Parameter isHeld: whether a session receives the study now. Asked inside of the transaction: whoever begins later finds it gone.
    /// - Returns: the studies that were forgotten.
    func makeRoom(for manifest: Manifest, limits: JournalLimits, unless isHeld: @escaping @Sendable (TransferID) -> Bool) async throws
        -> [TransferID]

    /// Remembers what the clinic asks of a study, in place of what was there.
    func setOrder(_ order: ClinicalOrder, of transfer: TransferID) async throws

    // MARK: Keys

    /// Remembers a study's key, 32 bytes, unless the study is complete.
    func setKey(_ key: [UInt8], of transfer: TransferID) async throws

    /// Lets go of the key of a study that is not arriving. Returns whether that is so.
    func wipeKeyIfOver(_ transfer: TransferID) async throws -> Bool

    /// Lets go of the keys of all studies that are not arriving: for the start, after a process that was killed.
    func wipeKeys() async throws

    /// Overwrites copies of deleted keys that the store may still have on the disk. Tried only; it does not fail.
    func overwriteTraces() async

    // MARK: Files that come

    /// All files of a study, in the manifest's order.
    func instances(of transfer: TransferID) async throws -> [InstanceRecord]

    /// The files of which something is here: those that have come to their end, and those that the spool has anything of.
    func begun(of transfer: TransferID) async throws -> [InstanceRecord]

    /// `awaited`, `arriving` or `withdrawn` → `arriving`, or `arrived` with the first attempt counted; an incomplete study is arriving
    /// again. Call it when the bytes are on the disk.
    ///
    /// - Parameter parts: which file, what is there of it, and whether that is all and has the announced digest.
    func advance(_ parts: [(position: Int, part: InstanceRecord.StegoPart, isWhole: Bool)], of transfer: TransferID) async throws

    /// `arriving` or `arrived` → `awaited`, without its UID: it was damaged, or begins again.
    func reset(_ position: Int, of transfer: TransferID) async throws

    /// The same for a file that the spool has lost, if it is still at this place. Returns whether it is awaited again.
    func reset(_ position: Int, of transfer: TransferID, at location: SpoolLocation) async throws -> Bool

    /// `awaited` or `arriving` → `withdrawn`: the sender cannot send it. Returns the study's end if that is it.
    func withdraw(_ position: Int, of transfer: TransferID, reason: String) async throws -> StudyState?

    /// Segments of the spool that hold a file of a study that is `arriving` or `arrived`.
    func segmentsInUse(of transfer: TransferID) async throws -> Set<Int>

    // MARK: Files that come to their end

    /// Gives SOPInstanceUIDs to files that are `arrived`, all in one transaction. Such a claim stands while its file is arrived or restored.
    ///
    /// Files of one transfer may share a UID. Another file of another transfer is in the way when it is arrived and has the UID, or is
    /// restored or accepted and not replaced.
    /// - Returns: for each claim the path or name of the file that is in the way; `nil` where there is none and the claim stands.
    func claim(_ claims: [UIDClaim?]) async throws -> [String?]

    /// Any state but `restored` and `failed` → one of these, each with all that its receipt says. A file that has come to its end keeps
    /// it. With a study's last file the study ends and its key goes; from `withdrawn` an incomplete study is arriving again first.
    func commit(_ commits: [InstanceCommit]) async throws -> CommitResult

    /// Files that are `arrived`, of studies whose key is here; least attempts first, then oldest study first.
    func unrestored() async throws -> [(instance: ArrivedInstance, key: [UInt8])]

    /// Counts an attempt for every file that is `arrived`, whose study's key is here, and that has at most `limit` attempts.
    func countAttempts(upTo limit: Int) async throws

    /// Counts an attempt for one file, if it is `arrived`.
    func countAttempt(at position: Int, of transfer: TransferID) async throws

    /// Forgets the attempts of all files that are `arrived`: the program ends in order.
    func forgetAttempts() async throws

    /// Files of a study that are `awaited` and whose very originals the same sender had delivered before, with the places where those were
    /// published; in the manifest's order. Of several places the one under the same name counts, where there is one.
    func knownInstances(of transfer: TransferID) async throws -> [KnownInstance]

    // MARK: Studies that come to their end

    /// Studies that are over and not announced, in the order of their ends.
    func unreported() async throws -> [TransferID]

    /// A study that is over and not announced; `nil` for any other.
    func finishedStudy(_ transfer: TransferID) async throws -> FinishedStudy?

    /// Notes where files are now, and that a study was announced, if it is over as it was told.
    ///
    /// - Parameters:
    ///   - moved: places of restored files by position, whether the study is as it was told or not.
    ///   - forwards: whether the study waits for forwarding from now on.
    /// - Returns: whether the study was as it was told, and had not been announced.
    func reported(_ study: FinishedStudy, moved: [Int: String], forwards: Bool) async throws -> Bool

    /// Ends a study that is arriving: its files that are not at their end → `withdrawn`; its key, its heading and its order go.
    ///
    /// - Returns: `false`, with nothing changed, when the study is not arriving, or not there.
    func discard(_ transfer: TransferID, reason: String) async throws -> Bool

    // MARK: Forwarding

    /// Studies that wait for forwarding, in the order of their announcements.
    func waitingForForwarding() async throws -> [TransferID]

    /// A study that waits for forwarding, with its files that were not accepted yet; `nil` for any other.
    func forwardingStudy(_ transfer: TransferID) async throws -> ForwardingStudy?

    /// Notes which files were accepted, but for those in whose place others have come meanwhile; with a study's last file
    /// `waiting` → `done`. Blocks.
    ///
    /// - Returns: whether the study is done by this.
    func forwarded(_ files: [AcceptedFile], of transfer: TransferID) throws -> Bool

    /// Counts an attempt to forward a study that waits; `waiting` → `refused` where it is over.
    ///
    /// - Parameters:
    ///   - reason: for people.
    ///   - notes: why files were not accepted, by position.
    ///   - isOver: whether it is not tried again by itself.
    func forwardingFailed(_ transfer: TransferID, reason: String, notes: [Int: String], isOver: Bool) async throws

    /// `refused` or `dropped` → `waiting`, without attempts, if the study is complete. Returns whether that has changed anything.
    func retryForwarding(_ transfer: TransferID) async throws -> Bool

    /// `waiting` or `refused` → `dropped`. Returns whether that has changed anything.
    func dropForwarding(_ transfer: TransferID) async throws -> Bool

    /// Restored files of a study that another application has not taken, or not without a remark, in the manifest's order.
    func forwardingNotes(of transfer: TransferID) async throws -> [ForwardingNote]

    // MARK: Accepting

    /// Every file that was ever set aside for a conflict, oldest first.
    func setAsideFiles() async throws -> [SetAsideFile]

    /// Where versions of a file's UID were published, oldest first, and by which transfers.
    func places(ofVersionsOf file: SetAsideFile) async throws -> [(path: String, transfers: [TransferID])]

    /// Notes that a set-aside file, if it is not accepted yet, has become the current version of its UID at `place`. The study that was
    /// forwarded last with a version before it waits for forwarding again, with this file alone.
    ///
    /// - Returns: whether one waits.
    func accept(_ file: SetAsideFile, at place: String) async throws -> Bool

    // MARK: Folders

    /// The number of the folder that files are received into by this path; `nil` where none are. Blocks.
    func folderMark(of path: String) throws -> FolderMark?

    /// From here on the folder at a path is the one with this number. Blocks.
    func accept(_ mark: FolderMark, as path: String) throws

    // MARK: Looking

    /// The numbers of all transfers, oldest first.
    func transfers() async throws -> [TransferID]

    func study(_ transfer: TransferID) async throws -> StudyStatus?

    /// Studies, newest first.
    ///
    /// - Parameter limit: how many of the finished ones; those that are under way or not forwarded are all listed.
    func studies(limit: Int) async throws -> [StudyStatus]

    /// The facts that an answer to a study needs; `nil` for a study that is not here.
    func answerable(_ transfer: TransferID) async throws -> AnswerableTransfer?

    /// A study's signed manifest, armoured; `nil` for a study that is not here.
    func manifestText(of transfer: TransferID) async throws -> String?

    func figures() async throws -> InboxFigures

    /// Returns when it was this call's turn to write; changes nothing.
    func answer() async throws
}

extension InboxStore {
    func open(
        _ manifest: Manifest, peer: String, key: [UInt8]?, codecs: Set<StegoCodec> = Set(StegoCodec.allCases),
        limits: JournalLimits = JournalLimits(), place: StudyPlace? = nil
    ) async throws -> [InstanceRecord] {
        try await open(manifest, peer: peer, key: key, codecs: codecs, limits: limits, place: place)
    }

    func makeRoom(for manifest: Manifest, unless isHeld: @escaping @Sendable (TransferID) -> Bool) async throws -> [TransferID] {
        try await makeRoom(for: manifest, limits: JournalLimits(), unless: isHeld)
    }
}
