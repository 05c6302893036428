package io.github.containersnap.adapter;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.Bytes;
import io.github.containersnap.engine.DamagedStateException;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.linux.ExtendedAttributes;
import io.github.containersnap.tree.Kind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import io.github.containersnap.tree.TreeScan;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Files of a real Linux, through java.nio and, for whole trees, cp(1). */
public final class LinuxFiles implements SystemFiles {
  /** The default size of a node of btrfs trees, and how much of it one attribute can take. */
  private static final int NODE = 16 * 1024;

  private static final int ROOM_IN_NODE = 16_000;

  @Override
  public Optional<String> read(Path file, int limit) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw new DamagedStateException(file, "it is larger than " + limit + " bytes");
      }
      return Optional.of(new String(bytes, StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw failed("read", file, e);
    }
  }

  @Override
  public List<String> names(Path directory) {
    try (Stream<Path> list = Files.list(directory)) {
      return list.map(path -> path.getFileName().toString()).sorted().toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (IOException e) {
      throw failed("list", directory, e);
    }
  }

  @Override
  public boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public Optional<Seen> look(Path path) {
    try {
      Map<String, Object> status =
          Files.readAttributes(path, "unix:mode,size", LinkOption.NOFOLLOW_LINKS);
      int mode = ((Number) Objects.requireNonNull(status.get("mode"))).intValue();
      long size = ((Number) Objects.requireNonNull(status.get("size"))).longValue();
      Kind kind =
          Kind.ofMode(mode)
              .orElseThrow(() -> new IOException("unknown type in mode %o".formatted(mode)));
      return Optional.of(
          new Seen(
              kind,
              mode & TreeEntry.PERMISSION_BITS,
              kind == Kind.FILE ? size : 0,
              kind == Kind.SYMLINK ? Files.readSymbolicLink(path).toString() : ""));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      if (!exists(path)) {
        return Optional.empty(); // something above it is no directory, or a name too long
      }
      throw failed("look at", path, e);
    }
  }

  @Override
  public void createDirectories(Path directory) {
    OwnDirectory.make(directory);
  }

  @Override
  public void replaceDurably(Path file, String text) {
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    try {
      try (FileChannel channel =
          FileChannel.open(
              beside,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        ByteBuffer rest = StandardCharsets.UTF_8.encode(text);
        while (rest.hasRemaining()) { // a filesystem that fills up takes a part and says so
          int _ = channel.write(rest);
        }
        channel.force(true); // crash before: an unfinished .new; the old text stands
      }
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
      syncDirectory(file); // crash before: the old text or the new one
    } catch (IOException e) {
      throw failed("replace", file, e);
    }
  }

  @Override
  public void deleteDurably(Path file) {
    try {
      Files.deleteIfExists(file.resolveSibling(file.getFileName() + ".new"));
      Files.deleteIfExists(file);
      syncDirectory(file);
    } catch (IOException e) {
      throw failed("delete", file, e);
    }
  }

  private static void syncDirectory(Path file) throws IOException {
    Path directory = Optional.ofNullable(file.getParent()).orElseThrow();
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void write(Path file, String text) {
    try {
      Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
    } catch (IOException e) {
      throw failed("write", file, e);
    }
  }

  /**
   * Data by fallocate(1). Metadata by extended attributes, which btrfs keeps in its trees and never
   * compresses: one of this size fills a node of 16 KiB.
   */
  @Override
  public void reserve(Path file, Bytes data, Bytes metadata) {
    ExternalCommand.of("fallocate", "--length", data.count(), file).run();
    byte[] value = new byte[ROOM_IN_NODE];
    try {
      for (long done = 0, i = 0; done < metadata.count(); done += NODE, i++) {
        ExtendedAttributes.set(file, "user.reserve." + i, value);
      }
    } catch (IOException e) {
      throw failed("reserve metadata by", file, e);
    }
  }

  @Override
  public void rename(Path source, Path target) {
    if (exists(target)) {
      throw failed("rename " + source + " to", target, new FileAlreadyExistsException("it exists"));
    }
    renameOver(source, target);
  }

  @Override
  public void renameOver(Path source, Path target) {
    try {
      Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw failed("rename " + source + " to", target, e);
    }
  }

  @Override
  public TreeManifest scan(Path root) {
    return TreeScan.of(root);
  }

  @Override
  public void copyTree(Path source, Path target) {
    ExternalCommand.of("cp", "-a", "--reflink=auto", source + "/.", target + "/").run();
  }

  @Override
  public void copyEntry(Path source, Path target) {
    try {
      copyWithoutAttributes(source, target);
      copyAttributes(source, target);
    } catch (IOException e) {
      throw failed("copy " + source + " to", target, e);
    }
  }

  /**
   * Files and links without cp(1): its arguments go through the locale, and names that are not of
   * the locale would be lost on the way. Pipes and devices with it: Java would open them.
   */
  private static void copyWithoutAttributes(Path source, Path target) throws IOException {
    BasicFileAttributes status =
        Files.readAttributes(source, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (status.isDirectory()) {
      Files.createDirectories(target);
    } else if (status.isOther()) {
      ExternalCommand.of("cp", "-a", "--remove-destination", "-T", source, target).run();
    } else {
      Files.copy(
          source,
          target,
          LinkOption.NOFOLLOW_LINKS,
          StandardCopyOption.COPY_ATTRIBUTES,
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** In this order: a change of owner clears set-user-ID bits and file capabilities. */
  private static void copyAttributes(Path source, Path target) throws IOException {
    Map<String, Object> status =
        Files.readAttributes(source, "unix:uid,gid,mode", LinkOption.NOFOLLOW_LINKS);
    for (String name : List.of("uid", "gid")) {
      Files.setAttribute(target, "unix:" + name, status.get(name), LinkOption.NOFOLLOW_LINKS);
    }
    if (!Files.isSymbolicLink(source)) {
      // The target is no link, and is not to be opened, as NOFOLLOW_LINKS would: it may be a pipe.
      Files.setAttribute(target, "unix:mode", status.get("mode"));
    }
    ExtendedAttributes wanted = ExtendedAttributes.of(source);
    for (String name : ExtendedAttributes.of(target).names()) {
      if (wanted.get(name).isEmpty()) {
        ExtendedAttributes.remove(target, name);
      }
    }
    for (String name : wanted.names()) {
      ExtendedAttributes.set(target, name, wanted.get(name).orElseThrow());
    }
  }

  @Override
  public void deleteTree(Path path) {
    if (!exists(path)) {
      return;
    }
    try {
      Files.walkFileTree(
          path,
          new SimpleFileVisitor<Path>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                throws IOException {
              if (failure != null) {
                throw failure;
              }
              Files.delete(directory);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw failed("delete", path, e);
    }
  }

  private static UncheckedIOException failed(String what, Path path, IOException cause) {
    return new UncheckedIOException("cannot %s %s: %s".formatted(what, path, reason(cause)), cause);
  }

  private static String reason(IOException cause) {
    String reason =
        cause instanceof FileSystemException filesystem
            ? filesystem.getReason()
            : cause.getMessage();
    return reason == null ? cause.getClass().getSimpleName() : reason;
  }
}
