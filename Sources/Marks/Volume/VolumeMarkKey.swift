import Crypto
import Foundation

/// What the shells of one series are made of, derived from a site's key.
///
/// Whoever has it can find the mark in a slice, and take it off. So there is no public verification of this mark; the strict mark has that.
public struct VolumeMarkKey: Sendable {
    /// Bytes of a site's key.
    public static let siteKeyByteCount = 32
    /// The HKDF salt; the number is the format's version.
    static let salt = Array("veilray.volume.1".utf8)

    /// In mm, along each axis. Farther off, less of the shells would lie in the volume.
    private static let farthestOffset = 8

    /// The sphere's centre, from the middle of the volume: three numbers of 1/1024 mm within ± 8 mm.
    let offset: [Int]
    /// Quarter turns of the sync shell, one for every 10 mm of radius.
    let phases: [UInt8]
    /// Tells that a note was made with this key, and nothing else.
    let check: [UInt8]
    private let site: SymmetricKey
    private let series: String

    /// - Parameters:
    ///   - siteKey: 32 random bytes that the site keeps.
    ///   - series: what tells this volume from the site's others and stays with slices that are cut from it: the Frame of Reference UID
    ///     (0020,0052).
    /// - Throws: ``MarksError`` of code `key` for a key of another length.
    public init(siteKey: [UInt8], series: String) throws {
        guard siteKey.count == Self.siteKeyByteCount else {
            throw MarksError(.key, "a volume mark's site key has \(Self.siteKeyByteCount) bytes, not \(siteKey.count)")
        }
        site = SymmetricKey(data: siteKey)
        self.series = series
        let shell = Self.derive(site, "shell", series, count: 6 + VolumeShells.syncRings / 4)
        offset = (0..<3).map { axis in
            let word = Int(shell[2 * axis]) << 8 | Int(shell[2 * axis + 1])
            return Quotient.floor((word - 32_768) * Self.farthestOffset * VolumeShells.unitsToMillimetre, 32_768)
        }
        phases = Self.quarters(shell[6...])
        check = Self.derive(site, "check", series, count: 8)
    }

    /// Quarter turns of the identity shell, one for every 6.2 mm of radius.
    func code(of identity: String) -> [UInt8] {
        Self.quarters(Self.derive(site, "identity", series, identity, count: VolumeShells.identityRings / 4)[...])
    }

    /// A code hidden from whoever has not the key, or found again.
    func masked(_ code: [UInt8]) -> [UInt8] {
        let mask = Self.derive(site, "mask", series, count: VolumeShells.identityRings / 4)
        return zip(Self.packed(code), mask).map { $0 ^ $1 }
    }

    /// The code behind ``masked(_:)``.
    func unmasked(_ bytes: [UInt8]) -> [UInt8] {
        let mask = Self.derive(site, "mask", series, count: VolumeShells.identityRings / 4)
        return Self.quarters(zip(bytes, mask).map { $0 ^ $1 }[...])
    }

    /// HKDF-SHA-256 (RFC 5869), its info the words with a zero behind each but the last.
    private static func derive(_ site: SymmetricKey, _ words: String..., count: Int) -> [UInt8] {
        let info = Array(words.map { Array($0.utf8) }.joined(separator: [0]))
        let key = HKDF<SHA256>.deriveKey(inputKeyMaterial: site, salt: salt, info: info, outputByteCount: count)
        return key.withUnsafeBytes { Array($0) }
    }

    /// Two bits each, the highest first.
    private static func quarters(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        bytes.flatMap { byte in [6, 4, 2, 0].map { byte >> $0 & 3 } }
    }

    private static func packed(_ quarters: [UInt8]) -> [UInt8] {
        stride(from: 0, to: quarters.count, by: 4).map { first in quarters[first..<first + 4].reduce(0) { $0 << 2 | $1 } }
    }
}
