import ArgumentParser
import Basics
import CodecWorkers
import Crypto
import DICOM
import Files
import Foundation
import SeededRandomness
import StegoKit

/// Measures large images of many frames: peak memory and time of sealing and of restoring, by frames and as a whole.
struct LargeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "large",
        abstract: "Peak memory and time of sealing and restoring an image of many frames.",
        discussion: "Makes an image of moving discs in noise, seals it, and restores it, each step on the disk. Nothing is kept of it.")

    @Option(help: "Frames.")
    var frames = 100

    @Option(help: "Rows and columns of a frame.")
    var side = 1024

    @Option(help: "The codec of the stego file: j2k, htj2k, jxl or none.")
    var codec = "j2k"

    @Option(help: "How the original's pixels are encoded: native, j2k, jpeg, jpegls, rle or lossy.")
    var original = "native"

    @Option(help: "A folder with room for the files.")
    var folder = NSTemporaryDirectory()

    @Option(help: "Write the image there, and do nothing else.")
    var write: String?

    @Flag(help: "Hold the image in memory as a whole, as images of one frame are.")
    var whole = false

    func validate() throws {
        guard (1...65_535).contains(frames), (16...20_000).contains(side) else { throw ValidationError("1 to 65535 frames of 16 to 20000") }
        guard StegoCodec(rawValue: codec) != nil else { throw ValidationError("the codec is j2k, htj2k, jxl or none") }
        guard Self.syntaxes[original] != nil else { throw ValidationError("the original is native, j2k, jpeg, jpegls, rle or lossy") }
    }

    private static let syntaxes: [String: TransferSyntax] = [
        "native": .explicitLittleEndian, "j2k": .jpeg2000Lossless, "jpeg": .jpegLosslessFirstOrder, "jpegls": .jpegLSLossless,
        "rle": .runLength, "lossy": .jpeg2000,
    ]

    func run() throws {
        CodecWorkers.bootstrap()
        defer { CodecWorkers.stop() }
        let image = LargeImage(frames: frames, side: side, syntax: Self.syntaxes[original] ?? .explicitLittleEndian)
        if let write {
            let file = try UnpublishedStore(in: AtomicFile.parent(of: write), for: write)
            try image.write(to: file)
            guard try AtomicFile.publish(file, as: write) != .occupied else { throw ValidationError("\(write) is there already") }
            return
        }
        let file = try UnpublishedStore(in: folder, for: "the original")
        try measured("making") { try image.write(to: file) }
        print(String(format: "%.1f MB, %d frames of %d × %d, %@", Double(file.byteCount) / 1e6, frames, side, side, original))
        let key = StudyKey()
        let options = SealOptions(codec: StegoCodec(rawValue: codec) ?? .j2k)
        if whole { try asAWhole(file, key, options) } else { try byFrames(file, key, options) }
    }

    private func byFrames(_ file: UnpublishedStore, _ key: StudyKey, _ options: SealOptions) throws {
        // A sender has found it out when it has looked for the study's files.
        var hash = SHA256()
        try file.forEachBlock(of: 0..<file.byteCount) { hash.update(data: $0) }
        let digest = ContentDigest(hash.finalize())
        let sealer = InstanceSealer(key: key, options: options)
        let stego = try measured("sealing") {
            let begin = ContinuousClock.now
            var first: UnpublishedStore?
            let checkpoint = SealingCheckpoint<UnpublishedStore>(earlier: nil) { _, store in
                guard first == nil else { return }
                first = store
                let start = store.byteCount
                Thread.detachNewThread {
                    while store.byteCount == start { usleep(1000) }
                    print(String(format: "the first frame is written after %.2f s", (ContinuousClock.now - begin) / .seconds(1)))
                }
            }
            let sealed = try sealer.sealFrames(of: file, name: "image", digest: digest, checkpoint: checkpoint, provesLater: true) {
                try UnpublishedStore(in: folder, for: "the stego file")
            }
            guard let (frames, store) = sealed else { throw ValidationError("it is not sealed by frames") }
            print("record in \(frames.report.record.rawValue), \(frames.report.changedSamples) samples changed")
            return store
        }
        print(String(format: "stego file of %.1f MB", Double(stego.byteCount) / 1e6))
        try measured("digesting") {
            var hash = SHA256()
            try stego.forEachBlock(of: 0..<stego.byteCount) { hash.update(data: $0) }
            _ = hash.finalize()
        }
        try measured("proving") { try sealer.proveFrames(of: stego, name: "image", original: digest, byteCount: file.byteCount) }
        try measured("restoring") {
            let revealed = try InstanceRevealer().revealFrames(of: stego, name: "image") { _ in
                key
            } into: {
                try UnpublishedStore(in: folder, for: "the restored file")
            }
            guard revealed?.0.byteCount == file.byteCount else { throw ValidationError("it is not restored by frames") }
        }
    }

    private func asAWhole(_ file: UnpublishedStore, _ key: StudyKey, _ options: SealOptions) throws {
        let stego = try measured("sealing") {
            try InstanceSealer(key: key, options: options).seal(file.read(0..<file.byteCount), name: "image").bytes
        }
        print(String(format: "stego file of %.1f MB", Double(stego.count) / 1e6))
        try measured("restoring") { _ = try InstanceRevealer().reveal(stego, name: "image") { _ in key } }
    }

    private func measured<Result>(_ step: String, _ body: () throws -> Result) throws -> Result {
        PeakMemory.reset()
        let (begin, before) = (ContinuousClock.now, PeakMemory.processorSeconds)
        let result = try body()
        let seconds = (ContinuousClock.now - begin) / .seconds(1)
        print(
            String(
                format: "%-10@ %8.2f s, %5.2f processors, peak %6.0f MB", step as NSString, seconds,
                (PeakMemory.processorSeconds - before) / seconds, PeakMemory.megabytes))
        return result
    }
}

/// The most memory that this process has taken (proc(5)).
private enum PeakMemory {
    /// Begins to count anew.
    static func reset() { try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs")) }

    /// VmHWM, in 10^6 bytes; 0 where it cannot be read.
    static var megabytes: Double {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") }
        return (line?.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0) * 1024 / 1e6
    }

    static var processorSeconds: Double { Double(clock()) / Double(CLOCKS_PER_SEC) }
}

/// An image of discs that move through noise: native, or encoded frame by frame.
private struct LargeImage {
    let frames: Int
    let side: Int
    let syntax: TransferSyntax

    func write(to store: some ByteStore) throws {
        let one = try PixelDescription(
            rows: side, columns: side, photometricInterpretation: "MONOCHROME2", bitsAllocated: 16, bitsStored: 12)
        let isNative = syntax == .explicitLittleEndian
        let (before, behind) = try DICOMWriter.surroundings(
            dataSet: header, transferSyntax: syntax, nativeByteCount: isNative ? one.byteCount * frames : nil)
        try store.append(isNative ? before : before + EncapsulatedItem.header(byteCount: 0))
        for frame in 0..<frames {
            let native = samples(frame)
            if isNative {
                try store.append(native)
            } else {
                let codestream = try PixelCodec.encodeFrame(native, one, as: syntax).codestream
                try store.append(EncapsulatedItem.header(byteCount: codestream.count) + codestream)
            }
        }
        try store.append(isNative ? behind : EncapsulatedItem.delimiter + behind)
    }

    private var header: DataSet {
        DataSet([
            DataElement(.sopClassUID, .UI, strings: ["1.2.840.10008.5.1.4.1.1.2.1"]),
            DataElement(.sopInstanceUID, .UI, strings: ["2.25.79.1"]), DataElement(.studyInstanceUID, .UI, strings: ["2.25.79"]),
            DataElement(.seriesInstanceUID, .UI, strings: ["2.25.79.2"]), DataElement(.modality, .CS, strings: ["CT"]),
            DataElement(.imageType, .CS, strings: ["ORIGINAL", "PRIMARY"]), DataElement(.patientName, .PN, strings: ["LARGE^IMAGE"]),
            DataElement(.patientID, .LO, strings: ["LARGE-79"]), DataElement(.samplesPerPixel, .US, integers: [1]),
            DataElement(.photometricInterpretation, .CS, strings: ["MONOCHROME2"]),
            DataElement(.numberOfFrames, .IS, strings: ["\(frames)"]), DataElement(.rows, .US, integers: [side]),
            DataElement(.columns, .US, integers: [side]), DataElement(.bitsAllocated, .US, integers: [16]),
            DataElement(.bitsStored, .US, integers: [12]), DataElement(.highBit, .US, integers: [11]),
            DataElement(.pixelRepresentation, .US, integers: [0]),
        ])
    }

    private func samples(_ frame: Int) -> [UInt8] {
        var random = SplitMix64(seed: UInt64(frame))
        var bytes: [UInt8] = []
        bytes.reserveCapacity(side * side * 2)
        let (x, y, radius) = (side / 2 + frame % (side / 4), side / 2, side / 3)
        for row in 0..<side {
            for column in 0..<side {
                let distance = (row - y) * (row - y) + (column - x) * (column - x)
                let noise = Int(truncatingIfNeeded: random.next() & 15)
                let level = (distance < radius * radius ? 1000 + distance * 400 / (radius * radius) : 60) + noise
                bytes.append(UInt8(truncatingIfNeeded: level))
                bytes.append(UInt8(truncatingIfNeeded: level >> 8))
            }
        }
        return bytes
    }
}
