# Runs inside the tree of a good image and breaks it.
#   break.sh FAULT
set -eu
fault=$1
sed -i -e 's/^IMAGE_VERSION=.*/IMAGE_VERSION=3/' -e "s/^VERSION=\"\(.*\), update 2\"/VERSION=\"\1, $fault\"/" \
  /usr/lib/os-release
units=/usr/lib/systemd/system

case "$fault" in
  failing-service) # what must have come up for boot-complete.target does not
    cat >"$units/health.service" <<'END'
[Unit]
Description=What this host is for
Before=boot-complete.target

[Service]
Type=oneshot
ExecStart=false
END
    ln -s ../health.service "$units/boot-complete.target.requires/"
    ;;
  never-blessed) # comes up in part and hangs: boot-complete.target is never reached nor failed
    cat >"$units/health.service" <<'END'
[Unit]
Description=What this host is for
Before=boot-complete.target

[Service]
Type=oneshot
ExecStart=sleep infinity
TimeoutStartSec=infinity
END
    ln -s ../health.service "$units/boot-complete.target.requires/"
    # The usual ten minutes would do as well, in half an hour.
    mkdir "$units/container-snap-trial.timer.d"
    printf '[Timer]\nOnBootSec=\nOnBootSec=90s\n' >"$units/container-snap-trial.timer.d/soon.conf"
    ;;
  failing-health-check) # all services come up, and the image says that this is not enough
    checks=/usr/lib/container-snap/health.d
    mkdir -p "$checks/required.d" "$checks/wanted.d"
    printf '#!/bin/sh\nexit 0\n' >"$checks/required.d/10-good"
    printf '#!/bin/sh\necho "no answer from the database"\nexit 3\n' >"$checks/required.d/20-database"
    printf '#!/bin/sh\nexit 1\n' >"$checks/wanted.d/mail"
    chmod 0755 "$checks"/*.d/*
    ;;
  *)
    echo "break.sh: there is no fault $fault" >&2
    exit 2
    ;;
esac
