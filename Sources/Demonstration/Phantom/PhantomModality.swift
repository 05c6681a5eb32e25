import ArgumentParser

/// The kinds of study that the generator makes.
enum PhantomModality: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// Head, 16 bits signed, padded outside of a circle.
    case ct
    /// Head, 12 bits in 16 unsigned.
    case mr
    /// Chest projection, 12 bits in 16 unsigned.
    case cr
    /// Sector scan, 8-bit RGB, eight frames.
    case us

    /// The Modality element's value.
    var code: String { rawValue.uppercased() }

    /// PS3.4 Table B.5-1.
    var storageClass: String {
        switch self {
        case .ct: "1.2.840.10008.5.1.4.1.1.2"
        case .mr: "1.2.840.10008.5.1.4.1.1.4"
        case .cr: "1.2.840.10008.5.1.4.1.1.1"
        case .us: "1.2.840.10008.5.1.4.1.1.3.1"
        }
    }

    var seriesDescription: String {
        switch self {
        case .ct: "Head phantom, routine"
        case .mr: "Head phantom, T1"
        case .cr: "Chest phantom, PA"
        case .us: "Sector phantom, B mode"
        }
    }
}
