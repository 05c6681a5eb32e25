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

/// The whole page: a summary, the series as strips, and a section for each file that needs one.
struct VerificationPage {
    let files: [FileVerification]
    let series: [SeriesVerification]
    let sections: [String]
    let anchor: (Int) -> String

    var html: String {
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>Marks: what was found</title><style>\(PageStyle.css)</style></head><body>
        <h1>Marks: what was found</h1>
        \(summary)
        \(series.map(strip).joined(separator: "\n"))
        \(sections.joined(separator: "\n"))
        <p class="note">Cells that differ are tinted vermilion, blocks of other images purple, forged blocks yellow. A missing mark proves
        nothing unless the issuer marks everything. Nothing is said of what happened before the first mark.</p>
        </body></html>
        """
    }

    private var summary: String {
        let counts = Dictionary(files.map { ($0.verdict, 1) }, uniquingKeysWith: +)
        let rows = FileVerification.Verdict.allCases.compactMap { verdict in
            counts[verdict].map { "<tr class=\"\(verdict.rawValue)\"><td>\($0)</td><td>\(MarkupText.escaped(verdict.words))</td></tr>" }
        }
        return "<table class=\"summary\"><tr><th>Files</th><th>Verdict</th></tr>\(rows.joined())</table>"
    }

    /// One rectangle for each place of the series that was marked: coloured by the file's verdict, empty where the image is missing.
    private func strip(_ verification: SeriesVerification) -> String {
        let title = "<h2>Series \(MarkupText.escaped(verification.series))</h2>"
        let findings = verification.findings.map { "<li>\(MarkupText.escaped($0.words(verification.manifest)))</li>" }.joined()
        let list =
            findings.isEmpty ? "<p>Every image of the series is there, once, and in its place.</p>" : "<ul class=\"bad\">\(findings)</ul>"
        var cells: [String] = []
        let images = verification.manifest?.images ?? []
        for (place, image) in images.enumerated() {
            let file = verification.files.first { $0.present.contains { $0.instance == image.instance && $0.frame == image.frame } }
            cells.append(cell(file, title: "\(place + 1): \(file?.name ?? "missing")"))
        }
        let known = Set(images.map(\.instance))
        for file in verification.files where !file.present.contains(where: { known.contains($0.instance) }) {
            cells.append(cell(file, title: "not in the series: \(file.name)"))
        }
        return "\(title)\(list)<div class=\"strip\">\(cells.joined())</div>"
    }

    private func cell(_ file: FileVerification?, title: String) -> String {
        guard let file else { return "<span class=\"cell missing\" title=\"\(MarkupText.escaped(title))\"></span>" }
        let target = files.firstIndex { $0.path == file.path }.map { " href=\"#\(anchor($0))\"" } ?? ""
        return "<a class=\"cell \(file.verdict.rawValue)\"\(target) title=\"\(MarkupText.escaped(title))\"></a>"
    }
}
