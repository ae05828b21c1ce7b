#!/usr/bin/env bash
# A git repository behind https with a password, as forges have it, at https://localhost:PORT/git/wiki.git for the user `ci`
# with the password `token-0123456789`. Its CA is DIR/ca.pem. Usage: git.sh DIR PORT; it runs until its standard input is closed.
set -euo pipefail
. "$(dirname "$0")/serve.sh"
D=$1 PORT=$2
cd "$D"
key=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes)
openssl req -x509 "${key[@]}" -days 2 -keyout ca.key -out ca.pem -subj '/CN=test CA' -addext 'keyUsage=critical,keyCertSign' 2>/dev/null
openssl req "${key[@]}" -keyout server.key -out server.csr -subj '/CN=localhost' 2>/dev/null
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out server.pem 2>/dev/null \
  -extfile <(printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n')
cat server.pem server.key >both.pem
mkdir root empty
git init -q --bare -b main root/wiki.git
git -C root/wiki.git config http.receivepack true
htpasswd -bc users ci token-0123456789 2>/dev/null
cat >lighttpd.conf <<X
server.document-root = "$D/empty"
server.bind = "127.0.0.1"
server.port = $PORT
server.modules = ( "mod_auth", "mod_authn_file", "mod_alias", "mod_setenv", "mod_cgi", "mod_openssl" )
ssl.engine = "enable"
ssl.pemfile = "$D/both.pem"
alias.url = ( "/git" => "/usr/lib/git-core/git-http-backend" )
auth.backend = "htpasswd"
auth.backend.htpasswd.userfile = "$D/users"
\$HTTP["url"] =~ "^/git" {
  cgi.assign = ( "" => "" )
  setenv.set-environment = ( "GIT_PROJECT_ROOT" => "$D/root", "GIT_HTTP_EXPORT_ALL" => "" )
  auth.require = ( "" => ( "method" => "basic", "realm" => "git", "require" => "valid-user" ) )
}
X
serve lighttpd -D -f lighttpd.conf
