import DICOM
import Testing

@testable import DICOMNetwork

@Suite struct AllowedCallerTests {
    @Test func aTitleAtAnAddress() throws {
        let caller = try #require(AllowedCaller("CT1@10.0.0.5"))
        let title = try #require(ApplicationEntityTitle("CT1"))
        #expect(caller.admits(title, at: try #require(NetworkAddress("10.0.0.5"))))
        #expect(!caller.admits(title, at: try #require(NetworkAddress("10.0.0.6"))))
        #expect(!caller.admits(try #require(ApplicationEntityTitle("CT2")), at: try #require(NetworkAddress("10.0.0.5"))))
        #expect(caller.description == "CT1@10.0.0.5")
    }

    @Test func networksAndAnybody() throws {
        let network = try #require(AllowedCaller("*@192.168.4.0/22"))
        for (address, isIn) in [("192.168.4.1", true), ("192.168.7.255", true), ("192.168.8.0", false), ("::1", false)] {
            #expect(network.admits(try #require(NetworkAddress(address))) == isIn, "\(address)")
        }
        let anywhere = try #require(AllowedCaller("MR 2@*"))
        #expect(anywhere.admits(try #require(ApplicationEntityTitle("MR 2")), at: try #require(NetworkAddress("fe80::1"))))
        #expect(try #require(AllowedCaller("*@2001:db8::/32")).admits(try #require(NetworkAddress("2001:db8:7::1"))))
        #expect(try #require(AllowedCaller("*@0.0.0.0/0")).admits(try #require(NetworkAddress("8.8.8.8"))))
    }

    @Test func anIPv4AddressThatCameInByIPv6IsOne() throws {
        #expect(NetworkAddress("::ffff:10.0.0.5") == NetworkAddress("10.0.0.5"))
        #expect(NetworkAddress("::ffff:10.0.0.5")?.description == "10.0.0.5")
    }

    @Test(arguments: [
        "CT1", "@10.0.0.5", "CT1@", "CT1@host.example", "CT1@10.0.0.5/33", "CT1@10.0.0/24", "A TITLE TOO LONG FOR THIS@*", "A\\B@*",
    ])
    func whatIsNone(text: String) {
        #expect(AllowedCaller(text) == nil)
    }
}

@Suite struct DoorRuleTests {
    private func caller(_ calling: String, _ called: String, _ address: String = "10.0.0.5") throws -> AssociationCaller {
        AssociationCaller(identifier: 1, calling: calling, called: called, address: try #require(NetworkAddress(address)))
    }

    @Test func whoIsRejectedAndWhy() throws {
        let rules = DoorRules(
            titles: [.veilray], callers: [try #require(AllowedCaller("CT1@10.0.0.5")), try #require(AllowedCaller("MR1@10.0.0.6"))])
        #expect(rules.objection(to: try caller("CT1", "VEILRAY"), isFull: false) == nil)
        #expect(rules.objection(to: try caller("CT1", "veilray"), isFull: false) == .calledTitle)
        #expect(rules.objection(to: try caller("MR1", "VEILRAY"), isFull: false) == .callingTitle)
        #expect(rules.objection(to: try caller("", "VEILRAY"), isFull: false) == .callingTitle)
        #expect(rules.objection(to: try caller("CT1", "VEILRAY"), isFull: true) == .limit)
        #expect(AssociationRejection.calledTitle.code == (1, 1, 7))
        #expect(AssociationRejection.callingTitle.code == (1, 1, 3))
        #expect(AssociationRejection.limit.code == (2, 3, 2))
        #expect(rules.admits(try #require(NetworkAddress("10.0.0.6"))))
        #expect(!rules.admits(try #require(NetworkAddress("10.0.0.7"))))
    }
}

@Suite struct PresentationContextRuleTests {
    private static let (implicit, explicit) = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1")
    private static let ct = "1.2.840.10008.5.1.4.1.1.2"

    private func answer(_ abstract: String, _ proposed: String...) -> PresentationContextRule.Answer {
        PresentationContextRule.answer(abstractSyntax: abstract, proposed: proposed)
    }

    @Test func theFirstSyntaxButExplicitBeforeImplicit() {
        #expect(answer(Self.ct, Self.implicit, Self.explicit) == .accepted(transferSyntax: Self.explicit))
        #expect(answer(Self.ct, Self.implicit) == .accepted(transferSyntax: Self.implicit))
        let jpeg = TransferSyntax.jpegBaseline.uid
        #expect(answer(Self.ct, jpeg, Self.explicit, Self.implicit) == .accepted(transferSyntax: jpeg))
        #expect(answer(Self.ct, Self.explicit, jpeg) == .accepted(transferSyntax: Self.explicit))
        #expect(answer(Self.ct, Self.implicit, TransferSyntax.explicitBigEndian.uid) == .accepted(transferSyntax: "1.2.840.10008.1.2.2"))
    }

    @Test func syntaxesThatAreNotTaken() {
        let throughput = TransferSyntax.highThroughputJPEG2000Lossless.uid
        #expect(answer(Self.ct, throughput, Self.implicit) == .accepted(transferSyntax: Self.implicit))
        #expect(answer(Self.ct, throughput) == .noSuchSyntax)
        // Pixels that are somewhere else; a vendor's own; nothing.
        #expect(answer(Self.ct, "1.2.840.10008.1.2.4.94") == .noSuchSyntax)
        #expect(answer(Self.ct, "1.2.840.113619.5.2") == .noSuchSyntax)
        #expect(answer(Self.ct) == .noSuchSyntax)
        #expect(answer(Self.ct, "1.2.840.10008.1.2.4.", "1.2.840.10008.1.2.4.999999999999999999999") == .noSuchSyntax)
    }

    @Test func storageAndVerificationOnly() {
        #expect(answer(PresentationContextRule.commitment, Self.implicit) == .noSuchClass)
        #expect(
            PresentationContextRule.answer(abstractSyntax: PresentationContextRule.commitment, proposed: [Self.implicit], commits: true)
                == .accepted(transferSyntax: Self.implicit))
        #expect(answer(PresentationContextRule.verification, Self.implicit) == .accepted(transferSyntax: Self.implicit))
        // Enhanced CT, a private class of Siemens.
        #expect(answer("1.2.840.10008.5.1.4.1.1.2.1", Self.explicit) == .accepted(transferSyntax: Self.explicit))
        #expect(answer("1.3.12.2.1107.5.9.1", Self.explicit) == .accepted(transferSyntax: Self.explicit))
        // Study Root find, Modality Worklist, Storage Commitment, Print, nonsense.
        for uid in ["1.2.840.10008.5.1.4.1.2.2.1", "1.2.840.10008.5.1.4.31", "1.2.840.10008.1.20.1", "1.2.840.10008.5.1.1.9", "x", ""] {
            #expect(answer(uid, Self.explicit) == .noSuchClass, "\(uid)")
        }
    }
}

@Suite struct DoorMessageTests {
    @Test func whatIsSaidIsHeard() {
        let offer = InstanceOffer(sopClassUID: "1.2", sopInstanceUID: "3.4", transferSyntaxUID: "5.6")
        for message: ChildMessage in [
            .ready(isFiltered: true), .unusable(reason: "a key"), .requested(calling: "CT1", called: "VEILRAY", implementation: ""),
            .offered(offer), .received(byteCount: 5, failure: 28), .ended(.aborted, reason: "x"),
            .requestedAction(offer), .associated(isFiltered: true, results: [0, 4]), .answered(status: 0xB000, comment: "coerced"),
            .failed(PeerTrouble(outcome: 1, rejection: [1, 1, 7], reason: "x")),
        ] {
            #expect(ChildMessage(message.encoded) == message)
            for count in 0..<message.encoded.count { #expect(ChildMessage(message.encoded.prefix(count)) == nil) }
            #expect(ChildMessage(message.encoded + [0]) == nil)
        }
        for message: ParentMessage in [
            .take(idleSeconds: 1, patienceSeconds: 2, commits: true), .accept, .reject(result: 1, source: 1, reason: 7), .write,
            .answer(.outOfResources("the disk is full")), .release,
            .ask(
                AssociationQuestion(
                    calling: "A", called: "B", seconds: 5, contexts: [PresentationContext(sopClassUID: "1.2", transferSyntaxUID: "3.4")])),
            .send(
                OutgoingMessage(
                    kind: .eventReport(2), sopClassUID: "1.2", sopInstanceUID: "3.4", context: 3, offset: 0, byteCount: 7)),
        ] {
            #expect(ParentMessage(message.encoded) == message)
            for count in 0..<message.encoded.count { #expect(ParentMessage(message.encoded.prefix(count)) == nil) }
        }
    }

    @Test func aChildIsNotBelieved() {
        var (negative, unknown) = (ChildMessage.received(byteCount: 5, failure: 0).encoded, ChildMessage.ended(.idle, reason: "").encoded)
        negative[15] = 0xFF
        unknown[8] = 99
        #expect(ChildMessage(negative) == nil)
        #expect(ChildMessage(unknown) == nil)
        #expect(ChildMessage([]) == nil)
    }

    @Test func aCommentFitsItsElement() {
        #expect(StoreAnswer.outOfResources(String(repeating: "x", count: 80)).comment.utf8.count == 64)
        #expect(StoreAnswer.notUnderstood("für\nsie").comment == "f??r?sie")
    }
}
