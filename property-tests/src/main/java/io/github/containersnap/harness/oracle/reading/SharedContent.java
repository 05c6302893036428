package io.github.containersnap.harness.oracle.reading;

import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import io.github.containersnap.tree.TreeScan;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The content of files that several crash states of a log have in common, read once for all of
 * them.
 *
 * <p>A file's content follows from where its extents lie and what the disk holds there. So a file
 * is recognised by its size, its extents, and a {@link ContentNames name} for what each of them
 * holds in this state. A file that has an extent without a name is read.
 *
 * <p>Only for a state that was mounted and not changed since: what a command writes after that is
 * in no log. Safe for all workers at once.
 */
public final class SharedContent {
  /** Most of a command line; a path takes at most 4,096 bytes. */
  private static final int BATCH_CHARACTERS = 100_000;

  private static final Pattern HEADER =
      Pattern.compile("File size of (/.*) is ([0-9]+) \\([0-9]+ blocks? of 1 bytes\\)");

  private static final Pattern EXTENT =
      Pattern.compile(
          " *[0-9]+: *([0-9]+)\\.\\. *[0-9]+: *([0-9]+)\\.\\. *[0-9]+: *([0-9]+):"
              + " *(?:[0-9]+:)? *([a-z_,]*) *");

  /** Any other flag says that the content is elsewhere, or not there yet. */
  private static final Set<String> PLAIN = Set.of("", "last", "eof", "shared", "merged");

  private final Map<String, String> digests = new ConcurrentHashMap<>();

  /** How many different files are known. */
  public int known() {
    return digests.size();
  }

  /**
   * For one state.
   *
   * @param contents names what its disk holds
   */
  public InState in(ContentNames contents) {
    return new InState(contents);
  }

  /** Reads trees of one state. */
  public final class InState {
    private final ContentNames contents;

    private InState(ContentNames contents) {
      this.contents = contents;
    }

    /**
     * Reads a tree as {@link TreeScan} does, but the content of files that are known.
     *
     * @param skipped paths that are left out, with all below them
     */
    public TreeManifest scan(Path root, Predicate<String> skipped) {
      Map<String, String> names = names(root, skipped);
      Map<String, String> known = new HashMap<>();
      names.forEach(
          (path, name) -> {
            String digest = digests.get(name);
            if (digest != null) {
              known.put(path, digest);
            }
          });
      TreeManifest tree = TreeScan.of(root, known, skipped);
      names.forEach(
          (path, name) ->
              tree.get(path)
                  .filter(entry -> entry.kind() == FileKind.FILE)
                  .map(TreeEntry::contentDigest)
                  .ifPresent(digest -> digests.putIfAbsent(name, digest)));
      return tree;
    }

    /** What files are recognised by, by their paths; those that nothing is known by have none. */
    private Map<String, String> names(Path root, Predicate<String> skipped) {
      Map<String, String> names = new HashMap<>();
      List<String> batch = new ArrayList<>();
      int characters = 0;
      for (String file : files(root, skipped)) {
        batch.add(file);
        characters += file.length() + 1;
        if (characters > BATCH_CHARACTERS) {
          name(root, batch, names);
          batch.clear();
          characters = 0;
        }
      }
      name(root, batch, names);
      return names;
    }

    private void name(Path root, List<String> files, Map<String, String> names) {
      if (files.isEmpty()) {
        return;
      }
      CommandOutput listed =
          ExternalCommand.of("filefrag", "-v", "-b1").with(files.toArray()).runAnyStatus();
      new Listing(root, contents, names).read(listed.lines());
    }
  }

  /** Only plain ASCII names: how a tool prints others is not worth knowing. */
  private static List<String> files(Path root, Predicate<String> skipped) {
    List<String> files = new ArrayList<>();
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path at, BasicFileAttributes attributes) {
              String path = root.relativize(at).toString();
              return !path.isEmpty() && skipped.test(path)
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path at, BasicFileAttributes attributes) {
              String file = at.toString();
              if (attributes.isRegularFile()
                  && attributes.size() > 0
                  && file.chars().allMatch(letter -> letter > ' ' && letter < 127)) {
                files.add(file);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path at, IOException unreadable) {
              return FileVisitResult.CONTINUE; // for the scan to say
            }
          });
    } catch (IOException unreadable) {
      return List.of(); // for the scan to say
    }
    return files;
  }

  /** What filefrag(8) prints. */
  private static final class Listing {
    private final Path root;
    private final ContentNames contents;
    private final Map<String, String> names;
    private String file = "";
    private final StringBuilder name = new StringBuilder();
    private boolean usable;

    Listing(Path root, ContentNames contents, Map<String, String> names) {
      this.root = root;
      this.contents = contents;
      this.names = names;
    }

    void read(List<String> lines) {
      for (String line : lines) {
        Matcher header = HEADER.matcher(line);
        if (header.matches()) {
          end();
          file = header.group(1);
          name.setLength(0);
          name.append(header.group(2));
          usable = true;
        } else if (usable) {
          extent(line);
        }
      }
      end();
    }

    private void extent(String line) {
      Matcher extent = EXTENT.matcher(line);
      if (extent.matches()) {
        long address = Long.parseLong(extent.group(2));
        long length = Long.parseLong(extent.group(3));
        Optional<String> content =
            PLAIN.containsAll(List.of(extent.group(4).split(",", -1)))
                ? contents.of(address, length)
                : Optional.empty();
        usable = content.isPresent();
        name.append(' ').append(extent.group(1)).append(':').append(content.orElse("")).append(';');
      } else if (!line.startsWith(" ext:") && !line.startsWith(file + ": ")) {
        usable = false; // a line that says something else
      }
    }

    private void end() {
      if (usable && name.indexOf(":") > 0) {
        names.put(root.relativize(Path.of(file)).toString(), name.toString());
      }
      usable = false;
    }
  }
}
