import StegoKit

/// What the sender was told about regions; kept with the study.
package struct RegionChoices: Codable, Sendable, Equatable {
    /// `nil`: what suits the method.
    package var scope: RegionPolicy.Scope?
    package var source: RegionPolicy.Source?
    package var shapes = RegionShapes()
    /// Files of the study, by path, that may hold segmentations and structure sets.
    package var annotationFiles: [String] = []

    package init(scope: RegionPolicy.Scope? = nil, source: RegionPolicy.Source? = nil, shapes: RegionShapes = RegionShapes()) {
        self.scope = scope
        self.source = source
        self.shapes = shapes
    }

    /// Reads the files with annotations, if these count. Runs on a worker thread.
    ///
    /// - Parameter standard: the scope when none was chosen.
    package func policy(standard: RegionPolicy.Scope) -> RegionPolicy {
        let scope = scope ?? standard
        let source = source ?? .automatic
        return RegionPolicy(
            scope: scope, source: source, shapes: shapes,
            annotations: heedsAnnotations(standard: standard) ? AnnotationFiles.annotations(in: annotationFiles) : RegionAnnotations())
    }

    /// Whether segmentations and structure sets make a difference.
    ///
    /// - Parameter standard: the scope when none was chosen.
    package func heedsAnnotations(standard: RegionPolicy.Scope) -> Bool {
        (scope ?? standard) == .regionOfNonInterest && source != .anatomy && shapes.everyImage.isEmpty
    }
}
