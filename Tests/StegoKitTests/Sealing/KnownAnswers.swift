/// Printed by docs/formats/dna_aes_vectors.py, an implementation that shares no code with this one.
///
/// Study key 00 01 … 1f, instance ``TestKeys/instanceUID``, nonce 64 65 … 6f (hexadecimal).
enum KnownAnswers {
    static let nonce: [UInt8] = Array(100..<112)

    /// Derived keys by label.
    static let keys: [(label: String, key: String)] = [
        ("dna-rules", "7f0b7eeba06cc6fd51ca2a3a705a09e29336cceb89baad20592b57f551f56dc7"),
        ("dna-strand", "9a5f2ba42d4e0eeef7ca473843da962d137205e16f890a637bb334a231ebcc93"),
        ("aes", "03e75cbd097b86162252342d353ee40dfb250b74dc6e47550ad2389d02c818e9"),
        ("element", "59d895656a57076eb614fb3b104f88adce5f6be715e26e614e1b75ec17e7a709"),
        ("record-check", "8fec0dc4a46581636bc14712834153fe66a6e680b8ddedcb44ed3b6e4daa3257"),
        ("element-check", "db84aa1946fed551a07667fa6c0291804c1c196180d5f8c85259da8b88308140"),
        ("embedding-path", "32daf2de3ee7d2f961c7e9fed23b04fb6d6317ce88d4051c1df780bd4419f6e2"),
        ("embedding-parameters", "1013415f3a5cb30e96a2c81d5804f5346abc16228d65f3c7f31c3dd3fff703b8"),
        ("uid", "feffec10d9c2c85bc731441b29e2c89c186cf39991d2dcc54564504646398ec9"),
    ]

    /// Associated data "bound to this"; plaintext byte i of length n is (7 i + n) mod 256.
    static let records: [(length: Int, sealed: String)] = [
        (0, "d18fec0dc46465666768696a6b6c6d6e6f8cde84e6f832beff27cc20cbf29bc094"),
        (1, "d18fec0dc46465666768696a6b6c6d6e6f05baab0206a5fb22d9c99321fd973c691e"),
        (7, "d18fec0dc46465666768696a6b6c6d6e6f086ff32fef6c4ed57e1676494581b53d1368e69a925bf9"),
        (15, "d18fec0dc46465666768696a6b6c6d6e6f0c5bf71beb484ab7350b602f702ebd9cbba6afc4774c999ce0af6e7583902d"),
        (16, "d18fec0dc46465666768696a6b6c6d6e6f2758f518e14b48b53f09622d7b2cbe63b7967733dea472e032bd695ddd84f06b"),
        (17, "d18fec0dc46465666768696a6b6c6d6e6f2556f61ae2454bb63c26612e7923bc6047e7440e4f4dff50fdf3d1cfa2d0840a80"),
        (
            33,
            "d18fec0dc46465666768696a6b6c6d6e6f1576d63ad2b5ab961c16411e59134c9057a12d398528c0f93bda7cbf8f00f06fab"
                + "f37d32da6a41ad2c2b462d77e2fa308c"
        ),
        (
            64,
            "d18fec0dc46465666768696a6b6c6d6e6f87e845a801abb8850f39928d8b8c5e83769b0c4be45eb1cb0ae04d9c2ea6019c88"
                + "83fd03806e72c0e8b86c8ec6f0887921553101d266133d4c206f68815c329c99f086bd116c0d973f31c0d6ddd6c63d"
        ),
    ]

    /// No associated data; plaintext 00 01 … 20.
    static let element =
        "e1db84aa196465666768696a6b6c6d6e6fa2921b9e6270ab0506244bd53e924907e63e56fed833dea2f60210a907ce7f5af4"
        + "c2c45449ecd419a2879c934946a358dd"

    static let derivedUIDs: [(original: String, derived: String)] = [
        ("1.2.840.10008.1.2.1", "2.25.101519264847681881891582797952039449669"),
        ("1.2.3", "2.25.3919976489698779544356919678866775395"),
        ("", "2.25.258638262614145303583413449660330440278"),
    ]
}
