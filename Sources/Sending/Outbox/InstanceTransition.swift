import Basics
import Foundation
import Protocol

/// A change of one file's state: an arrow of the diagram in docs/delivery/outbox.md.
///
/// Journal and memory make the same changes by ``OutboxInstance/make(_:)``, so neither can leave a state by a way that the other has not.
enum InstanceTransition: Sendable {
    /// The stego file is on the disk. A file that was acknowledged meanwhile, since the receiver knew its original, stays so.
    case sealed(SealedFile)
    /// The stego file with this digest was reversed, and is exact. A proof of another file, which was there before, changes nothing.
    case proven(ContentDigest)
    /// The stego file with this digest is not exact, or proving it ended the program: it is to be made anew, and proven before it is on the
    /// disk. Of another file that says nothing.
    case refuted(ContentDigest)
    /// Its first byte is about to be sent. A file that is not waiting for that stays as it is: its receipt may have been faster.
    case sending
    /// The stego file is to be made anew: it was lost or damaged on the disk, or the receiver does not take it as it was sealed. A receipt
    /// that has come meanwhile stays, and so does a file that a proof has sent back already.
    case unsealed
    /// The receiver does not have any more what it has signed for.
    case missing
    /// The receiver's signed receipt has come, with its text. A later one replaces an earlier one.
    case answered(InstanceOutcome, receipt: String)
    /// It cannot be sent.
    case withdrawn(reason: String, kind: FailureKind)
    /// The receiver, which has failed at it before, was told that it does not come again. The study's receipt counts it as withdrawn.
    case withdrawnAfterFailure

    /// The states that it leaves.
    var leaves: Set<OutboxInstance.State> {
        switch self {
        case .sealed: [.planned]
        case .sending: [.sealed, .failed]
        case .proven, .refuted, .unsealed: [.sealed, .sending, .failed]
        case .missing: [.acknowledged]
        case .answered: Set(OutboxInstance.State.allCases)
        case .withdrawn: [.planned, .sealed, .sending, .failed]
        case .withdrawnAfterFailure: [.failed, .withdrawn]
        }
    }

    /// The states in which it changes nothing. In any other state that it does not leave it is an error.
    var passesOver: Set<OutboxInstance.State> {
        switch self {
        case .sealed, .withdrawn, .withdrawnAfterFailure: [.acknowledged]
        case .sending: [.planned, .sending, .acknowledged, .withdrawn]
        case .proven, .refuted, .unsealed: [.planned, .acknowledged, .withdrawn]
        case .missing, .answered: []
        }
    }

    /// - Throws: `ProtocolError` when the receipt has no text.
    static func answered(by receipt: InstanceReceipt) throws -> InstanceTransition {
        .answered(receipt.outcome, receipt: try receipt.text())
    }
}

extension OutboxInstance {
    /// Makes a transition, or leaves the row as it is where the transition passes over its state.
    ///
    /// - Returns: whether the transition was made.
    /// - Throws: ``OutboxError`` `illegalTransition`.
    @discardableResult
    mutating func make(_ transition: InstanceTransition) throws(OutboxError) -> Bool {
        if transition.passesOver.contains(state) { return false }
        guard transition.leaves.contains(state) else {
            throw OutboxError(code: .illegalTransition, description: "\(name) is \(state.rawValue), which does not allow that")
        }
        switch transition {
        case .sealed(let file): seal(file)
        case .proven(let digest):
            guard isUnproven(digest) else { return false }
            proof = nil
        case .refuted(let digest):
            guard isUnproven(digest) else { return false }
            unseal()
            proof = .failed
            attempts = min(attempts, Self.attemptsInCompany)
        case .sending: state = .sending
        case .unsealed, .missing: unseal()
        case .answered(let outcome, let text): answer(outcome, text)
        case .withdrawn(let reason, let kind):
            state = .withdrawn
            proof = nil
            receipt = nil
            failure = reason
            failureKind = kind
        case .withdrawnAfterFailure:
            state = .withdrawn
            proof = nil
            receipt = nil
        }
        return true
    }

    /// Whether the stego file with this digest is there, and its proof outstanding.
    private func isUnproven(_ digest: ContentDigest) -> Bool { proof == .outstanding && sealedDigest == digest }

    private mutating func seal(_ file: SealedFile) {
        state = .sealed
        sealedBytes = file.byteCount
        sealedDigest = file.digest
        codec = file.codec
        hasCapsule = file.hasCapsule
        report = file.report
        acknowledgedBytes = 0
        proof = file.isProven ? nil : .outstanding
        // Sealing has come to its end. What follows is the first attempt to prove it.
        if !file.isProven { attempts = 1 }
    }

    private mutating func unseal() {
        state = .planned
        receipt = nil
        exactness = nil
        sealedBytes = nil
        sealedDigest = nil
        report = nil
        acknowledgedBytes = 0
        if proof == .outstanding { proof = nil }
    }

    private mutating func answer(_ outcome: InstanceOutcome, _ text: String) {
        receipt = text
        switch outcome {
        case .restored(_, let exactness):
            state = .acknowledged
            proof = nil
            self.exactness = exactness
            acknowledgedBytes = sealedBytes ?? 0
            failure = nil
            failureKind = nil
        case .failed(let failure):
            state = .failed
            acknowledgedBytes = 0
            self.failure = "the receiver could not restore it: \(failure)"
            failureKind = failure.code.kind
        }
    }
}
