extension ReceiverEvent.Forwarded {
    /// - Parameter accepted: files that were accepted this time.
    init(_ study: ForwardingStudy, to target: String, _ accepted: Int, _ outcome: ForwardJob.Outcome) {
        let warnings = outcome.notes.prefix(ReceiverEvent.ForwardingFailed.mostFiles).map {
            Warning(path: $0.file.path, note: $0.note ?? "")
        }
        self.init(
            study: study.studyUID, transfer: study.transfer.description, peer: study.peer, to: target, instances: accepted,
            remaining: outcome.troubles.count, warnings: warnings.isEmpty ? nil : warnings)
    }
}

extension ReceiverEvent.ForwardingFailed {
    /// - Parameter isOver: whether it is not tried again by itself.
    init(_ study: ForwardingStudy, to target: String, _ failure: ForwardingFailure, isOver: Bool) {
        let files = failure.troubles.prefix(Self.mostFiles).map {
            File(
                path: $0.file.path, sopClass: $0.identity?.sopClassUID, transferSyntax: $0.identity?.transferSyntaxUID,
                status: $0.status, reason: $0.reason, permanent: $0.isPermanent)
        }
        self.init(
            study: study.studyUID, transfer: study.transfer.description, peer: study.peer, to: target, reason: failure.reason,
            isOver: isOver, files: files.isEmpty ? nil : files)
    }
}
