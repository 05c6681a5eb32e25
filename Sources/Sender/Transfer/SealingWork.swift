import CommandLineSupport
import DICOM
import Protocol
import StegoKit

/// Reads and seals one planned file; runs on a worker thread.
struct SealingWork: Sendable {
    let sealer: InstanceSealer
    /// What the codec should spare, asked anew for each file.
    let effort: @Sendable () -> EncodingEffort

    enum Outcome: Sendable {
        case sealed(SealedInstance)
        /// Could not be read or sealed. The reason goes to the receiver too, so it names no path of this side.
        case failed(reason: String, status: ExitStatus)
    }

    func outcome(of instance: PlannedInstance) -> Outcome {
        do {
            let sealed = try sealer.seal(WholeFile.read(instance.path), name: instance.name, effort: effort())
            guard sealed.originalDigest.bytes == instance.entry.digest.bytes else {
                return .failed(reason: "the file changed while the study was being sent; send it again", status: .tryAgain)
            }
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
