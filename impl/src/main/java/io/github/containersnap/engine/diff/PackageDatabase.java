package io.github.containersnap.engine.diff;

import io.github.containersnap.base.DebianVersionOrder;
import io.github.containersnap.engine.bootable.LiveTree;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The packages of a system, read from the database of dpkg or rpm in its files. A link in the way
 * is followed inside the system, as after chroot(2), never out of it. Nothing is executed.
 *
 * <p>A system with both has dpkg's read. Of rpm's databases the one in SQLite is read (decision
 * 22); the older ones are only noticed.
 *
 * @param format whose database it is; empty if there is none that is read
 * @param packages the packages, in the order of the database
 * @param warnings what could not be read
 */
record PackageDatabase(
    Optional<Format> format, List<InstalledPackage> packages, List<String> warnings) {

  private static final int MOST_FILES = 20_000;

  /** The database in /usr goes where the image goes, so it is the first to be looked for. */
  private static final List<String> DPKG = List.of("usr/lib/sysimage/dpkg", "var/lib/dpkg");

  private static final List<String> RPM =
      List.of("usr/lib/sysimage/rpm", "usr/share/rpm", "var/lib/rpm");

  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.+:_~-]*");

  /** Whose database it is. */
  enum Format {
    /** Of Debian and what comes from it. */
    DPKG(64),
    /** Of Fedora, openSUSE and what comes from them. */
    RPM(256);

    private final int mebibytes;

    /**
     * A format.
     *
     * @param mebibytes how large a database may be: more than that of a system with every desktop
     */
    Format(int mebibytes) {
      this.mebibytes = mebibytes;
    }

    /** The order of its versions, from old to new. */
    Comparator<String> versions() {
      return switch (this) {
        case DPKG -> new DebianVersionOrder();
        case RPM -> new RpmVersionOrder();
      };
    }
  }

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
    private int taken;
    private Optional<Format> found = Optional.empty();

    Search(LiveTree tree) {
      this.tree = tree;
    }

    PackageDatabase run() {
      for (String directory : DPKG) {
        if (found.isEmpty()) {
          readDpkg(directory);
        }
      }
      for (String directory : RPM) {
        if (found.isEmpty()) {
          readRpm(directory);
        }
      }
      return new PackageDatabase(found, packages, warnings);
    }

    private void readRpm(String directory) {
      String database = directory + "/rpmdb.sqlite";
      if (isFile(database)) {
        read(Format.RPM, database);
        if (sizeOf(database + "-wal") > 0) {
          warnings.add(
              "/%s-wal is not read: what rpm has not yet taken over from it is missing."
                  .formatted(database));
        }
        return;
      }
      for (String older : List.of("Packages.db", "Packages")) {
        if (isFile(directory + "/" + older)) {
          warnings.add(
              "/%s/%s is not read: only rpm's database in SQLite is.".formatted(directory, older));
        }
      }
    }

    private long sizeOf(String path) {
      return tree.resolve(path).flatMap(tree::get).map(TreeEntry::size).orElse(0L);
    }

    private boolean isFile(String path) {
      return tree.resolve(path)
          .flatMap(tree::get)
          .filter(it -> it.kind() == FileKind.FILE)
          .isPresent();
    }

    private void readDpkg(String directory) {
      String status = directory + "/status";
      if (isFile(status)) {
        read(Format.DPKG, status);
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
    }

    private void readPart(String directory, String name) {
      if (PLAIN_NAME.matcher(name).matches()) {
        read(Format.DPKG, directory + "/" + name);
      } else {
        warnings.add("/%s has a file that is not named like a package.".formatted(directory));
      }
    }

    private void read(Format format, String file) {
      found = Optional.of(format);
      Optional<byte[]> content = tree.read(file, format.mebibytes * 1024 * 1024 - taken);
      if (content.isEmpty()) {
        warnings.add(
            "/%s is not read: it is not a file, or all that is read would be more than %d MiB."
                .formatted(file, format.mebibytes));
        return;
      }
      taken += content.get().length;
      PackageReading reading =
          switch (format) {
            case DPKG -> DpkgStatus.of("/" + file, content.get());
            case RPM -> RpmDatabase.of("/" + file, content.get());
          };
      packages.addAll(reading.packages());
      reading.warning().ifPresent(warnings::add);
    }
  }
}
