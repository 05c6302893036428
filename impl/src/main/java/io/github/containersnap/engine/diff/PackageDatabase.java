package io.github.containersnap.engine.diff;

import io.github.containersnap.engine.bootable.LiveTree;
import io.github.containersnap.tree.FileKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The packages of a system, read from the database of dpkg in its files. A link in the way is
 * followed inside the system, as after chroot(2), never out of it.
 *
 * <p>The database of rpm is only noticed (decision 22).
 *
 * @param place the directory of dpkg's database, from the system's root; empty if there is none
 * @param packages the packages, in the order of the database
 * @param unread the database of rpm, from the system's root, if there is one
 * @param warnings what could not be read
 */
record PackageDatabase(
    Optional<String> place,
    List<InstalledPackage> packages,
    Optional<String> unread,
    List<String> warnings) {
  /** In bytes. The database of a Debian with every desktop has 20 MiB. */
  private static final int LARGEST = 64 * 1024 * 1024;

  private static final int MOST_FILES = 20_000;

  /** The database in /usr goes where the image goes, so it is the first to be looked for. */
  private static final List<String> DPKG = List.of("usr/lib/sysimage/dpkg", "var/lib/dpkg");

  private static final List<String> RPM =
      List.of(
          "usr/lib/sysimage/rpm/rpmdb.sqlite",
          "usr/lib/sysimage/rpm/Packages.db",
          "usr/lib/sysimage/rpm/Packages",
          "usr/share/rpm/rpmdb.sqlite",
          "var/lib/rpm/rpmdb.sqlite",
          "var/lib/rpm/Packages.db",
          "var/lib/rpm/Packages");

  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.+:_~-]*");

  PackageDatabase {
    packages = List.copyOf(packages);
    warnings = List.copyOf(warnings);
  }

  /** The database in a system's files. */
  static PackageDatabase in(LiveTree tree) {
    return new Search(tree).run();
  }

  /** One look at a system. */
  private static final class Search {
    private final LiveTree tree;
    private final List<InstalledPackage> packages = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private int room = LARGEST;
    private boolean found;

    Search(LiveTree tree) {
      this.tree = tree;
    }

    PackageDatabase run() {
      Optional<String> place = DPKG.stream().filter(this::reads).findFirst();
      return new PackageDatabase(
          place, packages, RPM.stream().filter(path -> isFile(path)).findFirst(), warnings);
    }

    private boolean isFile(String path) {
      return tree.resolve(path)
          .flatMap(tree::get)
          .filter(it -> it.kind() == FileKind.FILE)
          .isPresent();
    }

    /** Whether there is a database in the directory; all there is of it is read. */
    private boolean reads(String directory) {
      String status = directory + "/status";
      if (isFile(status)) {
        read(status);
      }
      String parts = status + ".d";
      List<String> names =
          tree.names(parts).filter(name -> !name.endsWith(".md5sums")).sorted().toList();
      if (names.size() > MOST_FILES) {
        warnings.add(
            "/%s has %,d files; only the first %,d are read."
                .formatted(parts, names.size(), MOST_FILES));
      }
      names.stream().limit(MOST_FILES).forEach(name -> readPart(parts, name));
      return found;
    }

    private void readPart(String directory, String name) {
      if (PLAIN_NAME.matcher(name).matches()) {
        read(directory + "/" + name);
      } else {
        warnings.add("/%s has a file that is not named like a package.".formatted(directory));
      }
    }

    private void read(String file) {
      found = true;
      Optional<byte[]> content = tree.read(file, room);
      if (content.isEmpty()) {
        warnings.add(
            "/%s is not read: it is not a file, or all that is read would be more than %d MiB."
                .formatted(file, LARGEST / (1024 * 1024)));
        return;
      }
      room -= content.get().length;
      DpkgStatus.Reading reading = DpkgStatus.of("/" + file, content.get());
      packages.addAll(reading.packages());
      reading.warning().ifPresent(warnings::add);
    }
  }
}
