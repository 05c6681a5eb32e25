import StegoKit

/// The pace of sealing with one encoding: its time, and the bytes that come out, for each byte of the original.
struct EncodingPace: Equatable, Sendable {
    let encoding: StegoEncoding
    /// Of one worker.
    var secondsPerByte: Double
    var stegoBytesPerByte: Double
    /// Files that it was measured on; 0 for an estimate.
    var samples = 0

    /// The pace that was measured on slices of a CT series on one core of 2.5 GHz; the proportions between encodings matter more than the
    /// figures.
    static func estimate(_ encoding: StegoEncoding) -> EncodingPace {
        let (secondsPerByte, stegoBytesPerByte) =
            switch (encoding.codec, encoding.effort) {
            case (.j2k, .compact): (74e-9, 0.270)
            case (.j2k, .fast): (52e-9, 0.285)
            case (.htj2k, _): (22e-9, 0.290)
            case (.jxl, .fast): (66e-9, 0.240)
            case (.jxl, .compact): (360e-9, 0.233)
            case (.none, _): (8e-9, 1.0)
            }
        return EncodingPace(encoding: encoding, secondsPerByte: secondsPerByte, stegoBytesPerByte: stegoBytesPerByte)
    }

    /// The share of the newest file in what is known; about the last ten files count.
    private static let weight = 0.2

    mutating func learn(originalBytes: Int, stegoBytes: Int, seconds: Double) {
        guard originalBytes > 0, seconds > 0 else { return }
        let pace = seconds / Double(originalBytes)
        let ratio = Double(stegoBytes) / Double(originalBytes)
        let weight = samples == 0 ? 1 : Self.weight
        secondsPerByte += weight * (pace - secondsPerByte)
        stegoBytesPerByte += weight * (ratio - stegoBytesPerByte)
        samples += 1
    }
}

extension [EncodingPace] {
    /// The same paces with estimates corrected by what measured ones turned out to be: a slow machine is slow with every codec.
    var calibrated: [EncodingPace] {
        var (time, size, count) = (0.0, 0.0, 0.0)
        for pace in self where pace.samples > 0 {
            let estimate = EncodingPace.estimate(pace.encoding)
            time += pace.secondsPerByte / estimate.secondsPerByte
            size += pace.stegoBytesPerByte / estimate.stegoBytesPerByte
            count += 1
        }
        guard count > 0 else { return self }
        return map { pace in
            guard pace.samples == 0 else { return pace }
            var corrected = pace
            corrected.secondsPerByte *= time / count
            // Native pixels take what they take.
            if pace.encoding.codec != .none { corrected.stegoBytesPerByte *= size / count }
            return corrected
        }
    }
}
