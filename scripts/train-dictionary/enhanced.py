"""Enhanced CT and MR: functional groups (PS3.3 A.36, A.38, C.7.6.16)."""

from encoding import Header
from modules import add_pixels, code
from values import Values
from vendors import Vendor


def functional_group(v: Values, shared: bool, modality: str, index: int) -> Header:
    group = Header()

    def nested(keyword: str, **attributes) -> None:
        item = Header()
        for name, value in attributes.items():
            item.set(name, value)
        group.set(keyword, [item])

    if shared:
        nested(
            "PixelMeasuresSequence",
            SliceThickness=v.decimal(1, 5, 1),
            SpacingBetweenSlices=v.decimal(1, 5, 1),
            PixelSpacing=["0.9375", "0.9375"],
        )
        nested("PixelValueTransformationSequence", RescaleIntercept="0", RescaleSlope="1", RescaleType="US")
        nested("FrameAnatomySequence", FrameLaterality="U", AnatomicRegionSequence=[code("T-A0100", "SRT", "Brain")])
        if modality == "MR":
            nested(
                "MRTimingAndRelatedParametersSequence",
                RepetitionTime="2000",
                FlipAngle="90",
                EchoTrainLength="1",
                RFEchoTrainLength=1,
                GradientEchoTrainLength=63,
                GradientOutputType="DB_DT",
                GradientOutput=0.0,
                SpecificAbsorptionRateDefinition="IEC_WHOLE_BODY",
                SpecificAbsorptionRateValue=0.1,
                OperatingModeSequence=[],
            )
            nested(
                "MRFOVGeometrySequence",
                InPlanePhaseEncodingDirection="COLUMN",
                MRAcquisitionFrequencyEncodingSteps=64,
                MRAcquisitionPhaseEncodingStepsInPlane=64,
                MRAcquisitionPhaseEncodingStepsOutOfPlane=1,
                PercentSampling="100",
                PercentPhaseFieldOfView="100",
            )
            nested(
                "MRReceiveCoilSequence",
                ReceiveCoilName="HeadMatrix",
                ReceiveCoilManufacturerName="SIEMENS",
                ReceiveCoilType="MULTICOIL",
                QuadratureReceiveCoil="NO",
            )
            nested("MRTransmitCoilSequence", TransmitCoilName="Body", TransmitCoilManufacturerName="SIEMENS", TransmitCoilType="BODY")
            nested("MRAveragesSequence", NumberOfAverages="1")
            nested(
                "MRImagingModifierSequence",
                MagnetizationTransfer="NONE",
                BloodSignalNulling="NO",
                Tagging="NONE",
                TransmitterFrequency=123.2,
                PixelBandwidth="2442",
            )
            nested(
                "MRModifierSequence",
                InversionRecovery="NO",
                FlowCompensation="NONE",
                Spoiling="NONE",
                T2Preparation="NO",
                SpectrallySelectedExcitation="WATER",
                SpatialPresaturation="NONE",
                PartialFourier="NO",
                ParallelAcquisition="NO",
            )
        else:
            nested("CTAcquisitionTypeSequence", AcquisitionType="SPIRAL", TubeAngle=0.0, ConstantVolumeFlag="NO", FluoroscopyFlag="NO")
            nested(
                "CTReconstructionSequence",
                ReconstructionAlgorithm="FILTER_BACK_PROJ",
                ConvolutionKernel="B30f",
                ConvolutionKernelGroup="SOFT",
                ReconstructionFieldOfView=[350.0, 350.0],
                ReconstructionPixelSpacing=[0.68, 0.68],
                ReconstructionAngle=360.0,
                ImageFilter="NONE",
            )
    else:
        nested(
            "FrameContentSequence",
            FrameAcquisitionNumber=1,
            FrameReferenceDateTime=v.date_time(300),
            FrameAcquisitionDateTime=v.date_time(300 + index),
            FrameAcquisitionDuration=2000.0,
            StackID="1",
            InStackPositionNumber=index + 1,
            TemporalPositionIndex=1,
            DimensionIndexValues=[1, index + 1, 1],
        )
        nested("PlanePositionSequence", ImagePositionPatient=v.vector(3, -200, 200, 6))
        nested("PlaneOrientationSequence", ImageOrientationPatient=["1", "0", "0", "0", "1", "0"])
        nested("FrameVOILUTSequence", WindowCenter=str(v.integer(100, 900)), WindowWidth=str(v.integer(200, 2000)))
        if modality == "MR":
            nested(
                "MRImageFrameTypeSequence",
                FrameType=["ORIGINAL", "PRIMARY", "M", "NONE"],
                PixelPresentation="MONOCHROME",
                VolumetricProperties="VOLUME",
                VolumeBasedCalculationTechnique="NONE",
                ComplexImageComponent="MAGNITUDE",
                AcquisitionContrast="UNKNOWN",
            )
            nested("MREchoSequence", EffectiveEchoTime=30.0)
        else:
            nested(
                "CTImageFrameTypeSequence",
                FrameType=["ORIGINAL", "PRIMARY", "VOLUME", "NONE"],
                PixelPresentation="MONOCHROME",
                VolumetricProperties="VOLUME",
                VolumeBasedCalculationTechnique="NONE",
            )
    return group


def add_enhanced(v: Values, vendor: Vendor, h: Header) -> int:
    modality = h.get("Modality")
    h.set("ImageType", ["ORIGINAL", "PRIMARY", v.choice(["M", "VOLUME", "FMRI", "DIFFUSION"]), "NONE"])
    for keyword, value in (
        ("ContentDate", v.study_date),
        ("ContentTime", v.time(301)),
        ("AcquisitionDateTime", v.date_time(300)),
        ("SeriesDescription", v.choice(["ep2d_bold", "WIP DTI", "t1"])),
        ("AcquisitionDuration", v.random.uniform(10, 600)),
        ("PixelPresentation", "MONOCHROME"),
        ("VolumetricProperties", "VOLUME"),
        ("VolumeBasedCalculationTechnique", "NONE"),
        ("ContentQualification", "PRODUCT"),
        ("AcquisitionNumber", "1"),
        ("BurnedInAnnotation", "NO"),
        ("LossyImageCompression", "00"),
        ("PresentationLUTShape", "IDENTITY"),
        ("PatientPosition", "HFS"),
        ("FrameOfReferenceUID", v.uid(v.choice(vendor.roots))),
        ("PositionReferenceIndicator", ""),
    ):
        h.set(keyword, value)
    if modality == "MR":
        for keyword, value in (
            ("ComplexImageComponent", "MAGNITUDE"),
            ("AcquisitionContrast", "UNKNOWN"),
            ("PulseSequenceName", v.choice(["*epfid2d1_64", "FEEPI"])),
            ("EchoPulseSequence", "GRADIENT"),
            ("MultipleSpinEcho", "NO"),
            ("MultiPlanarExcitation", "NO"),
            ("PhaseContrast", "NO"),
            ("TimeOfFlightContrast", "NO"),
            ("SteadyStatePulseSequence", "NONE"),
            ("EchoPlanarPulseSequence", "YES"),
            ("SaturationRecovery", "NO"),
            ("SpectrallySelectedSuppression", "FAT"),
            ("OversamplingPhase", "NONE"),
            ("GeometryOfKSpaceTraversal", "RECTILINEAR"),
            ("SegmentedKSpaceTraversal", "SINGLE"),
            ("RectilinearPhaseEncodeReordering", "LINEAR"),
            ("KSpaceFiltering", "NONE"),
            ("ResonantNucleus", "1H"),
            ("ApplicableSafetyStandardAgency", "IEC"),
            ("MagneticFieldStrength", "3"),
            ("MRAcquisitionType", "2D"),
            ("ImageComments", ""),
            ("NumberOfKSpaceTrajectories", 1),
            ("CoverageOfKSpace", "FULL"),
            ("IsocenterPosition", [0.0, 0.0, 0.0]),
        ):
            h.set(keyword, value)
    dimension_uid = v.uid(v.choice(vendor.roots))
    organization = Header()
    organization.set("DimensionOrganizationUID", dimension_uid)
    h.set("DimensionOrganizationSequence", [organization])
    indices = []
    for pointer, group, label in (
        (0x00209056, 0x00209111, "Stack ID"),
        (0x00209057, 0x00209111, "In-Stack Position Number"),
        (0x00209128, 0x00209111, "Temporal Position Index"),
    ):
        item = Header()
        item.set("DimensionOrganizationUID", dimension_uid)
        item.set("DimensionIndexPointer", pointer)
        item.set("FunctionalGroupPointer", group)
        item.set("DimensionDescriptionLabel", label)
        indices.append(item)
    h.set("DimensionIndexSequence", indices)
    frames = v.integer(2, 8)
    h.set("NumberOfFrames", str(frames))
    h.set("SharedFunctionalGroupsSequence", [functional_group(v, True, modality, 0)])
    h.set("PerFrameFunctionalGroupsSequence", [functional_group(v, False, modality, index) for index in range(frames)])
    h.set("AcquisitionContextSequence", [])
    size = v.choice([64, 128, 256])
    return add_pixels(v, h, size, size, 16, v.choice([12, 16]), False) * frames
