package io.github.containersnap.adapter.linux;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.linux.BtrfsHandle;
import io.github.containersnap.linux.KernelCallException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Kernel btrfs, through btrfs-progs and, where that is one call, the kernel itself. */
public final class BtrfsProgs implements Btrfs {
  /** The inode of every subvolume's root: BTRFS_FIRST_FREE_OBJECTID of btrfs_tree.h. */
  private static final long SUBVOLUME_ROOT_INODE = 256;

  private static final Pattern FREE =
      Pattern.compile("Free \\(estimated\\):\\s+\\d+\\s+\\(min: (\\d+)\\)");
  private static final Pattern UNALLOCATED = Pattern.compile("Device unallocated:\\s+(\\d+)");
  private static final Pattern METADATA =
      Pattern.compile("Metadata(?:\\+Data)?,([^:]+): Size:(\\d+), Used:(\\d+)");
  private static final Pattern MIXED =
      Pattern.compile("Data\\+Metadata,([^:]+): Size:(\\d+), Used:(\\d+)");
  private static final Pattern RESERVE = Pattern.compile("Global reserve:\\s+(\\d+)");

  private static final String PATH = " path ";

  /** What commits are made through while losses are watched for. */
  private Optional<BtrfsHandle> watching = Optional.empty();

  @Override
  public void snapshot(Path source, Path target) {
    requireAbsent(target);
    on(
        source,
        from -> {
          try (BtrfsHandle into = BtrfsHandle.open(target.resolveSibling(""))) {
            into.createSnapshot(from, target);
            return target;
          }
        });
  }

  @Override
  public void createSubvolume(Path target) {
    requireAbsent(target);
    on(
        target.resolveSibling(""),
        into -> {
          into.createSubvolume(target);
          return target;
        });
  }

  private static void requireAbsent(Path target) {
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new UncheckedIOException(new FileAlreadyExistsException(target.toString()));
    }
  }

  @Override
  public void deleteSubvolume(Path subvolume) {
    ExternalCommand delete = ExternalCommand.of("btrfs", "subvolume", "delete", subvolume);
    if (delete.runAnyStatus().succeeded()) {
      return;
    }
    List<Path> nested = allWithin(subvolume);
    nested.forEach(inner -> setReadOnly(inner, false));
    for (Path inner : nested.reversed()) {
      ExternalCommand.of("btrfs", "subvolume", "delete", inner).run();
    }
    delete.run();
  }

  /**
   * The subvolumes nested in one at any depth, outer ones first. A deployment's /etc is free to
   * have some.
   */
  private List<Path> allWithin(Path subvolume) {
    try (Stream<Path> all = Files.walk(subvolume)) { // follows no links
      return all.filter(path -> !path.equals(subvolume)).filter(this::isSubvolume).toList();
    } catch (IOException | UncheckedIOException e) {
      throw new UncheckedIOException(
          "cannot look for subvolumes in " + subvolume + ": " + e.getMessage(), new IOException(e));
    }
  }

  @Override
  public boolean isSubvolume(Path path) {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try {
      Object inode = Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
      return inode.equals(SUBVOLUME_ROOT_INODE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look at " + path, e);
    }
  }

  @Override
  public List<Path> nested(Path subvolume) {
    return on(subvolume, BtrfsHandle::nestedSubvolumes);
  }

  @Override
  public Instant created(Path subvolume) {
    return on(subvolume, handle -> handle.subvolume().created());
  }

  @Override
  public Generation generation(Path subvolume) {
    return on(
        subvolume,
        handle -> {
          BtrfsHandle.Generations found = handle.generations();
          return new Generation(found.creation(), found.latest());
        });
  }

  @Override
  public boolean isReadOnly(Path subvolume) {
    return on(subvolume, BtrfsHandle::isReadOnly);
  }

  @Override
  public void setReadOnly(Path subvolume, boolean readOnly) {
    on(
        subvolume,
        handle -> {
          handle.setReadOnly(readOnly);
          return readOnly;
        });
  }

  @Override
  public String defaultSubvolume(Path topLevel) {
    String text = ExternalCommand.of("btrfs", "subvolume", "get-default", topLevel).run().text();
    int path = text.indexOf(PATH); // the top level has none: "ID 5 (FS_TREE)"
    return path < 0 ? "" : text.substring(path + PATH.length());
  }

  @Override
  public void setDefault(Path subvolume) {
    ExternalCommand.of("btrfs", "subvolume", "set-default", subvolume).run();
  }

  @Override
  public void commit(Path anywhere) {
    Optional<BtrfsHandle> open = watching;
    if (open.isEmpty()) {
      on(anywhere, BtrfsProgs::commit);
      return;
    }
    try {
      commit(open.get());
    } catch (KernelCallException e) {
      throw new UncheckedIOException(String.valueOf(e.getMessage()), e);
    }
  }

  private static boolean commit(BtrfsHandle handle) throws KernelCallException {
    handle.commit();
    return true;
  }

  /** syncfs(2) tells of each loss since the file it is called on was opened. */
  @Override
  public Watch watchLosses(Path anywhere) {
    if (watching.isPresent()) {
      return () -> {};
    }
    try {
      BtrfsHandle handle = BtrfsHandle.open(anywhere);
      watching = Optional.of(handle);
      return () -> {
        watching = Optional.empty();
        handle.close();
      };
    } catch (KernelCallException e) {
      throw new UncheckedIOException(String.valueOf(e.getMessage()), e);
    }
  }

  private interface Question<T> {
    T ask(BtrfsHandle handle) throws IOException;
  }

  /** Asks the kernel itself: a program would be started for one system call. */
  private static <T> T on(Path path, Question<T> question) {
    try (BtrfsHandle handle = BtrfsHandle.open(path)) {
      return question.ask(handle);
    } catch (IOException e) {
      throw new UncheckedIOException(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public void awaitFreed(Path anywhere) {
    // The kernel's cleaner begins after a commit. Running out of time is not an error.
    ExternalCommand.of("timeout", "60", "btrfs", "subvolume", "sync", "-s", "1", anywhere)
        .runAnyStatus();
  }

  @Override
  public Space space(Path anywhere) {
    String usage = ExternalCommand.of("btrfs", "filesystem", "usage", "-b", anywhere).run().text();
    Matcher mixed = MIXED.matcher(usage);
    Bytes free = new Bytes(number(FREE, usage, 1));
    if (mixed.find()) {
      return new Space(free, free);
    }
    Matcher metadata = METADATA.matcher(usage);
    if (!metadata.find()) {
      throw new IllegalStateException("`btrfs filesystem usage` names no metadata:\n" + usage);
    }
    int copies = List.of("single").contains(metadata.group(1)) ? 1 : 2;
    Bytes inChunks =
        new Bytes(Long.parseLong(metadata.group(2)) - Long.parseLong(metadata.group(3)));
    Bytes unallocated = new Bytes(number(UNALLOCATED, usage, 1) / copies);
    return new Space(free, inChunks.plus(unallocated).minus(new Bytes(number(RESERVE, usage, 1))));
  }

  @Override
  public String filesystemId(Path anywhere) {
    return on(anywhere, BtrfsHandle::filesystemId);
  }

  /** A device of the btrfs that {@code anywhere} lies on, by the kernel's name. */
  public static Path device(Path anywhere) {
    return on(anywhere, BtrfsHandle::device);
  }

  private static long number(Pattern pattern, String text, int group) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IllegalStateException(
          "`btrfs filesystem usage` does not print what was looked for (%s):\n%s"
              .formatted(pattern, text));
    }
    return Long.parseLong(matcher.group(group));
  }
}
