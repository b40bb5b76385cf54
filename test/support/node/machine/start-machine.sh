#!/bin/sh
# The first program of a test machine, started in namespaces of its own for mounts, network and processes. What it
# mounts and what others start in them is gone when it is. Its argument is the folder for everything that is written.
set -eu
folder=$1

# The paths that programs of a node take for granted; what lies there on the real machine can be read and not changed.
mount --make-rprivate /
for path in /var/lib /var/log /etc; do
  mkdir -p "$folder/over$path" "$folder/work$path"
  mount -t overlay overlay -o "lowerdir=$path,upperdir=$folder/over$path,workdir=$folder/work$path" "$path"
done
mount -t tmpfs -o mode=755 tmpfs /run

# What kubelet sets for the whole machine if it is not so already: it finds it set.
mkdir -p "$folder/sysctl"
pretend() {
  file=$folder/sysctl/$(echo "$1" | tr / -)
  echo "$2" > "$file"
  mount --bind "$file" "/proc/sys/$1"
}
pretend vm/overcommit_memory 1
pretend vm/panic_on_oom 0
pretend kernel/panic 10
pretend kernel/panic_on_oops 1
pretend kernel/keys/root_maxkeys 1000000
pretend kernel/keys/root_maxbytes 25000000

ip link set lo up
echo 1 > /proc/sys/net/ipv4/ip_forward
touch "$folder/ready"

# Takes in the programs that others leave behind.
while :; do
  sleep 3600 &
  wait $! || true
done
