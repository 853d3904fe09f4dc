#!/bin/sh
# Becomes process 1 of a machine of its own: systemd, with folders of its own wherever systemd writes or tidies up.
set -e
mount --make-rprivate /
for folder in /run /tmp /var/log /etc/systemd/system; do mount -t tmpfs tmpfs "$folder"; done
mkdir -p /run/systemd/system
ln -s /dev/null /run/systemd/system/systemd-tmpfiles-setup.service
exec env container=docker /lib/systemd/systemd --system --unit=basic.target
