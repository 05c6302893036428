package io.github.containersnap.engine.diff;

import java.util.List;
import java.util.Optional;

/**
 * What a file of a package database says.
 *
 * @param packages the packages that are there, in the order of the file
 * @param warning what could not be read, naming the file and the place in it; empty if all could
 */
record PackageReading(List<InstalledPackage> packages, Optional<String> warning) {
  PackageReading {
    packages = List.copyOf(packages);
  }
}
