package io.github.containersnap.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What one page of the repository says of another is true: links, sections, the list of decisions.
 */
class DocumentationTest {

  private static final Path TOP = Path.of("..").toAbsolutePath().normalize();
  private static final Path DECISIONS = TOP.resolve("docs/decisions");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");
  private static final Pattern SECTION = Pattern.compile("DESIGN,? §(\\d+)");
  private static final Pattern HEADING = Pattern.compile("(?m)^## (\\d+)\\.");

  private static List<Path> pages = List.of();
  private static List<Path> sources = List.of();

  @BeforeAll
  static void find_the_files() throws IOException {
    pages = files(name -> name.endsWith(".md"));
    sources = files(name -> name.endsWith(".java") || name.endsWith(".md"));
  }

  @Test
  void every_relative_link_leads_to_a_file() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path page : pages) {
      for (MatchResult link : LINK.matcher(Files.readString(page)).results().toList()) {
        if (!Files.exists(page.resolveSibling(link.group(1)))) {
          broken.add(TOP.relativize(page) + ": " + link.group(1));
        }
      }
    }
    assertThat(broken).isEmpty();
    assertThat(pages).hasSizeGreaterThan(20); // or nothing was looked at
  }

  @Test
  void every_section_of_the_design_that_is_cited_exists() throws IOException {
    Set<String> sections = numbers(HEADING, Files.readString(TOP.resolve("docs/DESIGN.md")));
    Set<String> cited = new TreeSet<>();
    for (Path source : sources) {
      cited.addAll(numbers(SECTION, Files.readString(source)));
    }
    assertThat(cited).isNotEmpty();
    assertThat(sections).containsAll(cited);
  }

  @Test
  void the_index_has_every_decision_by_its_title() throws IOException {
    String index = Files.readString(TOP.resolve("docs/decisions/README.md"));
    for (Path page : pages) {
      String name = page.getFileName().toString();
      if (page.startsWith(DECISIONS) && !name.equals("README.md")) {
        String title = Files.readAllLines(page).getFirst().replaceFirst("^# \\d+\\. ", "");
        assertThat(index).contains("[%s](%s)".formatted(title, name));
      }
    }
  }

  private static Set<String> numbers(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(found -> found.group(1)).collect(Collectors.toSet());
  }

  /** The files of the repository with such a name; not what a build or an editor made. */
  private static List<Path> files(Predicate<String> wanted) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        TOP,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            String name = directory.getFileName().toString();
            return name.equals("target") || (name.startsWith(".") && !directory.equals(TOP))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && wanted.test(file.getFileName().toString())) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }
}
