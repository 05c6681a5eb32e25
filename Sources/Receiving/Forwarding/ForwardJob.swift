import DICOM
import DICOMNetwork
import Files

/// Sends one study's files and notes in the journal which were accepted. Blocks; runs on a worker thread.
struct ForwardJob {
    /// Files of one association at most.
    private static let associationCount = 500
    /// Accepted files are noted in groups: after this time, or this many.
    private static let interval = Duration.milliseconds(250)
    private static let noteCount = 50
    /// Files one after the other at which the other side ended the association: then it is not the files.
    private static let mostCuts = 3
    /// The beginning of a file, which says what it is, but for files of a few vendors.
    private static let headByteCount = 64 << 10

    let study: ForwardingStudy
    let inbox: any InboxStore
    let target: StorageTarget
    let calling: ApplicationEntityTitle
    /// For the connection, and for each answer.
    let timeout: Duration
    /// The file that is sent instead of a restored one; `nil` for the restored file itself.
    var substitute: (@Sendable (String) throws -> String?)?
    let isCancelled: @Sendable () -> Bool

    struct Outcome: Sendable {
        /// Files that were accepted with a warning, and what it says.
        var notes: [AcceptedFile] = []
        var troubles: [ForwardingTrouble] = []
    }

    private struct Candidate {
        let file: ForwardingStudy.File
        let identity: StorageIdentity

        var context: PresentationContext {
            PresentationContext(sopClassUID: identity.sopClassUID, transferSyntaxUID: identity.transferSyntaxUID)
        }
    }

    /// Returns what was not accepted, and what was with a warning.
    ///
    /// - Throws: ``ForwardingFailure`` when the other side is not there; errors of the journal.
    func run() throws -> Outcome {
        var outcome = Outcome()
        var cuts = 0
        var remaining = study.files[...]
        if remaining.isEmpty { _ = try inbox.forwarded([], of: study.transfer) }
        while !remaining.isEmpty {
            let candidates = nextCandidates(&remaining, &outcome)
            var rest = candidates[...]
            while !rest.isEmpty {
                let count = try send(rest, &outcome, &cuts)
                rest = rest.dropFirst(count)
            }
        }
        return outcome
    }

    /// As many files as one association is good for.
    private func nextCandidates(_ remaining: inout ArraySlice<ForwardingStudy.File>, _ outcome: inout Outcome) -> [Candidate] {
        var candidates: [Candidate] = []
        var contexts: Set<PresentationContext> = []
        while let file = remaining.first, candidates.count < Self.associationCount {
            switch candidate(file) {
            case .failure(let trouble): outcome.troubles.append(trouble.trouble)
            case .success(let candidate):
                guard contexts.contains(candidate.context) || contexts.count < PresentationContext.most else { return candidates }
                contexts.insert(candidate.context)
                candidates.append(candidate)
            }
            remaining = remaining.dropFirst()
        }
        return candidates
    }

    private struct Unsendable: Error {
        let trouble: ForwardingTrouble
    }

    private func candidate(_ file: ForwardingStudy.File) -> Result<Candidate, Unsendable> {
        do {
            return .success(Candidate(file: file, identity: try identity(of: RegularFile(try path(of: file)))))
        } catch {
            return .failure(Unsendable(trouble: Self.unsendable(file, error)))
        }
    }

    /// The identity that its beginning states, or all of it where that does not say enough.
    ///
    /// - Throws: `FileError`, `DICOMError`
    private func identity(of file: RegularFile) throws -> StorageIdentity {
        if let identity = try? StorageIdentity(of: try file.read(at: 0, upTo: Self.headByteCount)) { return identity }
        return try StorageIdentity(of: try file.read(at: 0, upTo: min(file.byteCount, WholeFile.maximumByteCount)))
    }

    private func path(of file: ForwardingStudy.File) throws -> String { try substitute?(file.path) ?? file.path }

    private static func unsendable(_ file: ForwardingStudy.File, _ error: any Error) -> ForwardingTrouble {
        guard let error = error as? FileError else {
            return .unreadable(file, (error as? DICOMError)?.reason ?? "\(error)", isPermanent: true)
        }
        return error.isMissing ? .missing(file) : .unreadable(file, error.reason, isPermanent: false)
    }

    /// Returns how many have their answer.
    private func send(_ candidates: ArraySlice<Candidate>, _ outcome: inout Outcome, _ cuts: inout Int) throws -> Int {
        let association: OutgoingAssociation
        do throws(AssociationFailure) {
            association = try OutgoingAssociation(
                with: target, calling: calling, timeout: timeout, for: Set(candidates.map(\.context)), unless: isCancelled)
        } catch {
            throw ForwardingFailure(reason: error.description, isAway: true)
        }
        var accepted: [AcceptedFile] = []
        var lastNote = ContinuousClock.now
        // What was accepted before an error counts.
        defer { try? note(&accepted) }
        for (count, candidate) in candidates.enumerated() {
            do throws(AssociationFailure) {
                try answer(of: candidate, in: association, &accepted, &outcome)
                cuts = 0
            } catch {
                cuts += 1
                let trouble = ForwardingTrouble.cut(candidate.file, candidate.identity, error)
                guard error.isCut, cuts < Self.mostCuts else { throw ForwardingFailure(reason: trouble.description) }
                outcome.troubles.append(trouble)
                return count + 1
            }
            guard accepted.count >= Self.noteCount || ContinuousClock.now - lastNote > Self.interval else { continue }
            try note(&accepted)
            lastNote = .now
        }
        try note(&accepted)
        association.release()
        return candidates.count
    }

    private func answer(
        of candidate: Candidate, in association: OutgoingAssociation, _ accepted: inout [AcceptedFile], _ outcome: inout Outcome
    ) throws(AssociationFailure) {
        // Once more, since the file may be another one by now.
        let (file, identity): (RegularFile, StorageIdentity)
        do {
            file = try RegularFile(try path(of: candidate.file))
            identity = try self.identity(of: file)
        } catch {
            outcome.troubles.append(Self.unsendable(candidate.file, error))
            return
        }
        switch try withExtendedLifetime(
            file,
            { () throws(AssociationFailure) in
                try association.store(file.descriptor, byteCount: file.byteCount, identity)
            })
        {
        case .answered(let status) where status.isStored:
            let entry = AcceptedFile(file: candidate.file, note: status.isWarning ? status.description : nil)
            accepted.append(entry)
            if status.isWarning { outcome.notes.append(entry) }
        case .answered(let status): outcome.troubles.append(.failed(candidate.file, identity, status))
        case .refused(let result): outcome.troubles.append(.refused(candidate.file, identity, result))
        }
    }

    private func note(_ accepted: inout [AcceptedFile]) throws {
        guard !accepted.isEmpty else { return }
        _ = try inbox.forwarded(accepted, of: study.transfer)
        accepted = []
    }
}

/// A study could not be forwarded, as a whole or in part.
struct ForwardingFailure: Error, CustomStringConvertible {
    let reason: String
    var troubles: [ForwardingTrouble] = []
    /// Whether no other study would fare better now.
    var isAway = false
    var description: String { reason }
}
