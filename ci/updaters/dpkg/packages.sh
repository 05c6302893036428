# Makes the Debian packages that bring one tree to the content of another. Sourced after image.sh.
#
# What a package of the new tree holds is what the new tree's own dpkg database says, as dpkg-repack
# has it: its files, conffiles, maintainer scripts and triggers. Files that no package owns go into
# one more package, "os-image". Only packages that differ are made.
# shellcheck shell=sh

# Made while the machine runs: no package delivers them. And what maintainer scripts make.
unpackaged='^(dev|proc|run|sys|tmp|var)(/|$)'
generated='^usr/local(/|$)|^usr/lib/modules/[^/]*/modules\.|^usr/lib/udev/hwdb\.bin$|^usr/share/info/dir$'

has_dpkg() {
  [ -f "$1/var/lib/dpkg/status" ]
}

# owners TREE: "path<TAB>package" for what its packages own, with merged-/usr paths as they are.
owners() {
  ! has_dpkg "$1" || awk '
    FNR == 1 { package = FILENAME; sub(/.*\//, "", package); sub(/(:[a-z0-9]+)?\.list$/, "", package) }
    { path = substr($0, 2); if (path ~ /^(bin|sbin|lib|lib64)\//) path = "usr/" path
      if (path != "" && path != ".") print path "\t" package }' "$1"/var/lib/dpkg/info/*.list
}

# unowned TREE: the paths that the package os-image holds.
unowned() {
  owners "$1" | cut -f 1 | sort -u >"$UPDATER_RUN/owned"
  places=. not=$unpackaged
  if has_dpkg "$1"; then
    places='^(usr|etc)/'
    not="$unpackaged|$generated"
  fi
  (cd "$1" && find . -mindepth 1 -xdev ! -lname '/etc/alternatives/*' -printf '%P\n') | sort |
    grep -E "$places" | grep -vE "$not" |
    comm -23 - "$UPDATER_RUN/owned"
}

# os_image TREE VERSION PATHS OUT [OLD-LISTING]: the package of the files that no other one owns.
os_image() {
  stage=$(mktemp -d "$UPDATER_RUN/stage.XXXXXX")
  chmod 755 "$stage"
  mkdir "$stage/DEBIAN"
  take "$1" "$3" "$stage"
  cat >"$stage/DEBIAN/control" <<CONTROL
Package: os-image
Version: $2
Architecture: all
Maintainer: nobody <nobody@localhost>
Description: what the image holds beside its packages
CONTROL
  # Those below /etc are the administrator's to change, as in any package.
  grep '^etc/' "$3" | while IFS= read -r path; do
    [ -L "$1/$path" ] || [ ! -f "$1/$path" ] || echo "/$path"
  done >"$stage/DEBIAN/conffiles"
  # dpkg does not turn a directory into something else; packages do it, before they are unpacked.
  echo '#!/bin/sh' >"$stage/DEBIAN/preinst"
  if [ $# = 5 ]; then
    present "$1" "$3" '%p\t%y\n' | sort -u |
      awk -F '\t' 'NR == FNR { if ($2 ~ /^[a-z] /) kind[$1] = substr($2, 1, 1); next }
        ($1 in kind) && kind[$1] != $2 && (kind[$1] == "d" || $2 == "d") {
          print "[ \"$1\" = upgrade ] && rm -rf \"/" $1 "\"" }' "$5" - >>"$stage/DEBIAN/preinst"
  fi
  echo 'exit 0' >>"$stage/DEBIAN/preinst"
  # The format has no capabilities: packages set theirs after they are unpacked.
  {
    echo '#!/bin/sh'
    (cd "$1" && xargs -d '\n' -a "$3" getcap 2>/dev/null) |
      sed -n 's|^\(.*\) \([^ ]*\)$|setcap \2 "/\1"|p'
  } >"$stage/DEBIAN/postinst"
  chmod 755 "$stage/DEBIAN/preinst" "$stage/DEBIAN/postinst"
  if grep -q '^etc/initramfs-tools/' "$3"; then
    echo 'activate-noawait update-initramfs' >"$stage/DEBIAN/triggers"
  fi
  finish "$stage" "$4/os-image_all.deb"
}

# present TREE PATHS FORMAT: those of the paths that are there, as find(1) prints them.
present() {
  tr '\n' '\0' <"$2" >"$UPDATER_RUN/asked"
  (cd "$1" && find -files0-from "$UPDATER_RUN/asked" -maxdepth 0 -printf "$3" 2>/dev/null) || true
}

# take TREE PATHS STAGE: those that are there, with all that they are.
take() {
  present "$1" "$2" '%p\0' >"$UPDATER_RUN/present"
  tar --create --directory="$1" --no-recursion --null --files-from="$UPDATER_RUN/present" |
    tar --extract --preserve-permissions --same-owner --numeric-owner --directory="$3"
}

finish() {
  (cd "$1" && find . -path ./DEBIAN -prune -o -type f -print0 | sort -z | xargs -0r md5sum |
    sed 's|  \./|  |') >"$UPDATER_RUN/md5sums"
  mv "$UPDATER_RUN/md5sums" "$1/DEBIAN/md5sums"
  dpkg-deb --build -Zgzip -z1 "$1" "$2" >/dev/null
  rm -r "$1"
}

# query TREE FORMAT [PACKAGE]
query() {
  dpkg-query --admindir="$1/var/lib/dpkg" -W -f "$2" ${3:+"$3"} 2>/dev/null
}

# repack NEW PACKAGE OLD-PATHS BUMPED OUT: a package as the tree has it.
repack() {
  stage=$(mktemp -d "$UPDATER_RUN/stage.XXXXXX")
  chmod 755 "$stage"
  mkdir "$stage/DEBIAN"
  awk -F '\t' -v package="$2" '$2 == package { print $1 }' "$UPDATER_RUN/owners" >"$UPDATER_RUN/paths"
  take "$1" "$UPDATER_RUN/paths" "$stage"
  dpkg-query --admindir="$1/var/lib/dpkg" -s "$2" |
    awk '/^[^ ]/ { skip = /^(Status|Config-Version|Conffiles):/ } !skip' |
    sed -f "$4" >"$stage/DEBIAN/control"
  if grep -qxF "$2" "$UPDATER_RUN/same-version"; then
    sed -i 's/^Version: .*/&+image/' "$stage/DEBIAN/control"
  fi
  for file in "$1/var/lib/dpkg/info/$2".* "$1/var/lib/dpkg/info/$2":*.*; do
    kind=${file##*.}
    case $kind in
      preinst | postinst | prerm | postrm | config | templates | triggers | shlibs | symbols)
        [ ! -f "$file" ] || cp -p "$file" "$stage/DEBIAN/$kind"
        ;;
    esac
  done
  query "$1" '${Conffiles}\n' "$2" | sed -n 's/^ \(\/.*\) [0-9a-f]\{32\}.*/\1/p' |
    while IFS= read -r conffile; do
      if [ -f "$1$conffile" ]; then
        echo "$conffile"
      elif grep -qxF "${conffile#/}" "$3"; then
        echo "remove-on-upgrade $conffile"
      fi
    done >"$stage/DEBIAN/conffiles"
  finish "$stage" "$5/$2.deb"
}

# make_archive NEW OLD-LISTING OLD-VERSIONS OUT: all packages that differ, with an index for apt.
make_archive() {
  : >"$4/removed"
  echo 'deb [trusted=yes] copy:/run/archive ./' >"$4/sources.list"
  owners "$1" >"$UPDATER_RUN/owners"
  cut -f 1 "$2" | uniq >"$UPDATER_RUN/old-paths"
  listing "$1" >"$UPDATER_RUN/new-listing"
  comm -3 "$2" "$UPDATER_RUN/new-listing" | sed 's/^\t//; s/\t.*//' | sort -u >"$UPDATER_RUN/changed"
  if has_dpkg "$1"; then
    query "$1" '${Package} ${Version}\n' | sort >"$UPDATER_RUN/versions"
    comm -13 "$3" "$UPDATER_RUN/versions" | cut -d ' ' -f 1 >"$UPDATER_RUN/other-version"
    awk -F '\t' 'NR == FNR { changed[$1]; next } ($1 in changed) { print $2 }' \
      "$UPDATER_RUN/changed" "$UPDATER_RUN/owners" | sort -u |
      grep -vxF -f "$UPDATER_RUN/other-version" >"$UPDATER_RUN/same-version" || true
    with_equals "$1"
    # "(= VERSION)" of a package whose version is raised is raised with it.
    while read -r package; do
      version=$(query "$1" '${Version}' "$package" | sed 's/[.*]/\\&/g')
      printf '%s\n' "/^[A-Z][A-Za-z-]*: /s/\\(\\b$package\\(:[a-z]*\\)\\? (= $version\\))/\\1+image)/g"
    done <"$UPDATER_RUN/same-version" >"$UPDATER_RUN/bumped"
    sort -u "$UPDATER_RUN/same-version" "$UPDATER_RUN/other-version" | while read -r package; do
      repack "$1" "$package" "$UPDATER_RUN/old-paths" "$UPDATER_RUN/bumped" "$4"
    done
    cut -d ' ' -f 1 "$3" | sort -u >"$UPDATER_RUN/old-names"
    cut -d ' ' -f 1 "$UPDATER_RUN/versions" | sort -u |
      comm -23 "$UPDATER_RUN/old-names" - >"$4/removed"
  fi
  # Of the files of /etc that nobody owns only those that the new image changes.
  unowned "$1" >"$UPDATER_RUN/unowned"
  if has_dpkg "$1"; then
    grep '^etc/' "$UPDATER_RUN/unowned" | comm -12 - "$UPDATER_RUN/changed" >"$UPDATER_RUN/changed-etc"
    grep '^usr/' "$UPDATER_RUN/unowned" | sort - "$UPDATER_RUN/changed-etc" >"$UPDATER_RUN/unowned-2"
    mv "$UPDATER_RUN/unowned-2" "$UPDATER_RUN/unowned"
  fi
  os_image "$1" 2 "$UPDATER_RUN/unowned" "$4" "$2"
  for package in "$4"/*.deb; do
    dpkg-deb --field "$package"
    echo "Filename: ./${package##*/}"
    echo "Size: $(stat -c %s "$package")"
    echo "SHA256: $(sha256sum "$package" | cut -d ' ' -f 1)"
    echo
  done >"$4/Packages"
}

# with_equals NEW: adds packages that depend on exactly the version of one whose version is raised.
with_equals() {
  query "$1" '${Package}\t${Pre-Depends}, ${Depends}\n' >"$UPDATER_RUN/depends"
  while :; do
    awk -F '\t' 'NR == FNR { raised[$1]; next }
      !($1 in raised) { n = split($2, each, /[,|] */)
        for (i = 1; i <= n; i++) { name = each[i]; sub(/[ :].*/, "", name)
          if ((name in raised) && each[i] ~ /\(= /) { print $1; break } } }' \
      "$UPDATER_RUN/same-version" "$UPDATER_RUN/depends" >"$UPDATER_RUN/more"
    [ -s "$UPDATER_RUN/more" ] || break
    cat "$UPDATER_RUN/more" >>"$UPDATER_RUN/same-version"
  done
}
