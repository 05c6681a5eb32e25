/// `permutation`: the samples of a frame in a uniform order that AES-256-CTR decides.
public struct PermutationCipher: SheetCipher {
    public let name = CipherName.permutation.rawValue
    public let strength = CipherStrength.component("the histogram stays, and with it mean, entropy and how much of the image is background")

    public init() {}

    func encrypt(_ sheet: inout Sheet, key: StageKey) throws(CipherError) {
        var stream = try PseudorandomStream(key, "permutation")
        try FisherYatesShuffle.shuffle(&sheet.samples, with: &stream)
    }

    func decrypt(_ sheet: inout Sheet, key: StageKey) throws(CipherError) {
        var stream = try PseudorandomStream(key, "permutation")
        try FisherYatesShuffle.unshuffle(&sheet.samples, with: &stream)
    }
}
