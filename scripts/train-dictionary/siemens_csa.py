"""Siemens MR headers: CSA blobs (0029,xx10), (0029,xx20) and (0019,xx), (0051,xx), as NiBabel and GDCM describe them publicly."""

import struct

from encoding import Header
from values import Values

CSA_IMAGE = """EchoLinePosition:IS EchoColumnPosition:IS EchoPartitionPosition:IS UsedChannelMask:UL Actual3DImaPartNumber:IS
ICE_Dims:LO B_value:IS Filter1:IS Filter2:IS ProtocolSliceNumber:IS RealDwellTime:IS PixelFile:UN PixelFileName:UN
SliceMeasurementDuration:DS SequenceMask:UL AcquisitionMatrixText:SH MeasuredFourierLines:IS FlowEncodingDirection:IS
FlowVenc:FD PhaseEncodingDirectionPositive:IS NumberOfImagesInMosaic:US DiffusionGradientDirection:FD ImageGroup:US
SliceNormalVector:FD DiffusionDirectionality:CS TimeAfterStart:DS FlipAngle:DS SequenceName:SH RepetitionTime:DS
EchoTime:DS NumberOfAverages:DS VoxelThickness:DS VoxelPhaseFOV:DS VoxelReadoutFOV:DS VoxelPositionSag:DS
VoxelPositionCor:DS VoxelPositionTra:DS VoxelNormalSag:DS VoxelNormalCor:DS VoxelNormalTra:DS VoxelInPlaneRot:DS
ImagePositionPatient:DS ImageOrientationPatient:DS PixelSpacing:DS SliceLocation:DS SliceThickness:DS
SpectrumTextRegionLabel:SH Comp_Algorithm:IS Comp_Blended:IS Comp_ManualAdjusted:IS Comp_AutoParam:LT
Comp_AdjustedParam:LT Comp_JobID:LT FMRIStimulInfo:IS FlowEncodingDirectionString:SH RepetitionTimeEffective:DS
CsiImagePositionPatient:DS CsiImageOrientationPatient:DS CsiPixelSpacing:DS CsiSliceLocation:DS CsiSliceThickness:DS
OriginalSeriesNumber:IS OriginalImageNumber:IS ImaAbsTablePosition:SL NonPlanarImage:US MoCoQMeasure:US LQAlgorithm:SH
SlicePosition_PCS:FD RBMoCoTrans:FD RBMoCoRot:FD MultistepIndex:IS ImaRelTablePosition:IS ImaCoilString:LO
RFSWDDataType:SH GSWDDataType:SH NormalizeManipulated:IS ImaPATModeText:LO B_matrix:FD BandwidthPerPixelPhaseEncode:FD
FMRIStimulLevel:FD MosaicRefAcqTimes:FD AutoInlineImageFilterEnabled:IS QCData:FD""".split()
CSA_SERIES = """UsedPatientWeight:IS NumberOfPrescans:IS TransmitterCalibration:DS PhaseGradientAmplitude:DS
ReadoutGradientAmplitude:DS SelectionGradientAmplitude:DS GradientDelayTime:DS RfWatchdogMask:IS
RfPowerErrorIndicator:DS SarWholeBody:DS Sed:DS SequenceFileOwner:SH Stim_mon_mode:IS Operation_mode_flag:IS
dBdt_max:DS t_puls_max:DS dBdt_thresh:DS dBdt_limit:DS SW_korr_faktor:DS Stim_max_online:DS
Stim_max_ges_norm_online:DS Stim_lim:DS Stim_faktor:DS CoilForGradient:SH CoilForGradient2:SH CoilTuningReflection:DS
CoilId:IS MiscSequenceParam:IS MrProtocolVersion:IS MrProtocol:UN DataFileName:LO RepresentativeImage:UI
PositivePCSDirections:SH RelTablePosition:IS ReadoutOS:FD LongModelName:LO SliceArrayConcatenations:IS
SliceResolution:DS AbsTablePosition:IS AutoAlignMatrix:FL MeasurementIndex:IS CoilString:LO PATModeText:LO
PatReinPattern:ST ProtocolChangeHistory:US Isocentered:US MrPhoenixProtocol:UN""".split()


def csa_header(v: Values, entries: list[str], keep: float) -> bytes:
    tags = b""
    for entry in entries:
        name, vr = entry.split(":")
        filled = v.chance(keep)
        count = v.choice([1, 1, 1, 3]) if filled else 0
        slots = 6 if filled else v.choice([0, 6])
        if name in ("ImageOrientationPatient", "B_matrix"):
            slots = count = 6
        tags += name.encode().ljust(64, b"\0") + struct.pack("<i", v.choice([1, 1, 3, 0])) + vr.encode().ljust(4, b"\0")
        tags += struct.pack(
            "<iii",
            {"IS": 6, "DS": 3, "FD": 4, "SH": 22, "LO": 19, "UL": 9, "US": 10, "UN": 0, "CS": 16}.get(vr, 20),
            slots,
            v.choice([77, 205]),
        )
        for slot in range(slots):
            if slot < count:
                value = (ascconv(v) if "Protocol" in name and vr == "UN" else csa_text(v, vr)).encode() + b"\0"
                tags += struct.pack("<iiii", len(value), len(value), 77, len(value)) + value + bytes(-len(value) % 4)
            else:
                tags += struct.pack("<iiii", 0, 0, v.choice([77, 205]), 0)
    return b"SV10\4\3\2\1" + struct.pack("<II", len(entries), 77) + tags + bytes(v.choice([0, 4, 60, 352]))


def csa_text(v: Values, vr: str) -> str:
    if vr in ("IS", "US", "UL", "SL"):
        return str(v.integer(0, 999)).ljust(8)
    if vr in ("DS", "FD", "FL"):
        return v.decimal(-2, 200, 8)
    return v.choice(
        [
            "NONE",
            "X_1_1_1_1_1_1_1_1_1_1_1_48",
            "epfid2d1_64",
            "fm2d2r",
            "*tfl3d1",
            "64p*64",
            "SIEMENS",
            "+LPH",
            "p2",
            "HEA;HEP",
            "Normal",
            "measured",
            "predicted",
            "32Ch_Head",
            "AS092",
        ]
    )


ASCCONV_LINES = """ulVersion = 0x14b44b6|tSequenceFileName = "%SiemensSeq%\\ep2d_bold"|tProtocolName = "ep2d_bold"|
tReferenceImage0 = "1.3.12.2.1107.5.2"|ucScanRegionPosValid = 0x1|ucTablePositioningMode = 0x1|
sProtConsistencyInfo.tBaselineString = "N4_VB17A_LATEST_20090307"|sProtConsistencyInfo.tSystemType = "092"|
sProtConsistencyInfo.flNominalB0 = 2.89362|sProtConsistencyInfo.flGMax = 40|
sGRADSPEC.sEddyCompensationX.aflAmplitude[0] = 0.00141373|sGRADSPEC.sEddyCompensationY.aflTimeConstant[0] = 1.99932|
sGRADSPEC.bEddyCompensationValid = 1|sGRADSPEC.ucMode = 0x1|sTXSPEC.asNucleusInfo[0].tNucleus = "1H"|
sTXSPEC.asNucleusInfo[0].lFrequency = 123200000|sTXSPEC.aRFPULSE[0].tName = "ExtExciteRF"|
sTXSPEC.aRFPULSE[0].bAmplitudeValid = 0x1|sTXSPEC.aRFPULSE[0].flAmplitude = 50.5|sRXSPEC.lGain = 1|
sRXSPEC.alDwellTime[0] = 3100|sAdjData.uiAdjFreMode = 0x1|sAdjData.sAdjVolume.dThickness = 120|
sAdjData.sAdjVolume.dPhaseFOV = 220|alTR[0] = 2000000|alTE[0] = 30000|alTI[0] = 900000|lContrasts = 1|
acFlowComp[0] = 1|lCombinedEchoes = 1|sSliceArray.asSlice[0].sPosition.dSag = -1.5|
sSliceArray.asSlice[0].sPosition.dCor = 10.25|sSliceArray.asSlice[0].sPosition.dTra = -40.75|
sSliceArray.asSlice[0].sNormal.dSag = 0.01|sSliceArray.asSlice[0].sNormal.dCor = -0.2|
sSliceArray.asSlice[0].sNormal.dTra = 0.97|sSliceArray.asSlice[0].dThickness = 3.6|
sSliceArray.asSlice[0].dPhaseFOV = 192|sSliceArray.asSlice[0].dReadoutFOV = 192|
sSliceArray.asSlice[0].dInPlaneRot = 2.05|sSliceArray.anAsc[1] = 1|sSliceArray.anPos[1] = 1|sSliceArray.lSize = 36|
sSliceArray.lConc = 1|sSliceArray.ucMode = 0x2|sGroupArray.asGroup[0].nSize = 36|
sGroupArray.asGroup[0].dDistFact = 0.2|sGroupArray.anMember[1] = 1|sGroupArray.lSize = 1|sAutoAlign.dAAMatrix[0] = 1|
sKSpace.lBaseResolution = 64|sKSpace.lPhaseEncodingLines = 64|sKSpace.dPhaseResolution = 1|
sKSpace.dSliceResolution = 1|sKSpace.ucPhasePartialFourier = 0x10|sKSpace.ucMultiSliceMode = 0x2|
sKSpace.unReordering = 0x1|sFastImaging.lEPIFactor = 64|sFastImaging.lTurboFactor = 1|sPat.lAccelFactPE = 2|
sPat.lAccelFact3D = 1|sPat.lRefLinesPE = 24|sPat.ucPATMode = 0x2|sPat.ucRefScanMode = 0x4|sPhysioImaging.lSignal1 = 1|
sPhysioImaging.sPhysioECG.lScanWindow = 83|sSpecPara.lPhaseCyclingType = 1|sDiffusion.lDiffWeightings = 1|
sDiffusion.alBValue[0] = 1000|sDiffusion.ulMode = 0x1|sAngio.ucPCFlowMode = 0x2|sAngio.sFlowArray.lSize = 1|
sRawFilter.lSlope_256 = 25|sDistortionCorrFilter.ucMode = 0x1|sPreScanNormalizeFilter.ucMode = 0x1|
sWipMemBlock.alFree[0] = 1|lAverages = 1|dAveragesDouble = 1|adFlipAngle[0] = 90|adFlipAngleDegree[0] = 90|
lScanTimeSec = 300|lTotalScanTimeSec = 306|dRefSNR = 1|dRefSNR_VOI = 1|lRepetitions = 149|lDelayTimeInTR = 0|
ucPhaseStabilize = 0x1|ucDisableChangeStoreImages = 0x1|ucAAMode = 0x1|
tdefaultEVAProt = "%SiemensEvaDefProt%\\Inline\\Inline.evp"|asCoilSelectMeas[0].tNucleus = "1H"|
asCoilSelectMeas[0].asList[0].sCoilElementID.tCoilID = "HeadMatrix"|
asCoilSelectMeas[0].asList[0].sCoilElementID.lCoilCopy = 1|
asCoilSelectMeas[0].asList[0].sCoilElementID.tElement = "H1P"|asCoilSelectMeas[0].asList[0].lElementSelected = 1|
asCoilSelectMeas[0].asList[0].lRxChannelConnected = 1|asCoilSelectMeas[0].sCOILPLUG.auiPlugId[0] = 0xff|
asCoilSelectMeas[0].aFFT_SCALE[0].flFactor = 1.27|asCoilSelectMeas[0].aFFT_SCALE[0].bValid = 1|
asCoilSelectMeas[0].aFFT_SCALE[0].lRxChannel = 1|sCoilSelectUI.dOverallImageScaleFactor = 1|sEFISPEC.bEFIDataValid = 1""".replace(
    "\n", ""
).split("|")


def ascconv(v: Values) -> str:
    lines = []
    for line in ASCCONV_LINES:
        if v.chance(0.9):
            key, value = line.split(" = ")
            if "[0]" in key and v.chance(0.6):
                for index in range(v.integer(1, 5)):
                    lines.append(f"{key.replace('[0]', f'[{index}]')} = {v.choice([value, v.decimal(-99, 99)])}")
            else:
                lines.append(f"{key} = {value if v.chance(0.5) or not value[0].isdigit() else v.integer(0, 300)}")
    head = (
        (
            '<XProtocol> \n{\n  <Name> "PhoenixMetaProtocol" \n  <ID> 1000002 \n  <Userversion> 2.0 \n  \n  <ParamMap."">\n  {\n'
            '    <ParamBool."IsInlineComposed">\n    { \n'
            '    }\n    <ParamLong."Count">  { 1  }\n    <ParamString."Protocol0">\n    {\n'
        )
        if v.chance(0.7)
        else ""
    )
    separator = v.choice([" = ", "                           = "])
    return head + "### ASCCONV BEGIN ###\n" + "\n".join(lines).replace(" = ", separator) + "\n### ASCCONV END ###\n"


def add_siemens_csa(v: Values, h: Header, image_only: bool = False) -> None:
    base = h.reserve(0x0029, 0x10, "SIEMENS CSA HEADER")
    h.set_tag(base | 0x08, "CS", "IMAGE NUM 4")
    h.set_tag(base | 0x09, "LO", v.study_date)
    h.set_tag(base | 0x10, "OB", csa_header(v, CSA_IMAGE, 0.6))
    h.set_tag(base | 0x18, "CS", "MR")
    h.set_tag(base | 0x19, "LO", v.study_date)
    if not image_only:
        h.set_tag(base | 0x20, "OB", csa_header(v, CSA_SERIES, 0.6))
    second = h.reserve(0x0029, 0x11, v.choice(["SIEMENS MEDCOM HEADER2", "SIEMENS MEDCOM HEADER"]))
    if h.elements[0x00290011][1].endswith("2"):
        h.set_tag(second | 0x60, "LO", v.choice(["com", "unr"]))
    third = h.reserve(0x0019, 0x10, "SIEMENS MR HEADER")
    h.set_tag(third | 0x08, "CS", "IMAGE NUM 4")
    h.set_tag(third | 0x09, "LO", "1.0")
    h.set_tag(third | 0x0B, "DS", v.decimal(10, 99999, 2))
    h.set_tag(third | 0x0F, "SH", v.choice(["Fast", "Normal", "Slow"]))
    h.set_tag(third | 0x11, "SH", "No")
    h.set_tag(third | 0x12, "SL", [0, 0, v.integer(-2000, 0)])
    h.set_tag(third | 0x13, "SL", [0, 0, v.integer(-2000, 0)])
    h.set_tag(third | 0x14, "IS", ["0", "0", "0"])
    h.set_tag(third | 0x15, "FD", [v.random.uniform(-200, 200) for _ in range(3)])
    h.set_tag(third | 0x16, "DS", v.decimal(0, 300, 8))
    h.set_tag(third | 0x17, "DS", "1")
    h.set_tag(third | 0x18, "IS", str(v.integer(1000, 9999)))
    fourth = h.reserve(0x0051, 0x10, "SIEMENS MR HEADER")
    h.set_tag(fourth | 0x08, "CS", "IMAGE NUM 4")
    h.set_tag(fourth | 0x09, "LO", "1.0")
    h.set_tag(fourth | 0x0A, "LO", v.choice(["TA 02:00.00", "TA 05:12", "TA 00.07*30"]))
    h.set_tag(fourth | 0x0B, "SH", v.choice(["64p*64", "256*256", "320*256s"]))
    h.set_tag(fourth | 0x0C, "LO", v.choice(["FoV 192*192", "FoV 1344*1344", "FoV 256*256"]))
    h.set_tag(fourth | 0x0D, "SH", f"SP {v.choice('HFLRAP')}{v.decimal(0, 99, 1)}")
    h.set_tag(fourth | 0x0E, "SH", v.choice(["Tra", "Sag", "Cor", "Tra>Cor(-10.0)", "Tra>Cor(-20.3)>Sag(2.1)"]))
    h.set_tag(fourth | 0x0F, "LO", v.choice(["T:HEA;HEP", "C:HEA;HEP", "HC1-7;NC1,2", "HEA;HEP"]))
    h.set_tag(fourth | 0x11, "LO", v.choice(["p2", "p2 s4", "p3"]))
    h.set_tag(fourth | 0x12, "SH", "TP 0")
    h.set_tag(fourth | 0x13, "SH", "+LPH")
    h.set_tag(fourth | 0x16, "LO", v.choice(["p2 M/DIS2D", "M/NORM/DIS2D", "M/ND/MOSAIC"]))
    h.set_tag(fourth | 0x17, "SH", v.choice(["SL 3.6", "SL 1.0", "SL 5.0"]))
    h.set_tag(fourth | 0x19, "LO", v.choice(["A1/FS", "A1", "A1/PFP"]))
