import DICOM

/// The rule by which proposed presentation contexts are accepted, each with a transfer syntax (PS3.8 §9.3.3.2).
///
/// Every storage class is taken, also private ones and those that are newer than this program: nothing of a data set is interpreted. Every
/// syntax is taken that the association library knows, lossy ones too: it is not for a door to have images coded anew.
enum PresentationContextRule {
    /// The answer to one context.
    enum Answer: Equatable {
        case accepted(transferSyntax: String)
        /// Result 3 of PS3.8 table 9-18.
        case noSuchClass
        /// Result 4.
        case noSuchSyntax
    }

    /// Verification SOP class (PS3.4 §A.4).
    static let verification = "1.2.840.10008.1.1"
    /// Storage Commitment Push Model SOP class (PS3.4 §J.3).
    static let commitment = "1.2.840.10008.1.20.1"
    /// Below it lie the standard's storage classes (PS3.4 §B.5).
    private static let storage = "1.2.840.10008.5.1.4.1.1."
    /// Storage classes of radiotherapy that lie elsewhere: RT Beams Delivery Instruction, in its retired form and as it is.
    private static let otherStorage: Set = ["1.2.840.10008.5.1.4.34.1", "1.2.840.10008.5.1.4.34.7", "1.2.840.10008.5.1.4.34.10"]

    /// Syntaxes that hold no pixels but an address for fetching them (JPIP, PS3.5 §A.6): there is nothing to keep.
    private static let references: Set = ["1.2.840.10008.1.2.4.94", "1.2.840.10008.1.2.4.95"]
    /// HEVC Main 10 Profile, the last of those that DCMTK 3.6.7 knows. It ends an association in one that it does not know.
    private static let lastKnown = 108

    /// - Parameter commits: whether storage commitment may be asked for.
    static func answer(abstractSyntax: String, proposed: [String], commits: Bool = false) -> Answer {
        let isOther = abstractSyntax == verification || (commits && abstractSyntax == commitment)
        guard isOther || isStorage(abstractSyntax) else { return .noSuchClass }
        let possible = proposed.filter(isTaken)
        // Explicit VR first: what a private element is can be told then.
        let implicit = TransferSyntax.implicitLittleEndian.uid
        guard let chosen = possible.first(where: { $0 != implicit }) ?? possible.first else { return .noSuchSyntax }
        return .accepted(transferSyntax: chosen)
    }

    static func isStorage(_ uid: String) -> Bool {
        guard uid.hasPrefix(UniqueIdentifier.standardRoot) else { return UniqueIdentifier.isValid(uid) }
        return uid.hasPrefix(storage) || otherStorage.contains(uid)
    }

    static func isTaken(_ syntax: String) -> Bool {
        let native: [TransferSyntax] = [
            .implicitLittleEndian, .explicitLittleEndian, .deflatedLittleEndian, .explicitBigEndian, .runLength,
        ]
        if native.contains(where: { $0.uid == syntax }) { return true }
        let encapsulated = "1.2.840.10008.1.2.4."
        guard syntax.hasPrefix(encapsulated), !references.contains(syntax), let number = Int(syntax.dropFirst(encapsulated.count)) else {
            return false
        }
        return (50...lastKnown).contains(number)
    }
}

/// A SOP class in a transfer syntax, which an association may be good for.
public struct PresentationContext: Sendable, Hashable, Comparable {
    /// Identifiers of contexts are the odd numbers of a byte.
    public static let most = 128

    public let sopClassUID: String
    public let transferSyntaxUID: String
    /// Whether the side that asks is the service's provider, as for reports of storage commitment (PS3.4 §J.3.3).
    let isProvider: Bool

    public init(sopClassUID: String, transferSyntaxUID: String) {
        self.init(sopClassUID: sopClassUID, transferSyntaxUID: transferSyntaxUID, isProvider: false)
    }

    init(sopClassUID: String, transferSyntaxUID: String, isProvider: Bool) {
        self.sopClassUID = sopClassUID
        self.transferSyntaxUID = transferSyntaxUID
        self.isProvider = isProvider
    }

    public static func < (left: PresentationContext, right: PresentationContext) -> Bool {
        (left.sopClassUID, left.transferSyntaxUID) < (right.sopClassUID, right.transferSyntaxUID)
    }
}
