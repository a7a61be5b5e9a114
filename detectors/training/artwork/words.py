"""What invented agencies write on their artwork: names of places nobody lives in, and offices."""

from __future__ import annotations

import numpy as np

STARTS = (
    "EXAMPLE RIVER PLACE OAK PINE CEDAR STONE MILL NORTH SOUTH EAST WEST LAKE ELK BEAR FOX HAWK EAGLE IRON SILVER COPPER GOLD RED BLACK WHITE GREEN BLUE HIGH LOW FAIR "
    "BRIAR THORN CLAY SAND SALT FROST WINTER SUMMER HARBOR BRIDGE MARSH MEADOW PRAIRIE CANYON COTTON WILLOW BIRCH ASPEN MAPLE HAZEL RAVEN HERON OTTER BISON AMBER FLINT QUARRY"
).split()
ENDS = (
    "TON VILLE BURG FIELD FORD BEND WOOD DALE PORT MOUNT BROOK CREST VIEW LAND HAVEN HURST STEAD BURY GATE WELL FALLS RIDGE CREEK POINT GROVE HILL BAY SPRINGS CITY ROCK "
    "HOLLOW VALLEY CROSSING JUNCTION LANDING MEADOWS SHORES PASS ISLAND"
).split()
SINGLE = "QUINDARA VESTALIA ORLENA MERIDA TOVANA KASTERN BRELAND OSWIN ZADOR HALVARD NERINE PELLAS ARDENNA LUMERIA".split()
OFFICES = (
    "POLICE|SHERIFF|POLICE|SHERIFF|STATE POLICE|STATE TROOPER|POLICE DEPARTMENT|POLICE DEPT|DEPT OF POLICE|DEPARTMENT OF POLICE|SHERIFF'S OFFICE|DEPUTY SHERIFF|"
    "HIGHWAY PATROL|MARSHAL|CONSTABLE|RANGER|PARK RANGER|PARK POLICE|TRANSIT POLICE|CAMPUS POLICE|SCHOOL POLICE|HARBOR PATROL|AIRPORT POLICE|FIRE|FIRE DEPT|FIRE RESCUE|"
    "EMS|PARAMEDIC|RESCUE|CORRECTIONS|PROBATION|GAME WARDEN|CODE ENFORCEMENT|TRIBAL POLICE|PUBLIC SAFETY|COUNTY SHERIFF|METRO POLICE|TOWN POLICE|BOROUGH POLICE|CITY POLICE"
).split("|")
UNITS = (
    "K-9|K-9 UNIT|SWAT|S.W.A.T.|SRT|ERT|TRAFFIC|MOTORS|AIR SUPPORT|AVIATION|MARINE UNIT|DIVE TEAM|BOMB SQUAD|HONOR GUARD|CADET|EXPLORER|RESERVE|CHAPLAIN|DETECTIVE|"
    "INVESTIGATIONS|NARCOTICS|GANG UNIT|HOMICIDE|DISPATCH|CRISIS TEAM|MOUNTED|BIKE PATROL|PATROL|NEGOTIATOR|CSI|CRIME SCENE|FORENSICS|TRAINING|ACADEMY|OFFICER|SERGEANT|"
    "LIEUTENANT|CAPTAIN|CHIEF|DEPUTY|TROOPER|TASK FORCE|WARRANTS|JAIL|COURT SECURITY|FIRE MARSHAL|HAZMAT|ENGINE 7|LADDER 3|STATION 12|MEDIC"
).split("|")
MOTTOES = (
    "TO SERVE|HONOR|INTEGRITY|SERVICE|COURAGE|DUTY|TO PROTECT AND SERVE|PRIDE|JUSTICE|LIBERTY|VIGILANCE|COMMUNITY FIRST|HONOR DUTY SERVICE|SEMPER VIGIL|FIDELITAS|"
    "IN UNITY STRENGTH|WITH COURAGE|ALWAYS READY|LEX ET ORDO|PAX|VIRTUS|SAFETY|RESPECT|TRUST|BRAVERY"
).split("|")
REGIONS = "STATE OF {}|COUNTY OF {}|CITY OF {}|TOWN OF {}|{} COUNTY|{} TOWNSHIP|{} STATE|VILLAGE OF {}|{} PARISH|{} DISTRICT".split("|")


def place(rng: np.random.Generator) -> str:
    """An invented place's name, in capitals."""
    kind = rng.random()
    if kind < 0.15:
        return str(rng.choice(SINGLE))
    start, end = str(rng.choice(STARTS)), str(rng.choice(ENDS))
    joined = len(end) <= 5 and end not in {"FALLS", "RIDGE", "CREEK", "POINT", "GROVE", "CITY", "ROCK", "PASS", "BAY", "HILL"} and rng.random() < 0.85
    return start + end if joined else f"{start} {end}"


def region(rng: np.random.Generator) -> str:
    """A place with what it is, such as a county's name."""
    name = place(rng)
    return str(rng.choice(REGIONS)).format(name) if rng.random() < 0.45 else name


def office(rng: np.random.Generator) -> str:
    """What the agency is."""
    return str(rng.choice(OFFICES))


def small_print(rng: np.random.Generator) -> str:
    """A unit, motto, year, number or abbreviation."""
    kind = rng.random()
    if kind < 0.3:
        return str(rng.choice(UNITS))
    if kind < 0.55:
        return str(rng.choice(MOTTOES))
    if kind < 0.75:
        return f"{rng.choice(['', '', 'EST. ', 'SINCE ', 'INC. '])}{rng.integers(1790, 2015)}"
    if kind < 0.88:
        return initials(rng)
    return str(rng.integers(1, 999))


def initials(rng: np.random.Generator) -> str:
    """Two to four capital letters, most of them ending as an agency's do."""
    letters = "".join(rng.choice(list("ABCDEFGHJKLMNOPRSTVW"), size=int(rng.integers(1, 3))))
    return letters + str(rng.choice(["PD", "SO", "FD", "SP", "P", "HP", "", "DPS", "SD"]))


def unit(rng: np.random.Generator) -> str:
    """A unit or rank."""
    return str(rng.choice(UNITS))
