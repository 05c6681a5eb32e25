import Basics
import Foundation
import SecureChannel

extension WireMessage {
    /// The frames that travel.
    func encoded() throws(ProtocolError) -> Message {
        let envelope = try Serialization.bytes(of: WireEnvelope.with { $0.message = content })
        guard case .chunk(let chunk) = self else { return Message(frames: [envelope]) }
        return Message(frames: [envelope, chunk.bytes])
    }

    private var content: WireEnvelope.OneOf_Message {
        switch self {
        case .hello(let greeting):
            .hello(
                .with {
                    $0.body = Data(greeting.body)
                    $0.signature = Data(greeting.signature)
                })
        case .welcome(let greeting):
            .welcome(
                .with {
                    $0.body = Data(greeting.body)
                    $0.signature = Data(greeting.signature)
                })
        case .openStudy(let open): .openStudy(open.wire)
        case .studyKey(let key): .studyKey(key.sealedKey.wire(study: key.study))
        case .studyOpened(let study, let standing):
            .studyOpened(
                .with {
                    $0.study = study
                    $0.standings = standing.wire
                })
        case .instanceHeader(let study, let header): .instanceHeader(header.wire(study: study))
        case .chunk(let chunk): .chunk(chunk.wire)
        case .withdraw(let study, let index, let reason):
            .withdraw(
                .with {
                    $0.study = study
                    $0.index = UInt32(clamping: index)
                    $0.reason = PlainText.harmless(reason)
                })
        case .credit(let credit):
            .credit(
                .with {
                    $0.bytes = UInt64(clamping: credit.bytes)
                    $0.arrived = credit.arrived
                })
        case .instanceReceipt(let statement): .instanceReceipt(statement.wire)
        case .studyComplete(let study): .studyComplete(.with { $0.study = study })
        case .studyReceipt(let statement): .studyReceipt(statement.wire)
        case .stopStudy(let end):
            .stopStudy(
                .with {
                    $0.study = end.study
                    $0.code = end.code.rawValue
                    $0.reason = PlainText.harmless(end.reason)
                })
        case .refuseStudy(let end):
            .refuseStudy(
                .with {
                    $0.study = end.study
                    $0.code = end.code.rawValue
                    $0.reason = PlainText.harmless(end.reason)
                })
        case .noMoreStudies: .noMoreStudies(WireNoMoreStudies())
        case .keepAlive: .keepAlive(WireKeepAlive())
        case .probe(let number, let byteCount):
            .probe(
                .with {
                    $0.number = number
                    $0.filling = Data(count: byteCount)
                })
        case .probeAnswer(let number): .probeAnswer(.with { $0.number = number })
        case .goodbye: .goodbye(WireGoodbye())
        case .abort(let code, let reason):
            .abort(
                .with {
                    $0.code = code.rawValue
                    $0.reason = PlainText.harmless(reason)
                })
        }
    }
}

extension WireMessage.OpenStudy {
    fileprivate var wire: WireOpenStudy {
        .with {
            $0.study = study
            $0.manifest = manifest.wire
            if let sealedKey { $0.key = sealedKey.wire(study: study) }
        }
    }
}

extension HybridEncryption.Sealed {
    fileprivate func wire(study: UInt32) -> WireStudyKey {
        .with {
            $0.study = study
            $0.encapsulatedKey = Data(encapsulatedKey)
            $0.sealedStudyKey = Data(ciphertext)
        }
    }
}

extension WireMessage.Chunk {
    fileprivate var wire: WireChunk {
        .with {
            $0.study = study
            $0.index = UInt32(clamping: index)
            $0.offset = offset
            if let head {
                $0.standsFor = UInt32(clamping: head.byteCount)
                $0.basis = UInt32(clamping: head.basis)
                $0.place = UInt32(clamping: head.place)
            }
        }
    }
}
