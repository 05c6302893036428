package io.github.containersnap.etc;

import java.util.Set;
import java.util.regex.Pattern;

/** The files of /etc that do not follow the common rules, and why. */
final class ExemptFiles {
  private static final Pattern IDENTITY =
      Pattern.compile("machine-id|ssh/ssh_host_[^/]+_key(\\.pub)?");
  private static final Set<String> BACKUPS =
      Set.of("passwd-", "group-", "shadow-", "gshadow-", "subuid-", "subgid-");
  private static final Set<String> KEPT_BY_THE_SYSTEM =
      Set.of(".updated", ".pwd.lock", "machine-id", "ld.so.cache");
  private static final Set<String> OF_IMAGE = Set.of("ld.so.cache");

  private ExemptFiles() {}

  /**
   * Whether the machine's file stays even where the machine never changed it and a new image brings
   * another: machine-id(5) and the SSH host keys say which machine this is. And the copies that
   * passwd(1) and its kin make before each change are of this machine's files.
   */
  static boolean staysLocal(String path) {
    return IDENTITY.matcher(path).matches() || BACKUPS.contains(path);
  }

  /**
   * Whether the image's file is taken whatever the machine did: ld.so.cache lists the libraries in
   * /usr, which are the new image's; ldconfig(8) writes it again.
   */
  static boolean isOfImage(String path) {
    return OF_IMAGE.contains(path);
  }

  /**
   * Whether every running system writes the file by itself: systemd's stamp and machine-id(5), the
   * lock and the copies of the account files, the cache of ldconfig(8).
   */
  static boolean isKeptByTheSystem(String path) {
    return KEPT_BY_THE_SYSTEM.contains(path) || BACKUPS.contains(path);
  }
}
