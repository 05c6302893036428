package io.github.containersnap.gate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Updaters of a few lines for any filesystem, right ones and their faulty twins. They keep a root
 * for each image and the kernel beside it; a file says which root boots.
 *
 * @param directory where they are written
 */
record TinyUpdaters(Path directory) {
  /** Makes all durable that was written, also for boot loaders, which replay no journal. */
  private static final String SETTLE =
      """
      sync -f "$1"
      fsfreeze --freeze "$1" && fsfreeze --unfreeze "$1"
      """;

  private static final String UNPACK =
      """
      #!/bin/sh
      set -eu
      top=$1
      layout=${2#oci:}
      layout=${layout%%:*}
      digests() { grep -o 'sha256:[0-9a-f]\\{64\\}' | cut -d: -f2; }
      unpack() {
        mkdir -p "$1"
        manifest=$(digests <"$layout/index.json" | head -n 1)
        for digest in $(sed 's/.*"layers"//; s/].*//' "$layout/blobs/sha256/$manifest" | digests); do
          tar -tf "$layout/blobs/sha256/$digest" | grep -v '/$' | while read -r path; do
            [ ! -d "$1/$path" ] || [ -L "$1/$path" ] || rm -rf "$1/$path"
          done
          tar -xf "$layout/blobs/sha256/$digest" -C "$1" --numeric-owner
        done
      }
      kernel() { find "$1/boot" "$1/usr/lib/modules" -name 'vmlinuz*' -type f | head -n 1; }
      """;

  private static final String NEXT_BOOT =
      """
      #!/bin/sh
      [ -s "$1/next" ] || exit 0
      next=$(cat "$1/next")
      echo "root=roots/$next"
      echo "kernel=kernel-$next"
      """;

  /** New names, all of it durable, then one rename, durable: nothing can be lost. */
  Path right() throws IOException {
    return write("right", prepared() + SETTLE + pointed() + SETTLE);
  }

  /** The rename comes before what it points to. */
  Path renameFirst() throws IOException {
    return write("rename-first", pointed() + SETTLE + prepared() + SETTLE);
  }

  /** The last sync is left out. */
  Path forgetsToSync() throws IOException {
    return write("forgets-to-sync", prepared() + SETTLE + pointed());
  }

  /** The kernel is overwritten in place, in two parts. The new one is the old one, encoded. */
  Path overwritesTheKernel() throws IOException {
    return write(
        "overwrites-the-kernel",
        """
        unpack "$UPDATER_RUN/new"
        tr '\\000-\\377' '\\001-\\377\\000' <"$(kernel "$UPDATER_RUN/new")" >"$UPDATER_RUN/kernel"
        dd if="$UPDATER_RUN/kernel" of="$top/kernel-1" bs=64k count=1 conv=notrunc status=none
        """
            + SETTLE
            + "cat \"$UPDATER_RUN/kernel\" >\"$top/kernel-1\"\n"
            + SETTLE);
  }

  private static String prepared() {
    return """
    rm -rf "$top/roots/2"
    unpack "$top/roots/2"
    cp "$(kernel "$top/roots/2")" "$top/kernel-2"
    """;
  }

  private static String pointed() {
    return """
    echo 2 >"$top/next.new"
    sync "$top/next.new"
    mv "$top/next.new" "$top/next"
    """;
  }

  private Path write(String name, String update) throws IOException {
    Path updater = Files.createDirectories(directory.resolve(name));
    program(
        updater.resolve("install"),
        UNPACK
            + "unpack \"$top/roots/1\"\ncp \"$(kernel \"$top/roots/1\")\" \"$top/kernel-1\"\n"
            + "echo 1 >\"$top/next\"\n");
    program(updater.resolve("update"), UNPACK + update);
    program(updater.resolve("next-boot"), NEXT_BOOT);
    Files.createDirectories(updater.resolve("recover.d"));
    program(updater.resolve("recover.d/again"), UNPACK + update);
    Files.writeString(updater.resolve("updater.conf"), "filesystem=ext4 xfs btrfs\n");
    return updater;
  }

  private static void program(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
