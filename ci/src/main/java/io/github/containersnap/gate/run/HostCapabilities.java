package io.github.containersnap.gate.run;

import io.github.containersnap.command.ChildEnvironment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a machine offers.
 *
 * @param userId of the process, 0 for root
 * @param kernelRelease as uname(2) tells it, such as {@code 6.12.3-amd64}
 * @param filesystems that the kernel has now, such as {@code btrfs}
 * @param devices those of {@link #DEVICES} that exist
 * @param programs those of {@link #PROGRAMS} that {@link ChildEnvironment#find} finds
 */
public record HostCapabilities(
    int userId,
    String kernelRelease,
    Set<String> filesystems,
    Set<String> devices,
    Set<String> programs) {

  /** The device nodes that are needed. */
  static final List<String> DEVICES = List.of("/dev/fuse", "/dev/loop-control");

  /** The programs that are needed for any check. */
  static final List<String> PROGRAMS =
      List.of(
          "btrfs",
          "grub-fstest",
          "grub-mkimage",
          "losetup",
          "mcopy",
          "mkfs.btrfs",
          "mkfs.vfat",
          "mount",
          "podman",
          "qemu-storage-daemon",
          "sgdisk",
          "skopeo",
          "zstd");

  private static final Path KERNEL_RELEASE = Path.of("/proc/sys/kernel/osrelease");
  private static final Path FILESYSTEMS = Path.of("/proc/filesystems");
  private static final Path OWN_PROCESS = Path.of("/proc/self");

  /** The machine that this runs on. */
  public static HostCapabilities thisMachine() {
    try {
      return new HostCapabilities(
          (Integer) Files.getAttribute(OWN_PROCESS, "unix:uid"),
          Files.readString(KERNEL_RELEASE).strip(),
          filesystems(Files.readString(FILESYSTEMS)),
          DEVICES.stream().filter(HostCapabilities::isDevice).collect(Collectors.toSet()),
          PROGRAMS.stream()
              .filter(name -> ChildEnvironment.find(name).isPresent())
              .collect(Collectors.toCollection(TreeSet::new)));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot find out what this machine offers", e);
    }
  }

  private static Set<String> filesystems(String table) {
    return table.lines().map(line -> line.replaceFirst(".*\t", "")).collect(Collectors.toSet());
  }

  private static boolean isDevice(String name) {
    Path path = Path.of(name);
    return Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
  }

  /** What it lacks for a check, a sentence each; empty if nothing. */
  List<String> lacks() {
    Stream<String> sentences =
        Stream.of(
                lacksRoot(),
                lacksKernel(),
                filesystems.contains("btrfs")
                    ? Optional.<String>empty()
                    : Optional.of("This kernel has no btrfs (modprobe btrfs may bring it)."),
                lacksDevice("/dev/fuse", "fuse"),
                lacksDevice("/dev/loop-control", "loop"),
                lacksPrograms())
            .flatMap(Optional::stream);
    return sentences.toList();
  }

  private Optional<String> lacksRoot() {
    return userId == 0
        ? Optional.empty()
        : Optional.of(
            "Root is needed for loop devices, btrfs mounts and podman; this is user %d."
                .formatted(userId));
  }

  private Optional<String> lacksKernel() {
    return KernelVersion.parse(kernelRelease)
        .filter(version -> version.compareTo(KernelVersion.NEEDED) < 0)
        .map(
            version ->
                "This is Linux %s; Linux %s or later is needed, which can mount several copies of one btrfs side by side (temporary filesystem ids)."
                    .formatted(kernelRelease, KernelVersion.NEEDED));
  }

  private Optional<String> lacksDevice(String device, String module) {
    return devices.contains(device)
        ? Optional.empty()
        : Optional.of("There is no %s (modprobe %s may bring it).".formatted(device, module));
  }

  private Optional<String> lacksPrograms() {
    List<String> missing = PROGRAMS.stream().filter(name -> !programs.contains(name)).toList();
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Not found on the PATH: %s (ci/setup installs them)."
                .formatted(String.join(", ", missing)));
  }

  /**
   * Refuses a machine that lacks anything.
   *
   * @throws UnfitMachineException with all that is missing
   */
  public void requireFit() {
    List<String> lacks = lacks();
    if (!lacks.isEmpty()) {
      throw new UnfitMachineException(
          "this machine cannot run the check. " + String.join(" ", lacks));
    }
  }

  /**
   * Refuses a machine without a program that not every check needs.
   *
   * @throws UnfitMachineException if it is not found
   */
  public static void requireProgram(String name) {
    if (ChildEnvironment.find(name).isEmpty()) {
      throw new UnfitMachineException(
          "this machine cannot run the check. Not found on the PATH: %s (ci/setup installs it)."
              .formatted(name));
    }
  }

  /** The first two numbers of a kernel's release. */
  record KernelVersion(int major, int minor) implements Comparable<KernelVersion> {
    /** Temporary filesystem ids, with which clones of one btrfs are mounted side by side. */
    static final KernelVersion NEEDED = new KernelVersion(6, 7);

    /** Empty if the release does not begin with two numbers; then nothing is held against it. */
    static Optional<KernelVersion> parse(String release) {
      String[] parts = release.split("[^0-9]", 3);
      if (parts.length < 2 || !Arrays.stream(parts).limit(2).allMatch(p -> p.matches("\\d{1,6}"))) {
        return Optional.empty();
      }
      return Optional.of(new KernelVersion(Integer.parseInt(parts[0]), Integer.parseInt(parts[1])));
    }

    @Override
    public int compareTo(KernelVersion other) {
      int byMajor = Integer.compare(major, other.major);
      return byMajor != 0 ? byMajor : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
      return major + "." + minor;
    }
  }
}
