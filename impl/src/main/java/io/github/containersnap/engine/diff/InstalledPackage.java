package io.github.containersnap.engine.diff;

/**
 * A package that a system has.
 *
 * @param name its name
 * @param architecture what it was built for, "" if the database does not say
 * @param version its version
 */
record InstalledPackage(String name, String architecture, String version) {

  /** The name with the architecture, as dpkg writes it for packages of several. */
  String qualifiedName() {
    return architecture.isEmpty() ? name : name + ":" + architecture;
  }
}
