#!/usr/bin/env bash
# Postfix and Dovecot as a company has them, at smtp://localhost:PORT with STARTTLS, where the users `ci`, `shop` and `ruth` of
# example.test log in with `Mail-Pass-12345`. The port of `smtps://` is in DIR/smtps, the CA is DIR/ca.pem, and what arrived for
# `shop` is in DIR/boxes/shop@example.test/new. Usage: mail.sh DIR PORT, by root or by a user who may use sudo; it runs until its standard
# input is closed.
set -euo pipefail
[ "$(id -u)" = 0 ] || exec sudo -n RUNSHEET_UID="$(id -u)" RUNSHEET_GID="$(id -g)" bash "$0" "$@"
D=$1 PORT=$2 P=$1/pf C=$1/dc B=$1/boxes
# Dovecot keeps no mails for root.
OWNER=${RUNSHEET_UID:-65534} GROUP=${RUNSHEET_GID:-65534}
cd "$D"
mapfile -t ports < <(python3 -c '
import socket
held = [socket.socket() for _ in range(3)]
for one in held:
    one.bind(("127.0.0.1", 0))
    print(one.getsockname()[1])')
SMTPS=${ports[0]} LMTP=${ports[1]} AUTH=${ports[2]}
echo "$SMTPS" >smtps
key=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes)
openssl req -x509 "${key[@]}" -days 2 -keyout ca.key -out ca.pem -subj '/CN=test CA' -addext 'keyUsage=critical,keyCertSign' 2>/dev/null
openssl req "${key[@]}" -keyout server.key -out server.csr -subj '/CN=localhost' 2>/dev/null
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out server.pem 2>/dev/null \
  -extfile <(printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n')
mkdir -p "$P"/{conf,queue,data} "$C" "$B"
chown "$OWNER:$GROUP" "$B"
chown postfix "$P/data"
chmod 755 "$D" "$P" "$P/conf" "$C"
hash=$(doveadm pw -s SHA512-CRYPT -p Mail-Pass-12345)
for user in ci shop ruth; do echo "$user@example.test:$hash"; done >"$C/users"
cat >"$C/dovecot.conf" <<X
base_dir = $C/run
state_dir = $C/state
instance_name = $(basename "$D")
log_path = $C/log
protocols = lmtp
listen = 127.0.0.1
ssl = no
auth_mechanisms = plain login
mail_location = maildir:$B/%u
first_valid_uid = 1
passdb {
  driver = passwd-file
  args = $C/users
}
userdb {
  driver = static
  args = uid=$OWNER gid=$GROUP home=$B/%u
}
service anvil {
  chroot =
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = $LMTP
  }
}
service auth {
  inet_listener {
    address = 127.0.0.1
    port = $AUTH
  }
  unix_listener auth-userdb {
    mode = 0666
  }
}
X
cp -r /etc/postfix/{postfix-files,postfix-files.d,dynamicmaps.cf,dynamicmaps.cf.d} "$P/conf/"
cat >"$P/conf/main.cf" <<X
compatibility_level = 3.6
queue_directory = $P/queue
data_directory = $P/data
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.example.test
mydestination =
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = example.test
virtual_mailbox_maps = inline:{ ci@example.test=x, shop@example.test=x, ruth@example.test=x }
virtual_transport = lmtp:inet:127.0.0.1:$LMTP
default_transport = error:5.1.2 nothing leaves this machine
relay_transport = error:5.1.2 nothing leaves this machine
maillog_file = $P/log
maillog_file_prefixes = $D
smtpd_tls_cert_file = $D/server.pem
smtpd_tls_key_file = $D/server.key
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:$AUTH
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_client_connection_rate_limit = 0
X
{
  echo "127.0.0.1:$PORT inet n - n - - smtpd"
  echo "127.0.0.1:$SMTPS inet n - n - - smtpd"
  echo '  -o smtpd_tls_wrappermode=yes'
  for service in 'pickup unix n - n 60 1 pickup' 'cleanup unix n - n - 0 cleanup' 'qmgr unix n - n 300 1 qmgr' 'rewrite unix - - n - - trivial-rewrite' \
    'bounce unix - - n - 0 bounce' 'defer unix - - n - 0 bounce' 'trace unix - - n - 0 bounce' 'proxymap unix - - n - - proxymap' 'error unix - - n - - error' \
    'retry unix - - n - - error' 'lmtp unix - - n - - lmtp' 'anvil unix - - n - 1 anvil' 'tlsmgr unix - - n 1000? 1 tlsmgr' 'postlog unix-dgram n - n - 1 postlogd'; do
    echo "$service"
  done
} >"$P/conf/master.cf"
# Both leave this script's group, so they are ended by their own commands.
end() {
  postfix -c "$P/conf" stop || true
  doveadm -c "$C/dovecot.conf" stop || true
  rm -rf "$D"
}
trap end EXIT
dovecot -c "$C/dovecot.conf"
postfix -c "$P/conf" start
read -r _ || true
