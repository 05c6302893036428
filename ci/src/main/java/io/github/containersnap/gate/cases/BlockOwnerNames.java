package io.github.containersnap.gate.cases;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.loopback.btrfs.BlockOwner;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import io.github.containersnap.loopback.disk.SystemDisk;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names subvolumes and files by their paths, as the kernel knows them on a mounted disk; by their
 * numbers if it does not mount it.
 */
final class BlockOwnerNames implements AutoCloseable {
  private static final Pattern SUBVOLUME = Pattern.compile("ID (\\d+) .* path (.*)");
  private static final Pattern IMAGE_ID = Pattern.compile("([0-9a-f]{12})[0-9a-f]{52}");

  private final LoopDevice device;
  private final Optional<Mount> mount;
  private final Map<Long, String> subvolumes = new HashMap<>();
  private final Map<BlockOwner, String> known = new HashMap<>();

  /** Names what is on {@code disk}, which is mounted as long as this is open. */
  BlockOwnerNames(SystemDisk disk, Path mountPoint) {
    this.device = disk.attachSystem();
    this.mount = mounted(device, mountPoint);
    mount.ifPresent(this::listSubvolumes);
  }

  private static Optional<Mount> mounted(LoopDevice device, Path mountPoint) {
    try {
      return Optional.of(Mount.of(device.device(), mountPoint, "subvolid=5,noatime"));
    } catch (CommandFailedException cannotMount) {
      return Optional.empty();
    }
  }

  private void listSubvolumes(Mount at) {
    ExternalCommand.of("btrfs", "subvolume", "list", at.directory()).run().lines().stream()
        .map(SUBVOLUME::matcher)
        .filter(Matcher::matches)
        .forEach(line -> subvolumes.put(Long.parseLong(line.group(1)), line.group(2)));
  }

  String of(BlockOwner owner) {
    return known.computeIfAbsent(owner, this::named);
  }

  private String named(BlockOwner owner) {
    return switch (owner) {
      case BlockOwner.Data data when mount.isPresent() && isSubvolume(data.tree()) -> data(data);
      case BlockOwner.Node node when subvolumes.containsKey(node.tree()) ->
          owner.toString().replace("subvolume " + node.tree(), path(node.tree()));
      default -> owner.toString();
    };
  }

  private boolean isSubvolume(long tree) {
    return tree == 5 || subvolumes.containsKey(tree);
  }

  private String data(BlockOwner.Data data) {
    Path root = mount.orElseThrow().directory();
    Path subvolume = data.tree() == 5 ? root : root.resolve(subvolumes.get(data.tree()));
    CommandOutput resolved =
        ExternalCommand.of("btrfs", "inspect-internal", "inode-resolve", data.inode(), subvolume)
            .runAnyStatus();
    return resolved.succeeded()
        ? "data of "
            + shortened(resolved.text().lines().findFirst().orElse("").replace(root.toString(), ""))
        : data.toString().replace("subvolume " + data.tree(), path(data.tree()));
  }

  private String path(long tree) {
    return "/" + shortened(String.valueOf(subvolumes.get(tree)));
  }

  /** An id of 64 digits fills a line and says no more than its first twelve. */
  static String shortened(String path) {
    return IMAGE_ID.matcher(path).replaceAll("$1…");
  }

  @Override
  public void close() {
    mount.ifPresent(Mount::close);
    device.close();
  }
}
