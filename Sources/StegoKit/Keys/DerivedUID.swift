import Crypto

extension StudyKey {
    /// The UID that stands for an original UID in the stego study: the same original gives the same UID, and nobody without
    /// the key can tell which original it was.
    ///
    /// The first 16 bytes of HMAC-SHA-256 under the `uid` key become a version 8 UUID (RFC 9562 §5.8), written as
    /// `2.25.<decimal>` (PS3.5 B.2). At most 44 characters.
    ///
    /// - Parameter original: the UID as it stands in the original, without padding.
    public func derivedUID(for original: String) -> String {
        let key = derive(.uid, identifier: "")
        var bytes = Array(HMAC<SHA256>.authenticationCode(for: Array(original.utf8), using: key).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        let value = bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        return "2.25.\(value)"
    }
}
