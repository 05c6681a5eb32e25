"""Private blocks as the manufacturers' conformance statements publish them: creators, element numbers, VRs and value shapes."""

from pydicom.datadict import private_dictionaries

from encoding import Header
from values import Values

GE_CT = (
    (0x0009, "GEMS_IDEN_01"),
    (0x0011, "GEMS_PATI_01"),
    (0x0019, "GEMS_ACQU_01"),
    (0x0021, "GEMS_RELA_01"),
    (0x0023, "GEMS_STDY_01"),
    (0x0025, "GEMS_SERS_01"),
    (0x0027, "GEMS_IMAG_01"),
    (0x0029, "GEMS_IMPS_01"),
    (0x0043, "GEMS_PARM_01"),
    (0x0045, "GEMS_HELIOS_01"),
    (0x0049, "GEMS_CT_CARDIAC_001"),
    (0x0053, "GEHC_CT_ADVAPP_001"),
)
GE_MR = GE_CT[:9]
SIEMENS_CT = ((0x0019, "SIEMENS CT VA0  COAD"), (0x0021, "SIEMENS MED"), (0x0029, "SIEMENS MEDCOM HEADER"))
PHILIPS_MR = (
    (0x2001, "Philips Imaging DD 001"),
    (0x2005, "Philips MR Imaging DD 001"),
    (0x2005, "Philips MR Imaging DD 004"),
    (0x2005, "Philips MR Imaging DD 005"),
)
TOSHIBA_CT = ((0x7005, "TOSHIBA_MEC_CT3"),)
TOSHIBA_MR = ((0x700D, "TOSHIBA_MEC_MR3"),)
PHILIPS_CT = ((0x00E1, "ELSCINT1"), (0x01E1, "ELSCINT1"), (0x01F1, "ELSCINT1"), (0x01F7, "ELSCINT1"))
PHILIPS_PET = ((0x7053, "Philips PET Private Group"),)
GE_PET = ((0x0009, "GEMS_PETD_01"),)
HOLOGIC = ((0x0019, "HOLOGIC"),)


def published_elements(group: int, creator: str) -> list[tuple[int, str, str]]:
    """(element, VR, multiplicity) of a creator's block in `group`; entries with VRs that no scanner can be told to write are left out."""
    entries = []
    for key, (vr, multiplicity, *_) in private_dictionaries[creator].items():
        if len(key) == 8 and key[4:6] == "xx" and int(key[:4], 16) == group and len(vr) == 2 and vr not in ("SQ", "AT"):
            entries.append((int(key[6:], 16), vr, multiplicity))
    return entries


def add_block(v: Values, h: Header, group: int, creator: str, keep: float, block: int = 0x10) -> None:
    base = h.reserve(group, block, creator)
    for element, vr, multiplicity in published_elements(group, creator):
        if v.chance(keep):
            count = min(int(multiplicity) if multiplicity.isdigit() else 1, 16)
            value = ge_value(v, vr, count) if creator.startswith("GE") else private_value(v, vr, count)
            h.set_tag(base | element, vr, value)


def add_blocks(v: Values, h: Header, blocks, keep: float) -> None:
    taken: dict[int, int] = {}
    for group, creator in blocks:
        if v.chance(0.9):
            block = taken.get(group, 0x10)
            taken[group] = block + 1
            add_block(v, h, group, creator, keep, block)


def ge_value(v: Values, vr: str, count: int):
    """GE's consoles write every decimal string with six places, and most of what they write is zero."""
    if vr == "DS":
        return [f"{v.choice([0, 0, 0, 0, 1, v.random.uniform(-999, 999), v.random.uniform(0, 99)]):.6f}" for _ in range(count)]
    if vr in ("SS", "US", "SL", "UL"):
        return [v.choice([0, 0, 0, 0, 0, 1, 1, 2, v.integer(0, 16), v.integer(0, 1024)]) for _ in range(count)]
    if vr in ("SH", "LO", "CS"):
        return v.choice(["", "", "S", "I", "L", "R", "A", "P", "LIGHTSPEED", "GE_GENESIS_FF", "NO", v.digits(2)])
    return private_value(v, vr, count)


def private_value(v: Values, vr: str, count: int):
    """Most private numbers are zero or small in practice; that is what the shapes say."""
    if vr in ("SS", "US", "SL", "UL"):
        return [v.choice([0, 0, 0, 1, 2, v.integer(0, 512)]) for _ in range(count)]
    if vr in ("FL", "FD"):
        return [v.choice([0.0, 0.0, 1.0, v.random.uniform(-200, 200)]) for _ in range(count)]
    if vr == "DS":
        return [v.choice(["0", "0.000000", "1.000000", v.decimal(-200, 500, 6), str(v.integer(0, 999))]) for _ in range(count)]
    if vr == "IS":
        return [str(v.choice([0, 0, 1, v.integer(0, 999)])) for _ in range(count)]
    if vr == "DA":
        return v.study_date
    if vr == "TM":
        return v.time()
    if vr == "DT":
        return v.date_time()
    if vr == "AS":
        return f"{v.integer(1, 95):03}Y"
    if vr == "PN":
        return v.person()
    if vr == "UI":
        return v.uid("1.2.840.113619.2")
    if vr == "CS":
        return v.choice(["NO", "N", "YES", "NONE", "Y", "OFF", "NORMAL"])
    if vr in ("OB", "UN", "OW", "OF"):
        return bytes(v.choice([2, 4, 8, 16]))
    return v.choice(["", "NONE", "1", "0", "No", "CT01", "PS", "rx_" + v.digits(2)])
