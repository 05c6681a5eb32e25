@testable import DICOM

extension FuzzTarget {
    /// Foreign codestreams through the C faces of GDCM, OpenJPEG, OpenJPH and libjxl, which the programs leave to confined workers.
    static let frameDecoding = FuzzTarget(
        name: "frame-decoding",
        seeds: {
            var seeds: [[UInt8]] = []
            for (number, syntax) in SyntheticImages.lossless.enumerated() {
                seeds += try codestreamSeeds(syntax).map { [UInt8(number)] + $0 }
            }
            return seeds
        },
        run: { bytes in
            var source = ByteSource(bytes)
            let syntax = source.choice(SyntheticImages.lossless)
            guard let description = source.pixels(largest: 64) else { return }
            if syntax.codec == .jpeg2000, let header = CodestreamHeader.read(source.rest, codec: .jpeg2000),
                let frame = OpenJPEGFrame(decoding: header, description), let tiles = frame.decodeByTiles(source.rest)
            {
                let width = header.precision <= 8 ? 1 : 2
                try require(tiles.count == description.sampleCountOfFrame * width, "a frame decoded by tiles is whole")
            }
            let decoded = try FrameCodec.decode(source.rest, description, syntax, frame: 0, by: InProcessCodecs())
            try require(decoded.bytes.count == decoded.description.byteCount, "a decoded frame has the size that its description says")
        })

    /// Any samples encoded and decoded again: every codec is lossless, and its own codestreams can be walked.
    static let frameEncoding = FuzzTarget(
        name: "frame-encoding",
        seeds: {
            let grey = ByteSource.bytes(rows: 33, columns: 40, color: 0, allocated: 1, stored: 12, layout: 0) + [0, 1, 2, 3, 250]
            let colour = ByteSource.bytes(rows: 20, columns: 64, color: 1, allocated: 0, stored: 8, layout: 2) + [9, 8, 7]
            return SyntheticImages.lossless.indices.flatMap { syntax in [grey, colour].map { [UInt8(syntax)] + $0 } }
        },
        run: { bytes in
            var source = ByteSource(bytes)
            let syntax = source.choice(SyntheticImages.lossless)
            guard let description = source.pixels(largest: 80), description.bitsAllocated >= 8 else { return }
            let pattern = source.rest.isEmpty ? [0] : Array(source.rest)
            // What would not survive is refused, which is no finding; samples are mostly made to fit.
            let samples = StoredBits.canonical(
                (0..<decodedByteCount(description)).map { pattern[$0 % pattern.count] }, precision: description.bitsStored, in: description)
            let encoded = try PixelCodec.encode(samples, description, as: syntax)
            let (decodedDescription, decoded) = try PixelCodec.decode(encoded)
            let interleaved = description.planarConfiguration == 1 && decodedDescription.planarConfiguration == 0
            let expected = interleaved ? PlanarConfiguration.interleaved(samples[...], description) : samples
            try require(decoded == expected, "\(description) comes back from \(syntax) as it was")
            guard syntax.codec != .jpegLS, syntax.codec != .jpegXL else { return }
            let codestream = encoded.fragments[0][...]
            try require(WalkedFrame(codestream, encoded.description, syntax.codec) != nil, "our own codestream of \(syntax) can be walked")
        })

    /// Bytes of samples as a decoder gives them: each in the fewest of one, two or four bytes that hold its stored bits.
    private static func decodedByteCount(_ description: PixelDescription) -> Int {
        let (allocated, needed) = (description.bitsAllocated / 8, description.bitsStored <= 8 ? 1 : description.bitsStored <= 16 ? 2 : 4)
        return description.byteCount / allocated * min(needed, allocated)
    }

    /// Deflated data sets: zlib's inflation, and the search for the parameters that deflate as the writer did.
    static let deflatedStream = FuzzTarget(
        name: "deflated-stream", maximumByteCount: 2048,
        seeds: {
            let bytes = try SyntheticImages.rich()
            let writers = [
                DeflateParameters(level: 6, windowBits: 15, memoryLevel: 8, strategy: 0, hasZlibHeader: false, trailer: []),
                DeflateParameters(level: 9, windowBits: 15, memoryLevel: 9, strategy: 0, hasZlibHeader: true, trailer: [0]),
                DeflateParameters(level: 1, windowBits: 12, memoryLevel: 8, strategy: 2, hasZlibHeader: false, trailer: [0]),
            ]
            return try writers.map { try $0.deflateInProcess(bytes) }
        },
        run: { bytes in
            let stream = try DeflatedStream.inflateInProcess(bytes[...], limit: 1 << 20)
            try require(stream.consumed <= bytes.count, "no more is consumed than there is")
            guard stream.bytes.count < 4096,
                let parameters = DeflatedStream.searchParameters(reproducing: bytes[...], inflated: stream.bytes, work: 1 << 16)
            else { return }
            try require(parameters.deflateInProcess(stream.bytes) == bytes, "the parameters that were found make the same stream")
        })
}
