import DICOM

/// A modality's request with N-ACTION of the Storage Commitment Push Model (PS3.4 §J.3.2).
public struct CommitmentRequest: Sendable, Hashable {
    public struct Instance: Sendable, Hashable, Codable {
        public let sopClassUID: String
        public let sopInstanceUID: String

        public init(sopClassUID: String, sopInstanceUID: String) {
            self.sopClassUID = sopClassUID
            self.sopInstanceUID = sopInstanceUID
        }
    }

    /// Instances of one request at most: more is no honest one.
    static let most = 100_000
    /// Of its data set: that many instances have less.
    static let maximumByteCount: UInt64 = 32 << 20
    /// The only instance of the class (PS3.6 table A-1).
    static let sopInstanceUID = "1.2.840.10008.1.20.1.1"
    static let transactionUID = Tag(0x0008, 0x1195)
    static let referencedSequence = Tag(0x0008, 0x1199)
    static let referencedClass = Tag(0x0008, 0x1150)
    static let referencedInstance = Tag(0x0008, 0x1155)

    public let transactionUID: String
    public let instances: [Instance]

    public init(transactionUID: String, instances: [Instance]) {
        self.transactionUID = transactionUID
        self.instances = instances
    }

    /// `nil` where the data set is none, or names nothing.
    init?(_ dataSet: [UInt8], _ offer: InstanceOffer) {
        guard offer.sopClassUID == PresentationContextRule.commitment, offer.sopInstanceUID == Self.sopInstanceUID,
            let prologue = try? DICOMWriter.prologue(
                sopClass: offer.sopClassUID, sopInstance: offer.sopInstanceUID,
                transferSyntax: TransferSyntax(uid: offer.transferSyntaxUID), source: .veilray),
            let read = try? DICOMFile(bytes: prologue + dataSet, name: "request").dataSet,
            let transaction = read.string(Self.transactionUID), UniqueIdentifier.isValid(transaction),
            let items = read[Self.referencedSequence]?.items, (1...Self.most).contains(items.count)
        else { return nil }
        var instances: [Instance] = []
        for item in items {
            guard let sopClass = item.string(Self.referencedClass), let instance = item.string(Self.referencedInstance) else { return nil }
            instances.append(Instance(sopClassUID: sopClass, sopInstanceUID: instance))
        }
        self.init(transactionUID: transaction, instances: instances)
    }
}

/// The later answer to it, with N-EVENT-REPORT (PS3.4 §J.3.3).
public struct CommitmentReport: Sendable, Equatable {
    /// Failure Reason (0008,1197) of PS3.3 §C.14.1.1.
    public enum FailureReason: UInt16, Sendable, Codable {
        case processingFailure = 0x0110
        case noSuchInstance = 0x0112
    }

    public let transactionUID: String
    public var committed: [CommitmentRequest.Instance] = []
    public var failed: [(instance: CommitmentRequest.Instance, reason: FailureReason)] = []

    public init(transactionUID: String) { self.transactionUID = transactionUID }

    public static func == (left: CommitmentReport, right: CommitmentReport) -> Bool {
        left.eventType == right.eventType && left.dataSet == right.dataSet
    }

    /// Event Type ID: 1 where all are committed to, 2 where failures exist.
    var eventType: UInt16 { failed.isEmpty ? 1 : 2 }

    /// Implicit VR little endian, which every application takes.
    var dataSet: [UInt8] {
        func little(_ number: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: number.littleEndian) { Array($0) } }
        func element(_ group: UInt16, _ number: UInt16, _ value: [UInt8]) -> [UInt8] {
            little(group) + little(number) + little(UInt32(value.count)) + value
        }
        func uid(_ number: UInt16, _ text: String) -> [UInt8] {
            element(0x0008, number, Array(text.utf8) + (text.utf8.count % 2 == 0 ? [] : [0]))
        }
        func sequence(_ number: UInt16, _ items: [[UInt8]]) -> [UInt8] {
            items.isEmpty ? [] : element(0x0008, number, items.flatMap { element(0xFFFE, 0xE000, $0) })
        }
        func reference(_ instance: CommitmentRequest.Instance) -> [UInt8] {
            uid(0x1150, instance.sopClassUID) + uid(0x1155, instance.sopInstanceUID)
        }
        return uid(0x1195, transactionUID)
            + sequence(0x1198, failed.map { reference($0.instance) + element(0x0008, 0x1197, little($0.reason.rawValue)) })
            + sequence(0x1199, committed.map(reference))
    }
}
