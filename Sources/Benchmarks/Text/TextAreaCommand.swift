import ArgumentParser
import Basics
import DICOM
import Foundation
import Imaging
import StegoKit
import TextDetection

/// Measures the share of real images that is filled, the cost of filling, and the time that looking takes.
struct TextAreaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "area",
        abstract: "Say which share of each image is filled, in what time, and what it weighs.",
        discussion: """
            For each file: the time of the detector for one plane with each profile (milliseconds, the fastest of several runs), the share \
            that is filled by the rules and the detector, and the bytes: of the whole image as JPEG 2000, of the filled one, and of what \
            was filled.
            """)

    @Argument(help: "DICOM images with 8 or 16 bits allocated.")
    var files: [String]

    @Option(help: "Runs of the detector; the fastest counts.")
    var runs = 5

    @Option(help: ArgumentHelp("Also write the first frame before and after as PNG into this folder.", valueName: "folder"))
    var pictures: String?

    private struct Sums {
        var count = 0
        var share = 0.0
        var largest = 0.0
    }

    func run() throws {
        var sums: [String: Sums] = [:]
        var bytes = (whole: 0, filled: 0, sealed: 0)
        print("file  modality  size  A ms  B ms  C ms  filled %  regions  whole  filled  sealed  (B = A and B)")
        for path in files {
            do {
                let file = try DICOMFile(bytes: Array(Data(contentsOf: URL(filePath: path))), name: path)
                let (modality, share) = try measure(file, &bytes)
                var sum = sums[modality] ?? Sums()
                sum.count += 1
                sum.share += share
                sum.largest = max(sum.largest, share)
                sums[modality] = sum
            } catch {
                print("\(path): \(error)")
            }
        }
        for (modality, sum) in sums.sorted(by: { $0.key < $1.key }) {
            print(
                "\(modality): \(sum.count) images,",
                String(format: "mean %.1f %%, largest %.1f %%", sum.share / Double(sum.count) * 100, sum.largest * 100))
        }
        print(
            "bytes: whole \(bytes.whole), filled \(bytes.filled), sealed \(bytes.sealed),",
            String(format: "together %.3f", Double(bytes.filled + bytes.sealed) / Double(max(1, bytes.whole))))
    }

    private func measure(_ file: DICOMFile, _ bytes: inout (whole: Int, filled: Int, sealed: Int)) throws -> (String, Double) {
        let samples = try ImageSamples(of: file)
        let planes = samples.planes
        let times = [DetectionProfile.unsuspected, .suspected, .blurred].map { profile in
            let detector = TextDetector(profile: profile)
            return fastest {
                _ = detector.mask(
                    of: [planes.planes[0]], rows: planes.rows, columns: planes.columns, colours: 1, bitsStored: planes.bitsStored)
            }
        }
        let found = ShownRedaction(of: samples, in: file, policy: RedactionPolicy())
        let filled = found.filled(planes)
        let sizes = try [planes, filled].map { try size($0, samples) }
        let sealed = try found.sealedByteCount(of: samples)
        bytes = (bytes.whole + sizes[0], bytes.filled + sizes[1], bytes.sealed + sealed)
        let modality = file.dataSet.string(.modality) ?? "none"
        print(
            (file.name as NSString).lastPathComponent, modality, "\(planes.columns)x\(planes.rows)",
            times.map { String(format: "%.2f", $0) }.joined(separator: " "), String(format: "%.1f", found.share * 100), found.regionCount,
            sizes[0], sizes[1], sealed, found.source)
        if let pictures {
            let name = (file.name as NSString).lastPathComponent
            try picture(planes, samples, file).write(to: URL(filePath: "\(pictures)/\(name).before.png"))
            try picture(filled, samples, file).write(to: URL(filePath: "\(pictures)/\(name).after.png"))
        }
        return (modality, found.share)
    }

    private func fastest(_ body: () -> Void) -> Double {
        (0..<max(1, runs)).map { _ in ContinuousClock().measure(body).seconds * 1000 }.min() ?? 0
    }

    /// Bytes as lossless JPEG 2000, native where it does not take the samples.
    private func size(_ planes: SamplePlanes, _ samples: ImageSamples) throws -> Int {
        guard let native = samples.native(planes) else { return 0 }
        guard let encoded = try? PixelCodec.encode(native, samples.description, as: .jpeg2000Lossless) else { return native.count }
        return encoded.fragments.reduce(0) { $0 + $1.count }
    }

    /// The first frame.
    private func picture(_ planes: SamplePlanes, _ samples: ImageSamples, _ file: DICOMFile) throws -> Data {
        let shown = samples.shownColours(of: planes, in: file)
        var canvas = Canvas(width: planes.columns, height: planes.rows, background: .black)
        let window = DisplayWindow(
            of: file.dataSet, samples: shown[0].map { Int32($0) + Int32(clamping: samples.description.valueRange.lowerBound) })
        for index in shown[0].indices {
            let colour =
                shown.count == 3
                ? Colour(shade(shown[0][index], planes), shade(shown[1][index], planes), shade(shown[2][index], planes))
                : .grey(window.shade(Int32(shown[0][index]) + Int32(clamping: samples.description.valueRange.lowerBound)))
            canvas.set(index % planes.columns, index / planes.columns, colour)
        }
        return Data(try PNGEncoder.encode(canvas))
    }

    private func shade(_ level: UInt16, _ planes: SamplePlanes) -> UInt8 {
        UInt8(clamping: planes.bitsStored > 8 ? level >> UInt16(planes.bitsStored - 8) : level)
    }
}
