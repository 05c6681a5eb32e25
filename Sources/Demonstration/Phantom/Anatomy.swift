/// The bodies that make up a phantom, in painting order.
enum Anatomy {
    /// A head in the manner of Shepp and Logan (1974), three-dimensional and in Hounsfield units.
    static let head: [Ellipsoid] = headRest + skull + brain + ventricles + face + lesions

    private static let headRest: [Ellipsoid] = [
        Ellipsoid(-760, at: [0, 0.30, 0], semiAxes: [0.78, 0.60, 9]),
        Ellipsoid(-1000, at: [0, 0.27, 0], semiAxes: [0.755, 0.585, 9]),
        Ellipsoid(-1000, at: [0, -0.42, 0], semiAxes: [1.2, 0.72, 9]),
    ]

    private static let skull: [Ellipsoid] = [
        Ellipsoid(-60, at: [0, 0, -0.25], semiAxes: [0.655, 0.815, 1.32]),
        Ellipsoid(45, at: [0, 0, -0.25], semiAxes: [0.640, 0.800, 1.30]),
        Ellipsoid(1150, at: [0, 0, -0.25], semiAxes: [0.615, 0.775, 1.26]),
        Ellipsoid(520, at: [0, 0, -0.25], semiAxes: [0.595, 0.752, 1.23]),
        Ellipsoid(1050, at: [0, 0, -0.25], semiAxes: [0.580, 0.735, 1.20]),
        Ellipsoid(8, at: [0, 0, -0.25], semiAxes: [0.558, 0.710, 1.16]),
    ]

    private static let brain: [Ellipsoid] = [
        Ellipsoid(37, at: [0, 0, -0.25], semiAxes: [0.535, 0.685, 1.12]),
        Ellipsoid(27, at: [-0.25, -0.01, -0.05], semiAxes: [0.15, 0.46, 0.66], slope: 0.04),
        Ellipsoid(27, at: [0.25, -0.01, -0.05], semiAxes: [0.15, 0.46, 0.66], slope: -0.04),
        Ellipsoid(41, at: [-0.15, 0.02, 0.0], semiAxes: [0.075, 0.15, 0.28], slope: 0.12),
        Ellipsoid(41, at: [0.15, 0.02, 0.0], semiAxes: [0.075, 0.15, 0.28], slope: -0.12),
        Ellipsoid(44, at: [0, 0.34, -0.75], semiAxes: [0.30, 0.20, 0.34]),
        Ellipsoid(66, at: [0, 0.01, 0.15], semiAxes: [0.010, 0.62, 0.62]),
    ]

    private static let ventricles: [Ellipsoid] = [
        Ellipsoid(6, at: [-0.085, -0.16, 0.12], semiAxes: [0.050, 0.19, 0.30], slope: 0.16),
        Ellipsoid(6, at: [0.085, -0.16, 0.12], semiAxes: [0.050, 0.19, 0.30], slope: -0.16),
        Ellipsoid(6, at: [-0.14, 0.23, 0.08], semiAxes: [0.052, 0.16, 0.26], slope: -0.22),
        Ellipsoid(6, at: [0.14, 0.23, 0.08], semiAxes: [0.052, 0.16, 0.26], slope: 0.22),
        Ellipsoid(6, at: [0, 0.03, -0.08], semiAxes: [0.018, 0.09, 0.14]),
        Ellipsoid(180, at: [0, 0.175, 0.0], semiAxes: [0.020, 0.024, 0.06]),
    ]

    private static let face: [Ellipsoid] = [
        Ellipsoid(620, at: [-0.33, -0.10, -1.0], semiAxes: [0.15, 0.26, 0.22], slope: 0.5),
        Ellipsoid(620, at: [0.33, -0.10, -1.0], semiAxes: [0.15, 0.26, 0.22], slope: -0.5),
        Ellipsoid(-990, at: [-0.36, -0.06, -1.0], semiAxes: [0.05, 0.07, 0.16]),
        Ellipsoid(-990, at: [0.36, -0.06, -1.0], semiAxes: [0.05, 0.07, 0.16]),
        Ellipsoid(900, at: [0, -0.66, -0.75], semiAxes: [0.16, 0.10, 0.40]),
        Ellipsoid(-1000, at: [-0.06, -0.665, -0.75], semiAxes: [0.055, 0.062, 0.30]),
        Ellipsoid(-1000, at: [0.07, -0.665, -0.75], semiAxes: [0.065, 0.058, 0.34]),
        Ellipsoid(-70, at: [-0.25, -0.46, -1.0], semiAxes: [0.15, 0.17, 0.26]),
        Ellipsoid(-70, at: [0.25, -0.46, -1.0], semiAxes: [0.15, 0.17, 0.26]),
        Ellipsoid(22, at: [-0.25, -0.50, -1.0], semiAxes: [0.10, 0.10, 0.20]),
        Ellipsoid(22, at: [0.25, -0.50, -1.0], semiAxes: [0.10, 0.10, 0.20]),
    ]

    private static let lesions: [Ellipsoid] = [
        Ellipsoid(18, at: [0.29, 0.30, 0.25], semiAxes: [0.13, 0.11, 0.26], slope: 0.2),
        Ellipsoid(68, at: [0.30, 0.30, 0.25], semiAxes: [0.065, 0.052, 0.16], slope: 0.2),
    ]
}
