import Basics
import Crypto
import DICOM
import Foundation
import Protocol
import Testing

@testable import Sending

/// What a clinic asks: from the command line and from the header of the study.
@Suite struct ClinicalOrderTests {
    private let details = OrderDetails(question: "Fraktur?", history: "Sturz.", due: .seconds(45 * 60), callback: "Brandt, +41 81 000")

    private func order(_ home: ExampleHome, _ details: OrderDetails, header: HeaderOrder? = nil, priority: Priority = .routine) throws
        -> StudyOrder
    {
        var plan = try home.order().plan
        plan.headerOrder = header
        return StudyOrder(plan: plan, peer: home.peer, address: nil, priority: priority, choices: .example, details: details)
    }

    private func opened(_ study: OutboxStudy, _ home: ExampleHome) throws -> ClinicalOrder? {
        let manifest = try Manifest(text: try #require(study.manifest), signedBy: home.identity.card())
        return try ClinicalOrder(manifest, key: SymmetricKey(data: try #require(study.studyKey)))
    }

    @Test func itTravelsSealedInTheManifest() async throws {
        let home = try ExampleHome()
        let study = try await Outbox(home: home.home).enqueue(order(home, details, priority: .stat), signedBy: home.identity).study
        let asked = try #require(try opened(study, home))
        #expect(asked.isUrgent && asked.question == "Fraktur?" && asked.history == "Sturz." && asked.callback == "Brandt, +41 81 000")
        let due = try #require(asked.due)
        #expect(abs(due.timeIntervalSince(study.created) - 45 * 60) < 60)
        for word in ["Fraktur", "Sturz", "Brandt"] {
            let base64 = Data(word.utf8).base64EncodedString().prefix(8)
            #expect(study.manifest?.contains(word) == false && study.manifest?.contains(base64) == false)
        }
    }

    @Test func nothingAskedSaysNothing() async throws {
        let home = try ExampleHome()
        let study = try await Outbox(home: home.home).enqueue(home.order(), signedBy: home.identity).study
        #expect(try opened(study, home) == nil)
        let manifest = try Manifest(text: try #require(study.manifest), signedBy: home.identity.card())
        #expect(manifest.attributes.isEmpty)
    }

    /// Another question is another study; the same one, given again after a power cut, is not, although it is due later.
    @Test func theSameQuestionJoins() async throws {
        let home = try ExampleHome()
        let outbox = try Outbox(home: home.home)
        let first = try await outbox.enqueue(order(home, details), signedBy: home.identity).study
        var later = details
        later.due = .seconds(60)
        #expect(try await outbox.enqueue(order(home, later), signedBy: home.identity).study.transferID == first.transferID)
        let other = OrderDetails(question: "Pneumothorax?")
        #expect(try await outbox.enqueue(order(home, other), signedBy: home.identity).study.transferID != first.transferID)
    }

    // MARK: The header

    private func header(_ elements: [(DICOM.Tag, String)], request: [(DICOM.Tag, String)] = []) -> HeaderOrder {
        var dataSet = DataSet()
        dataSet.set(.specificCharacterSet, .CS, "ISO_IR 192")
        for (tag, text) in elements { dataSet.set(tag, .LO, text) }
        if !request.isEmpty {
            var item = DataSet()
            for (tag, text) in request { item.set(tag, .LO, text) }
            dataSet.set(.requestAttributesSequence, sequence: [item])
        }
        return HeaderOrder(dataSet)
    }

    @Test func theHeaderAsks() {
        let found = header(
            [
                (.requestedProcedureDescription, "CT Thorax "), (.reasonForStudy, "Dyspnoe"), (.admittingDiagnosesDescription, "COPD"),
                (.additionalPatientHistory, "Raucher"),
            ], request: [(.reasonForTheRequestedProcedure, "Lungenembolie?")])
        #expect(found.question == "CT Thorax\nLungenembolie?" && found.history == "Raucher\nCOPD")
        let nothing = header([(.reasonForStudy, "  ")])
        #expect(nothing.question == nil && nothing.history == nil)
    }

    @Test func aPersonsWordsGoBeforeTheHeaders() async throws {
        let home = try ExampleHome()
        let found = header([(.reasonForStudy, "Dyspnoe"), (.additionalPatientHistory, "Raucher")])
        let study = try await Outbox(home: home.home)
            .enqueue(order(home, OrderDetails(question: "Erguss?"), header: found), signedBy: home.identity).study
        let asked = try opened(study, home)
        #expect(asked?.question == "Erguss?" && asked?.history == "Raucher" && asked?.isUrgent == false)
    }

    @Test func longHeadersAreCut() throws {
        let found = header([(.reasonForStudy, String(repeating: "ü", count: 9_000))])
        let question = try #require(found.question)
        #expect(question.utf8.count == ClinicalOrder.maximumByteCount.question)
        try ClinicalOrder(question: question).check()
    }
}
