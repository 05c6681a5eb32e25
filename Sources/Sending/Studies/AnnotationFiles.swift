import DICOM
import Files
import Logging
import StegoKit

/// Reads the segmentations and structure sets among a study's files.
enum AnnotationFiles {
    /// What the files hold; one that cannot be read or decoded is left out and told of in the log. Runs on a worker thread.
    static func annotations(in paths: [String]) -> RegionAnnotations {
        let log = Logger(label: "veilray.regions")
        var annotations = RegionAnnotations()
        for path in paths {
            do {
                try annotations.add(DICOMFile(bytes: WholeFile.read(path), name: path))
            } catch {
                log.warning("the regions in a file are left out", metadata: ["reason": "\(error)"])
            }
        }
        return annotations
    }
}
