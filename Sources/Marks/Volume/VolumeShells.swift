/// The mark's two patterns around one centre, as functions of the distance alone.
///
/// A spherical pattern that a plane cuts is circular on it, and depends on the plane's distance from the centre only: whoever looks for it
/// need not know the slice's angle.
public enum VolumeShells {
    /// Lengths are integers of 1/1024 mm.
    static let unitsToMillimetre = 1024
    /// The mark ends here, in mm: beyond is mostly air, where it would be seen and would not be found.
    public static let radius = 100
    /// Entries of a table over the radius, to a millimetre.
    static let entriesToMillimetre = 64
    /// Entries of a table over the radius.
    static let entries = radius * entriesToMillimetre
    /// The sync shell: its wavelength in mm, and the width in mm of the rings that have a phase of their own.
    static let syncWavelength = 5, syncRing = 10
    /// Rings that a key has phases for.
    static let syncRings = 16
    /// The identity shell: its wavelength, and the width of a ring, in tenths of a mm.
    static let identityTenths = 62
    /// Rings that an identity has phases for.
    static let identityRings = 32

    /// How strong the shells are.
    public struct Strength: Hashable, Sendable {
        /// Amplitudes in 1/256 of a stored sample's unit, 1 … 65 535.
        public let sync: Int, identity: Int

        /// - Throws: ``MarksError`` of code `capacity` for amplitudes out of their range.
        public init(sync: Int, identity: Int) throws {
            guard (1...65_535).contains(sync), (1...65_535).contains(identity) else {
                throw MarksError(.capacity, "a volume mark's amplitudes are 1 … 65535 of 1/256, not \(sync) and \(identity)")
            }
            (self.sync, self.identity) = (sync, identity)
        }

        /// Both amplitudes times `factor`, at least 1/256.
        func scaled(by factor: Double) throws -> Strength {
            try Strength(sync: max(1, Int(Double(sync) * factor)), identity: max(1, Int(Double(identity) * factor)))
        }

        /// For computed tomography: at most 3.6 and 2.7 Hounsfield units, whatever the rescale slope. Other images that use so many values
        /// have the same share of them.
        ///
        /// - Parameter unitsToSample: modality units to one stored sample, the rescale slope's magnitude.
        public static func tomography(unitsToSample: Double) throws -> Strength {
            guard unitsToSample.isFinite, unitsToSample > 0 else {
                throw MarksError(.capacity, "a rescale slope of \(unitsToSample) gives a volume mark no amplitude")
            }
            let scaled = [922.0, 691.0].map { ($0 / unitsToSample).rounded() }
            guard scaled.allSatisfy({ $0 >= 128 && $0 <= 65_535 }) else {
                throw MarksError(.capacity, "a step of \(unitsToSample) units a sample is too coarse or too fine for a volume mark")
            }
            return try Strength(sync: Int(scaled[0]), identity: Int(scaled[1]))
        }
    }

    /// What is added to a sample, for every 1/64 mm of distance: the last entry is just below ``radius``.
    static func additions(_ key: VolumeMarkKey, code: [UInt8], _ strength: Strength) -> [Int32] {
        let cosine = IntegerCosine.table
        return (0..<entries).map { entry in
            let sync = Int(cosine[syncPhase(entry, key.phases)]) * strength.sync
            let identity = Int(cosine[identityPhase(entry, code)]) * strength.identity
            // 15 fractional bits of the cosine and 8 of the amplitude; >> rounds down, so this rounds halves up.
            return Int32(truncatingIfNeeded: (sync + identity + 1 << 22) >> 23)
        }
    }

    /// The sync shell alone, ± 1, for a detector.
    static func sync(_ key: VolumeMarkKey) -> [Float] {
        (0..<entries).map { Float(IntegerCosine.table[syncPhase($0, key.phases)]) / Float(IntegerCosine.one) }
    }

    /// The middle of entry e is (2e + 1) / 128 mm.
    private static func syncPhase(_ entry: Int, _ phases: [UInt8]) -> Int {
        let turns = (2 * entry + 1) * IntegerCosine.period / (2 * entriesToMillimetre * syncWavelength)
        return (turns + IntegerCosine.period / 4 * Int(phases[entry / (entriesToMillimetre * syncRing)])) % IntegerCosine.period
    }

    private static func identityPhase(_ entry: Int, _ code: [UInt8]) -> Int {
        (identityTurn(entry) + IntegerCosine.period / 4 * Int(code[identityRing(entry)])) % IntegerCosine.period
    }

    static func identityTurn(_ entry: Int) -> Int {
        (2 * entry + 1) * IntegerCosine.period * 10 / (2 * entriesToMillimetre * identityTenths)
    }

    static func identityRing(_ entry: Int) -> Int { entry * 10 / (entriesToMillimetre * identityTenths) }
}
