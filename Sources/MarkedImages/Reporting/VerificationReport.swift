import DICOM
import Files
import Foundation
public import Marks

/// One page that shows what was found, with the pictures beside it.
public struct VerificationReport: Sendable {
    private let files: [FileVerification]
    private let series: [SeriesVerification]
    private let directory: IssuerDirectory

    /// Files that get a section of their own with a picture even though they are intact; the strip shows all.
    private static let picturedIntactFiles = 3

    public init(_ files: [FileVerification], _ series: [SeriesVerification], _ directory: IssuerDirectory) {
        (self.files, self.series, self.directory) = (
            files.sorted { ($0.series, $0.place, $0.name) < ($1.series, $1.place, $1.name) }, series, directory
        )
    }

    /// Writes `index.html` and the pictures into a folder, which is made.
    ///
    /// - Throws: `FileError`, `ImagingError`, and `MarkedImagesError` where a report is there already.
    public func write(to folder: String) throws {
        // What was changed comes first.
        var (sections, intact): ([String], [String]) = ([], [])
        var pictured = 0
        for (number, file) in files.enumerated() {
            if file.verdict == .intact {
                pictured += 1
                guard pictured <= Self.picturedIntactFiles else { continue }
            }
            let dataSet = try DICOMFile(bytes: try WholeFile.read(file.path), name: file.name).dataSet
            var pictures: [String] = []
            for frame in file.frames where frame.number == 0 || frame.verdict != .intact {
                guard pictures.count < 8, let png = try MarkPicture.png(frame, dataSet) else { continue }
                let name = "image-\(number + 1)-\(frame.number + 1).png"
                try Self.publish(png, as: folder + "/" + name)
                pictures.append(name)
            }
            let section = FileSection(file, directory, pictures: pictures, anchor: Self.anchor(number)).html
            if file.verdict == .intact { intact.append(section) } else { sections.append(section) }
        }
        let page = VerificationPage(files: files, series: series, sections: sections + intact, anchor: Self.anchor).html
        try Self.publish(Array(page.utf8), as: folder + "/index.html")
    }

    private static func anchor(_ number: Int) -> String { "file-\(number + 1)" }

    static func publish(_ bytes: [UInt8], as path: String) throws {
        guard try AtomicFile.publish(bytes, as: path) != .occupied else {
            throw MarkedImagesError(.fileAccess, "\(path): another report is there already; it is kept. Choose a new folder")
        }
    }
}
