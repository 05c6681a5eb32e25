// StegoKit
