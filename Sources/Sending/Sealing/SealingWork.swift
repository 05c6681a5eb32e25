import Basics
import DICOM
import Files
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
    /// `false` for a file that has ended the program before: it is enclosed whole, and nothing of it is decoded.
    var showsImage = true
    /// Whether the caller proves a file that is sealed by frames.
    var provesLater = false

    enum Outcome: Sendable {
        case sealed(SealedFileContent)
        /// Could not be read or sealed. The reason goes to the receiver too, so it names no path of this side.
        case failed(reason: String, kind: FailureKind)
        /// Could not be read for now: its disk or share is away, say.
        case unreadable(FileError)
        /// Sealing did not come to its end, which says nothing of the file: the program is being stopped, or can start no decoder.
        case interrupted(reason: String)
    }

    /// - Parameters:
    ///   - digest: SHA-256 of the file when it was found.
    ///   - place: where a stego file can be written piece by piece; `nil` where there is none.
    func outcome(path: String, name: String, digest: ContentDigest, place: SealingPlace? = nil) -> Outcome {
        do {
            let begin = ContinuousClock.now
            var sealed = try sealedContent(path: path, name: name, digest, place)
            sealed.seconds = (ContinuousClock.now - begin).seconds
            guard sealed.originalDigest == digest else {
                return .failed(reason: "the file changed before it was sealed; send it again", kind: .temporary)
            }
            if sealed.isProven { advisor?.learn(decision, sealed.report, seconds: sealed.seconds) }
            let isChosen = sealed.report.codec == decision.encoding.codec
            sealed.report.encodingReason = isChosen ? "\(decision.reason)" : "nothing of it is compressed anew"
            if !showsImage { sealed.report.notes.append("it is enclosed, since it has ended this program before") }
            return .sealed(sealed)
        } catch let error as FileError {
            return Self.isForGood(error) ? .failed(reason: error.reason, kind: .fileAccess) : .unreadable(error)
        } catch let error as DICOMError where error.code == .decoderUnavailable {
            return .interrupted(reason: error.reason)
        } catch let error as DICOMError {
            return .failed(reason: error.reason, kind: .badData)
        } catch let error as StegoError {
            return .failed(reason: error.reason, kind: .badData)
        } catch {
            return .failed(reason: "it could not be sealed", kind: .badData)
        }
    }

    /// By frames where that can be, else as a whole.
    private func sealedContent(path: String, name: String, _ digest: ContentDigest, _ place: SealingPlace?) throws -> SealedFileContent {
        if let place, showsImage, let source = try? FileSource(path), try InstanceSealer.isLarge(source, name: name),
            let (sealed, store) = try sealer.sealFrames(
                of: source, name: name, encoding: decision.encoding, digest: digest, checkpoint: place.checkpoint?(),
                provesLater: provesLater, into: place.makeStore)
        {
            return SealedFileContent(
                bytes: .onDisk(store), originalDigest: sealed.originalDigest, digest: sealed.digest, report: sealed.report,
                isProven: sealed.isProven, takenFrames: sealed.takenFrames)
        }
        if let source = try? FileSource(path) { try InstanceSealer.requireRoom(for: source.byteCount) }
        let original = try WholeFile.read(path)
        let sealed = try sealer.seal(original, name: name, encoding: decision.encoding, showsImage: showsImage)
        return SealedFileContent(
            bytes: .inMemory(sealed.bytes), originalDigest: sealed.originalDigest, digest: ContentDigest(of: sealed.bytes),
            report: sealed.report)
    }

    /// Whether an original is gone or has become something else, rather than out of reach: its folder answers without it.
    static func isForGood(_ error: FileError) -> Bool {
        switch error.number {
        // No regular file, or one that is larger than any that was taken in.
        case EINVAL, EFBIG: return true
        case ENOENT: break
        default: return false
        }
        var status = stat()
        // A link that leads nowhere is still there.
        guard lstat(error.path, &status) != 0, errno == ENOENT, let folder = opendir(AtomicFile.parent(of: error.path)) else {
            return false
        }
        defer { closedir(folder) }
        // At least "." is in every folder; a share that is away may say so only when it is read.
        return readdir(folder) != nil
    }
}

/// Where a stego file can be written piece by piece, and what an earlier attempt at it has left.
struct SealingPlace {
    let makeStore: () throws -> UnpublishedStore
    /// `nil` where nothing outlives this process.
    var checkpoint: (() -> SealingCheckpoint<UnpublishedStore>)?
}

/// A sealed file: what was made, and where it is.
struct SealedFileContent: Sendable {
    enum Bytes: Sendable {
        case inMemory([UInt8])
        /// Written already, and without a name yet.
        case onDisk(UnpublishedStore)
    }

    let bytes: Bytes
    let originalDigest: ContentDigest
    /// Of the stego file.
    let digest: ContentDigest
    var report: SealReport
    /// Whether it was reversed and compared with its original.
    var isProven = true
    /// What sealing took, with the proof where it is proven.
    var seconds = 0.0
    /// Frames that an earlier attempt had encoded.
    var takenFrames = 0
}
