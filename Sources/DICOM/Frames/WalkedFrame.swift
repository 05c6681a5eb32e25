/// One frame after its walk.
struct WalkedFrame {
    let parts: CodestreamParts
    let precision: Int

    /// Nil when the codestream cannot be walked to its end, or is another image than the data set says.
    init?(_ codestream: ArraySlice<UInt8>, _ description: PixelDescription, _ codec: TransferSyntax.Codec) {
        switch codec {
        case .runLength:
            guard let walked = RunLengthParts.parts(of: codestream, description) else { return nil }
            (parts, precision) = (walked, description.bitsAllocated)
        case .jpeg:
            guard let (frame, walked) = JPEGWalk.walked(codestream, description) else { return nil }
            (parts, precision) = (walked, frame.precision)
        case .jpeg2000, .highThroughputJPEG2000:
            let bare = JP2Boxes.codestream(in: codestream)
            guard let header = CodestreamHeader.read(bare, codec: codec), header.columns == description.columns,
                header.rows == description.rows, header.components == description.samplesPerPixel,
                let walked = JPEG2000Walk.parts(of: bare, header, offset: bare.startIndex - codestream.startIndex)
            else { return nil }
            (parts, precision) = (walked, header.precision)
        case .jpegLS:
            guard let walked = JPEGLSWalk.walked(codestream, description) else { return nil }
            (parts, precision) = (walked.parts, walked.precision)
        case .native, .jpegXL, .other: return nil
        }
    }

    /// Everything between the tables.
    var texts: [ArraySlice<UInt8>] {
        var start = 0
        var texts: [ArraySlice<UInt8>] = []
        for table in parts.tables + [parts.needed.count..<parts.needed.count] {
            texts.append(parts.needed[start..<table.lowerBound])
            start = table.upperBound
        }
        return texts
    }
}
