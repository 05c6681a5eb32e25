/// Keyed samples that hold a few bytes although some of them must not change, without the reader knowing which: writing on wet paper
/// [Fridrich, Goljan, Lisoněk & Soukal 2005], by a syndrome-trellis code over the samples' last bits.
struct WetPaperSamples {
    private static let constraintHeight = 10

    /// In path order, from somewhere on; none is frozen.
    let samples: [CarrierSample]

    /// How many places there are to begin at (``rotated(_:)``).
    static let rotationCount = 8

    /// The same samples, begun at another place. Where many samples must stay, a code may find no solution, most likely in its first few
    /// samples, which have to hold their bits without help from others: another beginning gives another chance.
    ///
    /// - Parameter rotation: 0 ..< ``rotationCount``.
    func rotated(_ rotation: Int) -> WetPaperSamples {
        let start = samples.count * rotation / Self.rotationCount
        return WetPaperSamples(samples: Array(samples[start...] + samples[..<start]))
    }

    /// The bytes that they hold.
    ///
    /// - Returns: nil if there are fewer samples than bits.
    func read(byteCount: Int, from planes: SamplePlanes) -> [UInt8]? {
        let code = try? SyndromeTrellisCode(constraintHeight: Self.constraintHeight)
        return (try? code?.extract(bitCount: byteCount * 8, from: lastBits(in: planes))).map(Bits.packed)
    }

    /// Which samples' last bits have to flip so that they hold these bytes.
    ///
    /// - Parameter costs: of changing each sample; infinity for one that must stay.
    /// - Returns: ordinals, ascending; nil if too many samples must stay.
    func flips(toHold bytes: [UInt8], in planes: SamplePlanes, costs: [Float]) -> [Int]? {
        let cover = lastBits(in: planes)
        guard let code = try? SyndromeTrellisCode(constraintHeight: Self.constraintHeight),
            let embedding = try? code.embed(Bits.unpacked(bytes), into: cover, costs: costs)
        else { return nil }
        return cover.indices.filter { cover[$0] != embedding.stego[$0] }
    }

    private func lastBits(in planes: SamplePlanes) -> [UInt8] {
        samples.map { UInt8(planes.planes[$0.plane][$0.index] & 1) }
    }
}
