/// What this release can do beyond codecs and embedding methods, by the names that both sides compare in the greeting.
public enum StegoFeatures {
    public static let names = [ShortHead.feature] + InnerStages.knownNames.map(InnerStages.feature(of:))
}
