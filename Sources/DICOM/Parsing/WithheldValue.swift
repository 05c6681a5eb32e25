/// A pixel value that was left out of the bytes of a file, since it is read frame by frame.
struct WithheldValue {
    /// Where it would begin in the bytes.
    let offset: Int
    let byteCount: Int
}
