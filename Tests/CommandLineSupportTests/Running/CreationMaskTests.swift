import Foundation
import Testing

@testable import CommandLineSupport

@Suite struct CreationMaskTests {
    @Test(arguments: [("027", 0o027), ("0", 0), ("077", 0o077), ("0022", 0o022), ("7", 0o7)]) func octalDigits(
        _ text: String, _ mask: mode_t
    ) {
        #expect(CreationMaskArgument(argument: text)?.mask == mask)
    }

    @Test(arguments: ["", "8", "100", "777", "0o27", "+27", "-1", "27 ", "00027", "u=rwx", "٢٧"]) func anythingElseIsRefused(_ text: String)
    {
        #expect(CreationMaskArgument(argument: text) == nil)
    }
}
