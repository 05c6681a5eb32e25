extension EmbeddingMethod {
    /// Whether a payload finds a place where little room is left depends on its bits, which each sealing draws anew.
    static let embeddingTrials = 8

    /// - Returns: the embedding and the bytes of its payload; `nil` where more was asked for than the pixels hold.
    func embed(
        _ sealed: () throws -> [UInt8], into planes: inout SamplePlanes, key: InstanceKey
    ) throws -> (Embedding, payloadByteCount: Int)? {
        for _ in 0..<Self.embeddingTrials {
            let payload = try sealed()
            do {
                return (try embed(payload, into: &planes, key: key), payload.count)
            } catch let error {
                guard case .payloadTooLarge(let capacity) = error.code else { throw error }
                guard payload.count <= capacity else { return nil }
            }
        }
        return nil
    }
}
