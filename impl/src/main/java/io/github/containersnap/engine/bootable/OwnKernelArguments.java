package io.github.containersnap.engine.bootable;

import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The kernel arguments that {@code container-snap kargs} keeps, in a drop-in that is the program's
 * own: all other files of arguments are the administrator's or the image's.
 *
 * @param words in order, one a line of the file; what a kernel is never told is not among them
 */
public record OwnKernelArguments(List<String> words) {
  /** The drop-in, as a path below the root of a deployment. */
  public static final String FILE = "etc/kernel/cmdline.d/50-container-snap.conf";

  private static final List<String> DIRECTORIES =
      List.of("etc", "etc/kernel", "etc/kernel/cmdline.d");

  private static final String HEADER =
      """
      # Written by `container-snap kargs`, which replaces this file whole. Arguments of your own
      # belong into another file of this directory.
      """;

  public OwnKernelArguments {
    words = List.copyOf(words);
  }

  /**
   * Those of the deployment at {@code root}; none if it has no such file.
   *
   * @throws DamagedStateException if something else lies in the file's place, or on the way to it,
   *     such as a link
   */
  public static OwnKernelArguments of(SystemFiles files, SealedRoot root) {
    LiveTree tree = new LiveTree(files, root.root());
    for (String directory : DIRECTORIES) {
      Optional<TreeEntry> entry = tree.get(directory);
      if (entry.isEmpty()) {
        return new OwnKernelArguments(List.of());
      }
      if (entry.get().kind() != FileKind.DIRECTORY) {
        throw new DamagedStateException(
            root.root().resolve(directory), "it is not a directory, as kargs needs it");
      }
    }
    Optional<TreeEntry> file = tree.get(FILE);
    Optional<byte[]> bytes =
        file.filter(entry -> entry.kind() == FileKind.FILE)
            .flatMap(_ -> tree.read(FILE, KernelArguments.LARGEST_FILE));
    if (file.isPresent() && bytes.isEmpty()) {
      throw new DamagedStateException(
          root.root().resolve(FILE),
          "it is not a file of at most %,d bytes, as kargs writes it"
              .formatted(KernelArguments.LARGEST_FILE));
    }
    return new OwnKernelArguments(
        bytes.stream()
            .map(read -> new String(read, StandardCharsets.UTF_8))
            .flatMap(text -> KernelArguments.words(text).stream())
            .filter(word -> KernelArguments.objection(word).isEmpty())
            .toList());
  }

  /**
   * Makes these the arguments of a draft, whose old ones {@link #of} has read there; without a word
   * the file goes. Not durable by itself, and a crash leaves any part of it.
   */
  public void writeTo(SystemFiles files, SealedRoot draft) {
    Path file = draft.root().resolve(FILE);
    files.deleteTree(file);
    if (!words.isEmpty()) {
      files.createReadableDirectories(file.resolveSibling(""));
      files.write(file, text());
    }
  }

  private String text() {
    return Stream.concat(Stream.of(HEADER), words.stream().map(word -> word + "\n"))
        .collect(Collectors.joining());
  }
}
