import Foundation
import Testing

@testable import StegoKit

/// A method with what was chosen about it, as words and as a value.
@Suite struct EmbeddingMethodTests {
    /// Why a specification is none.
    private func reason(_ specification: String) -> String? {
        do {
            _ = try EmbeddingMethod(specification: specification)
            return nil
        } catch { return error.code == .unsupported ? error.reason : nil }
    }

    @Test func numbersAndNamesAreTold() {
        #expect(EmbeddingMethod.all.map(\.name) == ["reversible", "lsb", "hamming", "stc"])
        #expect(EmbeddingMethod.all.map(\.number) == [1, 2, 3, 4])
        #expect(EmbeddingMethod.all.allSatisfy { $0.name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber) } })
        #expect(EmbeddingMethod.all.allSatisfy { (1...15).contains($0.number) && !$0.explanation.isEmpty })
        for method in EmbeddingMethod.all {
            #expect(Set(method.parameters.map(\.name)).count == method.parameters.count)
            #expect(method.parameters.allSatisfy { $0.range.contains($0.standard) })
        }
    }

    @Test func aSpecificationComesBack() throws {
        for method in EmbeddingMethod.all {
            #expect(try EmbeddingMethod(specification: method.specification) == method)
            #expect(try EmbeddingMethod(specification: method.name) == method)
            #expect(try EmbeddingMethod(number: method.number) == method)
            #expect(try JSONDecoder().decode([EmbeddingMethod].self, from: JSONEncoder().encode([method])) == [method])
        }
        let high = try EmbeddingMethod(specification: "stc:constraintHeight=12")
        #expect(high.parameterValues == ["constraintHeight": 12] && high.specification == "stc:constraintHeight=12")
        #expect(high != .syndromeTrellis && "\(high)" == "stc:constraintHeight=12" && "\(EmbeddingMethod.syndromeTrellis)" == "stc")
        #expect(EmbeddingMethod.syndromeTrellis.specification == "stc:constraintHeight=10")
    }

    @Test func whatThereIsNotIsNamedBesideWhatThereIs() {
        #expect(reason("magic")?.contains("reversible, lsb") == true)
        #expect(reason("lsb:height=7")?.contains("it has none") == true)
        #expect(reason("stc:height=7")?.contains("constraintHeight") == true)
        for text in ["stc:", "stc:constraintHeight", "stc:constraintHeight=high", "stc:constraintHeight="] {
            #expect(reason(text)?.contains("parameter=number") == true)
        }
        for height in [6, 13] {
            #expect(reason("stc:constraintHeight=\(height)") == "constraintHeight is 7 to 12, not \(height)")
        }
        #expect {
            try EmbeddingMethod(number: 9)
        } throws: {
            ($0 as? EmbeddingError)?.reason.contains("number 9") == true
        }
    }
}
