import CommandLineSupport
import DICOM
import StegoKit

/// Reads and seals one planned file; runs on a worker thread.
struct SealingWork: Sendable {
    let sealer: InstanceSealer
    /// What the codec should spare, asked anew for each file.
    let effort: @Sendable () -> EncodingEffort

    enum Outcome: Sendable {
        case sealed(SealedInstance)
        /// Could not be read or sealed.
        case failed(reason: String, status: ExitStatus)
    }

    func outcome(of instance: PlannedInstance) -> Outcome {
        do {
            let sealed = try sealer.seal(WholeFile.read(instance.path), name: instance.name, effort: effort())
            guard sealed.originalDigest == instance.digest else {
                return .failed(reason: "the file changed while the study was being sent; send it again", status: .badData)
            }
            return .sealed(sealed)
        } catch let error as FileError {
            return .failed(reason: "\(error)", status: .inputOutput)
        } catch let error as DICOMError {
            return .failed(reason: error.reason, status: .badData)
        } catch let error as StegoError {
            return .failed(reason: error.reason, status: .badData)
        } catch {
            return .failed(reason: "\(error)", status: .badData)
        }
    }
}
