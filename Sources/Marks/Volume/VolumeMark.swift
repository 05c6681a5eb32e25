/// Adds the shells to a volume's slices, one slice at a time, and takes them off again.
///
/// ```swift
/// let mark = try VolumeMark.tomography(key: key, identity: patientID, unitsToSample: 1, height: 512, width: 512, slices: geometries)
/// let (marked, note) = mark.embed(in: plane, at: geometry)      // for each slice
/// let original = try VolumeMark.remove(from: marked, note, key) // with the key's holder
/// ```
///
/// The order with the strict mark: this mark goes on first and comes off last. The strict mark then proves the samples that this one made.
public struct VolumeMark: Sendable {
    private let key: VolumeMarkKey
    private let code: [UInt8]
    private let strength: VolumeShells.Strength
    private let middle: [Int]
    private let additions: [Int32]

    /// Of what is added to a volume's samples, in squares of Hounsfield units: 67 dB of 12 bits.
    public static let mostMeanSquare = 3.2

    /// - Parameters:
    ///   - identity: whose volume it is, as the holder will ask: a Patient ID, or a study's UID.
    ///   - height: rows of every slice.
    ///   - width: columns of every slice.
    ///   - slices: where all slices of the volume are.
    /// - Throws: ``MarksError`` of code `plane` for no slice.
    public init(
        key: VolumeMarkKey, identity: String, strength: VolumeShells.Strength, height: Int, width: Int, slices: [SliceGeometry]
    ) throws {
        guard !slices.isEmpty else { throw MarksError(.plane, "a volume of no slices has no middle") }
        self.key = key
        code = key.code(of: identity)
        let middles = slices.map { $0.middle(height: height, width: width) }
        middle = (0..<3).map { axis in Quotient.nearest(middles.reduce(0) { $0 + $1[axis] }, middles.count) }
        self.strength = strength
        additions = VolumeShells.additions(key, code: code, strength)
    }

    /// A mark for computed tomography: as strong as ``VolumeShells/Strength/tomography(unitsToSample:)``, or as weak as it takes to keep the
    /// mean square of what is added below ``mostMeanSquare``. How much of the volume is near the centre decides that.
    ///
    /// - Parameter unitsToSample: Hounsfield units to one stored sample, the rescale slope's magnitude.
    public static func tomography(
        key: VolumeMarkKey, identity: String, unitsToSample: Double, height: Int, width: Int, slices: [SliceGeometry]
    ) throws -> VolumeMark {
        let strength = try VolumeShells.Strength.tomography(unitsToSample: unitsToSample)
        let full = try VolumeMark(key: key, identity: identity, strength: strength, height: height, width: width, slices: slices)
        let radii = SampledRadii(centre: zip(full.middle, key.offset).map { $0 + $1 }, height: height, width: width, slices: slices)
        let excess = radii.meanSquare(of: full.additions) * unitsToSample * unitsToSample / mostMeanSquare
        guard excess > 1 else { return full }
        return try VolumeMark(
            key: key, identity: identity, strength: strength.scaled(by: 1 / excess.squareRoot()), height: height, width: width,
            slices: slices)
    }

    /// The slice with the mark, and what it takes to remove it.
    ///
    /// A sample stays as it is where it is padding, and where the mark would make it leave its range or become padding; the latter are
    /// listed in the note.
    ///
    /// - Complexity: O(samples); about a millisecond for 512 × 512.
    public func embed(in plane: SamplePlane, at geometry: SliceGeometry) -> (marked: SamplePlane, note: VolumeNote) {
        let shell = PlacedShell(additions: additions, centre: zip(middle, key.offset).map { $0 + $1 }, geometry: geometry)
        var samples = plane.samples
        var leftOut: [Range<Int>] = []
        shell.forEachRow(height: plane.height, width: plane.width) { first, row in
            for column in row.indices where row[column] != 0 {
                let sample = samples[first + column]
                let sum = sample &+ row[column]
                if sample == plane.padding { continue }
                if plane.range.contains(sum), sum != plane.padding {
                    samples[first + column] = sum
                } else {
                    Self.note(first + column, in: &leftOut)
                }
            }
        }
        let note = VolumeNote(
            check: key.check, maskedCode: key.masked(code), strength: strength, middle: middle, geometry: geometry,
            digest: Self.digest(of: plane), leftOut: leftOut)
        return (plane.with(samples: samples), note)
    }

    /// The slice without the mark, exactly as it was.
    ///
    /// - Throws: ``MarksError`` of code `key` for another key than the slice was marked with; of code `format` where the samples are not those
    ///   that the note is of, so that nothing exact can be had.
    public static func remove(from plane: SamplePlane, _ note: VolumeNote, _ key: VolumeMarkKey) throws -> SamplePlane {
        guard note.check == key.check else { throw MarksError(.key, "the volume mark was made with another key, or of another series") }
        guard note.leftOut.last.map({ $0.upperBound <= plane.samples.count }) ?? true else {
            throw MarksError(.format, "the note of the volume mark is of a larger slice")
        }
        let additions = VolumeShells.additions(key, code: key.unmasked(note.maskedCode), note.strength)
        let shell = PlacedShell(additions: additions, centre: zip(note.middle, key.offset).map { $0 + $1 }, geometry: note.geometry)
        var samples = plane.samples
        shell.forEachRow(height: plane.height, width: plane.width) { first, row in
            for column in row.indices where samples[first + column] != plane.padding { samples[first + column] &-= row[column] }
        }
        for index in note.leftOut.joined() { samples[index] = plane.samples[index] }
        guard samples.allSatisfy(plane.range.contains) else { throw Self.changed }
        let original = plane.with(samples: samples)
        guard digest(of: original) == note.digest else { throw Self.changed }
        return original
    }

    private static let changed = MarksError(
        .format, "the slice was changed after the volume mark was put on, so that it cannot be taken off exactly")

    private static func note(_ index: Int, in ranges: inout [Range<Int>]) {
        if let last = ranges.last, last.upperBound == index {
            ranges[ranges.count - 1] = last.lowerBound..<index + 1
        } else {
            ranges.append(index..<index + 1)
        }
    }

    private static func digest(of plane: SamplePlane) -> [UInt8] {
        var digest = LengthPrefixedDigest(domain: "veilray.volume.slice")
        plane.samples.map(\.littleEndian).withUnsafeBytes { digest.append($0) }
        return digest.finish(16)
    }
}
