package io.github.containersnap.tree;

import io.github.containersnap.linux.EscapedBytes;
import io.github.containersnap.linux.PathBytes;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;

/**
 * Reads a real directory into a {@link TreeManifest}.
 *
 * <p>Symbolic links are recorded, never followed. Nested subvolumes and whatever is mounted inside
 * are descended into. Files are read and hashed on all processors, a file with several names once.
 * Works under any locale.
 */
public final class TreeScan {
  private static final String ATTRIBUTES = "unix:mode,uid,gid,size,ino,dev,rdev,nlink";

  private final Map<String, String> knownDigests;
  private final Predicate<String> skipped;
  private final ExecutorService hashing;
  private final Map<String, PendingEntry> pending = new HashMap<>();
  private final Map<String, Future<FileContentReader>> contentOfHardLinks = new HashMap<>();

  private TreeScan(
      Map<String, String> knownDigests, Predicate<String> skipped, ExecutorService hashing) {
    this.knownDigests = knownDigests;
    this.skipped = skipped;
    this.hashing = hashing;
  }

  /**
   * Reads everything below and including {@code root}.
   *
   * @throws TreeReadException naming the file that could not be read
   */
  public static TreeManifest of(Path root) {
    return of(root, Map.of());
  }

  /**
   * As {@link #of(Path)}, without reading again the content of files that the caller has just read.
   *
   * @param knownDigests SHA-256 by path, of content that was read in full from exactly that file
   *     below {@code root}
   */
  public static TreeManifest of(Path root, Map<String, String> knownDigests) {
    return of(root, knownDigests, path -> false);
  }

  /**
   * As {@link #of(Path)}, without what lies at, and below, the paths of which {@code skipped} is
   * true.
   */
  public static TreeManifest of(Path root, Predicate<String> skipped) {
    return of(root, Map.of(), skipped);
  }

  /** As both: content that is known is not read, and what is skipped is left out. */
  public static TreeManifest of(
      Path root, Map<String, String> knownDigests, Predicate<String> skipped) {
    try (ExecutorService hashing =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      try {
        return new TreeScan(knownDigests, skipped, hashing).scan(root);
      } catch (RuntimeException | Error e) {
        hashing.shutdownNow();
        throw e;
      }
    }
  }

  private TreeManifest scan(Path root) {
    List<PendingDirectory> directories = new ArrayList<>();
    add("", root, directories);
    while (!directories.isEmpty()) {
      PendingDirectory directory = directories.removeLast();
      for (Path child : children(directory.location())) {
        String name = EscapedBytes.toText(PathBytes.ofName(child));
        String path = directory.childPath(name);
        if (!skipped.test(path)) {
          add(path, child, directories);
        }
      }
    }
    SortedMap<String, TreeEntry> entries = new TreeMap<>();
    pending.forEach((path, entry) -> entries.put(path, entry.complete()));
    return TreeManifest.of(entries);
  }

  private void add(String path, Path location, List<PendingDirectory> directories) {
    Status status = Status.of(location);
    Future<FileContentReader> content =
        switch (status.kind()) {
          case FILE -> content(path, location, status);
          case SYMLINK -> hashing.submit(() -> FileContentReader.ofLink(location));
          case DIRECTORY, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, SOCKET ->
              hashing.submit(() -> FileContentReader.ofNone(location));
        };
    pending.put(path, new PendingEntry(location, status, content));
    if (status.kind() == FileKind.DIRECTORY) {
      directories.add(new PendingDirectory(path, location));
    }
  }

  private Future<FileContentReader> content(String path, Path location, Status status) {
    String known = knownDigests.get(path);
    if (status.names() < 2) {
      return hashing.submit(() -> FileContentReader.of(location, status.size(), known));
    }
    return contentOfHardLinks.computeIfAbsent(
        status.identity(),
        identity -> hashing.submit(() -> FileContentReader.of(location, status.size(), known)));
  }

  private static List<Path> children(Path directory) {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(children::add);
    } catch (DirectoryIteratorException e) {
      throw new TreeReadException(directory, new IOException(e.getMessage(), e));
    } catch (IOException e) {
      throw new TreeReadException(directory, e);
    }
    return children;
  }

  private record PendingDirectory(String path, Path location) {
    String childPath(String name) {
      return path.isEmpty() ? name : path + "/" + name;
    }
  }

  /** What lstat(2) says of a file. */
  private record Status(
      FileKind kind,
      int mode,
      int uid,
      int gid,
      long size,
      String identity,
      long device,
      int names) {

    static Status of(Path location) {
      try {
        Map<String, Object> values =
            Files.readAttributes(location, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
        int mode = (int) number(values, "mode");
        FileKind kind =
            FileKind.ofMode(mode)
                .orElseThrow(() -> new IOException("unknown type in mode %o".formatted(mode)));
        return new Status(
            kind,
            mode & TreeEntry.PERMISSION_BITS,
            (int) number(values, "uid"),
            (int) number(values, "gid"),
            number(values, "size"),
            number(values, "dev") + ":" + number(values, "ino"),
            kind.isDevice() ? number(values, "rdev") : 0,
            kind == FileKind.DIRECTORY ? 1 : (int) number(values, "nlink"));
      } catch (IOException e) {
        throw new TreeReadException(location, e);
      }
    }

    private static long number(Map<String, Object> values, String name) throws IOException {
      if (values.get(name) instanceof Number number) {
        return number.longValue();
      }
      throw new IOException("the file system gives no " + name);
    }
  }

  /** An entry whose content and attributes are still being read. */
  private record PendingEntry(Path location, Status status, Future<FileContentReader> content) {

    TreeEntry complete() {
      FileContentReader read = read();
      return new TreeEntry(
          status.kind(),
          status.mode(),
          status.uid(),
          status.gid(),
          read.size(),
          read.digest(),
          read.linkTarget(),
          status.device(),
          read.attributes().inHexadecimal(),
          status.names() > 1 ? status.identity() : "");
    }

    private FileContentReader read() {
      try {
        return content.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof IOException reason) {
          throw new TreeReadException(location, reason);
        }
        throw new IllegalStateException("Reading " + location + " went wrong", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TreeReadException(location, new IOException("interrupted", e));
      }
    }
  }
}
