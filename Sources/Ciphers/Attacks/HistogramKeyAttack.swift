/// Reads `pixel-shuffle` as published: mean and entropy of the ciphertext are those of the image, and they are the key.
public struct HistogramKeyAttack: Attack {
    public let model = AttackModel.ciphertextOnly
    public let summary = "mean and entropy survive the shuffle, and they are the key"

    public init() {}

    public func recover(_ target: Ciphertext, with oracle: Oracle) throws(CipherError) -> Plane {
        // The published variant looks at no key: any will do.
        try PixelShuffle(.published).decrypt(target, key: try StageKey(bytes: [UInt8](repeating: 0, count: StageKey.byteCount)))
    }
}
