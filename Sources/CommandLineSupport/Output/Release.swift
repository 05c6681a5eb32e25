/// The release of Veilray that this is.
public enum Release {
    public static let version = "0.1.0"
}
