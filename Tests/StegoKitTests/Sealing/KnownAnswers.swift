/// Printed by docs/formats/dna_aes_vectors.py, an implementation that shares no code with this one.
///
/// Study key 00 01 … 1f, instance ``TestKeys/instanceUID``, nonce 64 65 … 6f (hexadecimal).
enum KnownAnswers {
    static let nonce: [UInt8] = Array(100..<112)

    /// Keys of the DNA stage as the first one of a seal, by use.
    static let stageKeys: [(use: String, key: String)] = [
        ("rules", "aa7b717fc2162cb489e323edbb45b0dd6fbe233d5067428cd856fbd5238bf1bc"),
        ("strand", "0becbd90c9928f6fb14e845da7184aea0ee172b8c67a5cfa2c47f4f3b34b556b"),
    ]

    /// Derived keys by label.
    static let keys: [(label: String, key: String)] = [
        ("aes", "03e75cbd097b86162252342d353ee40dfb250b74dc6e47550ad2389d02c818e9"),
        ("element", "59d895656a57076eb614fb3b104f88adce5f6be715e26e614e1b75ec17e7a709"),
        ("record-check", "8fec0dc4a46581636bc14712834153fe66a6e680b8ddedcb44ed3b6e4daa3257"),
        ("element-check", "db84aa1946fed551a07667fa6c0291804c1c196180d5f8c85259da8b88308140"),
        ("embedding-path", "32daf2de3ee7d2f961c7e9fed23b04fb6d6317ce88d4051c1df780bd4419f6e2"),
        ("embedding-parameters", "1013415f3a5cb30e96a2c81d5804f5346abc16228d65f3c7f31c3dd3fff703b8"),
        ("pixel-cipher", "b6cd29b5a15becf050dc1e6e7da92068ffd9bb1d7e0078ee6f87a49dc067e46f"),
        ("head", "59673967c9e438ba043c76b26a6b90078b43d40a599d0de5d77dabe36da2f045"),
        ("uid", "feffec10d9c2c85bc731441b29e2c89c186cf39991d2dcc54564504646398ec9"),
    ]

    /// Associated data "bound to this", the DNA stage; plaintext byte i of length n is (7 i + n) mod 256.
    static let records: [(length: Int, sealed: String)] = [
        (0, "d18fec0dc46465666768696a6b6c6d6e6f7e6bef46437c18ddff06d748b6a8aefdcaab"),
        (1, "d18fec0dc46465666768696a6b6c6d6e6f7e6b28ec376bb26d2453f19f18aa6e30579e51"),
        (7, "d18fec0dc46465666768696a6b6c6d6e6f7e6b2e6e2d1d90e97b1747c3f766c03e04c9db1bfa58909840"),
        (15, "d18fec0dc46465666768696a6b6c6d6e6f7e6b2676252598f17352fb72182b5335a7357d298f97669309065324b76d39b653"),
        (16, "d18fec0dc46465666768696a6b6c6d6e6f7e6b397726249ff07053f4731b2a5434a49df0a1e552a2704debe2bc7907030ab815"),
        (17, "d18fec0dc46465666768696a6b6c6d6e6f7e6b387827279ef77150f56c1a295533a59e193288872aaf2e3749582edadec6078923"),
        (
            33,
            "d18fec0dc46465666768696a6b6c6d6e6f7e6b084817378e870140e55c2a194523556e09110107cdf38f012487a0feae162b"
                + "e12ba8268f1558b5be3a27a38802c63ed37b"
        ),
        (
            64,
            "d18fec0dc46465666768696a6b6c6d6e6f7e6b69277654efa02063c443cbfaa4c4744d283e2064ac94ee2205b881dd4ff1ca"
                + "020ad7118f2576fb23f76a841f86158337b522093d832e5511539d6ab0b3957cd9e86288d108afa290f75393f492953697"
        ),
    ]

    /// The same for 20 bytes, by other lists of inner stages.
    static let otherStages: [(names: [String], sealed: String)] = [
        (
            [],
            "d18fec0dc46465666768696a6b6c6d6e6f7f7e2634059c3c043bfb572cbca38a829cd043d662f77ea04ab708224aa259828d"
                + "927af6e0"
        ),
        (
            ["dna", "dna"],
            "d18fec0dc46465666768696a6b6c6d6e6f7d6b3c582002a436e93d890d98db74e991fc919e2c5ba93e3e7055e2754d67713a"
                + "aaff037b847c"
        ),
    ]

    /// No associated data, no inner stage; plaintext 00 01 … 20.
    static let element =
        "e1db84aa196465666768696a6b6c6d6e6fa293189f6571a804092548d439934a06f93f55ffdf32dda3f90313a800cf7c5bcb"
        + "8762fa63fa1feecdf0dee629f0dcf00092"

    static let derivedUIDs: [(original: String, derived: String)] = [
        ("1.2.840.10008.1.2.1", "2.25.101519264847681881891582797952039449669"),
        ("1.2.3", "2.25.3919976489698779544356919678866775395"),
        ("", "2.25.258638262614145303583413449660330440278"),
    ]
}
