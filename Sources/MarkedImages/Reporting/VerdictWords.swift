import Foundation
public import Marks

extension FileVerification.Verdict {
    /// The meaning of a verdict, for a person.
    public var words: String {
        switch self {
        case .intact: "intact: pixels and header are what was signed"
        case .markTouched: "the pixels' content is what was signed; the mark itself was touched or taken off"
        case .headerChanged: "the pixels are what was signed; the header is not"
        case .tampered: "pixels were changed"
        case .forged: "somebody forged marks of blocks"
        case .foreign: "blocks of another image were pasted in"
        case .rearranged: "this is a part of a marked image, or one that was turned"
        case .custodyBroken: "pixels and header are what was signed; the chain of custody is broken"
        case .unreadable: "there is a mark, and it cannot be read any more"
        case .unknownIssuer: "marked by somebody whose card is not trusted here: nothing is proven"
        case .notMarked: "there is no mark"
        }
    }
}

extension HeaderFinding {
    /// The meaning of an attribute's difference, for a person.
    public var words: String {
        let name = attribute?.keyword ?? "an attribute of group \(group.rawValue)"
        return switch verdict {
        case .coerced: "\(name) was coerced; the header says what it was, and that is true"
        case .removed: "\(name) was removed"
        case .usurped: "\(name) was changed, and nothing explains it"
        case .dangerous: "\(name) was changed: measurements, sides or values mean something else now"
        case .changed: "\(name) was changed"
        }
    }
}

extension CustodyChain {
    /// A fault of the chain, for a person. Entries are counted from 1.
    public func words(_ finding: Finding, _ directory: IssuerDirectory) -> String {
        func name(_ index: Int) -> String {
            entries.indices.contains(index) ? "entry \(index + 1) (\(directory.name(of: entries[index].service)))" : "entry \(index + 1)"
        }
        return switch finding {
        case .forged(let entry): "\(name(entry)) is not signed by the service that it names"
        case .unknownService(let entry): "\(name(entry)) is signed by a service whose card is not here"
        case .reordered(let entry, let follows): "\(name(entry)) was written after entry \(follows + 1) and stands elsewhere"
        case .gap(let before): before == 0 ? "the beginning of the chain is missing" : "something is missing before \(name(before))"
        case .timeRunsBack(let entry): "\(name(entry)) is earlier than the one before it"
        case .endMissing: "the last entries are missing: the mark was made for a longer chain"
        case .notMarked(let after): "what stands behind \(name(after)) is no part of what was marked"
        case .otherImage: "the last entry is about other pixels"
        }
    }
}

extension SeriesFinding {
    /// A fault of a series, for a person. Places are counted from 1.
    public func words(_ manifest: SeriesManifest?) -> String {
        func image(_ place: Int) -> String {
            guard let manifest, manifest.images.indices.contains(place) else { return "image \(place + 1)" }
            return "image \(place + 1) (\(manifest.images[place].instance))"
        }
        return switch self {
        case .missing(let place): "\(image(place)) is missing"
        case .swapped(let place, let pixels): "\(image(place)) shows the pixels of \(image(pixels))"
        case .reordered(let place, let before): "\(image(place)) now comes before \(image(before))"
        case .repeated(let place): "\(image(place)) is there more than once"
        case .foreign(let file): "\(file) belongs to another series"
        case .inserted(let file): "\(file) was never part of the marked series"
        }
    }
}

extension IssuerDirectory.Judgement {
    /// The signer, for a person.
    public var words: String {
        switch self {
        case .signed(let name): "signed by \(name)"
        case .unknownIssuer(let identifier): "signed by an unknown issuer (\(identifier))"
        case .forged(let name): "not signed by \(name), whom it names"
        }
    }
}

extension FileVerification.Rearrangement {
    /// How the image was moved, for a person.
    public var words: String {
        if let orientation {
            return "it was turned; \(orientation.name) it is the marked image again (\(provingBlocks) blocks prove themselves)"
        }
        let place = origin.map { "from row \($0[0]) and column \($0[1]) on" } ?? "its place cannot be told"
        return
            "it is a part of the marked image \(identifier.map(\.description) ?? "?"), \(place) (\(provingBlocks) blocks prove themselves)"
    }
}
