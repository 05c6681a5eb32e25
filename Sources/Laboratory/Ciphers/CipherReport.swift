import Basics
import Ciphers
import Evaluation
import Foundation

/// The measurements of all images as one HTML page that needs nothing else, and as CSV files beside it.
struct CipherReport {
    private static let pictureSide = 192

    private var sections = ""
    private var pictures = ""
    private var ciphers: [String] = []
    private var files: [(name: String, content: String)] = []
    private var imageCount = 0

    /// - Throws: ``CipherError``, ``ImagingError``.
    mutating func add(
        _ plane: Plane, _ tables: (statistics: CipherTable, costs: CipherTable, attacks: CipherTable), _ subjects: [TrialSubject],
        seed: UInt8
    ) throws {
        imageCount += 1
        let name = "image \(imageCount)"
        let small = try Self.thinned(plane)
        // Big numbers are slow, so that Paillier's pictures would take minutes.
        let seen = try subjects.filter { !$0.isSlow }.map { try CipherPictures($0, small, seed: seed) }
        ciphers = seen.map(\.label)
        for (number, cipher) in seen.enumerated() {
            pictures += """
                <section class="choice" id="p\(imageCount)-\(number)"><h3>Image \(imageCount), \(cipher.label.escapedForHTML)</h3>\
                \(cipher.html)</section>

                """
        }
        sections += """
            <h2>Image \(imageCount): \(plane.width) × \(plane.height), \(plane.channels) × \(plane.bits) bits</h2>
            \(tables.statistics.html)\(tables.costs.html)\(tables.attacks.html)
            """
        for (file, table) in [("statistics", tables.statistics), ("costs", tables.costs), ("attacks", tables.attacks)] {
            let fileName = "\(file).csv"
            let content = table.csv(image: name)
            if let index = files.firstIndex(where: { $0.name == fileName }) {
                files[index].content += content.split(separator: "\r\n", maxSplits: 1).dropFirst().joined()
            } else {
                files.append((fileName, content))
            }
        }
    }

    /// The first frame, of which every second, third … row and column is left so that it is small.
    private static func thinned(_ plane: Plane) throws(CipherError) -> Plane {
        let step = (max(plane.width, plane.height) + pictureSide - 1) / pictureSide
        let (columns, rows) = (stride(from: 0, to: plane.width, by: step), stride(from: 0, to: plane.height, by: step))
        var samples: [UInt16] = []
        var (width, height) = (0, 0)
        for row in rows {
            height += 1
            width = 0
            for column in columns {
                width += 1
                let start = (row * plane.width + column) * plane.channels
                samples += plane.samples[start..<start + plane.channels]
            }
        }
        return try Plane(
            width: width, height: height, channels: plane.channels, bits: plane.bits, isSigned: plane.isSigned, samples: samples)
    }

    /// Two lists, an image and a cipher, and the pictures of the two that are chosen. Without scripts all pictures are there.
    private var chooser: String {
        func list(_ name: String, _ options: [(value: Int, text: String)]) -> String {
            let options = options.map { "<option value=\"\($0.value)\">\($0.text.escapedForHTML)</option>" }.joined()
            return "<label>\(name) <select id=\"\(name)\">\(options)</select></label>"
        }
        let first = ciphers.firstIndex { $0.hasPrefix(CipherName.dna.rawValue) } ?? 0
        return """
            <h2>See a cipher's work</h2>
            <p class="note">The image made smaller, enciphered and deciphered here; the plain image from its darkest to its brightest value.</p>
            <form class="chooser" hidden>\(list("image", (1...max(1, imageCount)).map { ($0, "Image \($0)") }))
            \(list("cipher", ciphers.enumerated().map { ($0, $1) }))</form>
            \(pictures)
            <script>
            const image = document.getElementById("image"), cipher = document.getElementById("cipher");
            function show() {
              for (const section of document.querySelectorAll(".choice"))
                section.hidden = section.id !== "p" + image.value + "-" + cipher.value;
            }
            cipher.value = "\(first)";
            image.form.hidden = false;
            image.onchange = cipher.onchange = show;
            show();
            </script>
            """
    }

    private var html: String {
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer"><title>Veilray: image ciphers, measured and broken</title>
        <style>
        \(ReportStyle.sheet)
        body { max-width: 92rem; } .chooser { display: flex; gap: 1.5rem; margin: .5rem 0; } .chooser[hidden] { display: none; }
        select { font: inherit; padding: .2rem .4rem; }
        </style></head><body>
        <h1>Image ciphers, measured and broken</h1>
        <p class="lead"><b>Statistics are not security.</b> The negative controls pass some or all of the statistics, and the attacks read
        them at once. A cipher without a row among the attacks is not proven by that.</p>
        \(chooser)
        \(sections)
        </body></html>

        """
    }

    /// - Throws: where the folder or a file in it cannot be written.
    func write(to folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (name, content) in files + [("report.html", html)] {
            try Data(content.utf8).write(to: URL(filePath: folder).appending(path: name), options: .atomic)
        }
    }
}
