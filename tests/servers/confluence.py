"""A stand-in for Confluence, since none can be installed here: pages, versions, properties and files, by the REST API of Cloud
(below /wiki, version 2, with version 1 for what 2 lacks) and by that of Data Center (/rest/api, version 1).

The users are `ci@example.com` (may write in the space OPS), `ann@example.com` (the same) and `guest@example.com` (may only read),
each with the password `token-0123456789`; on Data Center the token alone is `ci`. The page `Secret` is there, and `ci` may not see it.
It takes storage format only if it is strictly well-formed, has no other elements than it knows, and nests them rightly. Below /wiki it
gives texts back as it pleases. POST /test takes a list of answers for the requests to come: `{"method", "path", "status", "retry", "drop"}`;
GET /test/seen/TITLE shows a page as HTML.
"""

import base64, datetime, html, json, re, sys, threading, urllib.parse
import xml.etree.ElementTree as ET
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN = "token-0123456789"
USERS = {"ci@example.com": ("1", "CI"), "ann@example.com": ("2", "Ann Lee"), "guest@example.com": ("3", "Guest")}
AC, RI = "{ac}", "{ri}"
LOCK = threading.RLock()
PAGES, FAULTS, LOG = {}, [], []
NEXT = [1000]


def number():
    NEXT[0] += 1
    return str(NEXT[0])


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


INLINE = {"strong", "em", "code", "a", "br", "span", AC + "link", AC + "image"}
BLOCKS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "hr"}
CHILDREN = {
    "ul": {"li"}, "ol": {"li"}, "table": {"tbody"}, "tbody": {"tr"}, "tr": {"th", "td"},
    "li": BLOCKS | INLINE, "td": BLOCKS | INLINE, "th": BLOCKS | INLINE, "blockquote": BLOCKS,
    "br": set(), "hr": set(), AC + "image": {RI + "attachment"},
    AC + "link": {RI + "page", RI + "attachment", AC + "link-body"},
    AC + "structured-macro": {AC + "parameter", AC + "plain-text-body"},
}
WITHOUT_TEXT = {"ul", "ol", "table", "tbody", "tr", "blockquote", "br", "hr", AC + "link", AC + "structured-macro", "root"}


def parsed(text):
    """The elements of a text, or ValueError. expat refuses bare `&`, unknown entities, `]]>` in a text and what isn't closed."""
    if "<!DOCTYPE" in text or "<?" in text.replace("<![CDATA[", ""):
        raise ValueError("no declarations here")
    try:
        root = ET.fromstring(f'<root xmlns:ac="ac" xmlns:ri="ri">{text}</root>')
    except ET.ParseError as error:
        raise ValueError(f"Error parsing xhtml: {error}") from error
    check(root)
    return root


def check(element):
    tag = element.tag
    allowed = CHILDREN.get(tag)
    if allowed is None:
        if tag == "root":
            allowed = BLOCKS
        elif tag in INLINE or tag in BLOCKS or tag == AC + "link-body":
            allowed = INLINE
        elif tag in (AC + "parameter", AC + "plain-text-body", RI + "page", RI + "attachment"):
            allowed = set()
        else:
            raise ValueError(f"unknown element {tag}")
    if tag in WITHOUT_TEXT and ((element.text or "").strip() or any((child.tail or "").strip() for child in element)):
        raise ValueError(f"text in {tag}")
    for child in element:
        # A code macro is a block, an anchor stands in a line.
        is_macro = child.tag == AC + "structured-macro"
        name = child.get(AC + "name")
        if is_macro and (name not in ("code", "anchor") or not child.get(AC + "macro-id")):
            raise ValueError(f"macro {name}")
        fits = child.tag in allowed if not is_macro else (tag in ("root", "li", "blockquote", "td") if name == "code" else tag not in WITHOUT_TEXT)
        if not fits:
            raise ValueError(f"{child.tag} {name or ''} in {tag}")
        check(child)


def seen(element):
    """The HTML that a reader gets."""
    tag = element.tag
    if tag == AC + "structured-macro":
        body = element.find(AC + "plain-text-body")
        return "" if body is None else f"<pre>{html.escape(body.text or '')}</pre>"
    if tag == AC + "image":
        return f'<img src="{html.escape(element[0].get(RI + "filename"))}">'
    inside = html.escape(element.text or "") + "".join(seen(child) + html.escape(child.tail or "") for child in element)
    if tag == AC + "link":
        target = next((child.get(RI + "content-title") or child.get(RI + "filename") for child in element if child.tag.startswith(RI)), "")
        anchor = element.get(AC + "anchor")
        return f'<a href="{html.escape(target)}{"#" + html.escape(anchor) if anchor else ""}">{inside}</a>'
    if tag == "br":
        return "<br>"
    if tag.startswith("{") or tag == "root":
        return inside
    href = element.get("href")
    return f'<{tag}{f" href={chr(34)}{html.escape(href)}{chr(34)}" if href else ""}>{inside}</{tag}>'


def as_it_pleases(text):
    """The same page, as Cloud may give it back: other spaces, attributes, references."""
    parts = re.split(r"(<!\[CDATA\[.*?\]\]>)", text, flags=re.S)
    for at in range(0, len(parts), 2):
        parts[at] = re.sub(r">\s*\n\s*<", "><", parts[at])
        parts[at] = re.sub(r"<(p|h[1-6]|table)>", lambda found: f'<{found[1]} local-id="{abs(hash(found[1])) % 10**6}">', parts[at])
        parts[at] = parts[at].replace("“", "&#8220;")
    return "".join(parts)


class Answer(Exception):
    def __init__(self, status, value=None, headers=()):
        self.status, self.value, self.headers = status, value, headers


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        drop = False
        with LOCK:
            try:
                url = urllib.parse.urlsplit(self.path)
                self.query = {key: values[0] for key, values in urllib.parse.parse_qs(url.query).items()}
                if not url.path.startswith("/test"):
                    LOG.append(f"{self.command} {url.path}")
                    for fault in FAULTS:
                        if fault["method"] == self.command and re.search(fault["path"], url.path):
                            FAULTS.remove(fault)
                            drop = fault.get("drop", False)
                            if "status" in fault:
                                retry = [("Retry-After", str(fault["retry"]))] if "retry" in fault else []
                                raise Answer(fault["status"], fault.get("body", {"message": "as told"}), retry)
                            break
                raise Answer(*self.route(url.path, body))
            except Answer as answer:
                pass_on = answer
        if drop:
            self.close_connection = True
            return
        raw = pass_on.value if isinstance(pass_on.value, bytes) else json.dumps(pass_on.value).encode()
        self.send_response(pass_on.status)
        for name, value in pass_on.headers:
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    do_GET = do_POST = do_PUT = do_DELETE = do

    # --- who, and may they

    def user(self):
        kind, _, words = (self.headers.get("Authorization") or "").partition(" ")
        if kind == "Bearer" and not self.cloud:
            name, token = "ci@example.com", words
        elif kind == "Basic":
            name, _, token = base64.b64decode(words).decode().partition(":")
        else:
            raise Answer(401, self.error(401, "Unauthorized"))
        if token != TOKEN or name not in USERS:
            raise Answer(401, self.error(401, "Unauthorized"))
        return name

    def error(self, status, words):
        if self.cloud and "/api/v2/" in self.path:
            return {"errors": [{"status": status, "code": words.upper().replace(" ", "_"), "title": words, "detail": None}]}
        return {"statusCode": status, "data": {"authorized": status != 403, "valid": True, "errors": []}, "message": words}

    def no(self, status, words):
        raise Answer(status, self.error(status, words))

    def page(self, id):
        page = PAGES.get(id)
        if page is None or page.get("hidden"):
            # Whoever may not see it isn't told that it is there.
            self.no(404, "Not Found")
        return page

    def writing(self):
        if self.name == "guest@example.com":
            self.no(404 if self.cloud else 403, "Not Found" if self.cloud else "Forbidden")

    # --- what is where

    def route(self, path, body):
        if path == "/test":
            FAULTS.extend(json.loads(body))
            return 200, {}
        if path == "/test/log":
            return 200, LOG
        if path.startswith("/test/seen/"):
            title = urllib.parse.unquote(path[11:])
            page = next(page for page in PAGES.values() if page["title"] == title)
            return 200, seen(parsed(page["text"])).encode()
        self.cloud = path.startswith("/wiki/")
        self.name = self.user()
        self.body = body
        rules = CLOUD if self.cloud else CENTER
        for method, pattern, does in rules:
            found = re.fullmatch(pattern, path)
            if found and method == self.command:
                return does(self, *found.groups())
        self.no(404, "null for uri: " + path)

    def value(self):
        try:
            return json.loads(self.body)
        except ValueError:
            self.no(400, "Bad Request")

    def version_of(self, one):
        version = {"number": one["version"], "message": one["message"], "minorEdit": one["minor"]}
        id, name = USERS[one["by"]]
        if self.cloud and "/api/v2/" in self.path:
            return {**version, "createdAt": one["when"], "authorId": id}
        return {**version, "when": one["when"], "by": {"type": "known", "username": one["by"], "userKey": id, "displayName": name}, "hidden": False}

    def made(self, id, page):
        text = page["text"]
        if self.cloud and "/api/v2/" in self.path:
            return {
                "id": id, "status": "current", "title": page["title"], "spaceId": "7", "parentId": page["parent"], "parentType": "page",
                "position": 1, "authorId": "1", "ownerId": "1", "lastOwnerId": None, "createdAt": page["created"], "version": self.version_of(page),
                "body": {"storage": {"representation": "storage", "value": as_it_pleases(text)}},
                "_links": {"webui": f"/spaces/OPS/pages/{id}/x", "editui": f"/pages/resumedraft.action?draftId={id}", "tinyui": "/x/AA"},
            }
        return {
            "id": id, "type": "page", "status": "current", "title": page["title"], "version": self.version_of(page),
            "body": {"storage": {"value": text, "representation": "storage", "_expandable": {"content": f"/rest/api/content/{id}"}}},
            "operations": [{"operation": op, "targetType": "page"} for op in ["read"] + ["update"] * (self.name != "guest@example.com")],
            "_links": {"webui": f"/pages/viewpage.action?pageId={id}", "self": f"http://x/rest/api/content/{id}"}, "_expandable": {},
        }

    def listed(self, all):
        if self.cloud and "/api/v2/" in self.path:
            return {"results": all, "_links": {"base": "http://x/wiki"}}
        return {"results": all, "start": 0, "limit": 25, "size": len(all), "_links": {}}

    def space(self, key=None):
        key = key or self.query["keys"]
        if self.cloud:
            found = [{"id": "7", "key": "OPS", "name": "Ops", "type": "global", "status": "current", "authorId": "1", "createdAt": now(),
                      "homepageId": "999", "description": None, "icon": None, "_links": {"webui": "/spaces/OPS"}}]
            return 200, self.listed(found if key == "OPS" else [])
        if key != "OPS":
            self.no(404, "No space with key : " + key)
        return 200, {"id": 7, "key": "OPS", "name": "Ops", "type": "global", "_links": {}, "_expandable": {}}

    def titled(self):
        wanted = self.query["title"].lower()
        found = [self.made(id, page) for id, page in PAGES.items() if page["title"].lower() == wanted and not page.get("hidden")]
        return 200, self.listed(found)

    def stored(self, value, title, text):
        if not title or len(title) > 255:
            self.no(400, "Bad title")
        try:
            parsed(text)
        except ValueError as error:
            self.no(400, str(error))
        return text

    def text_of(self, value):
        # Version 2 takes both ways to say it.
        return value["body"].get("storage", value["body"] if self.cloud else None)

    def create(self):
        self.writing()
        value = self.value()
        body = self.text_of(value)
        assert body["representation"] == "storage" and (value["spaceId"] if self.cloud else value["space"]["key"]) in ("7", "OPS")
        title, text = value["title"], body["value"]
        self.stored(value, title, text)
        if any(page["title"].lower() == title.lower() for page in PAGES.values()):
            self.no(400, "A page with this title already exists: A page already exists with the same TITLE in this space")
        parent = value.get("parentId") if self.cloud else (value.get("ancestors") or [{"id": None}])[-1]["id"]
        if parent is not None:
            self.page(parent)
        id = number()
        PAGES[id] = {"title": title, "text": text, "version": 1, "message": "", "minor": False, "by": self.name, "when": now(),
                     "created": now(), "parent": parent or "999", "notes": {}, "files": {}, "old": []}
        return 200, self.made(id, PAGES[id])

    def update(self, id):
        page = self.page(id)
        self.writing()
        value = self.value()
        body = self.text_of(value)
        if value["version"]["number"] != page["version"] + 1:
            self.no(409, "Version must be incremented on update. Current version is: " + str(page["version"]))
        self.stored(value, value["title"], body["value"])
        page["old"].append(page["text"])
        page.update(title=value["title"], text=body["value"], version=page["version"] + 1, message=value["version"].get("message", ""),
                    minor=value["version"].get("minorEdit", False), by=self.name, when=now())
        return 200, self.made(id, page)

    def get(self, id):
        return 200, self.made(id, self.page(id))

    def operations(self, id):
        self.page(id)
        may = ["read"] + ["update", "delete"] * (self.name != "guest@example.com")
        return 200, {"operations": [{"operation": one, "targetType": "page"} for one in may]}

    def space_operations(self, id):
        may = [("read", "space")] + [("create", "page"), ("create", "attachment")] * (self.name != "guest@example.com")
        return 200, {"operations": [{"operation": one, "targetType": of} for one, of in may]}

    # --- notes

    def note_made(self, note):
        version = {"number": note["version"], "minorEdit": False, "message": ""}
        version |= {"createdAt": note["when"], "authorId": "1"} if self.cloud else {"when": note["when"]}
        return {"id": note["id"], "key": note["key"], "value": note["value"], "version": version}

    def notes(self, id, key=None):
        notes = self.page(id)["notes"]
        if self.cloud:
            key = self.query.get("key")
            return 200, self.listed([self.note_made(note) for note in notes.values() if key in (None, note["key"])])
        if key not in notes:
            self.no(404, "No content property found with key: " + key)
        return 200, self.note_made(notes[key])

    def new_note(self, id):
        notes, value = self.page(id)["notes"], self.value()
        self.writing()
        if value["key"] in notes:
            self.no(400 if self.cloud else 409, "Property already exists")
        if len(json.dumps(value["value"])) > 32768:
            self.no(400, "too large")
        notes[value["key"]] = {"id": number(), "key": value["key"], "value": value["value"], "version": 1, "when": now()}
        return 200, self.note_made(notes[value["key"]])

    def old_note(self, id, which):
        notes, value = self.page(id)["notes"], self.value()
        self.writing()
        note = next((note for note in notes.values() if which in (note["id"], note["key"])), None)
        if note is None:
            self.no(404, "Not Found")
        if value["version"]["number"] != note["version"] + 1 or value["key"] != note["key"]:
            self.no(409, "Version conflict")
        note.update(value=value["value"], version=note["version"] + 1, when=now())
        return 200, self.note_made(note)

    # --- files

    def file_made(self, id, name, file):
        if self.cloud and "/api/v2/" in self.path:
            return {"id": file["id"], "status": "current", "title": name, "createdAt": file["when"], "pageId": id, "mediaType": file["kind"],
                    "mediaTypeDescription": "", "comment": file["comment"], "fileId": "f", "fileSize": len(file["bytes"]),
                    "webuiLink": "/x", "downloadLink": f"/download/attachments/{id}/{name}", "version": self.version_of(file), "_links": {}}
        return {"id": file["id"], "type": "attachment", "status": "current", "title": name, "metadata": {"comment": file["comment"], "mediaType": file["kind"]},
                "extensions": {"mediaType": file["kind"], "fileSize": len(file["bytes"]), "comment": file["comment"]}, "_links": {}}

    def files(self, id):
        wanted = self.query.get("filename")
        files = self.page(id)["files"]
        return 200, self.listed([self.file_made(id, name, file) for name, file in files.items() if wanted in (None, name)])

    def part(self):
        kind = self.headers["Content-Type"]
        if self.headers.get("X-Atlassian-Token") not in ("no-check", "nocheck"):
            self.no(403, "XSRF check failed")
        mark = b"--" + kind.partition("boundary=")[2].encode()
        fields, name = {}, None
        for part in self.body.split(mark)[1:-1]:
            head, _, content = part.partition(b"\r\n\r\n")
            content = content[:-2]
            head = head.decode()
            field = re.search(r' name="([^"]*)"', head)[1]
            if (found := re.search(r'filename="([^"]*)"', head)):
                name, fields["type"] = found[1], re.search(r"Content-Type: (\S+)", head)[1]
                fields["file"] = content
            else:
                fields[field] = content.decode()
        return name, fields

    def upload(self, id, file=None):
        page = self.page(id)
        self.writing()
        name, fields = self.part()
        there = page["files"].get(name)
        if file is None and there is not None:
            self.no(400, "Cannot add a new attachment with same file name as an existing attachment: " + name)
        if file is not None and (there is None or there["id"] != file):
            self.no(404, "Not Found")
        version = 1 if there is None else there["version"] + 1
        page["files"][name] = {"id": there["id"] if there else "att" + number(), "bytes": fields["file"], "comment": fields.get("comment", ""), "kind": fields["type"],
                               "version": version, "message": "", "minor": fields.get("minorEdit") == "true", "by": self.name, "when": now()}
        made = self.file_made(id, name, page["files"][name])
        return 200, self.listed([made]) if file is None else made

    def who(self):
        id = self.query["accountId"]
        return 200, next(({"type": "known", "accountId": id, "displayName": name} for one, name in USERS.values() if one == id), None)

    def download(self, id, name):
        return 200, self.page(id)["files"][urllib.parse.unquote(name)]["bytes"]


H = Handler
V2, V1 = "/wiki/api/v2/", "/wiki/rest/api/"
FILES = [
    ("GET", "{}content/([0-9]+)/child/attachment", H.files), ("POST", "{}content/([0-9]+)/child/attachment", H.upload),
    ("POST", "{}content/([0-9]+)/child/attachment/(att[0-9]+)/data", H.upload),
]
CLOUD = [
    ("GET", V2 + "spaces", H.space), ("GET", V2 + "spaces/([0-9]+)/operations", H.space_operations),
    ("GET", V2 + "pages", H.titled), ("POST", V2 + "pages", H.create), ("GET", V2 + "pages/([0-9]+)", H.get), ("PUT", V2 + "pages/([0-9]+)", H.update),
    ("GET", V2 + "pages/([0-9]+)/operations", H.operations), ("GET", V2 + "pages/([0-9]+)/attachments", H.files),
    ("GET", V2 + "pages/([0-9]+)/properties", H.notes), ("POST", V2 + "pages/([0-9]+)/properties", H.new_note),
    ("PUT", V2 + "pages/([0-9]+)/properties/([0-9]+)", H.old_note), ("GET", V1 + "user", H.who),
    ("GET", "/wiki/download/attachments/([0-9]+)/(.*)", H.download),
] + [(method, pattern.format(V1), does) for method, pattern, does in FILES[1:]]
R = "/rest/api/"
CENTER = [
    ("GET", R + "space/(.*)", H.space), ("GET", R + "content", H.titled), ("POST", R + "content", H.create), ("GET", R + "content/([0-9]+)", H.get),
    ("PUT", R + "content/([0-9]+)", H.update), ("GET", R + "content/([0-9]+)/property/(.*)", H.notes), ("POST", R + "content/([0-9]+)/property", H.new_note),
    ("PUT", R + "content/([0-9]+)/property/(.*)", H.old_note), ("GET", "/download/attachments/([0-9]+)/(.*)", H.download),
] + [(method, pattern.format(R), does) for method, pattern, does in FILES]

if __name__ == "__main__":
    PAGES["998"] = {"title": "Secret", "text": "<p>x</p>", "version": 1, "message": "", "minor": False, "by": "ann@example.com", "when": now(),
                    "created": now(), "parent": None, "notes": {}, "files": {}, "old": [], "hidden": True}
    PAGES["999"] = {**PAGES["998"], "title": "Ops", "hidden": False, "notes": {}, "files": {}, "old": []}
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
