import TestSupport
import Testing

@testable import DICOMNetwork
@testable import Sending

@Suite struct OpenStudiesTests {
    private let clock = ManualClock()

    private func studies() -> OpenStudies { OpenStudies(OpenStudies.Quiet(), clock: clock) }

    @Test func aReleasedStudyIsClosedAfterAShortQuiet() {
        let studies = studies()
        studies.touch("1.2", by: 1)
        clock.advance(by: .seconds(100))
        #expect(!studies.isClosed("1.2"), "its association is open")
        studies.ended(1, .released)
        clock.advance(by: .seconds(9))
        #expect(!studies.isClosed("1.2"))
        clock.advance(by: .seconds(1))
        #expect(studies.isClosed("1.2"))
    }

    @Test(arguments: [AssociationEnding.aborted, .broken, .idle, .stopped])
    func aStudyThatWasCutIsWaitedForLonger(ending: AssociationEnding) {
        let studies = studies()
        studies.touch("1.2", by: 1)
        studies.ended(1, ending)
        clock.advance(by: .seconds(59))
        #expect(!studies.isClosed("1.2"))
        clock.advance(by: .seconds(1))
        #expect(studies.isClosed("1.2"))
    }

    @Test func theLastAssociationCounts() {
        let studies = studies()
        studies.touch("1.2", by: 1)
        studies.touch("1.2", by: 2)
        studies.touch("3.4", by: 2)
        studies.ended(1, .released)
        clock.advance(by: .seconds(20))
        #expect(!studies.isClosed("1.2"), "the other association is open")
        studies.ended(2, .aborted)
        clock.advance(by: .seconds(20))
        #expect(!studies.isClosed("1.2") && !studies.isClosed("3.4"))
        // It comes back, and releases in order.
        studies.touch("1.2", by: 3)
        studies.ended(3, .released)
        clock.advance(by: .seconds(10))
        #expect(studies.isClosed("1.2"))
        #expect(!studies.isClosed("3.4"))
    }

    @Test func anOpenAssociationHoldsNothingUpForEver() {
        let studies = studies()
        studies.touch("1.2", by: 1)
        clock.advance(by: .seconds(299))
        studies.touch("1.2", by: 1)
        clock.advance(by: .seconds(299))
        #expect(!studies.isClosed("1.2"))
        clock.advance(by: .seconds(1))
        #expect(studies.isClosed("1.2"))
        // More of it is another transfer.
        studies.touch("1.2", by: 1)
        #expect(!studies.isClosed("1.2"))
    }

    /// Files that are there when the program starts are of a modality that was cut.
    @Test func whatWasThereBeforeIsWaitedForToo() {
        let studies = studies()
        #expect(!studies.isClosed("1.2"))
        clock.advance(by: .seconds(60))
        #expect(studies.isClosed("1.2"))
    }
}
