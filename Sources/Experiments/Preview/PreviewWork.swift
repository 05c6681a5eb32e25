import Basics
import CommandLineSupport
import DICOM
import Files
import Foundation
import Imaging
import Sending
import StegoKit

/// Makes one preview; runs on a worker thread.
package struct PreviewWork: Sendable {
    package let file: String
    /// Where the picture goes; `nil` names it after the file.
    package let picture: String?
    package let replaces: Bool
    package let method: EmbeddingMethod
    package let payloadByteCount: Int
    /// Counted from 1; `nil` takes the middle one.
    package let frame: Int?
    /// Files and folders with segmentations and structure sets.
    package let annotations: [String]
    package let region: RegionChoices
    package let redaction: RedactionPolicy

    package init(
        file: String, picture: String?, replaces: Bool, method: EmbeddingMethod, payloadByteCount: Int, frame: Int?, annotations: [String],
        region: RegionChoices, redaction: RedactionPolicy
    ) {
        self.file = file
        self.picture = picture
        self.replaces = replaces
        self.method = method
        self.payloadByteCount = payloadByteCount
        self.frame = frame
        self.annotations = annotations
        self.region = region
        self.redaction = redaction
    }

    /// Blocks while it reads, computes and writes.
    package func run() throws -> PreviewEvent {
        var region = region
        region.annotationFiles = try FileFinder.files(below: annotations).map(\.path)
        let subject = try PreviewSubject(
            of: DICOMFile(bytes: WholeFile.read(file), name: file),
            // A region is shown with every method, unless none is wanted.
            policy: region.policy(standard: .regionOfNonInterest), redaction: redaction, method: method, payloadByteCount: payloadByteCount)
        let frame = frame ?? subject.description.frames / 2 + 1
        guard frame <= subject.description.frames else {
            throw OperationFailure(.invalidRequest, "\(file): it has \(subject.description.frames) frames, no frame \(frame)")
        }
        let path = picture ?? URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent + ".preview.png"
        try publish(try PNGEncoder.encode(PreviewPicture(of: subject, frame: frame - 1).draw()), as: path)
        return PreviewEvent(subject, frame: frame, picture: path)
    }

    /// The picture shows a patient: it is for its owner's eyes.
    private func publish(_ bytes: [UInt8], as path: String) throws {
        if replaces {
            try AtomicFile.replace(path, with: bytes, mode: 0o600)
        } else if try AtomicFile.publish(bytes, as: path, mode: 0o600) == .occupied {
            throw OperationFailure(.fileAccess, "\(path) is there already and was left alone; --replace replaces it")
        }
    }
}
