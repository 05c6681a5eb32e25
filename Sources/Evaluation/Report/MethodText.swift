import StegoKit

/// What a report says of a method.
enum MethodText {
    static func explanation(of method: EmbeddingMethodIdentifier) -> String {
        switch method.name {
        case "reversible":
            """
            Expands the errors of predicting each sample from its four neighbours, smooth places first, in two passes over a chessboard. It \
            undoes itself without any help. The price is that samples which carry nothing are moved as well, most of all in smooth \
            places: of all methods here it is made for exactness, not for secrecy.
            """
        case "lsb":
            """
            Replaces the least significant bits of samples along a keyed path: the classic baseline. Half of the visited samples change, and \
            always within the pairs 0–1, 2–3, 4–5 …, which evens out the histogram and which detectors know well.
            """
        case "hamming":
            """
            Hides k bits in each group of samples by changing at most one of them by ±1 (matrix embedding with Hamming codes), edges \
            first. Fewer changes, none of them within fixed pairs.
            """
        case "stc":
            """
            Gives every sample a cost, low where the image is busy, and finds the nearly cheapest set of ±1 changes that spells the payload \
            (syndrome-trellis codes in two layers).
            """
        default: "No description."
        }
    }
}
