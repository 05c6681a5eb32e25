import DICOM
import SeededRandomness

/// Pixel values with canaries wherever a value has room for one.
enum PlantedPixels {
    /// What stands for a picture: some waves and a little noise.
    static func native(_ description: PixelDescription) -> [UInt8] {
        var random = SplitMix64(seed: 5)
        let maximum = 1 << min(description.bitsStored, 12)
        return (0..<description.rows * description.columns * description.samplesPerPixel * description.frames).flatMap { index -> [UInt8] in
            let value = (index % description.columns * 9 + index / description.columns * 5 + random.below(3)) % maximum
            return (0..<description.bytesPerSample).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
    }

    /// The same samples with canaries, a bit a word, in each bit that is not stored.
    static func overlaid(_ native: [UInt8], _ description: PixelDescription, _ canaries: inout Canaries) -> [UInt8] {
        var bytes = native
        let width = description.bytesPerSample
        for bit in description.bitsStored..<description.bitsAllocated {
            let text = canaries.ascii()
            for index in 0..<bytes.count / width {
                let source = text[index / 8 % text.count] >> UInt8(index % 8) & 1
                bytes[index * width + bit / 8] &= ~(1 << UInt8(bit % 8))
                bytes[index * width + bit / 8] |= source << UInt8(bit % 8)
            }
        }
        return bytes
    }

    /// An encapsulated value of these codestreams, each divided into three fragments with empty ones between, an offset table that is not
    /// one, and something behind the last codestream.
    static func value(_ codestreams: [[UInt8]], _ canaries: inout Canaries, fragments: Int = 3) -> [UInt8] {
        func item(_ content: [UInt8]) -> [UInt8] {
            let content = content.count % 2 == 0 ? content : content + [0]
            return [0xFE, 0xFF, 0x00, 0xE0] + (0..<4).map { UInt8(truncatingIfNeeded: content.count >> (8 * $0)) } + content
        }
        var value = item(codestreams.count == 1 ? canaries.ascii() + [0, 0] : [])
        for codestream in codestreams {
            let size = max(2, codestream.count / fragments / 2 * 2)
            for part in 0..<fragments {
                let range = part * size..<(part == fragments - 1 ? max(codestream.count, part * size) : (part + 1) * size)
                value += item(Array(codestream[range.clamped(to: 0..<codestream.count)]))
                if codestreams.count == 1 { value += item([]) }
            }
        }
        return value + [0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]
    }

    // MARK: Codestreams

    /// Application and comment segments behind SOI and something behind the end, which every JPEG decoder passes over.
    static func planted(jpeg: [UInt8], _ canaries: inout Canaries) -> [UInt8] {
        Array(jpeg.prefix(2)) + segments(&canaries) + jpeg.dropFirst(2) + canaries.ascii()
    }

    /// Each kind of segment that is no part of the picture.
    static func segments(_ canaries: inout Canaries) -> [UInt8] {
        var bytes: [UInt8] = []
        for marker in [0xE0, 0xE1, 0xE2, 0xEC, 0xED, 0xEE, 0xEF, 0xFE] as [UInt8] {
            let name: [UInt8] =
                marker == 0xEE ? Array("Adobe".utf8) + [0, 100, 0, 0, 0, 0, 1] : marker == 0xE1 ? Array("Exif\0\0".utf8) : []
            let content = name + canaries.ascii() + canaries.utf16(bigEndian: marker == 0xE1)
            bytes += [0xFF, marker, 0, UInt8(content.count + 2)] + content
        }
        return bytes
    }

    /// Comments in the main header and in the tile-part's, bytes behind the packets and behind the end, boxes around.
    static func planted(jpeg2000: [UInt8], _ canaries: inout Canaries) -> [UInt8] {
        func comment(_ canaries: inout Canaries) -> [UInt8] {
            let text = canaries.ascii()
            return [0xFF, 0x64, 0, UInt8(text.count + 4), 0, 1] + text
        }
        guard let tilePart = jpeg2000.indices.dropLast().first(where: { jpeg2000[$0] == 0xFF && jpeg2000[$0 + 1] == 0x90 }) else {
            return jpeg2000
        }
        let header = comment(&canaries)
        let (mainComment, tail) = (comment(&canaries), canaries.ascii())
        let length = jpeg2000[tilePart + 6..<tilePart + 10].reduce(0) { $0 << 8 | Int($1) }
        let newLength = length + header.count + tail.count
        var codestream = Array(jpeg2000[..<tilePart]) + mainComment
        codestream += jpeg2000[tilePart..<tilePart + 6] + (0..<4).map { UInt8(truncatingIfNeeded: newLength >> (24 - 8 * $0)) }
        codestream += jpeg2000[tilePart + 10..<tilePart + 12] + header
        codestream += jpeg2000[tilePart + 12..<tilePart + length] + tail + [0xFF, 0xD9] + canaries.ascii()
        func box(_ type: String, _ content: [UInt8]) -> [UInt8] {
            (0..<4).map { UInt8(truncatingIfNeeded: (content.count + 8) >> (24 - 8 * $0)) } + Array(type.utf8) + content
        }
        return box("jP  ", [0x0D, 0x0A, 0x87, 0x0A]) + box("ftyp", Array("jp2 \0\0\0\0jp2 ".utf8)) + box("xml ", canaries.ascii())
            + box("jp2c", codestream) + box("uuid", canaries.utf16(bigEndian: true))
    }

    /// Something between the segments and behind the last.
    static func planted(runLength: [UInt8], _ canaries: inout Canaries) -> [UInt8] {
        let text = canaries.ascii()
        var bytes = runLength
        let count = Int(bytes[0])
        // The standard leaves the header's further offsets unused.
        bytes.replaceSubrange(64 - text.count..<64, with: text)
        guard count > 1 else { return bytes + canaries.ascii() }
        let second = Int(bytes[8]) | Int(bytes[9]) << 8 | Int(bytes[10]) << 16
        let between = canaries.ascii()
        bytes.insert(contentsOf: between, at: second)
        for segment in 1..<count {
            let place = 4 + 4 * segment
            let offset = (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) } + between.count
            for index in 0..<4 { bytes[place + index] = UInt8(truncatingIfNeeded: offset >> (8 * index)) }
        }
        return bytes + canaries.ascii()
    }
}
