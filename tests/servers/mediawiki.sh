#!/usr/bin/env bash
# A MediaWiki with an empty database, at http://127.0.0.1:PORT/api.php, for the bot `Runsheet@ci` with the password
# `0123456789abcdef0123456789abcdef` and the user `Ann` with `Ann-Pass-12345`. Usage: mediawiki.sh DIR PORT; it runs until its standard
# input is closed.
set -euo pipefail
. "$(dirname "$0")/serve.sh"
D=$1 PORT=$2 M=/usr/share/mediawiki
cd "$D"
mkdir db images cache conf
php $M/maintenance/install.php --dbtype sqlite --dbpath "$D/db" --dbname wiki --confpath "$D/conf" \
  --server "http://127.0.0.1:$PORT" --scriptpath "" --pass Admin-Pass-12345 Test Admin
cat >>conf/LocalSettings.php <<X
\$wgEnableUploads = true;
\$wgFileExtensions = array_merge( \$wgFileExtensions, [ 'svg', 'pdf' ] );
\$wgUploadDirectory = "$D/images"; \$wgUploadPath = "/images";
\$wgMainCacheType = CACHE_NONE; \$wgSessionCacheType = CACHE_DB; \$wgCacheDirectory = "$D/cache";
\$wgSVGConverter = 'rsvg'; \$wgSVGConverters['rsvg'] = '/usr/bin/rsvg-convert -w \$width -h \$height -o \$output \$input';
X
export MW_CONFIG_FILE=$D/conf/LocalSettings.php
php $M/maintenance/createAndPromote.php --bot Runsheet Runsheet-Pass-12345
php $M/maintenance/createAndPromote.php --sysop Ann Ann-Pass-12345
php $M/maintenance/createBotPassword.php --appid ci \
  --grants basic,highvolume,editpage,createeditmovepage,uploadfile,uploadeditmovefile \
  Runsheet 0123456789abcdef0123456789abcdef
php $M/maintenance/createBotPassword.php --appid test \
  --grants basic,highvolume,editpage,createeditmovepage,uploadfile,uploadeditmovefile,protect,editprotected \
  Ann 0123456789abcdef0123456789abcdef
# What was uploaded isn't below the wiki's own folder.
cat >router.php <<'X'
<?php
$path = rawurldecode( strtok( $_SERVER['REQUEST_URI'], '?' ) );
if ( !str_starts_with( $path, '/images/' ) || str_contains( $path, '..' ) || !is_file( __DIR__ . $path ) ) {
	return false;
}
header( 'Content-Type: ' . mime_content_type( __DIR__ . $path ) );
readfile( __DIR__ . $path );
X
export PHP_CLI_SERVER_WORKERS=4
serve php -d upload_max_filesize=32M -d post_max_size=40M -S "127.0.0.1:$PORT" -t $M router.php
