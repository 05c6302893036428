# What the programs of this updater share. Sourced with the top level in $1.
# shellcheck shell=sh
. "$(dirname "$0")/${up:-}../common/image.sh"
. "$(dirname "$0")/${up:-}../dpkg/packages.sh"

root=$1/@root
# The program of rpm that rpm_in_root runs.
program=rpm
# What a repository knows of the installed system: beside the root, and not judged.
known=$1/repository
# The packages of an image, once packages_of has found them.
built=

# rpm_in_root ARGUMENTS...: this machine's rpm, run in the system with what a running one has mounted.
# Not with --root: rpm 4.18 then syncs the filesystem that is mounted on this machine's "/" in the end,
# not the one it has written to. The database lies where Fedora and openSUSE have it.
rpm_in_root() {
  unshare --mount --propagation private sh -euc '
    root=$1 packages=$2 program=$3
    shift 3
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount -t tmpfs tmpfs "$root/tmp"
    mount -t tmpfs tmpfs "$root/run"
    mkdir "$root/run/machine" "$root/run/packages"
    mount --bind / "$root/run/machine"
    [ -z "$packages" ] || mount --bind "$packages" "$root/run/packages"
    loader=$(realpath /lib64/ld-linux-x86-64.so.2)
    exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
      RPM_CONFIGDIR=/run/machine/usr/lib/rpm chroot "$root" "/run/machine$loader" \
      --library-path "/run/machine${loader%/*}" "/run/machine/usr/bin/$program" \
      --dbpath=/usr/lib/sysimage/rpm --nosignature "$@"' \
    sh "$root" "$built" "${program:-rpm}" "$@" </dev/null >"$UPDATER_RUN/output" 2>"$UPDATER_RUN/errors" || {
    # The reason last: warnings and what scripts say come after it.
    tail -n 9 "$UPDATER_RUN/errors" >&2
    grep -m 1 '^error:' "$UPDATER_RUN/errors" >&2 || true
    return 1
  }
}

# rebuild_database: what "rpm --rebuilddb" runs.
rebuild_database() {
  program=rpmdb
  rpm_in_root --rebuilddb
  program=rpm
}

# packages_of TREE VERSION OLD-LISTING: sets $built to a directory with one package for each of the
# tree's own and "os-image" for the rest. The old listing says what changes in kind; it may be empty.
packages_of() {
  built=$cache/rpms/$2-${1##*/}-$(cat "$3" "$(dirname "$0")/${up:-}system.sh" | sha256sum | cut -c 1-16)
  [ ! -d "$built" ] || return 0
  mkdir -p "$cache/rpms"
  build=$(mktemp -d "$cache/rpms/draft.XXXXXX")
  owners "$1" >"$UPDATER_RUN/owners"
  unowned "$1" >"$UPDATER_RUN/unowned"
  if has_dpkg "$1"; then
    listing "$1" >"$UPDATER_RUN/new-listing"
    comm -3 "$3" "$UPDATER_RUN/new-listing" | sed 's/^\t//; s/\t.*//' | sort -u >"$UPDATER_RUN/changed"
    [ -s "$3" ] || : >"$UPDATER_RUN/changed"
    {
      grep '^usr/' "$UPDATER_RUN/unowned"
      grep '^etc/' "$UPDATER_RUN/unowned" | comm -12 - "$UPDATER_RUN/changed"
    } >"$UPDATER_RUN/image-paths"
  else
    mv "$UPDATER_RUN/unowned" "$UPDATER_RUN/image-paths"
  fi
  # Of a directory that several packages hold, the first has it: rpm's packages share them as well.
  {
    cat "$UPDATER_RUN/owners"
    sed 's/$/\tos-image/' "$UPDATER_RUN/image-paths"
  } | sort -u >"$UPDATER_RUN/holders"
  spec "$1" "$2" "$3" "$build" >"$build/os.spec"
  rpmbuild -bb --quiet --define "_topdir $build" --define '_binary_payload w1.gzdio' \
    --define 'debug_package %{nil}' --define '__os_install_post %{nil}' \
    --define '_rpmfilename %%{NAME}.rpm' --define '_build_id_links none' --define '_unpackaged_files_terminate_build 0' \
    --define "tree $1" "$build/os.spec" >"$UPDATER_RUN/rpmbuild" 2>&1 ||
    fail "rpmbuild: $(tail -n 1 "$UPDATER_RUN/rpmbuild")"
  find "$build/RPMS" -name '*.rpm' -exec mv -t "$build" {} +
  rm -rf "$build/BUILD" "$build/BUILDROOT" "$build/RPMS" "$build/SRPMS" "$build/SOURCES" "$build/SPECS"
  keep "$build" "$built"
}

# spec TREE VERSION OLD-LISTING DIRECTORY: the one description of all packages; file lists beside it.
spec() {
  cat <<SPEC
Name: os
Version: $2
Release: 1
Summary: the content of an image
License: none
%description
The content of an image.
%install
mkdir -p %{buildroot}
cp --archive --link %{tree}/. %{buildroot}/
SPEC
  cut -f 1 "$UPDATER_RUN/holders" | uniq >"$UPDATER_RUN/held"
  present "$1" "$UPDATER_RUN/held" '%p\t%y\t%U\t%G\n' >"$UPDATER_RUN/kinds"
  sed 's/^\([^:]*\):[^:]*:\([0-9]*\).*/\2\t\1/' "$1/etc/passwd" >"$UPDATER_RUN/users"
  sed 's/^\([^:]*\):[^:]*:\([0-9]*\).*/\2\t\1/' "$1/etc/group" >"$UPDATER_RUN/groups"
  (cd "$1" && getcap -r . 2>/dev/null) | sed 's|^\./\(.*\) \([^ ]*\)$|\1\t\2|' >"$UPDATER_RUN/caps"
  awk -F '\t' -v directory="$4" '
    # rpm 4.18 waits for ever for somebody to open the FIFO that it has just made.
    FILENAME ~ /users$/ { user[$1] = $2; next }
    FILENAME ~ /groups$/ { group[$1] = $2; next }
    FILENAME ~ /kinds$/ { if ($2 != "p") kind[$1] = $2
      if ($3 > 0 || $4 > 0) owner[$1] = "%attr(-," user[$3] "," group[$4] ") "
      next }
    FILENAME ~ /caps$/ { caps[$1] = $2; next }
    ($1 in kind) { path = "\"/" $1 "\""
      gsub(/%/, "%%", path); gsub(/[[*?]/, "[&]", path)
      prefix = kind[$1] == "d" ? "%dir " : ""
      if ($1 ~ /^etc\// && kind[$1] == "f") prefix = "%config(noreplace) "
      if ($1 in owner) prefix = owner[$1] prefix
      if ($1 in caps) prefix = "%caps(" caps[$1] ") " prefix
      print prefix path > (directory "/" $2 ".files") }' \
    "$UPDATER_RUN/users" "$UPDATER_RUN/groups" "$UPDATER_RUN/kinds" "$UPDATER_RUN/caps" "$UPDATER_RUN/holders"
  for files in "$4"/*.files; do
    name=${files##*/}
    name=${name%.files}
    printf '%%package -n %s\nSummary: %s\nAutoReqProv: no\n%%description -n %s\n%s\n' "$name" "$name" "$name" "$name"
    printf '%%files -n %s -f %s\n' "$name" "$files"
  done
  # rpm does not turn a directory into something else; packages do it, before the transaction.
  changing "$1" "$3" | sed 's|.*|os.execute("rm -rf \x27/&\x27")|' >"$UPDATER_RUN/changing"
  if [ -s "$UPDATER_RUN/changing" ]; then
    echo '%pretrans -n os-image -p <lua>'
    cat "$UPDATER_RUN/changing"
  fi
  if [ -x "$1/usr/sbin/update-initramfs" ]; then
    # The time makes two initrds of one system equal. rpm itself must not have it: it names the files
    # that it writes after the time, and would meet those of the transaction before.
    printf '%%posttrans -n os-image\nSOURCE_DATE_EPOCH=1 update-initramfs -u -k all\n'
  fi
}

# changing TREE OLD-LISTING: the paths of os-image that are a directory on one side alone.
changing() {
  present "$1" "$UPDATER_RUN/image-paths" '%p\t%y\n' | sort -u |
    awk -F '\t' 'FILENAME != "-" { if ($2 ~ /^[a-z] /) kind[$1] = substr($2, 1, 1); next }
      ($1 in kind) && kind[$1] != $2 && (kind[$1] == "d" || $2 == "d") { print $1 }' "$2" -
}

# offered REFERENCE: sets $built; prints into $UPDATER_RUN/offered the packages that differ from those
# that were installed first.
offered() {
  new=$(unpacked "$1")
  packages_of "$new" 2 "$known/listing"
  listing "$new" >"$UPDATER_RUN/new-listing"
  comm -3 "$known/listing" "$UPDATER_RUN/new-listing" | sed 's/^\t//; s/\t.*//' | sort -u |
    sed 's|^|/|' >"$UPDATER_RUN/differ"
  for package in "$built"/*.rpm; do
    rpm -qpl --nosignature "$package" 2>/dev/null | sort >"$UPDATER_RUN/lists"
    name=${package##*/}
    name=${name%.rpm}
    sort "$known/lists/$name" "$UPDATER_RUN/lists" 2>/dev/null | comm -12 - "$UPDATER_RUN/differ" >"$UPDATER_RUN/hit"
    [ ! -s "$UPDATER_RUN/hit" ] || echo "$package"
  done >"$UPDATER_RUN/offered"
}

# installed: "name version" of the packages that the database knows.
installed() {
  rpm_in_root -qa --qf '%{NAME} %{VERSION}\n'
  sort "$UPDATER_RUN/output"
}

# bring_in OPTION...: those packages that the database does not know in this version, as zypper and
# dnf ask it; all of them with --force.
bring_in() {
  installed >"$UPDATER_RUN/installed"
  while read -r package; do
    name=${package##*/}
    name=${name%.rpm}
    [ "$*" != --force ] || { echo "$package"; continue; }
    grep -qxF "$name 2" "$UPDATER_RUN/installed" || echo "$package"
  done <"$UPDATER_RUN/offered" >"$UPDATER_RUN/wanted"
  [ -s "$UPDATER_RUN/wanted" ] || return 0
  # shellcheck disable=SC2046
  rpm_in_root --upgrade "$@" $(sed 's|.*/|/run/packages/|' "$UPDATER_RUN/wanted")
}
