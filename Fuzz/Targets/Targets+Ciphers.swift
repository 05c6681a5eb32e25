import Ciphers

/// Image ciphers and their containers.
extension FuzzTarget {
    private static let cipherKey = Result { try StageKey(bytes: [UInt8](repeating: 5, count: 32)) }

    /// An image of the fuzzer's choice comes back from every cipher; containers, documents and enciphered frames are read or refused.
    static let ciphers = FuzzTarget(
        name: "ciphers",
        seeds: {
            let plane = try Plane(width: 5, height: 4, bits: 12, samples: (0..<20).map { UInt16(200 * $0) })
            let key = try cipherKey.get()
            let containers = try CipherName.allCases.enumerated().compactMap { index, name -> [UInt8]? in
                guard case .container(let bytes) = try CipherRegistry.cipher(name).encrypt(plane, key: key) else { return nil }
                return [0, UInt8(index)] + bytes
            }
            let frame = try AdditiveCipher(key: key).encrypt(plane, summands: 3)[0]
            let images = CipherName.allCases.indices.map { [1, UInt8($0), 4, 3, 2, 0, 1, 9] + [UInt8](repeating: 77, count: 60) }
            return containers + images + [[2] + AdditiveCoding.encode(frame), [3] + PlaneCoding.encode(plane)]
        },
        run: { bytes in
            var source = ByteSource(bytes)
            let key = try cipherKey.get()
            switch source.byte() % 4 {
            case 0:
                let cipher = CipherRegistry.cipher(source.choice(CipherName.allCases))
                let plane = try cipher.decrypt(.container(Array(source.rest)), key: key)
                let again = try cipher.decrypt(try cipher.encrypt(plane, key: key), key: key)
                try require(again == plane, "a deciphered image is one")
            case 1: try roundTrip(&source, key)
            case 2:
                let frame = try AdditiveCoding.decode(Array(source.rest))
                try require(AdditiveCoding.encode(frame) == Array(source.rest), "an enciphered frame is the same bytes again")
            default:
                let plane = try PlaneCoding.decode(Array(source.rest))
                try require(PlaneCoding.encode(plane) == Array(source.rest), "a plane is the same bytes again")
            }
        })

    private static func roundTrip(_ source: inout ByteSource, _ key: StageKey) throws {
        let cipher = CipherRegistry.cipher(source.choice(CipherName.allCases))
        let (width, height) = (1 + Int(source.byte() % 40), 1 + Int(source.byte() % 40))
        let (channels, frames, bits) = (1 + Int(source.byte() % 4), 1 + Int(source.byte() % 3), 1 + Int(source.byte() % 16))
        let mask = UInt16(truncatingIfNeeded: (1 << bits) - 1)
        let isSigned = source.byte() & 1 == 1
        let samples = (0..<width * height * channels * frames).map { _ in
            (UInt16(source.byte()) << 8 | UInt16(source.byte())) & mask
        }
        let plane = try Plane(
            width: width, height: height, channels: channels, frames: frames, bits: bits, isSigned: isSigned, samples: samples)
        let again = try cipher.decrypt(try cipher.encrypt(plane, key: key), key: key)
        try require(again == plane, "an image comes back from \(cipher.name)")
    }
}
