import ArgumentParser
import Foundation
import TextDetection

/// Measures the text that the detector finds, misses and takes (docs/redaction/detector.md).
struct TextCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "text",
        abstract: "Measure the detector of text in pixels, and what is filled.",
        subcommands: [TextAreaCommand.self, TextRecallCommand.self])
}

/// Counts the characters that `scripts/write-on-images` wrote and that the detector finds.
struct TextRecallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recall",
        abstract: "Say which characters of generated images are found.",
        discussion: """
            A character is found when four fifths of its ink lie inside the mask, a line when all of its characters are, and a line is lost \
            when fewer than half are. Lines of a contrast to noise below 1.5 are told apart.
            """)

    @Argument(help: "The folder that scripts/write-on-images has filled.")
    var folder: String

    @Option(help: "The profile: unsuspected, suspected, blurred, counts, or chosen: the one that the header of such an image chooses.")
    var profile = "chosen"

    private struct Image: Decodable {
        let file: String
        let rows: Int
        let columns: Int
        let colours: Int
        let bitsStored: Int
        let modality: String
        let effect: String
        let lines: [Line]
    }

    private struct Line: Decodable {
        let script: String
        let size: Int
        let style: String
        let turns: Int
        let raster: String
        let contrast: Double
        let cnr: Double
        /// For each character the cells that hold its ink, and how many samples of it.
        let characters: [[[Int]]]
    }

    private struct Tally {
        var lines = 0
        var whole = 0
        var lost = 0
        var characters = 0
        var found = 0

        mutating func add(_ foundCharacters: Int, of count: Int) {
            lines += 1
            whole += foundCharacters == count ? 1 : 0
            lost += foundCharacters * 2 < count ? 1 : 0
            characters += count
            found += foundCharacters
        }

        var line: String {
            String(
                format: "%5d lines  characters %.4f  lines %.4f  lost %.4f", lines, Double(found) / Double(max(1, characters)),
                Double(whole) / Double(max(1, lines)), Double(lost) / Double(max(1, lines)))
        }
    }

    func run() throws {
        let profiles: [String: DetectionProfile] = [
            "unsuspected": .unsuspected, "suspected": .suspected, "blurred": .blurred, "counts": .counts,
        ]
        guard profile == "chosen" || profiles[profile] != nil else {
            throw ValidationError("--profile is 'chosen' or one of \(profiles.keys.sorted())")
        }
        let images = try JSONDecoder().decode([Image].self, from: Data(contentsOf: URL(filePath: folder + "/index.json")))
        var tallies: [String: Tally] = [:]
        var (share, count) = (0.0, 0)
        for image in images {
            let planes = try planes(of: image)
            let mask = TextDetector(profile: profiles[profile] ?? Self.profile(of: image)).mask(
                of: planes, rows: image.rows, columns: image.columns, colours: image.colours, bitsStored: image.bitsStored)
            share += mask.coverage
            count += 1
            for line in image.lines {
                let found = line.characters.count { cells in
                    let inside = cells.reduce(0) { $0 + (mask.cells[$1[0]] ? $1[1] : 0) }
                    return inside * 5 >= cells.reduce(0) { $0 + $1[1] } * 4
                }
                for key in Self.keys(line, image) { tallies[key, default: Tally()].add(found, of: line.characters.count) }
            }
        }
        for (key, tally) in tallies.sorted(by: { $0.key < $1.key }) {
            print(key.padding(toLength: 36, withPad: " ", startingAt: 0), tally.line)
        }
        print("\(count) images,", String(format: "%.1f %% of each filled on average", share / Double(max(1, count)) * 100))
    }

    /// As docs/redaction.md has it for originals, primary, without palette.
    private static func profile(of image: Image) -> DetectionProfile {
        switch image.modality {
        case "CT", "MR": .unsuspected
        case "NM", "PT": .counts
        case "CR", "DX", "MG", "XA": .suspected
        default: image.bitsStored <= 8 ? .blurred : .suspected
        }
    }

    private static func keys(_ line: Line, _ image: Image) -> [String] {
        let noise = line.cnr >= 3 ? "CNR >= 3" : line.cnr >= 1.5 ? "CNR 1.5 .. 3" : "CNR < 1.5"
        let all = ["\(image.effect): \(noise)", line.cnr >= 1.5 ? "\(image.effect): all CNR >= 1.5" : nil]
        guard image.effect == "none", line.cnr >= 1.5 else { return all.compactMap(\.self) }
        return all.compactMap(\.self) + [
            "script \(line.script)", "size \(line.size)", "style \(line.style)", "turn \(line.turns)", "raster \(line.raster)",
            "contrast \(line.contrast)", "on \(image.modality)",
        ] + (line.cnr >= 3 ? ["CNR >= 3, on \(image.modality)", "CNR >= 3, script \(line.script)"] : [])
    }

    private func planes(of image: Image) throws -> [[UInt16]] {
        let bytes = Array(try Data(contentsOf: URL(filePath: folder + "/" + image.file)))
        let count = image.rows * image.columns
        guard bytes.count == count * image.colours * 2 else { throw ValidationError("\(image.file) has another size than it should") }
        return (0..<image.colours).map { colour in
            (0..<count).map { UInt16(bytes[2 * (colour * count + $0)]) | UInt16(bytes[2 * (colour * count + $0) + 1]) << 8 }
        }
    }
}
