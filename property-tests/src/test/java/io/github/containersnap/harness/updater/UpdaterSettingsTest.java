package io.github.containersnap.harness.updater;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.loopback.disk.Filesystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpdaterSettingsTest {
  @TempDir Path directory;

  private UpdaterSettings settings(String text) throws IOException {
    Files.writeString(directory.resolve("updater.conf"), text);
    return UpdaterSettings.of(directory);
  }

  @Test
  void an_updater_that_says_nothing_works_on_btrfs() {
    assertThat(UpdaterSettings.of(directory)).isEqualTo(UpdaterSettings.NONE);
    assertThat(UpdaterSettings.NONE.filesystems()).containsExactly(Filesystem.BTRFS);
  }

  @Test
  void every_key_is_read() throws IOException {
    UpdaterSettings settings =
        settings(
            """
            # What it is.
            title=apt and dpkg
            filesystem=ext4
            filesystem=btrfs|xfs
            subvolumes=@srv @log

            requires=sh, no-such-program:its-package
            ignore=var/log
            """);

    assertThat(settings.title()).contains("apt and dpkg");
    assertThat(settings.filesystems())
        .containsExactly(Filesystem.EXT4, Filesystem.BTRFS, Filesystem.XFS);
    assertThat(settings.subvolumes()).containsExactly("@srv", "@log");
    assertThat(settings.required())
        .filteredOn(program -> !program.isInstalled())
        .containsExactly(new UpdaterSettings.RequiredProgram("no-such-program", "its-package"));
    assertThat(settings.ignored()).containsExactly("var/log");
  }

  @Test
  void a_pattern_with_a_slash_is_from_the_root_and_one_without_is_of_a_name() throws IOException {
    Predicate<String> ignores =
        settings("ignore=var/lib/dpkg/*-old\nignore=*.pyc\nignore=/swap").ignores();

    assertThat(ignores.test("var/lib/dpkg/status-old")).isTrue();
    assertThat(ignores.test("usr/var/lib/dpkg/status-old")).isFalse();
    assertThat(ignores.test("usr/lib/a.pyc")).isTrue();
    assertThat(ignores.test("swap")).isTrue();
    assertThat(ignores.test("usr/swap")).isFalse();
    assertThat(ignores.test("")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          filesystem=vfat    | line 2, names 'vfat'
          color=red          | line 2, has a key that is not
          ignore             | line 2, needs key=value
          ignore=[           | line 2, has a pattern that cannot be read
          requires=../sh     | line 2, needs PROGRAM or PROGRAM:PACKAGE
          subvolumes=@a/b    | line 2, needs names such as @var
          """)
  void a_wrong_line_is_named(String line, String complaint) {
    assertThatThrownBy(() -> settings("# first\n" + line.strip() + "\n"))
        .isInstanceOf(UpdaterSettings.UnusableSettingsException.class)
        .hasMessageContaining(directory + "/updater.conf, " + complaint.strip());
  }

  @Test
  void a_huge_file_is_not_read() {
    assertThatThrownBy(() -> settings("#".repeat(70_000)))
        .hasMessageEndingWith("is not a file of at most 65536 bytes.");
  }
}
