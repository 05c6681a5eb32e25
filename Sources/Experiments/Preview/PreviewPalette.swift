import Imaging
import Sending
import StegoKit

/// The colours of a preview; apart for every common kind of colour blindness (Okabe and Ito 2008), and by their brightness.
enum PreviewPalette {
    static let background = Colour(18, 20, 23)
    static let line = Colour(70, 74, 80)
    static let strong = Colour(240, 242, 245)
    static let quiet = Colour(160, 166, 174)

    static let outline = Colour.orange
    /// How much of the outline's colour lies over the region.
    static let tint: Float = 0.22
    /// Regions that are filled for the journey.
    static let filled = Colour.vermilion
    static let filledTint: Float = 0.45
    static let carrier = Colour.bluishGreen
    static let raised = Colour.yellow
    static let lowered = Colour.skyBlue

    static func colour(of edge: EdgeClasses.Class) -> Colour? {
        switch edge {
        case .flat: nil
        case .weak: .blue
        case .medium: .bluishGreen
        case .strong: .yellow
        }
    }
}
