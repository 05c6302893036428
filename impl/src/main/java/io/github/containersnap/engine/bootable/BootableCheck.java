package io.github.containersnap.engine.bootable;

import io.github.containersnap.engine.model.BootFiles;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.KernelVersionOrder;
import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Step 5: whether an image's tree holds what it takes to boot, and which files those are.
 *
 * <p>Kernels are found where image builders put them: {@code /usr/lib/modules/VERSION/vmlinuz} with
 * {@code initramfs.img} beside it (as bootc images have it), else {@code /boot/vmlinuz-VERSION}
 * with {@code initrd.img-VERSION}, {@code initrd-VERSION} or {@code initramfs-VERSION.img}. Of
 * several complete kernels the one of the highest version is taken. Links are resolved inside the
 * tree.
 */
public final class BootableCheck {
  private static final String MODULES = "usr/lib/modules";
  private static final String KERNEL_PREFIX = "vmlinuz-";
  private static final Set<String> BOOT_FILES = Set.of("vmlinuz", "initramfs.img");
  private static final List<String> INITS =
      List.of("sbin/init", "usr/lib/systemd/systemd", "lib/systemd/systemd", "init");
  private static final List<String> OWN_DIRECTORIES = List.of("etc", "usr", "usr/lib");

  /** Where a system mounts what is not its image's; a read-only root cannot grow them. */
  static final List<String> MOUNT_POINTS = List.of("dev", "proc", "run", "sys", "var");

  private static final String KERNEL_FIX =
      "Install a kernel with its modules in the image, and build its initrd there.";
  private static final String OS_RELEASE_FIX =
      "Let the image have /usr/lib/os-release with ID, VERSION_ID and PRETTY_NAME.";

  private final BootTree tree;
  private final List<BootProblem> problems = new ArrayList<>();

  private BootableCheck(BootTree tree) {
    this.tree = tree;
  }

  /**
   * Finds what {@code image} boots with.
   *
   * @throws UnbootableImageException listing everything that is missing
   */
  public static BootFiles require(ImageId image, TreeManifest tree) {
    return require(image, BootTree.of(tree));
  }

  /**
   * What a boot of the tree loads.
   *
   * @throws UnbootableImageException if it lacks anything that a boot needs
   */
  public static BootFiles require(ImageId image, BootTree tree) {
    BootableReport assessment = assess(tree);
    if (!assessment.problems().isEmpty() || assessment.files().isEmpty()) {
      throw new UnbootableImageException(
          image, assessment.problems().stream().map(BootProblem::what).toList());
    }
    return assessment.files().get();
  }

  /** All there is to say about booting {@code tree}. */
  public static BootableReport assess(TreeManifest tree) {
    return assess(BootTree.of(tree));
  }

  private static BootableReport assess(BootTree tree) {
    BootableCheck check = new BootableCheck(tree);
    NavigableSet<String> versions = check.versions();
    Optional<BootFiles> files = check.kernels(versions);
    check.requireInit();
    check.requireOsRelease();
    check.requireRoomForOwnFiles();
    check.requireMountPoints();
    return new BootableReport(List.copyOf(versions), files, check.problems);
  }

  /** The versions that there is any part of, highest first. */
  private NavigableSet<String> versions() {
    NavigableSet<String> versions = new TreeSet<>(new KernelVersionOrder().reversed());
    tree.names(MODULES).forEach(versions::add);
    tree.names("boot")
        .filter(name -> name.startsWith(KERNEL_PREFIX))
        .map(name -> name.substring(KERNEL_PREFIX.length()))
        .forEach(versions::add);
    return versions;
  }

  private Optional<BootFiles> kernels(NavigableSet<String> versions) {
    if (versions.isEmpty()) {
      problem(
          "it has no kernel (no /usr/lib/modules/VERSION and no /boot/vmlinuz-VERSION)",
          KERNEL_FIX);
      return Optional.empty();
    }
    List<String> found = new ArrayList<>();
    for (String version : versions) {
      List<String> missing = new ArrayList<>();
      requirePlain(version, missing);
      Optional<String> kernel = kernel(version, missing);
      Optional<String> initrd = initrd(version, missing);
      requireModules(version, missing);
      if (missing.isEmpty() && kernel.isPresent() && initrd.isPresent()) {
        return Optional.of(new BootFiles(version, kernel.get(), initrd.get()));
      }
      found.addAll(missing);
    }
    found.forEach(what -> problem(what, KERNEL_FIX));
    return Optional.empty();
  }

  private void problem(String what, String fix) {
    problems.add(new BootProblem(what, fix));
  }

  private Optional<String> kernel(String version, List<String> missing) {
    return firstUsable(
        "kernel",
        List.of(MODULES + "/" + version + "/vmlinuz", "boot/" + KERNEL_PREFIX + version),
        missing);
  }

  private Optional<String> initrd(String version, List<String> missing) {
    return firstUsable(
        "initrd",
        List.of(
            MODULES + "/" + version + "/initramfs.img",
            "boot/initrd.img-" + version,
            "boot/initrd-" + version,
            "boot/initramfs-" + version + ".img"),
        missing);
  }

  private Optional<String> firstUsable(String what, List<String> places, List<String> missing) {
    for (String place : places) {
      if (tree.get(place).isPresent() || tree.resolve(place).isPresent()) {
        return usableFile(what, place, missing);
      }
    }
    missing.add("its %s is missing (looked for /%s)".formatted(what, String.join(", /", places)));
    return Optional.empty();
  }

  private Optional<String> usableFile(String what, String place, List<String> missing) {
    Optional<String> resolved = tree.resolve(place);
    if (resolved.isEmpty()) {
      missing.add("its %s /%s is a dangling link".formatted(what, place));
      return Optional.empty();
    }
    TreeEntry entry = tree.get(resolved.get()).orElseThrow();
    if (entry.kind() != FileKind.FILE) {
      missing.add("its %s /%s is not a file".formatted(what, place));
      return Optional.empty();
    }
    if (entry.size() == 0) {
      missing.add("its %s /%s is an empty file".formatted(what, place));
      return Optional.empty();
    }
    if (!BootPath.isPlain(resolved.get())) {
      missing.add("its %s /%s has a name that a boot menu cannot hold".formatted(what, place));
      return Optional.empty();
    }
    return resolved;
  }

  /** The boot menu names the version too, also where links lead to a kernel of another name. */
  private static void requirePlain(String version, List<String> missing) {
    if (!BootPath.isPlain(version)) {
      missing.add("its kernel's version '%s' is none that a boot menu can hold".formatted(version));
    }
  }

  private void requireModules(String version, List<String> missing) {
    if (tree.names(MODULES + "/" + version).allMatch(BOOT_FILES::contains)) {
      missing.add("kernel %s has no modules (/%s/%s)".formatted(version, MODULES, version));
    }
  }

  private void requireInit() {
    boolean found =
        INITS.stream()
            .map(tree::resolve)
            .flatMap(Optional::stream)
            .map(path -> tree.get(path).orElseThrow())
            .anyMatch(
                entry ->
                    entry.kind() == FileKind.FILE
                        && entry.size() > 0
                        && (entry.mode() & 0111) != 0);
    if (!found) {
      problem(
          "it has no init (looked for an executable /%s)".formatted(String.join(", /", INITS)),
          "Install an init system such as systemd in the image.");
    }
  }

  private void requireOsRelease() {
    Optional<TreeEntry> found = OsRelease.in(tree).flatMap(tree::get);
    if (found.isEmpty()) {
      problem("it has no os-release (/etc/os-release, /usr/lib/os-release)", OS_RELEASE_FIX);
    } else if (found.get().kind() != FileKind.FILE || found.get().size() > OsRelease.LARGEST) {
      // It will be read: a pipe in its place would be read without end.
      problem(
          "its os-release is not a file of at most %d bytes".formatted(OsRelease.LARGEST),
          OS_RELEASE_FIX);
    }
  }

  /** The engine writes below these as root: a link there would lead it out of the deployment. */
  private void requireRoomForOwnFiles() {
    OWN_DIRECTORIES.forEach(this::requireDirectory);
    if (tree.get(SealedRoot.OWN_DIRECTORY).isPresent()) {
      problem(
          "it already holds /" + SealedRoot.OWN_DIRECTORY,
          "Build the image from packages or another image, not from the root of a deployment.");
    }
  }

  /** They cannot be made at boot, since the root is read-only. Images of containers lack some. */
  private void requireMountPoints() {
    MOUNT_POINTS.forEach(this::requireDirectory);
  }

  private void requireDirectory(String path) {
    if (tree.get(path).filter(entry -> entry.kind() == FileKind.DIRECTORY).isEmpty()) {
      problem(
          "its /%s is not a directory".formatted(path),
          "Make it in the image: RUN mkdir -p /" + path);
    }
  }
}
