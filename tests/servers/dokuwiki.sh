#!/usr/bin/env bash
# A DokuWiki without pages, at http://127.0.0.1:PORT/lib/exe/xmlrpc.php, for the users `runsheet` with the password
# `Runsheet-Pass-12345` and `ann` with `Ann-Pass-12345`. `runsheet` may write below `runbooks` only. Usage: dokuwiki.sh DIR PORT; it
# runs until its standard input is closed.
set -euo pipefail
. "$(dirname "$0")/serve.sh"
D=$1 W=$1/wiki PORT=$2
cp -a /usr/share/dokuwiki "$W"
rm -f "$W"/{inc/preload.php,lib/plugins,lib/tpl,.htaccess,install.php}
cp -a /var/lib/dokuwiki/lib/{plugins,tpl} "$W/lib/"
mkdir "$W/conf"
cp -aL /etc/dokuwiki/* "$W/conf/"
mkdir -p "$W"/data/{attic,cache,index,locks,log,media,meta,pages,tmp,media_attic,media_meta}
cat >"$W/conf/local.php" <<'X'
<?php
$conf['title'] = 'T';
$conf['useacl'] = 1;
$conf['superuser'] = '@admin';
$conf['savedir'] = DOKU_INC . 'data';
$conf['remote'] = 1;
$conf['remoteuser'] = '@remote';
$conf['updatecheck'] = 0;
X
hash() { php -r 'echo password_hash($argv[1], PASSWORD_BCRYPT);' "$1"; }
printf 'runsheet:%s:CI:ci@example.com:user,remote\nann:%s:Ann:ann@example.com:user,remote,people\n' \
  "$(hash Runsheet-Pass-12345)" "$(hash Ann-Pass-12345)" >"$W/conf/users.auth.php"
printf '%s\t%s\t%s\n' '*' @ALL 1 'runbooks:*' @remote 16 'secret:*' @ALL 0 '*' @people 16 >"$W/conf/acl.auth.php"
echo 'svg image/svg+xml' >"$W/conf/mime.local.conf"
export PHP_CLI_SERVER_WORKERS=4
cd "$W"
serve php -d upload_max_filesize=32M -d post_max_size=48M -S "127.0.0.1:$PORT" -t "$W"
