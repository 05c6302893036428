package io.github.containersnap.engine.etc;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.linux.LinuxFiles;
import io.github.containersnap.etc.EtcConflict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * The merge against a tiny model: a tree is a map from path to what is there ({@code dir}, {@code
 * file 1}, {@code link}). The model does not merge; it says what must be true of any good merge.
 */
class EtcMergeProperties {
  private static final String DIRECTORY = "dir";
  private static final String ABSENT = "absent";
  private static final List<String> PATHS = List.of("a", "d", "d/x", "d/y", "d/z", "d/z/deep");

  @Property(tries = 300)
  void a_local_change_wins_and_the_image_has_the_rest(
      @ForAll("trees") SortedMap<String, String> came,
      @ForAll("trees") SortedMap<String, String> running,
      @ForAll("trees") SortedMap<String, String> offered)
      throws IOException {
    Path directory = Files.createTempDirectory("etc-merge");
    try {
      Path outside = Files.createDirectory(directory.resolve("outside"));
      Files.writeString(outside.resolve("x"), "untouched");
      Path target = made(directory.resolve("target"), offered, outside);
      List<String> conflicts =
          new EtcMerge(
                  new LinuxFiles(),
                  made(directory.resolve("came"), came, outside),
                  made(directory.resolve("running"), running, outside),
                  made(directory.resolve("offered"), offered, outside),
                  target)
              .apply().stream().map(EtcConflict::path).toList();
      requireGood(came, running, offered, read(target), conflicts);
      assertThat(outside.resolve("x")).hasContent("untouched");
      assertThat(read(outside)).hasSize(1);
    } finally {
      new LinuxFiles().deleteTree(directory);
    }
  }

  private static void requireGood(
      Map<String, String> came,
      Map<String, String> running,
      Map<String, String> offered,
      Map<String, String> result,
      List<String> conflicts) {
    for (String path : PATHS) {
      String before = at(came, path);
      String here = at(running, path);
      String there = at(offered, path);
      boolean changedHere = !here.equals(before);
      if (changedHere && !here.equals(ABSENT)) {
        assertThat(at(result, path)).as("changed here: " + path).isEqualTo(here);
      }
      if (changedHere && here.equals(ABSENT) && !there.equals(DIRECTORY)) {
        assertThat(at(result, path)).as("removed here: " + path).isEqualTo(ABSENT);
      }
      if (!changedHere && nothingChangedAround(path, came, running, offered)) {
        assertThat(at(result, path)).as("left alone here: " + path).isEqualTo(there);
      }
      boolean changedThere = !there.equals(before);
      if (changedHere && changedThere && !here.equals(there) && !here.equals(ABSENT)) {
        assertThat(conflicts)
            .as("changed on both sides: " + path)
            .anyMatch(at -> path.equals(at) || path.startsWith(at + "/"));
      }
    }
    if (offered.equals(came)) {
      assertThat(conflicts).isEmpty();
      assertThat(result).isEqualTo(running);
    }
  }

  /**
   * Neither what lies above nor what lies below was changed here; and if the image has no directory
   * above, which is then taken whole from one side, nothing in that directory was.
   */
  private static boolean nothingChangedAround(
      String path,
      Map<String, String> came,
      Map<String, String> running,
      Map<String, String> offered) {
    return PATHS.stream()
        .filter(
            other ->
                other.startsWith(path + "/")
                    || PATHS.stream()
                        .filter(above -> path.startsWith(above + "/"))
                        .anyMatch(
                            above ->
                                other.equals(above)
                                    || (!at(offered, above).equals(DIRECTORY)
                                        && other.startsWith(above + "/"))))
        .allMatch(other -> at(came, other).equals(at(running, other)));
  }

  private static String at(Map<String, String> tree, String path) {
    return tree.getOrDefault(path, ABSENT);
  }

  @Provide
  Arbitrary<SortedMap<String, String>> trees() {
    Arbitrary<String> leaf = Arbitraries.of(ABSENT, "file 1", "file 2", "link");
    Arbitrary<String> node = Arbitraries.of(ABSENT, "file 1", "link", DIRECTORY, DIRECTORY);
    return Combinators.combine(leaf, node, leaf, leaf, node, leaf)
        .as((a, d, x, y, z, deep) -> tree(List.of(a, d, x, y, z, deep)));
  }

  private static SortedMap<String, String> tree(List<String> wanted) {
    SortedMap<String, String> tree = new TreeMap<>();
    for (int i = 0; i < PATHS.size(); i++) {
      String path = PATHS.get(i);
      int slash = path.lastIndexOf('/');
      boolean room = slash < 0 || at(tree, path.substring(0, slash)).equals(DIRECTORY);
      if (room && !wanted.get(i).equals(ABSENT)) {
        tree.put(path, wanted.get(i));
      }
    }
    return tree;
  }

  private static Path made(Path root, SortedMap<String, String> tree, Path outside)
      throws IOException {
    Files.createDirectory(root);
    for (Map.Entry<String, String> entry : tree.entrySet()) {
      Path path = root.resolve(entry.getKey());
      switch (entry.getValue()) {
        case DIRECTORY -> Files.createDirectory(path);
        case "link" -> Files.createSymbolicLink(path, outside);
        default -> Files.writeString(path, entry.getValue());
      }
    }
    return root;
  }

  private static SortedMap<String, String> read(Path root) throws IOException {
    SortedMap<String, String> tree = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : new TreeSet<>(all.toList())) {
        if (!path.equals(root)) {
          tree.put(root.relativize(path).toString(), content(path));
        }
      }
    }
    return tree;
  }

  private static String content(Path path) {
    if (Files.isSymbolicLink(path)) {
      return "link";
    }
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return DIRECTORY;
    }
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
