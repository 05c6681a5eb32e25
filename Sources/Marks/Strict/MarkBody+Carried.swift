extension MarkBody {
    /// Reads a body that was kept apart from the image that it is about, and judges its signature.
    ///
    /// - Parameters:
    ///   - height: rows of that image; 0 for bytes that are no samples.
    ///   - width: its columns.
    /// - Throws: `MarksError` of code `format`.
    public static func read(
        _ carried: StrictReader.Carried, height: Int, width: Int, _ directory: IssuerDirectory
    ) throws -> (body: MarkBody, judgement: IssuerDirectory.Judgement) {
        let body = try MarkBody(carried.body, grid: height == 0 || width == 0 ? nil : MarkGrid(height: height, width: width))
        return (body, body.judgement(carried.identifier, directory))
    }
}
