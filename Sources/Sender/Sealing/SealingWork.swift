import CommandLineSupport
import DICOM
import Foundation
import Protocol
import StegoKit

/// Reads and seals one file; runs on a worker thread.
struct SealingWork: Sendable {
    let sealer: InstanceSealer
    /// How the pixels are encoded, and why.
    let decision: EncodingDecision
    /// Told what the file took.
    var advisor: EncodingAdvisor?

    enum Outcome: Sendable {
        case sealed(SealedInstance)
        /// Could not be read or sealed. The reason goes to the receiver too, so it names no path of this side.
        case failed(reason: String, status: ExitStatus)
    }

    func outcome(of instance: PlannedInstance) -> Outcome {
        outcome(path: instance.path, name: instance.name, digest: Data(instance.entry.digest.bytes))
    }

    /// - Parameter digest: SHA-256 of the file when it was found.
    func outcome(path: String, name: String, digest: Data) -> Outcome {
        do {
            let original = try WholeFile.read(path)
            let begin = ContinuousClock.now
            var sealed = try sealer.seal(original, name: name, encoding: decision.encoding)
            let seconds = (ContinuousClock.now - begin).seconds
            guard sealed.originalDigest.bytes.elementsEqual(digest) else {
                return .failed(reason: "the file changed before it was sealed; send it again", status: .tryAgain)
            }
            advisor?.learn(decision, sealed.report, seconds: seconds)
            let isChosen = sealed.report.codec == decision.encoding.codec
            sealed.report.encodingReason = isChosen ? "\(decision.reason)" : "nothing of it is compressed anew"
            return .sealed(sealed)
        } catch let error as FileError {
            return .failed(reason: error.reason, status: .inputOutput)
        } catch let error as DICOMError {
            return .failed(reason: error.reason, status: .badData)
        } catch let error as StegoError {
            return .failed(reason: error.reason, status: .badData)
        } catch {
            return .failed(reason: "it could not be sealed", status: .badData)
        }
    }
}
