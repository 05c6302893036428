package io.github.containersnap.engine.diff;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.base.DebianVersionOrder;
import io.github.containersnap.engine.TreeSketch;
import io.github.containersnap.engine.model.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Packages and files of two systems that are on no disk. */
class DifferencesTest {
  private static List<InstalledPackage> packages(String... words) {
    return Stream.of(words)
        .map(word -> word.split("[:=]", 3))
        .map(it -> new InstalledPackage(it[0], it[1], it[2]))
        .toList();
  }

  private static List<String> changes(List<InstalledPackage> old, List<InstalledPackage> next) {
    return PackageChange.between(old, next, new DebianVersionOrder()).stream()
        .map(
            it ->
                "%s %s %s %s"
                    .formatted(it.kind(), it.name(), it.before().orElse(""), it.after().orElse("")))
        .toList();
  }

  @Test
  void packages_are_ordered_by_kind_and_name() {
    assertThat(
            changes(
                packages("z:amd64=1.9", "a:all=1.0-1", "gone:all=1", "same:all=1", "down:all=2"),
                packages("z:amd64=1.10", "a:all=1.0-2", "new:all=1", "same:all=1", "down:all=1.9")))
        .containsExactly(
            "UPGRADED a 1.0-1 1.0-2",
            "UPGRADED z 1.9 1.10",
            "DOWNGRADED down 2 1.9",
            "ADDED new  1",
            "REMOVED gone 1 ");
  }

  @Test
  void a_package_for_several_architectures_is_several() {
    assertThat(
            changes(
                packages("libc6:amd64=1", "tool:amd64=1"),
                packages("libc6:amd64=2", "libc6:i386=2", "tool:all=1")))
        .containsExactly("UPGRADED libc6:amd64 1 2", "ADDED libc6:i386  2");
  }

  @Test
  void spellings_of_one_version_are_no_change() {
    assertThat(changes(packages("a:all=1.0"), packages("a:all=0:1.0-0"))).isEmpty();
  }

  @Test
  void of_several_versions_of_a_package_those_that_stay_are_no_change() {
    assertThat(
            changes(
                packages("kernel:x86_64=1", "kernel:x86_64=2"),
                packages("kernel:x86_64=2", "kernel:x86_64=3")))
        .containsExactly("UPGRADED kernel:x86_64 1 3");
    assertThat(changes(packages("kernel:x86_64=1"), packages("kernel:x86_64=1", "kernel:x86_64=3")))
        .containsExactly("ADDED kernel:x86_64  3");
  }

  private static DirectoryChanges.Sum sum(long count, long bytes) {
    return new DirectoryChanges.Sum(count, new Bytes(bytes));
  }

  @Test
  void files_are_summed_by_directories_of_two_levels() {
    var before =
        new TreeSketch()
            .file("vmlinuz", 5)
            .file("usr/lib/a/gone", 3)
            .file("usr/lib/a/b/deep", 10)
            .file("usr/bin/tool", 7)
            .manifest();
    var after =
        new TreeSketch()
            .file("vmlinuz", 6)
            .file("usr/lib/a/new", 100)
            .file("usr/lib/a/b/deep", 20)
            .file("usr/added", 2)
            .executable("usr/bin/tool")
            .manifest();

    List<DirectoryChanges> found = DirectoryChanges.of(FileChange.between(before, after));

    var none = DirectoryChanges.Sum.NONE;
    assertThat(found)
        .containsExactly(
            new DirectoryChanges("/", none, none, sum(1, 6)),
            new DirectoryChanges("/usr", sum(1, 2), none, none),
            new DirectoryChanges("/usr/bin", none, none, sum(1, 1)),
            new DirectoryChanges("/usr/lib", sum(1, 100), sum(1, 3), sum(1, 20)));
    assertThat(DirectoryChanges.total(found))
        .isEqualTo(new DirectoryChanges("/", sum(2, 102), sum(1, 3), sum(3, 27)));
    assertThat(FileChange.between(after, after)).isEmpty();
  }

  @Test
  void sums_of_absurd_sizes_stay_sums() {
    var full = new TreeSketch();
    List<String> names = new ArrayList<>(List.of("usr/lib/1", "usr/lib/2"));
    names.forEach(name -> full.file(name, Long.MAX_VALUE));
    assertThat(
            DirectoryChanges.of(
                    FileChange.between(
                        new TreeSketch().directory("usr/lib").manifest(), full.manifest()))
                .getFirst()
                .added())
        .isEqualTo(sum(2, Long.MAX_VALUE));
  }
}
