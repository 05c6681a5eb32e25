import DICOM
import Marks

/// The samples of all frames of a file as planes, and the way back to native bytes.
struct StoredSamples {
    let description: PixelDescription
    /// One for each frame.
    let images: [MarkImage]
    private let native: [UInt8]
    /// Whether the bits above a negative sample repeat its sign; else they are left as they are.
    private let extendsSign: Bool

    /// - Parameter native: as Explicit VR Little Endian holds the samples.
    /// - Returns: `nil` for words of neither 8 nor 16 bits, shared colour samples, or a number of colours that no mark knows.
    init?(_ description: PixelDescription, _ native: [UInt8]) throws {
        let (allocated, colours) = (description.bitsAllocated, description.samplesPerPixel)
        let count = description.rows * description.columns
        guard allocated == 8 || allocated == 16, colours == 1 || colours == 3, native.count == description.byteCount,
            description.byteCount == count * description.frames * colours * allocated / 8
        else { return nil }
        self.description = description
        self.native = native
        extendsSign = description.isSigned && StoredBits.areCanonical(native[...], description)
        let range = Int32(description.valueRange.lowerBound)...Int32(description.valueRange.upperBound)
        let padding = description.paddingRange.flatMap { Int32(exactly: $0.lowerBound) }.flatMap { range.contains($0) ? $0 : nil }
        let carrier = colours == 1 ? 0 : description.photometricInterpretation.hasPrefix("YBR") ? 1 : 2
        images = try (0..<description.frames).map { frame in
            let planes = try (0..<colours).map { colour in
                try SamplePlane(
                    height: description.rows, width: description.columns, range: range, padding: padding,
                    samples: Self.samples(native, description, frame: frame, colour: colour))
            }
            return try MarkImage(planes: planes, carrierIndex: carrier)
        }
    }

    /// Bytes that they hold in memory: as the file has them, and as planes.
    var byteCount: Int {
        let sampleCount = images.reduce(0) { $0 + $1.planes.count * $1.height * $1.width }
        return native.count + sampleCount * MemoryLayout<Int32>.size
    }

    /// Why no mark can be put into these samples; `nil` where it can be tried.
    var obstacle: String? {
        if description.photometricInterpretation == "PALETTE COLOR" { return "its samples are numbers of colours, which must not change" }
        if let padding = description.paddingRange, padding.count > 1 { return "a range of values means that there is no image" }
        return nil
    }

    /// The index of a plane's first sample among the words, and the distance to its next one.
    private static func placement(_ description: PixelDescription, frame: Int, colour: Int) -> (first: Int, step: Int) {
        let (count, colours) = (description.rows * description.columns, description.samplesPerPixel)
        guard colours > 1, description.planarConfiguration == 0 else { return ((frame * colours + colour) * count, 1) }
        return (frame * count * colours + colour, colours)
    }

    private static func samples(_ native: [UInt8], _ description: PixelDescription, frame: Int, colour: Int) -> [Int32] {
        let (first, step) = placement(description, frame: frame, colour: colour)
        let count = description.rows * description.columns
        let shift = UInt32(description.highBit + 1 - description.bitsStored)
        let mask = UInt32(1) << UInt32(description.bitsStored) - 1
        let sign: UInt32 = description.isSigned ? 1 << UInt32(description.bitsStored - 1) : 0
        let isWide = description.bitsAllocated == 16
        return native.withUnsafeBytes { bytes in
            [Int32](unsafeUninitializedCapacity: count) { samples, initialized in
                // Bounds: `placement` puts first + (count − 1) · step inside the words of all frames, which `init` has counted.
                @inline(__always) func sample(_ stored: UInt32) -> Int32 {
                    // (x XOR s) − s repeats the sign bit s of x.
                    Int32(bitPattern: ((stored &>> shift & mask) ^ sign) &- sign)
                }
                // Grey words of 16 bits, which nearly all images have, in a loop that the compiler makes wide.
                if isWide, step == 1 {
                    for index in 0..<count {
                        let word = bytes.loadUnaligned(fromByteOffset: 2 &* (first &+ index), as: UInt16.self)
                        samples[index] = sample(UInt32(UInt16(littleEndian: word)))
                    }
                } else {
                    for index in 0..<count {
                        let word = first &+ index &* step
                        samples[index] = sample(
                            isWide ? UInt32(bytes[2 &* word]) | UInt32(bytes[2 &* word &+ 1]) << 8 : UInt32(bytes[word]))
                    }
                }
                initialized = count
            }
        }
    }

    /// The native bytes with other samples in the carrying planes; all other bits stay.
    func native(carrying images: [MarkImage]) -> [UInt8] {
        var bytes = native
        for (frame, image) in images.enumerated() where image.carrier != self.images[frame].carrier {
            write(image.carrier.samples, frame: frame, colour: image.carrierIndex, into: &bytes)
        }
        return bytes
    }

    private func write(_ samples: [Int32], frame: Int, colour: Int, into bytes: inout [UInt8]) {
        let (first, step) = Self.placement(description, frame: frame, colour: colour)
        let shift = UInt32(description.highBit + 1 - description.bitsStored)
        let isWide = description.bitsAllocated == 16
        let field: UInt32 = extendsSign ? 0xFFFF : (UInt32(1) << UInt32(description.bitsStored) - 1) << shift
        @inline(__always) func word(_ old: UInt32, _ sample: Int32) -> UInt32 {
            old & ~field | UInt32(bitPattern: sample) &<< shift & field
        }
        bytes.withUnsafeMutableBytes { bytes in
            samples.withUnsafeBufferPointer { samples in
                // Bounds: as in `samples`.
                for index in samples.indices {
                    let place = first &+ index &* step
                    if isWide {
                        let old = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 &* place, as: UInt16.self))
                        let new = UInt16(truncatingIfNeeded: word(UInt32(old), samples[index]))
                        bytes.storeBytes(of: new.littleEndian, toByteOffset: 2 &* place, as: UInt16.self)
                    } else {
                        bytes[place] = UInt8(truncatingIfNeeded: word(UInt32(bytes[place]), samples[index]))
                    }
                }
            }
        }
    }
}
