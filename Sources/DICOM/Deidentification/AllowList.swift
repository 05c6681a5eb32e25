/// Everything that a public header may take over from an original. What is not here does not pass.
///
/// The yardstick is the Basic Application Level Confidentiality Profile (PS3.15 Table E.1-1): no attribute here has an action other than
/// K (or none) there, save UIDs, which are replaced. Attributes that Veilray sets itself are in ``PublicHeader``.
enum AllowList {
    /// Of the top level.
    static let elements: [AllowedElement] =
        (general + pixelModule + greyScale + palette + geometry + timing + nuclear + radiotherapy + groups)
        .sorted { $0.tag < $1.tag }

    private static let general: [AllowedElement] = [
        AllowedElement(.imageType, .CS, .imageType),
        AllowedElement(.sopClassUID, .UI, .storageClass),
        AllowedElement(.modality, .CS, .terms(Vocabulary.modalities, 1...1)),
        AllowedElement(.conversionType, .CS, .terms(Vocabulary.conversionTypes, 1...1)),
        AllowedElement(.bodyPartExamined, .CS, .terms(Vocabulary.bodyParts, 1...1)),
        AllowedElement(.patientPosition, .CS, .terms(Vocabulary.patientPositions, 1...1)),
        AllowedElement(.viewPosition, .CS, .terms(Vocabulary.viewPositions, 1...1)),
        AllowedElement(.seriesNumber, .IS, .integers(1...1)),
        AllowedElement(.acquisitionNumber, .IS, .integers(1...1)),
        AllowedElement(.instanceNumber, .IS, .integers(1...1)),
        AllowedElement(.patientOrientation, .CS, .terms(Vocabulary.patientOrientations, 2...2)),
        AllowedElement(.laterality, .CS, .terms(Vocabulary.laterality, 1...1)),
        AllowedElement(.imageLaterality, .CS, .terms(Vocabulary.laterality, 1...1)),
        AllowedElement(.frameOfReferenceUID, .UI, .mappedUID),
        AllowedElement(.synchronizationFrameOfReferenceUID, .UI, .mappedUID),
        AllowedElement(.burnedInAnnotation, .CS, .terms(Vocabulary.yesNo, 1...1)),
        AllowedElement(.lossyImageCompression, .CS, .terms(["00", "01"], 1...1), isDigested: false),
        AllowedElement(.lossyImageCompressionRatio, .DS, .decimals(1...16), isDigested: false),
        AllowedElement(.lossyImageCompressionMethod, .CS, .terms(Vocabulary.lossyMethods, 1...16), isDigested: false),
    ]

    /// Rows, columns and the like come from the description of the pixels that the file will hold, not from here; they are listed for the
    /// digest.
    private static let pixelModule: [AllowedElement] = [
        AllowedElement(.samplesPerPixel, .US, .binary(1...1)),
        AllowedElement(.photometricInterpretation, .CS, .terms(Vocabulary.photometricInterpretations, 1...1), isDigested: false),
        AllowedElement(.planarConfiguration, .US, .binary(1...1), isDigested: false),
        AllowedElement(.numberOfFrames, .IS, .integers(1...1)),
        AllowedElement(.frameIncrementPointer, .AT, .pointers),
        AllowedElement(.rows, .US, .binary(1...1)),
        AllowedElement(.columns, .US, .binary(1...1)),
        AllowedElement(.pixelSpacing, .DS, .decimals(2...2)),
        AllowedElement(.pixelAspectRatio, .IS, .integers(2...2)),
        AllowedElement(.bitsAllocated, .US, .binary(1...1)),
        AllowedElement(.bitsStored, .US, .binary(1...1)),
        AllowedElement(.highBit, .US, .binary(1...1)),
        AllowedElement(.pixelRepresentation, .US, .binary(1...1)),
        AllowedElement(.pixelPaddingValue, .US, .samples(1...1)),
        AllowedElement(.pixelPaddingRangeLimit, .US, .samples(1...1)),
    ]

    private static let greyScale: [AllowedElement] = [
        AllowedElement(.pixelIntensityRelationship, .CS, .terms(Vocabulary.intensityRelationships, 1...1)),
        AllowedElement(.pixelIntensityRelationshipSign, .SS, .bounded(-1...1)),
        AllowedElement(.windowCenter, .DS, .decimals(1...64)),
        AllowedElement(.windowWidth, .DS, .decimals(1...64)),
        AllowedElement(.rescaleIntercept, .DS, .decimals(1...1)),
        AllowedElement(.rescaleSlope, .DS, .decimals(1...1)),
        AllowedElement(.rescaleType, .LO, .termsOrElse(Vocabulary.rescaleTypes, "US", 1...1)),
        AllowedElement(.voiLUTFunction, .CS, .terms(Vocabulary.windowFunctions, 1...1)),
        AllowedElement(.presentationLUTShape, .CS, .terms(Vocabulary.presentationShapes, 1...1)),
        AllowedElement(
            .modalityLUTSequence, .SQ,
            .sequence([
                AllowedElement(.lutDescriptor, .US, .tableDescriptor),
                AllowedElement(.modalityLUTType, .LO, .termsOrElse(Vocabulary.rescaleTypes, "US", 1...1)),
                AllowedElement(.lutData, .OW, .tableData(descriptor: .lutDescriptor)),
            ])),
        AllowedElement(
            .voiLUTSequence, .SQ,
            .sequence([
                AllowedElement(.lutDescriptor, .US, .tableDescriptor),
                AllowedElement(.lutData, .OW, .tableData(descriptor: .lutDescriptor)),
            ])),
    ]

    private static let palette: [AllowedElement] = [
        AllowedElement(.redPaletteColorLookupTableDescriptor, .US, .tableDescriptor),
        AllowedElement(.greenPaletteColorLookupTableDescriptor, .US, .tableDescriptor),
        AllowedElement(.bluePaletteColorLookupTableDescriptor, .US, .tableDescriptor),
        AllowedElement(.redPaletteColorLookupTableData, .OW, .tableData(descriptor: .redPaletteColorLookupTableDescriptor)),
        AllowedElement(.greenPaletteColorLookupTableData, .OW, .tableData(descriptor: .greenPaletteColorLookupTableDescriptor)),
        AllowedElement(.bluePaletteColorLookupTableData, .OW, .tableData(descriptor: .bluePaletteColorLookupTableDescriptor)),
        AllowedElement(
            .segmentedRedPaletteColorLookupTableData, .OW, .segmentedTableData(descriptor: .redPaletteColorLookupTableDescriptor)),
        AllowedElement(
            .segmentedGreenPaletteColorLookupTableData, .OW, .segmentedTableData(descriptor: .greenPaletteColorLookupTableDescriptor)),
        AllowedElement(
            .segmentedBluePaletteColorLookupTableData, .OW, .segmentedTableData(descriptor: .bluePaletteColorLookupTableDescriptor)),
    ]

    private static let geometry: [AllowedElement] = [
        AllowedElement(.sliceThickness, .DS, .decimals(1...1)),
        AllowedElement(.spacingBetweenSlices, .DS, .decimals(1...1)),
        AllowedElement(.gantryDetectorTilt, .DS, .decimals(1...1)),
        AllowedElement(.distanceSourceToDetector, .DS, .decimals(1...1)),
        AllowedElement(.distanceSourceToPatient, .DS, .decimals(1...1)),
        AllowedElement(.estimatedRadiographicMagnificationFactor, .DS, .decimals(1...1)),
        AllowedElement(.imagerPixelSpacing, .DS, .decimals(2...2)),
        AllowedElement(.nominalScannedPixelSpacing, .DS, .decimals(2...2)),
        AllowedElement(.pixelSpacingCalibrationType, .CS, .terms(Vocabulary.calibrationTypes, 1...1)),
        AllowedElement(.positionerPrimaryAngle, .DS, .decimals(1...1)),
        AllowedElement(.positionerSecondaryAngle, .DS, .decimals(1...1)),
        AllowedElement(.imagePositionPatient, .DS, .decimals(3...3)),
        AllowedElement(.imageOrientationPatient, .DS, .decimals(6...6)),
        AllowedElement(.sliceLocation, .DS, .decimals(1...1)),
    ]

    private static let timing: [AllowedElement] = [
        AllowedElement(.startTrim, .IS, .integers(1...1)),
        AllowedElement(.stopTrim, .IS, .integers(1...1)),
        AllowedElement(.recommendedDisplayFrameRate, .IS, .integers(1...1)),
        AllowedElement(.cineRate, .IS, .integers(1...1)),
        AllowedElement(.frameTime, .DS, .decimals(1...1)),
        AllowedElement(.frameTimeVector, .DS, .decimalsOfFrames),
        AllowedElement(.frameDelay, .DS, .decimals(1...1)),
        AllowedElement(.effectiveDuration, .DS, .decimals(1...1)),
        AllowedElement(.actualFrameDuration, .IS, .integers(1...1)),
        AllowedElement(.preferredPlaybackSequencing, .US, .bounded(0...1)),
    ]

    /// How the frames of a nuclear medicine object are indexed (PS3.3 §C.8.4.8).
    private static let nuclear: [AllowedElement] = [
        AllowedElement(.energyWindowVector, .US, .indicesOfFrames),
        AllowedElement(.numberOfEnergyWindows, .US, .binary(1...1)),
        AllowedElement(.detectorVector, .US, .indicesOfFrames),
        AllowedElement(.numberOfDetectors, .US, .binary(1...1)),
        AllowedElement(.phaseVector, .US, .indicesOfFrames),
        AllowedElement(.numberOfPhases, .US, .binary(1...1)),
        AllowedElement(.rotationVector, .US, .indicesOfFrames),
        AllowedElement(.numberOfRotations, .US, .binary(1...1)),
        AllowedElement(.rrIntervalVector, .US, .indicesOfFrames),
        AllowedElement(.numberOfRRIntervals, .US, .binary(1...1)),
        AllowedElement(.timeSlotVector, .US, .indicesOfFrames),
        AllowedElement(.numberOfTimeSlots, .US, .binary(1...1)),
        AllowedElement(.sliceVector, .US, .indicesOfFrames),
        AllowedElement(.numberOfSlices, .US, .binary(1...1)),
        AllowedElement(.angularViewVector, .US, .indicesOfFrames),
        AllowedElement(.timeSliceVector, .US, .indicesOfFrames),
        AllowedElement(.numberOfTimeSlices, .US, .binary(1...1)),
    ]

    /// The attributes that turn the values of a dose grid into dose, and of a segmentation into segments.
    private static let radiotherapy: [AllowedElement] = [
        AllowedElement(.doseUnits, .CS, .terms(Vocabulary.doseUnits, 1...1)),
        AllowedElement(.doseType, .CS, .terms(Vocabulary.doseTypes, 1...1)),
        AllowedElement(.doseSummationType, .CS, .terms(Vocabulary.doseSummationTypes, 1...1)),
        AllowedElement(.gridFrameOffsetVector, .DS, .decimalsOfFrames),
        AllowedElement(.doseGridScaling, .DS, .decimals(1...1)),
        AllowedElement(.segmentationType, .CS, .terms(Vocabulary.segmentationTypes, 1...1)),
        AllowedElement(.segmentationFractionalType, .CS, .terms(Vocabulary.fractionalTypes, 1...1)),
        AllowedElement(.maximumFractionalValue, .US, .binary(1...1)),
    ]

    private static let groups: [AllowedElement] = [
        AllowedElement(.sharedFunctionalGroupsSequence, .SQ, .sequence(functionalGroups)),
        AllowedElement(.perFrameFunctionalGroupsSequence, .SQ, .sequence(functionalGroups)),
        AllowedElement(.sequenceOfUltrasoundRegions, .SQ, .sequence(ultrasoundRegion)),
    ]

    /// Of each item of the functional groups (PS3.3 §C.7.6.16).
    static let functionalGroups: [AllowedElement] = [
        AllowedElement(.planePositionSequence, .SQ, .sequence([AllowedElement(.imagePositionPatient, .DS, .decimals(3...3))])),
        AllowedElement(.planeOrientationSequence, .SQ, .sequence([AllowedElement(.imageOrientationPatient, .DS, .decimals(6...6))])),
        AllowedElement(
            .pixelMeasuresSequence, .SQ,
            .sequence([
                AllowedElement(.sliceThickness, .DS, .decimals(1...1)),
                AllowedElement(.spacingBetweenSlices, .DS, .decimals(1...1)),
                AllowedElement(.pixelSpacing, .DS, .decimals(2...2)),
            ])),
        AllowedElement(
            .frameVOILUTSequence, .SQ,
            .sequence([
                AllowedElement(.windowCenter, .DS, .decimals(1...64)),
                AllowedElement(.windowWidth, .DS, .decimals(1...64)),
                AllowedElement(.voiLUTFunction, .CS, .terms(Vocabulary.windowFunctions, 1...1)),
            ])),
        AllowedElement(
            .pixelValueTransformationSequence, .SQ,
            .sequence([
                AllowedElement(.rescaleIntercept, .DS, .decimals(1...1)),
                AllowedElement(.rescaleSlope, .DS, .decimals(1...1)),
                AllowedElement(.rescaleType, .LO, .termsOrElse(Vocabulary.rescaleTypes, "US", 1...1)),
            ])),
    ]

    /// Of each item of the ultrasound regions, which calibrate measurement (PS3.3 §C.8.5.5).
    static let ultrasoundRegion: [AllowedElement] = [
        AllowedElement(.regionSpatialFormat, .US, .bounded(0...15)),
        AllowedElement(.regionDataType, .US, .bounded(0...31)),
        AllowedElement(.regionFlags, .UL, .bounded(0...255)),
        AllowedElement(.regionLocationMinX0, .UL, .bounded(0...65535)),
        AllowedElement(.regionLocationMinY0, .UL, .bounded(0...65535)),
        AllowedElement(.regionLocationMaxX1, .UL, .bounded(0...65535)),
        AllowedElement(.regionLocationMaxY1, .UL, .bounded(0...65535)),
        AllowedElement(.referencePixelX0, .SL, .bounded(-65535...65535)),
        AllowedElement(.referencePixelY0, .SL, .bounded(-65535...65535)),
        AllowedElement(.physicalUnitsXDirection, .US, .bounded(0...31)),
        AllowedElement(.physicalUnitsYDirection, .US, .bounded(0...31)),
        AllowedElement(.referencePixelPhysicalValueX, .FD, .floats(1...1)),
        AllowedElement(.referencePixelPhysicalValueY, .FD, .floats(1...1)),
        AllowedElement(.physicalDeltaX, .FD, .floats(1...1)),
        AllowedElement(.physicalDeltaY, .FD, .floats(1...1)),
    ]
}
