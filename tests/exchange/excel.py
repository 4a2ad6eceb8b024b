"""Workbooks as Excel saves them, written by hand: shared texts, styles, merged cells, hidden rows and sheets."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from io import BytesIO
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OPEN = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
MORE = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac xr" '
    'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" '
    'xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision"'
)
# The formats of a sheet's styles, by their order: own ones have numbers from 164 on.
OWN = {
    164: "dd/mm/yyyy;@",
    165: r"[$-F400]h:mm:ss\ AM/PM",
    166: r"dd/mm/yyyy\ hh:mm",
    167: '"£"#,##0.00',
    168: "0000000000#",
    169: r"[<=9999999]###\-####;\(###\)\ ###\-####",
    170: "00000",
    171: r"[$£-809]#,##0;[Red]\-[$£-809]#,##0",
    172: "[h]:mm",
    173: r"0000\ 000\ 0000",
    174: r'_-"£"* #,##0.00_-;\-"£"* #,##0.00_-;_-"£"* "-"??_-;_-@_-',
    175: r"[$-809]dd\ mmmm\ yyyy;@",
}
BUILT_IN = {"general": 0, "0%": 9, "0.00%": 10, "date": 14, "time": 20, "moment": 22, "text": 49, "0.00": 2, "#,##0": 3}
STYLES = [*BUILT_IN.values(), *OWN]
STYLE = {**{name: at for at, name in enumerate(BUILT_IN)}, **{code: STYLES.index(n) for n, code in OWN.items()}}


def cell(reference: str, value: str | float | bool | None, style: str = "general", *, formula: str = "") -> str:
    """A cell as Excel writes it: a text by its number among shared ones is written by ``book``."""
    at = f'r="{reference}" s="{STYLE[style]}"' if style != "general" else f'r="{reference}"'
    said = f"<f>{escape(formula)}</f>" if formula else ""
    if value is None:
        return f"<c {at}/>"
    if isinstance(value, bool):
        return f'<c {at} t="b">{said}<v>{int(value)}</v></c>'
    if isinstance(value, str) and formula:
        return f'<c {at} t="str">{said}<v>{escape(value)}</v></c>'
    if isinstance(value, str):
        return f'<c {at} t="s"><v>{{{value}}}</v></c>'
    return f"<c {at}>{said}<v>{value!r}</v></c>"


def row(number: int, *cells: str, hidden: bool = False) -> str:
    """A row with its cells."""
    more = ' hidden="1"' if hidden else ""
    return f'<row r="{number}" spans="1:{len(cells)}"{more} x14ac:dyDescent="0.25">{"".join(cells)}</row>'


def book(
    *rows: str, merged: Sequence[str] = (), from_1904: bool = False, before: Sequence[tuple[str, str]] = ()
) -> BytesIO:
    """The bytes of a workbook with these rows; ``before``: hidden sheets that stand before the one with them."""
    sheet, texts = _shared("".join(rows))
    merges = "".join(f'<mergeCell ref="{each}"/>' for each in merged)
    tail = f'<mergeCells count="{len(merged)}">{merges}</mergeCells>' if merged else ""
    others = [f'<sheet name="{name}" sheetId="5" state="{state}" r:id="rId9"/>' for name, state in before]
    ours = '<sheet name="Our groups" sheetId="1" r:id="rId1"/><sheet name="Notes" sheetId="2" r:id="rId9"/>'
    since = ' date1904="1"' if from_1904 else ""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{KINDS}" {MORE}><workbookPr{since} '
        f'defaultThemeVersion="166925"/><sheets>{"".join(others)}{ours}</sheets><definedNames>'
        '<definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">x</definedName></definedNames>'
        '<calcPr calcId="191029"/></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            ("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId9", "worksheet", "worksheets/sheet2.xml"),
            ("rId2", "styles", "styles.xml"), ("rId3", "sharedStrings", "sharedStrings.xml"),
        ),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}" xmlns:r="{KINDS}" {MORE}><dimension ref="A1:Z99"/>'
        '<sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
        f'<sheetData>{sheet}</sheetData>{tail}<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" '
        'header="0.3" footer="0.3"/><tableParts count="1"><tablePart r:id="rId1"/></tableParts></worksheet>',
        "xl/worksheets/sheet2.xml": f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}" count="9" uniqueCount="{len(texts)}">'
        + "".join(f'<si><t xml:space="preserve">{escape(said)}</t></si>' for said in texts) + "</sst>",
        "xl/styles.xml": styles(),
    }  # fmt: skip
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, OPEN + text)
    made.seek(0)
    return made


def _shared(sheet: str) -> tuple[str, list[str]]:
    """The rows with numbers where texts stood, and the texts."""
    texts: list[str] = []
    while (start := sheet.find("<v>{")) >= 0:
        end = sheet.index("}</v>", start)
        said = sheet[start + 4 : end]
        if said not in texts:
            texts.append(said)
        sheet = f"{sheet[:start]}<v>{texts.index(said)}</v>{sheet[end + 5 :]}"
    return sheet, texts


def relations(*found: tuple[str, str, str]) -> str:
    """Which parts belong to a part."""
    named = "".join(f'<Relationship Id="{id_}" Type="{KINDS}/{kind}" Target="{part}"/>' for id_, kind, part in found)
    return f'<Relationships xmlns="{PACKAGE}/relationships">{named}</Relationships>'


def styles() -> str:
    """Every format, one after the other."""
    own = "".join(
        f'<numFmt numFmtId="{n}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>' for n, code in OWN.items()
    )
    used = "".join(f'<xf numFmtId="{n}" fontId="0" fillId="0" xfId="0" applyNumberFormat="1"/>' for n in STYLES)
    return (
        f'<styleSheet xmlns="{MAIN}" {MORE}><numFmts count="{len(OWN)}">{own}</numFmts>'
        '<cellStyleXfs count="1"><xf numFmtId="14" fontId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(STYLES)}">{used}</cellXfs><dxfs count="0"/></styleSheet>'
    )
