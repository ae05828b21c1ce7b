#!/usr/bin/env bash
# Cuts the pictures of docs/print-rules.md out of real pages, into docs/pictures/rules/, and draws the pages that the READMEs
# show, into docs/pictures/.
#
#   scripts/rule-pictures.sh            make every picture
#   scripts/rule-pictures.sh 07 14      only these
#
# Needs: bash; poppler's pdftoppm and pdftotext; python3 with Pillow (Debian's python3-pil, or a venv: PYTHON=venv/bin/python3).
# Run it after every change of the layout, then look at each picture.
#
# The pages are those in output/, and two more lists that are built into a temporary folder: one without a release
# (lines to write on) and one that uses every key. They are built by $RUNSHEET, or else by `cargo run`.
#
# No place is a number: each is found by words on the page, so it moves with them. Words that no page has any more
# stop the script with the number of the rule. An edge that would cut through ink moves to the
# emptiest row near it.
set -euo pipefail
cd "$(dirname "$0")/.."
more=$(mktemp -d)
trap 'rm -rf "$more"' EXIT
build() {
  if [ -n "${RUNSHEET:-}" ]; then "$RUNSHEET" build "$@"; else cargo run --quiet -- build "$@"; fi
}
build flows/postgres-upgrade.toml --blank --only pdf -o "$more/blank" >/dev/null
build tests/flows/every-key/flow.toml --release tests/flows/every-key/release.toml --only pdf -o "$more" >/dev/null
mv "$more/blank/postgres-upgrade" "$more/postgres-blank"

"${PYTHON:-python3}" - "$more" "$@" <<'PYTHON'
import re, subprocess, sys
from pathlib import Path
from html import unescape
from PIL import Image, ImageOps

DPI = 108
MM = 72 / 25.4
OUT = Path("docs/pictures/rules")
# Short names of the lists; with -cold behind it, the list of the cold operations.
LISTS = {"dubbo": "dubbo-registry", "pg": "postgres-upgrade", "kernel": "rolling-kernel-patch",
         "blank": "postgres-blank", "keys": "every-key"}

# What each picture shows. A cut is: list, first words, last words (None: the same), and, where it isn't the usual,
#   page   words that the page must have too
#   above, below   mm added over the first and under the last words
#   left, right    mm from the left edge of the paper, or (words, mm): that far from those words' left or right edge
# Words are compared without spaces. Several cuts stand one under the other.
USUAL = {"page": None, "above": 3.5, "below": 3.5, "left": 13.0, "right": 197.5}
RULES = {
    "01": [("pg", "Resume shop in PgBouncer", "read aloud, repeated", dict(page="Point of no return", above=4, below=3)),
           ("pg", "Watch, 17 serves", "DDL stays frozen", dict(page="planned 23:20", above=4, below=7))],
    "02": [("keys", "Data is changed", "5.2", dict(above=4.5, below=4))],
    "03": [("pg", "Read how far 15 is behind", "call DBA lead", dict(page="When this lag grows", above=4, below=-5))],
    "04": [("pg-cold", "Announce the upgrade", "objects. Test your driver", dict(above=4, below=4))],
    "05": [("dubbo", "关闭warm-up状态", "检查数据（遗漏则联系应用）", dict(page="开始时间", below=7, above=4))],
    "06": [("kernel", "少一台主机，现在的流量撑得住", "不同意：停止", dict(above=5, below=4, left=27.0))],
    "07": [("dubbo", "预期结果", "开启warm-up状态", dict(page="开始时间", above=4, below=2.5))],
    "08": [("dubbo", "检查注册中心状态", "关闭warm-up状态", dict(page="开始时间", above=4, below=7))],
    "09": [("keys", "Check the status", "Look around", dict(page="not checked", above=4.5, below=4)),
           ("dubbo-cold", "新的表结构须与", "回报人", dict(above=5, below=4)),
           ("dubbo", "人员的状态保证", "接收外部输入", dict(above=4, below=4))],
    "10": [("kernel", "7/app-2", "sudo grub-editenv list", dict(page="把 app-2 的缺省启动项设为新内核", above=4, below=3))],
    "11": [("pg", "After this step a second attempt", "End the replication from", dict(above=4.5, below=6)),
           ("kernel", "重启没有摘下的主机", "ssh app-1 sudo systemctl reboot", dict(page="9/app-1", above=5, below=2))],
    "12": [("dubbo", "原子操作开始", "停止，无需还原", dict(page="执行操作", above=4, below=4)),
           ("kernel", "接第 4/app-1 步", "在 lb-1 上把 app-1 摘下", dict(above=3, below=5)),
           ("dubbo", "有问题：回滚", "原子操作结束", dict(page="开始时间", above=4, below=4))],
    "13": [("pg", "How far is 17 behind 15", "more than 1 GB", dict(above=4.5, below=4))],
    "14": [("pg", "from step", "Drop the reverse", dict(page="stopped in step", above=4, below=-5, right=210.0))],
    "15": [("dubbo-cold", "由我逐项核对", "有疑问", dict(above=4, below=-3))],
    "16": [("pg", "Point of no return", "Resume shop in PgBouncer", dict(above=4, below=6)),
           ("pg", "Planned start", "01:00", dict(page="People and times", above=2.8, below=1.6))],
    "17": [("dubbo", "Dubbo注册中心发布", "流程", dict(page="中断步骤", above=4, below=4)),
           ("blank", "Upgrade of database", "flow", dict(page="Switch, nobody is served", above=4, below=4))],
    "18": [("kernel", "最后完成的步骤", None, dict(page="续第 4 页", above=4, below=4)),
           ("kernel", "接第 4/app-1 步", "预期结果", dict(above=4, below=3))],
    "19": [("pg", "Last step done", "go on or roll back", dict(above=4, below=4)),
           ("pg", "Last step done", "stop, keep it safe", dict(above=4, below=4))],
    "20": [("pg", "People and times", "An application owner reports", dict(above=4, below=4))],
    "21": [("dubbo", "Dubbo注册中心发布", "流程", dict(page="人员与时间", above=4, below=4, right=130.0))],
    "22": [("blank", "Done or directed as printed", "The same steps checked", dict(above=9, below=4)),
           ("dubbo", "由我按单执行", "以上步骤由我", dict(page="中断步骤", above=9, below=4))],
    "23": [("kernel", "原子操作结束", "升级 app-1 (1/3) 完", dict(above=4, below=4))],
    "24": [("pg", "Hand-over record", "possible", dict(above=4, below=2.9))],
    "25": [("dubbo", "偏差记录", "发生了什么", dict(above=4, below=22))],
    "26": [("dubbo", "执行结果", None, dict(above=21, below=10))],
    "27": [("dubbo", "注册中心上的数据", "不一致", dict(page="第 2 步（之前）", above=4, below=5))],
    "28": [("dubbo", "仅当发布结果为已执行", "下次发布另行通知", dict(above=4, below=5))],
    "29": [("dubbo", "仅当发布结果为中止", "发生了什么", dict(above=4, below=5))],
}

# The pages that the READMEs show: each is the first one of the Dubbo release that has both words.
SHOWN = {"hot": ("热操作", "原子操作开始"), "rollback": ("中断步骤", "回滚操作"), "chart": ("流程图", "发布完成")}
SHOWN_DPI = 80


def fail(words):
    sys.exit(f"rule-pictures: {words}")


def squeeze(words):
    return re.sub(r"\s", "", words)


class Pages:
    """A list's words, row by row, and its pages as pictures."""

    def __init__(self, pdf):
        self.pdf = pdf
        text = subprocess.run(["pdftotext", "-bbox-layout", pdf, "-"], check=True, capture_output=True, text=True).stdout
        self.pages = [self.rows(page) for page in text.split("<page ")[1:]]

    @staticmethod
    def rows(page):
        word = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>', re.S)
        words = [(*map(float, m.groups()[:4]), squeeze(unescape(m[5]))) for m in word.finditer(page)]
        rows = []
        for w in sorted(words, key=lambda w: (w[1] + w[3])):
            middle = (w[1] + w[3]) / 2
            if rows and abs(middle - rows[-1][0]) < 3:
                rows[-1][1].append(w)
            else:
                rows.append((middle, [w]))
        return [sorted(row) for _, row in rows]

    @staticmethod
    def boxes(rows, words):
        """Where the words stand, from the top of the page down."""
        found = []
        for row in rows:
            text = "".join(w[4] for w in row)
            start = text.find(squeeze(words))
            if start < 0:
                continue
            end, at, hit = start + len(squeeze(words)), 0, []
            for w in row:
                if at < end and at + len(w[4]) > start:
                    hit.append(w)
                at += len(w[4])
            found.append((min(w[0] for w in hit), min(w[1] for w in hit), max(w[2] for w in hit), max(w[3] for w in hit)))
        return found

    def find(self, rule, first, last, page):
        """The first page that has it all, and the places of the first and the last words on it."""
        for number, rows in enumerate(self.pages, 1):
            if page and not self.boxes(rows, page):
                continue
            for top in self.boxes(rows, first)[:1]:
                if last is None:
                    return number, top, top
                for bottom in self.boxes(rows, last):
                    if bottom[1] >= top[1]:
                        return number, top, bottom
        fail(f"rule {rule}: no page of {self.pdf} has {first!r}, then {last!r}, beside {page!r}")

    def picture(self, number, dpi=DPI):
        png = subprocess.run(["pdftoppm", "-r", str(dpi), "-gray", "-f", str(number), "-l", str(number), self.pdf],
                             check=True, capture_output=True).stdout
        from io import BytesIO
        return Image.open(BytesIO(png)).convert("L")


def emptiest(picture, y, left, right):
    """The row near y with the least ink, so that no line of text is cut through."""
    def ink(row):
        return sum(255 - v for v in picture.crop((left, row, right, row + 1)).tobytes())
    reach = round(2.2 / 25.4 * DPI)
    rows = range(max(0, y - reach), min(picture.height - 1, y + reach) + 1)
    return min(rows, key=lambda row: (ink(row) // 255, abs(row - y)))


def cut(rule, pages, first, last, options):
    o = {**USUAL, **options}
    number, top, bottom = pages.find(rule, first, last, o["page"])
    picture = pages.picture(number)
    px = lambda points: round(points / 72 * DPI)

    def side(value, edge):
        if not isinstance(value, tuple):
            return px(value * MM)
        places = pages.boxes(pages.pages[number - 1], value[0])
        if not places:
            fail(f"rule {rule}: page {number} of {pages.pdf} lacks {value[0]!r}")
        return px(places[0][edge] + value[1] * MM)

    left, right = side(o["left"], 0), side(o["right"], 2)
    up = emptiest(picture, px(top[1] - o["above"] * MM), left, right)
    down = emptiest(picture, px(bottom[3] + o["below"] * MM), left, right)
    return picture.crop((left, up, right, down))


def save(rule, cuts):
    gap, edge = 14, 8
    width, height = max(c.width for c in cuts), sum(c.height for c in cuts) + gap * (len(cuts) - 1)
    sheet = Image.new("L", (width + 2 * edge, height + 2 * edge), 255)
    y = edge
    for c in cuts:
        sheet.paste(c, (edge, y))
        y += c.height + gap
    # Sixteen greys are enough for print; the frame shows where the paper is cut.
    sheet = ImageOps.expand(sheet.point(lambda v: (v >> 4) * 17), 1, 136)
    return write(OUT / f"{rule}.png", sheet)


def write(path, picture):
    picture.quantize(16).save(path, optimize=True)
    return path.stat().st_size


def main():
    more, wanted = Path(sys.argv[1]), sys.argv[2:]
    for rule in wanted:
        if rule not in RULES:
            fail(f"there is no rule {rule}")
    OUT.mkdir(parents=True, exist_ok=True)
    lists, total = {}, 0
    for rule, cuts in RULES.items():
        if wanted and rule not in wanted:
            continue
        made = []
        for name, first, last, options in cuts:
            if name not in lists:
                # A list of a release stands in a folder called like its number.
                of, file = LISTS[name.removesuffix("-cold")], "cold.pdf" if name.endswith("-cold") else "checklist.pdf"
                folders = Path("output") / of, more / of
                lists[name] = Pages(str(next(pdf for at in folders for pdf in at.glob(f"**/{file}"))))
            made.append(cut(rule, lists[name], first, last, options))
        size = save(rule, made)
        total += size
        print(f"{rule}.png  {size // 1024 + 1} KB")
    print(f"{total // 1024 + 1} KB in all")
    if not wanted:
        dubbo = lists["dubbo"]
        for name, (first, last) in SHOWN.items():
            write(OUT.parent / f"{name}.png", dubbo.picture(dubbo.find(name, first, last, None)[0], SHOWN_DPI))


main()
PYTHON
