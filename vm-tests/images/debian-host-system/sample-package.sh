# Installs the package update-sample in the version $1: an entry in dpkg's database.
set -eu
package=$(mktemp -d)
mkdir "$package/DEBIAN"
cat >"$package/DEBIAN/control" <<END
Package: update-sample
Version: $1
Architecture: all
Maintainer: container-snap
Description: what an update upgrades
END
chmod 755 "$package"
dpkg-deb --build "$package" "$package.deb"
dpkg -i "$package.deb"
rm -r "$package" "$package.deb" /var/log/dpkg.log
