"""A mail server for tests. The name before the `@` of a recipient says what happens to it:

bad: refused for good; later: refused for now, until DIR/open is there; spam: refused after the whole mail; lost: taken, and the
connection ends without an answer; gone: the connection ends as soon as the mail is announced. Who logs in by XOAUTH2 needs the token
`fresh`.
"""
import asyncio
import base64
import itertools
import pathlib
import sys

from aiosmtpd.smtp import SMTP, AuthResult

folder = pathlib.Path(sys.argv[1])
numbers = itertools.count(1)


class Odd:
    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        if name == "bad":
            return "550 5.1.1 no such user"
        if name == "later" and not (folder / "open").exists():
            return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        names = [address.split("@")[0] for address in envelope.rcpt_tos]
        if "spam" in names:
            return "554 5.7.1 this looks like spam"
        for name in names:
            (folder / "taken" / f"{next(numbers):03}-{name}.eml").write_bytes(envelope.content)
        if "lost" in names:
            server.transport.abort()
        return "250 2.0.0 taken"

    async def auth_XOAUTH2(self, server, args):
        words = base64.b64decode(args[1]).decode()
        is_known = "auth=Bearer fresh\x01" in words
        if not is_known:
            await server.push("334 " + base64.b64encode(b'{"status":"401"}').decode())
            await server._reader.readline()
        return AuthResult(success=is_known, handled=False)


class Server(SMTP):
    async def smtp_DATA(self, arg):
        if any(address.startswith("gone@") for address in self.envelope.rcpt_tos):
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


async def main():
    loop = asyncio.get_running_loop()
    make = lambda: Server(Odd(), auth_require_tls=False, loop=loop, enable_SMTPUTF8=False)
    server = await loop.create_server(make, "127.0.0.1", int(sys.argv[2]))
    await server.serve_forever()


asyncio.run(main())
