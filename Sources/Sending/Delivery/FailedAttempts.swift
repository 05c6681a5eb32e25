import Basics
import Journal
import Logging
import Protocol

extension DeliveryResources {
    /// Notes in the journal why a study could not be delivered; stopping is no reason.
    func note(_ cause: any Error, of transferID: TransferID) async {
        guard !(cause is CancellationError) else { return }
        do {
            try await outbox.journal.failedAttempt(transferID, because: JournalDatabase.reason(for: cause))
        } catch {
            Logger(label: "veilray.deliver").error(
                "the outbox cannot be written", metadata: ["reason": "\(JournalDatabase.reason(for: error))"])
        }
    }

    /// Tells the journal, the observer and the figures that an attempt has failed and another one follows.
    ///
    /// - Parameter attempts: connections tried so far.
    func note(_ retry: RetryLoop.Retry, of transferID: TransferID, studyUID: StudyUID, attempts: Int) async {
        figures.count { $0.retries += 1 }
        await note(retry.cause, of: transferID)
        let retry = SenderEvent.Retry(
            study: studyUID.text, transfer: transferID.description, attempt: attempts + 1, delaySeconds: retry.delay.seconds,
            reason: JournalDatabase.reason(for: retry.cause))
        observer.observe(.retry(retry))
    }
}
