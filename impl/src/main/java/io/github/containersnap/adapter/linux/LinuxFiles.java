package io.github.containersnap.adapter.linux;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.linux.DirectoryNames;
import io.github.containersnap.linux.EscapedBytes;
import io.github.containersnap.linux.ExtendedAttributes;
import io.github.containersnap.linux.InodeFlags;
import io.github.containersnap.linux.KernelCallException;
import io.github.containersnap.linux.NameExchange;
import io.github.containersnap.linux.PathBytes;
import io.github.containersnap.linux.Preallocation;
import io.github.containersnap.linux.SpecialFiles;
import io.github.containersnap.linux.TreeDeletion;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import io.github.containersnap.tree.TreeScan;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Files of a real Linux, through java.nio and, for whole trees, cp(1). */
public final class LinuxFiles implements SystemFiles {
  /** The default size of a node of btrfs trees, and how much of it one attribute can take. */
  private static final int NODE = 16 * 1024;

  private static final int ROOM_IN_NODE = 16_000;

  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

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
  public Optional<byte[]> readBytes(Path file, int limit) {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] bytes = in.readNBytes(limit + 1);
      return Optional.of(bytes).filter(read -> read.length <= limit);
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
      FileKind kind =
          FileKind.ofMode(mode)
              .orElseThrow(() -> new IOException("unknown type in mode %o".formatted(mode)));
      return Optional.of(
          new Seen(
              kind,
              mode & TreeEntry.PERMISSION_BITS,
              kind == FileKind.FILE ? size : 0,
              kind == FileKind.SYMLINK ? Files.readSymbolicLink(path).toString() : ""));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      if (!exists(path)) {
        return Optional.empty(); // something above it is not a directory, or a name is too long
      }
      throw failed("look at", path, e);
    }
  }

  @Override
  public boolean isDirectory(Path path) {
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public void createDirectories(Path directory) {
    RootOnlyDirectory.make(directory);
  }

  @Override
  public void createReadableDirectories(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw failed("create", directory, e);
    }
  }

  @Override
  public void replaceDurably(Path file, String text) {
    Path beside = SystemFiles.unfinished(file);
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
      withdraw(beside, e);
      throw failed("replace", file, e);
    }
  }

  @Override
  public void deleteDurably(Path file) {
    try {
      Files.deleteIfExists(SystemFiles.unfinished(file));
      Files.deleteIfExists(file);
      syncDirectory(file);
    } catch (IOException e) {
      throw failed("delete", file, e);
    }
  }

  private static void syncDirectory(Path file) throws IOException {
    DirectoryNames.sync(Optional.ofNullable(file.getParent()).orElseThrow());
  }

  @Override
  public void write(Path file, String text) {
    try {
      Files.createFile(file);
    } catch (IOException e) {
      throw failed("write", file, e);
    }
    try {
      Files.writeString(file, text, StandardOpenOption.WRITE);
    } catch (IOException e) {
      withdraw(file, e);
      throw failed("write", file, e);
    }
  }

  /** Deletes what a failed call has written; a deletion goes through on a full filesystem. */
  private static void withdraw(Path file, IOException failure) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException again) {
      failure.addSuppressed(again);
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
  public void setRoomAside(Path file, Bytes room) {
    try {
      if (!Files.exists(file)) {
        Files.createFile(file);
      }
      Preallocation.keepingSize(file, room.count());
    } catch (IOException full) {
      // It is then not there, or without room, and a write into it fails as into any other file.
      // What called for it has succeeded: this must not make a failure of that.
    }
  }

  @Override
  public void fill(Path file, String text) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      // In one call: the second write to a block that has been written is an ordinary one again.
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw failed("write", file, e);
    }
  }

  @Override
  public void write(Path file, byte[] content) {
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), PRIVATE)) {
      ByteBuffer remaining = ByteBuffer.wrap(content);
      while (remaining.hasRemaining()) {
        channel.write(remaining);
      }
    } catch (IOException e) {
      throw failed("write", file, e);
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
  public void exchange(Path one, Path other) {
    try {
      NameExchange.of(one, other);
    } catch (KernelCallException e) {
      throw failed("exchange " + one + " with", other, e);
    }
  }

  @Override
  public TreeManifest scan(Path root) {
    return TreeScan.of(root);
  }

  @Override
  public void copyTree(Path source, Path target) {
    ExternalCommand.of("cp", "-a", "--reflink=auto", source + "/.", target + "/")
        .endingWithThisProcess()
        .run();
  }

  @Override
  public void copyEntry(Path source, Path target) {
    try {
      FileAttributes attributes = FileAttributes.of(source);
      if (Files.isDirectory(source, LinkOption.NOFOLLOW_LINKS)) {
        createDirectories(target);
      } else {
        // Without a target it neither writes through a link nor into a file with other names.
        Files.deleteIfExists(target);
        copyContent(source, target);
      }
      attributes.applyTo(target);
      if (Files.isRegularFile(source, LinkOption.NOFOLLOW_LINKS)) {
        Files.setLastModifiedTime(
            target, Files.getLastModifiedTime(source, LinkOption.NOFOLLOW_LINKS));
      }
    } catch (IOException e) {
      throw failed("copy " + source + " to", target, e);
    }
  }

  private static void copyContent(Path source, Path target) throws IOException {
    boolean special =
        Files.readAttributes(source, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
            .isOther();
    if (special) {
      SpecialFiles.make(target, (int) number(source, "unix:mode"), number(source, "unix:rdev"));
    } else {
      Files.copy(source, target, LinkOption.NOFOLLOW_LINKS);
    }
  }

  private static long number(Path file, String attribute) throws IOException {
    if (Files.getAttribute(file, attribute, LinkOption.NOFOLLOW_LINKS) instanceof Number number) {
      return number.longValue();
    }
    throw new IOException("the file system gives no " + attribute);
  }

  @Override
  public void setAttributes(Path file, TreeEntry wanted) {
    try {
      FileAttributes.of(wanted).applyTo(file);
    } catch (IOException e) {
      throw failed("set the attributes of", file, e);
    }
  }

  @Override
  public SortedMap<String, Integer> inodeFlags(Path root) {
    SortedMap<String, Integer> found = new TreeMap<>();
    addFlagsBelow(root, "", found);
    return found;
  }

  private static void addFlagsBelow(
      Path directory, String above, SortedMap<String, Integer> found) {
    try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
      for (Path child : children) {
        boolean isDirectory = Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS);
        if (isDirectory || Files.isRegularFile(child, LinkOption.NOFOLLOW_LINKS)) {
          String path = above + EscapedBytes.toText(PathBytes.ofName(child));
          int flags = flags(child);
          if (flags != 0) {
            found.put(path, flags);
          }
          if (isDirectory) {
            addFlagsBelow(child, path + "/", found);
          }
        }
      }
    } catch (DirectoryIteratorException e) {
      throw failed("list", directory, new IOException(e.getMessage(), e));
    } catch (IOException e) {
      throw failed("read the flags of what is in", directory, e);
    }
  }

  private static int flags(Path file) throws KernelCallException {
    try {
      return InodeFlags.of(file);
    } catch (KernelCallException e) {
      if (e.error().equals("ENOTTY") || e.error().equals("ENOTSUP")) {
        return 0; // a filesystem without such flags is mounted there
      }
      throw e;
    }
  }

  @Override
  public void setInodeFlags(Path file, int flags) {
    try {
      boolean inPlace = (flags & InodeFlags.NO_COPY_ON_WRITE) != 0;
      if (inPlace && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) > 0) {
        writeInPlace(file);
      }
      InodeFlags.set(file, flags);
    } catch (IOException e) {
      throw failed("set the flags of", file, e);
    }
  }

  /** Only an empty file can begin to be written in place: this one is replaced by a copy. */
  private void writeInPlace(Path file) throws IOException {
    if ((InodeFlags.of(file) & InodeFlags.NO_COPY_ON_WRITE) != 0
        || number(file, "unix:nlink") > 1) {
      return; // a file with several names would lose them
    }
    Path copy = file.resolveSibling("." + file.getFileName() + UNFINISHED);
    Files.deleteIfExists(copy);
    Files.createFile(copy);
    InodeFlags.set(copy, InodeFlags.NO_COPY_ON_WRITE);
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
        OutputStream out = Files.newOutputStream(copy)) {
      in.transferTo(out);
    }
    FileAttributes.of(file).applyTo(copy);
    Files.setLastModifiedTime(copy, Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS));
    Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void link(Path existing, Path name) {
    try {
      Files.createLink(name, existing);
    } catch (IOException e) {
      throw failed("link " + existing + " to", name, e);
    }
  }

  @Override
  public void deleteTree(Path path) {
    try {
      TreeDeletion.remove(path);
    } catch (IOException e) {
      throw failed("delete", path, e);
    }
  }

  @Override
  public void deleteContents(Path directory) {
    try {
      DirectoryContents.of(directory).delete();
    } catch (IOException e) {
      throw failed("delete what is in", directory, e);
    }
  }

  @Override
  public void keepOnly(Path directory, String name) {
    try {
      DirectoryContents.of(directory).keepOnly(name);
    } catch (IOException e) {
      throw failed("keep only " + name + " of", directory, e);
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
