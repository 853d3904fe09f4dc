#!/bin/sh
# A machine of its own, with systemd as process 1 and the files of this one, until standard input ends. Nothing is left of it then.
# KEPT: folders that stay visible there wherever they lie, separated by colons.
set -eu

outside() {
	if [ "$(id -u)" != 0 ]; then
		echo 'Namespaces and control groups are made by root only.' >&2
		exit 1
	fi
	# Containers come without it. It is only installed, and not started.
	if ! [ -x /lib/systemd/systemd ]; then
		DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends systemd >&2
	fi
	exec unshare --mount --propagation private sh "$0" between
}

# In control groups of its own: those of the machine around it are neither seen nor changed.
between() {
	groups=$(mktemp -d)
	trap 'umount "$groups" 2>/dev/null || true; rmdir "$groups"' EXIT
	mount -t cgroup2 cgroup2 "$groups"
	group="$groups/freehold-test-$$"
	mkdir "$group"
	# shellcheck disable=SC2016
	sh -c 'echo $$ >"$1/cgroup.procs" && exec unshare --fork --kill-child --pid --mount-proc --mount --cgroup --uts --ipc sh "$2" inside' \
		sh "$group" "$0" &
	machine=$!
	echo "$machine"
	cat >/dev/null
	kill -KILL "$machine" 2>/dev/null || true
	wait "$machine" 2>/dev/null || true
	while grep -q 'populated 1' "$group/cgroup.events"; do sleep 0.02; done
	find "$group" -depth -type d -exec rmdir {} +
}

# Folders of its own wherever systemd writes or tidies up, and none of the units with which a machine sets itself up.
inside() {
	mount -t tmpfs tmpfs /mnt
	each_kept set_aside
	for folder in /run /tmp /var/log /etc/systemd/system /lib/systemd/system-generators /lib/systemd/system/*.wants; do
		mount -t tmpfs tmpfs "$folder"
	done
	each_kept put_back
	umount /mnt
	umount -R /sys/fs/cgroup
	mount -t cgroup2 cgroup2 /sys/fs/cgroup
	mkdir -p /run/systemd/system
	for unit in systemd-tmpfiles-setup systemd-tmpfiles-setup-dev systemd-sysctl systemd-sysusers systemd-remount-fs; do
		ln -s /dev/null "/run/systemd/system/$unit.service"
	done
	identity=$(tr -d - </proc/sys/kernel/random/uuid)
	if [ -e /etc/machine-id ]; then
		echo "$identity" >/run/machine-identity
		mount --bind /run/machine-identity /etc/machine-id
	fi
	# The system's log would be the kernel's, which is everybody's.
	exec env container=docker /lib/systemd/systemd --system --unit=basic.target --log-target=null "--machine-id=$identity"
}

each_kept() { # function that gets the number and the folder
	number=0
	old_ifs=$IFS
	IFS=:
	# shellcheck disable=SC2086
	set -- "$1" $KEPT
	IFS=$old_ifs
	what=$1
	shift
	for kept in "$@"; do
		number=$((number + 1))
		"$what" "$number" "$kept"
	done
}

set_aside() {
	mkdir "/mnt/$1"
	mount --bind "$2" "/mnt/$1"
}

put_back() {
	mkdir -p "$2"
	mount --move "/mnt/$1" "$2"
}

"${1:-outside}"
