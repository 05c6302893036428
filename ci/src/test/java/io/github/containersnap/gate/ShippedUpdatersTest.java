package io.github.containersnap.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.command.ExternalCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A fault that is planted into each updater that the gate ships shows in its row: a sync left out,
 * a link that is turned before what it leads to is there. And one that has a fault loses it where a
 * sync is put in. So the table can see, and what it says is said of the updater.
 */
@Tag("exhaustive")
class ShippedUpdatersTest extends RunsOfTheSmallPair {

  @ParameterizedTest
  @ValueSource(strings = {"dpkg", "rpm"})
  void packages_with_a_file_written_after_their_sync_lose_what_was_reported(String name)
      throws Exception {
    Path sound = updater(name);
    Path faulty =
        planted(name, "update", "bring_in", "bring_in; echo 1 >\"$root/etc/os-release.new\"");

    assertThat(figures("ext4", sound).path("lost").asInt()).isZero();
    assertThat(figures("ext4", faulty).path("lost").asInt()).isPositive();
  }

  @Test
  void ostree_without_fsync_loses_what_it_reported() throws Exception {
    Path sound = updater("ostree");
    Path faulty =
        planted(
            "ostree",
            "install",
            "config set sysroot.bootloader none",
            "config set sysroot.bootloader none\n"
                + "ostree --repo=\"$1/ostree/repo\" config set core.fsync false");

    assertThat(figures("ext4", sound).path("lost").asInt()).isZero();
    assertThat(figures("ext4", faulty).path("lost").asInt()).isPositive();
  }

  @Test
  void sysupdate_loses_nothing_with_a_sync_and_is_unbootable_with_its_link_first()
      throws Exception {
    Path mended =
        planted(
            "systemd-sysupdate",
            "update",
            "sysupdate \"$1\" 2",
            "sysupdate \"$1\" 2\nsync -f \"$1\"");
    Path faulty =
        planted(
            "systemd-sysupdate",
            "update",
            "sysupdate \"$1\" 2",
            """
            ln -sfn roots/os_2 "$1/current"
            sync -f "$1"
            sysupdate "$1" 2
            sync -f "$1"
            """);

    assertThat(figures("btrfs", updater("systemd-sysupdate")).path("lost").asInt()).isPositive();
    assertThat(figures("btrfs", mended).path("lost").asInt()).isZero();
    assertThat(figures("btrfs", faulty).path("unbootable").asInt()).isPositive();
  }

  private Path updater(String name) {
    return Path.of("updaters", name).toAbsolutePath();
  }

  /** A copy of an updater in which something is written otherwise. */
  private Path planted(String name, String file, String from, String to) throws Exception {
    Path all = directory.resolve("planted-" + name + to.hashCode());
    ExternalCommand.of("cp", "--archive", Path.of("updaters").toAbsolutePath(), all).run();
    Path program = all.resolve(name).resolve(file);
    String text = Files.readString(program);
    assertThat(text).contains(from);
    Files.writeString(program, text.replace(from, to));
    return all.resolve(name);
  }

  private static JsonNode figures(String filesystem, Path updater) throws Exception {
    GateRun run =
        GateRun.of(
            "compare",
            "--small",
            "--json",
            "--filesystem",
            filesystem,
            "--repairs",
            "0",
            "--updaters",
            updater.toString());
    assertThat(run.status()).as(run.err()).isZero();
    JsonNode figures = json(run.out()).path("rows").path(0).path("figures");
    assertThat(figures.path("unknown").asInt()).as("%s", figures).isZero();
    assertThat(figures.path("new").asInt()).as("%s", figures).isPositive();
    return figures;
  }
}
