package io.github.containersnap.engine.health;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The two folders of health checks in each health.d, as greenboot calls them. */
public enum CheckFolder {
  /** A boot in which one of these fails has not come up. */
  REQUIRED("required.d"),
  /** One of these that fails is reported. */
  WANTED("wanted.d");

  /** Where health.d lies in a system, without a leading slash, the most important one first. */
  public static final List<String> PLACES =
      List.of("etc/container-snap/health.d", "usr/lib/container-snap/health.d");

  /** What a link says that masks a check of the same name in a less important place. */
  public static final String MASK = "/dev/null";

  /** What editors and package managers leave beside a file. */
  private static final Predicate<String> LEFT_BESIDE =
      Pattern.compile("\\..*|.*~|.*\\.(dpkg-\\w+|rpm(new|save|orig)|ucf-\\w+|bak|swp)")
          .asMatchPredicate();

  private final String folder;

  CheckFolder(String folder) {
    this.folder = folder;
  }

  /** The name of the folder. */
  @Override
  public String toString() {
    return folder;
  }

  /** Whether a file of that name is meant as a check. */
  public static boolean isCheck(String name) {
    return !LEFT_BESIDE.test(name);
  }

  /**
   * A check of this folder that failed.
   *
   * @param name its file's name, or "" if the folder itself cannot be used
   */
  public FailedCheck failed(String name, String what, List<String> lastLines) {
    String shown = name.isEmpty() ? folder : folder + "/" + name;
    return new FailedCheck(shown, this == REQUIRED, what, lastLines);
  }
}
