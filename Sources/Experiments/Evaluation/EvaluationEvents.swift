import Evaluation
import Sending
import StegoKit

/// The lines that `evaluate --json` prints.
enum EvaluationEvent {
    /// A file that takes no part.
    struct Skipped: Encodable, Sendable {
        let event = "skipped"
        let name: String
        let reason: String
    }

    /// A trial's means over the images.
    struct Trial: Encodable, Sendable {
        let event = "trial"
        let method: String
        let payload: String
        let images: Int
        let bitsPerSample: Double
        let mse: Double
        let psnr: Double
        let psnrOfStoredRange: Double
        let psnrOfEightBits: Double
        let weightedPSNR: Double
        let ssim: Double?
        let changedShare: Double
        let maximumChange: Int
        let bitsPerChange: Double
        let codestreamGrowth: Double?
        let exact: Bool
        let verdict: String

        init(_ summary: TrialSummary, verdict: Verdict) {
            method = summary.trial.method.description
            payload = summary.trial.payload.name
            images = summary.imageCount
            bitsPerSample = summary.relativePayload
            mse = summary.meanSquaredError
            psnr = summary.psnrOfUsedRange
            psnrOfStoredRange = summary.psnrOfStoredRange
            psnrOfEightBits = summary.psnrOfEightBits
            weightedPSNR = summary.weightedPSNR
            ssim = summary.structuralSimilarity
            changedShare = summary.changedShare
            maximumChange = summary.maximumChange
            bitsPerChange = summary.efficiency
            codestreamGrowth = summary.codestreamGrowth
            exact = summary.isExact
            self.verdict = verdict.rawValue
        }
    }

    /// A detector's result for a trial.
    struct Detection: Encodable, Sendable {
        let event = "detection"
        let method: String
        let payload: String
        let detector: String
        let pairs: Int
        let images: Int
        let blockError: Double
        let blockInterval: Double?
        let majorityError: Double
        let imageError: Double
        let imageInterval: Double?

        init(_ detection: Evaluation.Detection) {
            method = detection.subject.trial.method.description
            payload = detection.subject.trial.payload.name
            detector = detection.subject.features.rawValue
            pairs = detection.pairCount
            images = detection.imageCount
            blockError = detection.blockError.mean
            blockInterval = detection.blockError.halfWidth.isFinite ? detection.blockError.halfWidth : nil
            majorityError = detection.majorityError.mean
            imageError = detection.imageError.mean
            imageInterval = detection.imageError.halfWidth.isFinite ? detection.imageError.halfWidth : nil
        }
    }

    /// The end.
    struct Report: Encodable, Sendable {
        let event = "report"
        let images: Int
        let path: String?
    }
}
