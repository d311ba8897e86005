# shellcheck shell=bash
# debian:trixie-slim, the base of every image of this project: pulled, or made of Debian packages
# where no registry can be reached.

readonly BASE_IMAGE=docker.io/library/debian:trixie-slim

base_image() {
  image_exists "$BASE_IMAGE" && return
  if can_pull "$BASE_IMAGE"; then
    stage "Pulling debian:trixie-slim" "$ENGINE" pull -q "$BASE_IMAGE"
    return
  fi
  note "no registry answers: debian:trixie-slim is made of Debian packages here"
  need_debian_root "make debian:trixie-slim (debootstrap)" \
    "give the machine access to docker.io, or put an image of that name into the engine"
  need_package debootstrap debootstrap debian-archive-keyring
  stage "Making debian:trixie-slim with debootstrap" base_bootstrap
}

base_bootstrap() {
  local rootfs
  rootfs=$(mktemp -d "$CACHE/rootfs.XXXXXX")
  # shellcheck disable=SC2064 # the directory of now
  trap "rm -rf '$rootfs'" EXIT
  chmod 755 "$rootfs"
  local debian security
  debian=$(apt_mirror Debian)
  security=$(apt_mirror Debian-Security)
  debootstrap --variant=minbase --include=ca-certificates trixie "$rootfs" ${debian:+"$debian"}
  base_apt_sources "$debian" "$security" > "$rootfs/etc/apt/sources.list"
  base_trust_host_certificates "$rootfs"
  base_slim "$rootfs"
  tar -C "$rootfs" --one-file-system -c . |
    "$ENGINE" import --change 'CMD ["bash"]' - "$BASE_IMAGE"
}

# The mirror that this machine's own apt uses, by the label of its Release file; nothing if unknown.
apt_mirror() {
  # shellcheck disable=SC2016 # the format is apt's, not the shell's
  apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' |
    awk -v label="$1" '$1 == label { print $2; exit }'
}

base_apt_sources() {
  local debian=${1:-http://deb.debian.org/debian} security=$2
  echo "deb $debian trixie main"
  echo "deb $debian trixie-updates main"
  if [[ $security ]]; then
    echo "deb $security trixie-security main"
  fi
}

# apt and pip inside of image builds must trust whom this machine trusts.
base_trust_host_certificates() {
  local rootfs=$1
  if compgen -G '/usr/local/share/ca-certificates/*.crt' > /dev/null; then
    cp /usr/local/share/ca-certificates/*.crt "$rootfs/usr/local/share/ca-certificates/"
    PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$rootfs" update-ca-certificates
  fi
}

# What the official slim image leaves out, too: documentation, translations, lists.
base_slim() {
  local rootfs=$1
  rm -rf "$rootfs"/var/lib/apt/lists/* "$rootfs"/var/cache/apt/*.bin \
    "$rootfs"/var/cache/apt/archives/*.deb "$rootfs"/var/log/*.log \
    "$rootfs"/usr/share/{doc,man,info,lintian,linda,locale,i18n/locales}/*
  cat > "$rootfs/etc/dpkg/dpkg.cfg.d/slim" << 'SLIM'
path-exclude /usr/share/doc/*
path-exclude /usr/share/man/*
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/lintian/*
SLIM
  cat > "$rootfs/etc/apt/apt.conf.d/slim" << 'SLIM'
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin"; };
Acquire::Languages "none";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
SLIM
}
