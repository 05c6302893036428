package io.github.containersnap.harness.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.diff.EtcDifference;
import io.github.containersnap.engine.diff.PackageChange;
import io.github.containersnap.engine.diff.SystemDiff;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.harness.testkit.TestDisks;
import io.github.containersnap.harness.testkit.TinyImage;
import io.github.containersnap.harness.testkit.TinyImages;
import io.github.containersnap.harness.updater.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code diff} and {@code update --check --diff}. */
@ExtendWith(TestDisks.Shared.class)
class DiffTest {
  private static final String BOTH = "etc/both.conf";
  private static final String IMAGE_ALONE = "etc/image.conf";

  private final TestDisks disks;

  DiffTest(TestDisks disks) {
    this.disks = disks;
  }

  /** A Debian as the guide makes it: the database of dpkg in /usr, and a link in /var to it. */
  private TinyImage debian(int number, String... packages) throws IOException {
    StringBuilder status = new StringBuilder();
    for (String it : packages) {
      status.append(
          "Package: %s\nStatus: install ok installed\nArchitecture: amd64\nVersion: %s\n\n"
              .formatted((Object[]) it.split("=", 2)));
    }
    return new TinyImages(disks.newDirectory())
        .version(
            number,
            tree -> {
              tree.write("usr/lib/sysimage/dpkg/status", status.toString());
              Files.createDirectories(tree.root().resolve("var/lib"));
              Files.createSymbolicLink(
                  tree.root().resolve("var/lib/dpkg"), Path.of("../../usr/lib/sysimage/dpkg"));
              tree.write(BOTH, "of image %d\n".formatted(number));
              tree.write(IMAGE_ALONE, "of image %d\n".formatted(number));
            });
  }

  private static PackageChange upgraded(String name, String before, String after) {
    return new PackageChange(
        PackageChange.Kind.UPGRADED, name, Optional.of(before), Optional.of(after));
  }

  @Test
  void what_is_told_before_an_update_is_what_the_update_does() throws IOException {
    TinyImage old = debian(4, "bash=5.2-1", "libc6=2.41-12", "gone=1");
    TinyImage next = debian(5, "bash=5.2-1+b1", "libc6=2.41-12+deb13u1", "new=1");
    disks.onUpdated(
        machine -> {
          DeploymentId from = DeploymentId.parse(machine.succeeds("update", old.reference()));
          Path here = machine.root(from).resolve(BOTH);
          Files.writeString(here, "of this machine\n");

          CommandLineRun before = machine.run("update", "--check", "--diff", next.reference());
          assertThat(before.exit()).isZero();
          assertThat(before.out()).isEqualTo(next.id() + "\n");
          assertThat(before.error()).contains("`container-snap update --download-only`");

          machine.succeeds("update", "--download-only", next.reference());
          String told = machine.succeeds("update", "--check", "--diff", next.reference());
          assertThat(told)
              .startsWith(next.id() + "\nfrom  " + from.shortForm())
              .contains("Upgraded (2):\n  bash 5.2-1 -> 5.2-1+b1\n  libc6 2.41-12 -> ")
              .contains("  M /etc/both.conf  (changed here too; an update keeps yours)\n")
              .doesNotContain("warning");
          assertThat(machine.succeeds("update", "--check", "--diff", "--files", next.reference()))
              .contains("\nPaths (")
              .contains("\n  M /usr/share/version\n");
          assertThat(
                  machine.succeeds(
                      "update", "--check", "--diff", "--json", "--files", next.reference()))
              .contains("\"available\" : true", "\"deployment\" : \"" + next.id() + "\"")
              .contains("\"name\" : \"libc6\"", "\"path\" : \"/usr/share/version\"");
          assertThat(machine.succeeds("update", "--check", "--json", next.reference()))
              .contains("\"available\" : true", "\"changes\" : null");
          assertThat(machine.succeeds("update", "--check", "--diff", "--json", old.reference()))
              .contains("\"available\" : false", "\"fetch\" : 0", "\"changes\" : null");
          assertThat(machine.succeeds("get-default")).isEqualTo(from.toString());

          DeploymentId to = DeploymentId.parse(machine.succeeds("update", next.reference()));

          SystemDiff done = SystemDiff.between(machine.running(from), from, to);
          assertThat(done.packages().orElseThrow())
              .containsExactly(
                  upgraded("bash", "5.2-1", "5.2-1+b1"),
                  upgraded("libc6", "2.41-12", "2.41-12+deb13u1"),
                  new PackageChange(
                      PackageChange.Kind.ADDED, "new", Optional.empty(), Optional.of("1")),
                  new PackageChange(
                      PackageChange.Kind.REMOVED, "gone", Optional.of("1"), Optional.empty()));
          assertThat(done.warnings()).isEmpty();
          for (EtcDifference it : done.etc()) {
            boolean kept = it.here() == EtcDifference.Here.KEPT;
            String path = "etc/" + it.change().path();
            assertThat(kept).as(path).isEqualTo(path.equals(BOTH));
            assertThat(machine.root(to).resolve(path))
                .hasSameTextualContentAs(
                    kept
                        ? here
                        : machine
                            .root(to)
                            .resolve("usr/lib/container-snap-deployment")
                            .resolve(path));
          }
          assertThat(done.etc())
              .extracting(it -> it.change().path())
              .containsExactly("app.conf", "both.conf", "image.conf", "os-release");
          assertThat(machine.succeeds("diff", from.toString(), to.toString(), "--all"))
              .isEqualTo(told.substring(told.indexOf('\n') + 1));
        });
  }

  @Test
  void without_names_it_is_from_what_runs_to_what_boots_next() throws IOException {
    disks.onUpdated(
        machine -> {
          assertThat(machine.run("diff"))
              .isEqualTo(
                  new CommandLineRun(
                      0,
                      "",
                      machine.second().shortForm()
                          + " is current and boots next: a restart changes nothing.\n"));
          String back = machine.succeeds("diff", "--files", "fallback");
          assertThat(back)
              .startsWith("from  " + machine.second().shortForm())
              .contains("\nto    " + machine.first().shortForm())
              .contains("\nKernel: 6.2.0 -> 6.1.0\n")
              .contains("\n  M /usr/share/version\n")
              .contains(" has no package database that is read");
          SystemDiff none =
              SystemDiff.between(
                  machine.running(machine.second()), machine.second(), machine.second());
          assertThat(none.isEmpty()).isTrue();
        });
  }

  @Test
  void diff_without_check_is_refused() throws IOException {
    disks.onUpdated(
        machine ->
            assertThat(
                    List.of(
                        machine.run("update", "--diff").exit(),
                        machine.run("update", "--json").exit(),
                        machine.run("update", "--check", "--files").exit(),
                        machine.run("diff", "0").exit()))
                .containsExactly(2, 2, 2, 2));
  }
}
