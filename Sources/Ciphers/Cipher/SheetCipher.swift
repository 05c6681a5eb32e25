/// The samples of one frame as a grid; the channels of a pixel are neighbours in its row.
struct Sheet {
    /// Columns of samples: pixels times channels.
    let width: Int
    let height: Int
    let bits: Int
    var samples: [UInt16]

    var mask: UInt16 { UInt16(truncatingIfNeeded: (1 << bits) - 1) }
}

/// A cipher that works on each frame by itself, in place, under a key of the frame's own.
protocol SheetCipher: ImageCipher {
    func encrypt(_ sheet: inout Sheet, key: StageKey) throws(CipherError)
    func decrypt(_ sheet: inout Sheet, key: StageKey) throws(CipherError)
}

extension SheetCipher {
    public func encrypt(_ plane: Plane, key: StageKey) throws(CipherError) -> Ciphertext {
        .plane(try encryptSheets(of: plane, key: key))
    }

    public func decrypt(_ ciphertext: Ciphertext, key: StageKey) throws(CipherError) -> Plane {
        try decryptSheets(of: try ciphertext.plane(), key: key)
    }

    func encryptSheets(of plane: Plane, key: StageKey) throws(CipherError) -> Plane {
        try eachFrame(of: plane, key: key) { (sheet, key) throws(CipherError) in try encrypt(&sheet, key: key) }
    }

    func decryptSheets(of plane: Plane, key: StageKey) throws(CipherError) -> Plane {
        try eachFrame(of: plane, key: key) { (sheet, key) throws(CipherError) in try decrypt(&sheet, key: key) }
    }

    private func eachFrame(
        of plane: Plane, key: StageKey, _ body: (inout Sheet, StageKey) throws(CipherError) -> Void
    ) throws(CipherError) -> Plane {
        var result = plane
        let count = plane.frameSampleCount
        for frame in 0..<plane.frames {
            var sheet = Sheet(width: plane.width * plane.channels, height: plane.height, bits: plane.bits, samples: [])
            if plane.frames == 1 {
                swap(&sheet.samples, &result.samples)
                try body(&sheet, key.frame(frame))
                swap(&sheet.samples, &result.samples)
            } else {
                let range = frame * count..<(frame + 1) * count
                sheet.samples = Array(plane.samples[range])
                try body(&sheet, key.frame(frame))
                result.samples.replaceSubrange(range, with: sheet.samples)
            }
        }
        return result
    }
}
