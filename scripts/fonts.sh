#!/usr/bin/env bash
# Cuts the fonts that runsheet embeds, into assets/fonts/.
#
#   scripts/fonts.sh           make them afresh and install them, but only if
#                              they are byte for byte what SHA256SUMS says
#   scripts/fonts.sh --check   make them afresh and compare; change nothing
#   scripts/fonts.sh --update  make them afresh, install them and rewrite
#                              SHA256SUMS (after changing anything below)
#
# Needs: bash, python3 with venv, npm, and Debian's package unicode-data.
# The built files are committed, so a build of runsheet never runs this.
#
# The reasons for what it does:
# - Sources are npm packages: they carry plain TrueType files of each weight
#   (`glyf` outlines, no variation axes), and npm pins a version by number. Their
#   SHA-256 is pinned below too. fonttools is pinned because another version may
#   lay out the same tables in other bytes.
# - Noto Sans SC is 10 MB a weight uncut. It is cut to the 8,105 characters of
#   the General Standard Chinese Characters table (Unihan property kTGH), which is what
#   mainland Chinese text of today is written in, plus the 125 hanzi of GB 2312
#   that the table leaves out (as text of the GB 2312 years has them), plus
#   punctuation and the signs that check lists use. Traditional
#   Chinese, Japanese and Korean are not covered.
# - Noto Sans carries Latin, Greek and Cyrillic: the Latin of Noto Sans SC lacks
#   many letters (Ł š ğ …).
# - JetBrains Mono is for part numbers and codes: 0/O and 1/l/I differ.
#   `calt` goes because it turns -> and != into ligatures.
# - Kept layout features: those that change how text must look by default
#   (ccmp, locl, liga, kern, mark, mkmk), and pwid, with which Latin text can ask
#   Noto Sans SC for narrow quotation marks. No vertical setting, so the vertical
#   tables go; no hinting, as PDF viewers hardly use it.
# - Bounds are made anew: the upstream ones include glyphs that are gone.
# - STAT goes because its names would be kept only for it; BASE and DSIG go because nothing uses them.
# - Timestamps are the upstream ones, so that two runs give the same bytes.
set -euo pipefail

FONTTOOLS=4.68.0
SC=noto-sans-sc@0.4.3
SANS=noto-sans@0.4.2
MONO=jetbrains-mono@0.4.1
SCOPE=@expo-google-fonts
PACKAGE_SUMS='0d69d0f4971d2ff574e3d93cbc218dc950bf3f3f8f8e2c008d97687ed53aee59  expo-google-fonts-noto-sans-sc-0.4.3.tgz
98cf14a19b8e67a0e76bfd4d5df98937b9734e6dde570bd750f2259042042548  expo-google-fonts-noto-sans-0.4.2.tgz
aead50085a2d56fffdac882c5945f9fc4e4785ccb5c8d6f1988f21faa1737c9a  expo-google-fonts-jetbrains-mono-0.4.1.tgz'

die() { printf 'fonts.sh: %s\n' "$*" >&2; exit 1; }

mode=${1:-install}
case $mode in
  install | --check | --update) ;;
  *) die "unknown argument: $mode (use nothing, --check or --update)" ;;
esac

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=$root/assets/fonts

for tool in python3 npm sha256sum tar; do
  command -v "$tool" >/dev/null || die "$tool is missing"
done

# unicode-data ships the Unihan files packed or not, by its version.
unihan=
for f in "${UNICODE_DATA:-/usr/share/unicode}"/{,unihan/}Unihan_OtherMappings.txt{,.bz2,.gz,.xz}; do
  if [ -r "$f" ]; then unihan=$f; break; fi
done
[ -n "$unihan" ] || die "no Unihan_OtherMappings.txt: install Debian's package unicode-data (or set UNICODE_DATA to the folder that has it)"

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/python" -m pip install --quiet --disable-pip-version-check "fonttools==$FONTTOOLS"

mkdir "$tmp/npm" "$tmp/new"
(
  cd "$tmp/npm"
  npm pack --silent "$SCOPE/$SC" "$SCOPE/$SANS" "$SCOPE/$MONO" >/dev/null
  printf '%s\n' "$PACKAGE_SUMS" | sha256sum --check --quiet
  for p in "$SC" "$SANS" "$MONO"; do
    mkdir "${p%@*}"
    tar -xzf "expo-google-fonts-${p%@*}-${p#*@}.tgz" -C "${p%@*}" --strip-components=1 \
      --wildcards 'package/400Regular/*.ttf' 'package/700Bold/*.ttf' package/LICENSE_FONT
  done
)

cat >"$tmp/cut.py" <<'PY'
import bz2, gzip, lzma, os, sys, unicodedata
from fontTools import subset
from fontTools.ttLib import TTFont

unihan, src, dst = sys.argv[1:]

def read_unihan(name):
    opener = {".bz2": bz2.open, ".gz": gzip.open, ".xz": lzma.open}.get(os.path.splitext(name)[1], open)
    found = {"kTGH": set(), "kGB0": set()}
    with opener(name, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("U+"):
                char, prop, _ = line.split("\t")
                if prop in found:
                    found[prop].add(int(char[2:], 16))
    return found["kTGH"], found["kGB0"]

TGH, GB2312 = read_unihan(unihan)
assert len(TGH) == 8105, f"{len(TGH)} characters have kTGH, not 8105"
assert len(GB2312) == 6763, f"{len(GB2312)} characters have kGB0, not 6763"

def ranges(text):
    chars = set()
    for part in text.split():
        first, _, last = part.partition("-")
        chars.update(range(int(first, 16), int(last or first, 16) + 1))
    return chars

PUNCTUATION = "2010-2027 2030-205E"
# super/subscripts, currency, letter-like, number forms, arrows, mathematics
SIGNS = "2070-209F 20A0-20CF 2100-214F 2150-218F 2190-21FF 2200-22FF"
LATIN1 = "20-7E A0-FF"

SC = TGH | GB2312 | ranges(" ".join([
    LATIN1, PUNCTUATION, SIGNS,
    "2312",             # arc
    "2460-24FF",        # enclosed letters and numbers
    "2500-257F",        # box drawing
    "2580-25FF",        # blocks, geometric shapes
    "2600-27BF",        # miscellaneous symbols, dingbats
    "2B05-2B07",        # bold arrows
    "2E3A-2E3B",        # two- and three-em dash: ccmp makes them of U+2014s
    "3000-303F",        # CJK punctuation
    "3040-30FF",        # kana
    "3105-312F 31A0-31BF",  # bopomofo
    "3220-3229 3231 32A3",  # parenthesised numbers one to ten, and two of GBK
    "3380-33DF",        # units in one square (mm, m2, kg …)
    "FF00-FFEF",        # half-width and full-width forms
]))

ALPHABETS = " ".join([
    LATIN1,
    "0100-024F 1E00-1EFF",          # Latin Extended-A, -B, Additional
    "02B9-02BC 02C6-02CF 02D8-02DD",  # spacing accents, as names need them
    "0300-036F",                    # combining marks
    "0370-03FF",                    # Greek
    "0400-052F",                    # Cyrillic
])
SANS = ranges(" ".join([ALPHABETS, PUNCTUATION, SIGNS, "FB00-FB06 FFFD"]))
MONO = ranges(" ".join([ALPHABETS, PUNCTUATION, SIGNS, "2500-257F 2580-25FF 2600-27BF FFFD"]))

COMMON = [
    "--no-hinting", "--notdef-outline", "--no-glyph-names",
    "--no-recalc-timestamp", "--no-legacy-kern", "--recalc-bounds",
    "--drop-tables+=DSIG,VORG,VDMX,vhea,vmtx,BASE,STAT,gasp,prep",
    # copyright, family, style, id, full, version, PostScript, trademark, licence
    "--name-IDs=0,1,2,3,4,5,6,7,13,14", "--name-languages=0x409",
]
NOTO = ["--layout-features=ccmp,liga,locl,kern,mark,mkmk,pwid"]
JETBRAINS = ["--layout-features=ccmp,locl,kern,mark,mkmk"]

FONTS = [
    ("NotoSansSC-Regular.ttf", "noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf", SC, NOTO),
    ("NotoSansSC-Bold.ttf", "noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf", SC, NOTO),
    ("NotoSans-Regular.ttf", "noto-sans/400Regular/NotoSans_400Regular.ttf", SANS, NOTO),
    ("NotoSans-Bold.ttf", "noto-sans/700Bold/NotoSans_700Bold.ttf", SANS, NOTO),
    ("JetBrainsMono-Regular.ttf", "jetbrains-mono/400Regular/JetBrainsMono_400Regular.ttf", MONO, JETBRAINS),
    ("JetBrainsMono-Bold.ttf", "jetbrains-mono/700Bold/JetBrainsMono_700Bold.ttf", MONO, JETBRAINS),
]
PROBE = "“”‘’…—–·•→←↑↓⇒✓✗☐☑■□▲▼◆①⑳№℃±×÷≤≥≠≈−Łšğіé€¥￥′″"

def cut(name, source, wanted, features):
    options = subset.Options()
    rest = options.parse_opts(COMMON + features)
    assert not rest, rest
    font = subset.load_font(os.path.join(src, source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    path = os.path.join(dst, name)
    subset.save_font(font, path, options)
    font.close()
    return path

def report(path):
    font = TTFont(path)
    cmap = font.getBestCmap()
    with open(path, "rb") as file:
        raw = file.read()
    head, hhea, os2, hmtx = font["head"], font["hhea"], font["OS/2"], font["hmtx"]
    names = font["name"]
    print(os.path.basename(path))
    print(f"  {len(raw)} bytes, {len(gzip.compress(raw, 9, mtime=0))} with gzip -9")
    print(f"  {len(cmap)} characters, {font['maxp'].numGlyphs} glyphs, {len(TGH & cmap.keys())} of kTGH, {len(GB2312 & cmap.keys())} hanzi of GB 2312")
    print(f"  family {names.getDebugName(1)!r}, PostScript {names.getDebugName(6)!r}, {names.getDebugName(5)!r}")
    print(f"  unitsPerEm {head.unitsPerEm}; hhea {hhea.ascent}/{hhea.descent}/{hhea.lineGap};"
          f" typo {os2.sTypoAscender}/{os2.sTypoDescender}/{os2.sTypoLineGap}; win {os2.usWinAscent}/{os2.usWinDescent};"
          f" cap {os2.sCapHeight}, x {os2.sxHeight}")
    print(f"  bbox {head.xMin} {head.yMin} {head.xMax} {head.yMax}; digit widths {sorted({hmtx[cmap[ord(c)]][0] for c in '0123456789'})}")
    print(f"  tables {' '.join(sorted(font.reader.keys()))}")
    for tag in ("GSUB", "GPOS"):
        if tag in font and font[tag].table.FeatureList:
            print(f"  {tag} {' '.join(sorted({r.FeatureTag for r in font[tag].table.FeatureList.FeatureRecord}))}")
    print(f"  lacks {' '.join(c for c in PROBE if ord(c) not in cmap) or 'none'}")
    return font, cmap

total = 0
for entry in FONTS:
    path = cut(*entry)
    font, cmap = report(path)
    with open(path, "rb") as file:
        total += len(gzip.compress(file.read(), 9, mtime=0))
    # What runsheet counts on.
    assert font["head"].unitsPerEm == 1000, path
    assert font["post"].formatType == 3, path
    assert {ord(c) for c in map(chr, range(0x20, 0x7F))} <= cmap.keys(), path
    assert len({font["hmtx"][cmap[ord(c)]][0] for c in "0123456789"}) == 1, path
    if "SC" in entry[0]:
        assert TGH | GB2312 <= cmap.keys(), path
    if "Mono" in entry[0]:
        widths = {font["hmtx"][cmap[c]][0] for c in cmap if not unicodedata.combining(chr(c))}
        assert widths == {600}, (path, widths)
print(f"all together {total} bytes with gzip -9")
assert total < 5_500_000

# The licence: the text is the same in all three packages but for line breaks
# in its head, so it is given once, under the copyright lines of all.
heads, texts = [], []
for package in ("noto-sans-sc", "noto-sans", "jetbrains-mono"):
    with open(os.path.join(src, package, "LICENSE_FONT"), encoding="utf-8") as file:
        lines = [line.rstrip() for line in file.read().splitlines()]
    heads.append(lines[0])
    start = next(i for i, line in enumerate(lines) if line.startswith("-----"))
    texts.append("\n".join(lines[start:]).strip() + "\n")
assert len(set(texts)) == 1, "the packages' licence texts differ"
with open(os.path.join(dst, "OFL.txt"), "w", encoding="utf-8", newline="\n") as file:
    for label, head in zip(("Noto Sans SC", "Noto Sans", "JetBrains Mono"), heads):
        file.write(f"{label}:\n{head}\n\n")
    file.write("This Font Software is licensed under the SIL Open Font License, Version 1.1.\n"
               "This license is copied below, and is also available with a FAQ at:\n"
               "https://openfontlicense.org\n\n\n" + texts[0])
PY

"$tmp/venv/bin/python" "$tmp/cut.py" "$unihan" "$tmp/npm" "$tmp/new"

cd "$tmp/new"
LC_ALL=C sha256sum -- *.ttf OFL.txt >SHA256SUMS
case $mode in
  --check)
    cmp SHA256SUMS "$out/SHA256SUMS" || die "what was made differs from SHA256SUMS"
    (cd "$out" && sha256sum --check --quiet SHA256SUMS) || die "assets/fonts differs from SHA256SUMS"
    ;;
  install)
    cmp SHA256SUMS "$out/SHA256SUMS" || die "what was made differs from SHA256SUMS; nothing installed (--update to accept)"
    cp -- *.ttf OFL.txt "$out/"
    ;;
  --update)
    mkdir -p "$out"
    cp -- *.ttf OFL.txt SHA256SUMS "$out/"
    ;;
esac
echo "fonts.sh: ${mode#--}: fine"
