/// Shamir's sharing of secrets (How to Share a Secret, 1979) byte by byte over GF(2^8) with AES's polynomial x^8 + x^4 + x^3 + x + 1.
/// Share i is the value at i + 1.
enum SecretSharing {
    /// - Parameters:
    ///   - needed: 1 … count.
    ///   - count: at most 255.
    ///   - random: (needed − 1) bytes for each byte of the secret: its coefficients from x upwards.
    static func split(_ secret: [UInt8], needed: Int, count: Int, random: [UInt8]) -> [[UInt8]] {
        precondition((1...count).contains(needed) && count <= 255 && random.count >= secret.count * (needed - 1))
        return (1...count).map { point in
            secret.indices.map { index in
                var value: UInt8 = 0
                for degree in (0..<needed - 1).reversed() {
                    value = GaloisField.product(value ^ random[index * (needed - 1) + degree], UInt8(point))
                }
                return value ^ secret[index]
            }
        }
    }

    /// The secret from enough shares, or something else from too few.
    ///
    /// - Parameter shares: of the same length, each with its number from 0; no number twice.
    static func combine(_ shares: [(number: Int, bytes: [UInt8])]) -> [UInt8] {
        guard let length = shares.first?.bytes.count else { return [] }
        var secret = [UInt8](repeating: 0, count: length)
        for (number, bytes) in shares {
            let point = UInt8(truncatingIfNeeded: number + 1)
            var weight: UInt8 = 1
            for (other, _) in shares where other != number {
                let otherPoint = UInt8(truncatingIfNeeded: other + 1)
                weight = GaloisField.product(weight, GaloisField.product(otherPoint, GaloisField.inverse(otherPoint ^ point)))
            }
            for index in secret.indices { secret[index] ^= GaloisField.product(weight, bytes[index]) }
        }
        return secret
    }
}

/// GF(2^8) without tables, so that no address depends on a secret.
enum GaloisField {
    static func product(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var (left, right, result): (UInt8, UInt8, UInt8) = (left, right, 0)
        for _ in 0..<8 {
            result ^= left & (0 &- (right & 1))
            left = left << 1 ^ 0x1B & (0 &- left >> 7)
            right >>= 1
        }
        return result
    }

    /// The 254th power; 0 for 0.
    static func inverse(_ value: UInt8) -> UInt8 {
        var (result, power) = (UInt8(1), value)
        for bit in 0..<8 {
            if 254 >> bit & 1 == 1 { result = product(result, power) }
            power = product(power, power)
        }
        return result
    }
}
