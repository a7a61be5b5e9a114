"""Which Debian packages the training materials come out of, what each is for, and the licence of what is taken."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Package:
    """One Debian package: its name, what is taken out of it, and that part's licence as its copyright file states it."""

    name: str
    purpose: str
    licence: str


_PICTURES = (
    Package("tuxpaint-stamps-default", "photographed and drawn objects", "GPL-2"),
    Package("mate-backgrounds", "photographs", "GPL-2+, CC-BY-SA-4.0"),
    Package("ukui-wallpapers", "photographs", "CC-BY-SA-3.0"),
    Package("lomiri-wallpapers-16.04", "photographs", "CC-BY-4.0, CC-BY-SA, CC0-1.0"),
    Package("plasma-workspace-wallpapers", "photographs and drawings", "GPL-2+"),
    Package("gcompris-qt-data", "photographs of places, animals and things", "GPL-3+, CC-BY, CC-BY-SA, public domain"),
    Package("warzone2100-data", "textures", "GPL-2+, CC0-1.0"),
    Package("extremetuxracer-data", "textures", "GPL-2+, CC0-1.0"),
    Package("openclipart-png", "clip art", "public domain (Creative Commons dedication)"),
)
_GLYPHS = (
    Package("fonts-noto-color-emoji", "flags, things and animals", "Apache-2.0, OFL-1.1"),
    Package("fonts-font-awesome", "icons", "OFL-1.1"),
    Package("fonts-materialdesignicons-webfont", "icons", "OFL-1.1"),
    Package("fonts-glyphicons-halflings", "icons", "Expat"),
    Package("fonts-symbola", "icons", "free for any use"),
    Package("fonts-entypo", "icons", "OFL-1.1"),
    Package("fonts-elusive-icons", "icons", "OFL-1.1"),
    Package("fonts-fork-awesome", "icons", "OFL-1.1"),
)
_FONTS = (
    Package("fonts-adf-accanthis", "lettering", "GPL-2+ with font exception"),
    Package("fonts-adf-baskervald", "lettering", "GPL-2+ with font exception"),
    Package("fonts-adf-gillius", "lettering", "GPL-2+ with font exception"),
    Package("fonts-adf-mekanus", "lettering", "GPL-2+ with font exception"),
    Package("fonts-adf-oldania", "lettering", "GPL-2+ with font exception"),
    Package("fonts-adf-solothurn", "lettering", "GPL-2+ with font exception"),
    Package("fonts-adf-universalis", "lettering", "GPL-2+ with font exception"),
    Package("fonts-adf-verana", "lettering", "GPL-2+ with font exception"),
    Package("fonts-aenigma", "lettering", "free to use and distribute (its own licence)"),
    Package("fonts-allerta", "lettering", "OFL-1.1"),
    Package("fonts-b612", "lettering", "OFL-1.1 and EPL-2.0 and EDL-1.0"),
    Package("fonts-bajaderka", "lettering", "OFL-1.1"),
    Package("fonts-bebas-neue", "lettering", "OFL-1.1"),
    Package("fonts-beteckna", "lettering", "GPL-3"),
    Package("fonts-blankenburg", "lettering", "OFL-1.1"),
    Package("fonts-cabin", "lettering", "OFL-1.1"),
    Package("fonts-cabinsketch", "lettering", "OFL-1.1"),
    Package("fonts-comfortaa", "lettering", "OFL-1.1"),
    Package("fonts-compagnon", "lettering", "OFL-1.1"),
    Package("fonts-courier-prime", "lettering", "OFL-1.1"),
    Package("fonts-crosextra-caladea", "lettering", "OFL-1.1"),
    Package("fonts-crosextra-carlito", "lettering", "OFL-1.1"),
    Package("fonts-dancingscript", "lettering", "OFL-1.1"),
    Package("fonts-dosis", "lettering", "OFL-1.1"),
    Package("fonts-dustin", "lettering", "GPL-2"),
    Package("fonts-ebgaramond", "lettering", "OFL-1.1"),
    Package("fonts-f500", "lettering", "Artistic"),
    Package("fonts-fantasma", "lettering", "CC0-1.0"),
    Package("fonts-gamaliel", "lettering", "OFL-1.1"),
    Package("fonts-georgewilliams", "lettering", "OFL-1.1 or BSD-3-clause"),
    Package("fonts-gnutypewriter", "lettering", "OFL-1.1"),
    Package("fonts-go", "lettering", "BSD-3-clause"),
    Package("fonts-goudybookletter", "lettering", "public-domain"),
    Package("fonts-inter", "lettering", "OFL-1.1 and Apache-2.0"),
    Package("fonts-isabella", "lettering", "LGPL-2+"),
    Package("fonts-junction", "lettering", "OFL-1.1"),
    Package("fonts-jura", "lettering", "GPL-3+, OFL-1.1"),
    Package("fonts-karla", "lettering", "OFL-1.1"),
    Package("fonts-kaushanscript", "lettering", "OFL-1.1"),
    Package("fonts-lato", "lettering", "OFL-1.1"),
    Package("fonts-le-murmure", "lettering", "OFL-1.1"),
    Package("fonts-league-spartan", "lettering", "OFL-1.1"),
    Package("fonts-leckerli-one", "lettering", "OFL-1.1"),
    Package("fonts-linuxlibertine", "lettering", "GPL-2+ with font exception, OFL-1.1"),
    Package("fonts-lobster", "lettering", "OFL-1.1"),
    Package("fonts-manrope", "lettering", "OFL-1.1"),
    Package("fonts-millimetre", "lettering", "OFL-1.1"),
    Package("fonts-national-park", "lettering", "OFL-1.1"),
    Package("fonts-ocr-a", "lettering", "public domain"),
    Package("fonts-okolaks", "lettering", "OFL-1.1"),
    Package("fonts-oldstandard", "lettering", "OFL-1.1"),
    Package("fonts-open-sans", "lettering", "Apache-2.0"),
    Package("fonts-opendin", "lettering", "OFL-1.1"),
    Package("fonts-paratype", "lettering", "ParaType Free Font Licence"),
    Package("fonts-play", "lettering", "Apache-2.0"),
    Package("fonts-quattrocento", "lettering", "OFL-1.1"),
    Package("fonts-quicksand", "lettering", "OFL-1.1"),
    Package("fonts-radisnoir", "lettering", "OFL-1.1"),
    Package("fonts-roadgeek", "lettering", "MIT"),
    Package("fonts-routed-gothic", "lettering", "OFL-1.1"),
    Package("fonts-sora", "lettering", "OFL-1.1"),
    Package("fonts-staypuft", "lettering", "LGPL-2"),
    Package("fonts-train", "lettering", "OFL-1.1"),
    Package("fonts-tuffy", "lettering", "public-domain"),
    Package("fonts-ubuntu-title", "lettering", "OFL 1.1 and GPL-2 + Font Exception"),
    Package("fonts-urw-base35", "lettering", "AGPL-3 with font exception"),
    Package("fonts-vollkorn", "lettering", "OFL-1.1"),
    Package("fonts-yanone-kaffeesatz", "lettering", "OFL-1.1"),
)
PACKAGES = (*_PICTURES, *_GLYPHS, *_FONTS)
PICTURES = tuple(package.name for package in _PICTURES)
GLYPHS = tuple(package.name for package in _GLYPHS if package.purpose == "icons")
FONTS = tuple(package.name for package in _FONTS)
