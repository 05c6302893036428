package io.github.containersnap.adapter.bootloader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.adapter.BtrfsOnLoop;
import io.github.containersnap.adapter.linux.BtrfsProgs;
import io.github.containersnap.adapter.linux.LinuxFiles;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.BootFiles;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.TrialState;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.engine.port.SystemFiles;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The menu on a real btrfs, whose UUID it names. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GrubBtrfsTest {
  private static final BootEntry DEFAULT =
      new BootEntry(
          new DeploymentId(new ImageId("ab".repeat(32)), 2),
          new BootFiles(
              "6.12.1+deb13-amd64",
              "usr/lib/modules/6.12.1+deb13-amd64/vmlinuz",
              "boot/initrd.img-6.12.1+deb13-amd64"),
          List.of("console=ttyS0,115200n8", "quiet"),
          "Debian GNU/Linux 13 (abababababab-work2)",
          new TrialState.Untried());
  private static final BootEntry FALLBACK =
      new BootEntry(
          DeploymentId.pristine(new ImageId("cd".repeat(32))),
          new BootFiles("6.1", "boot/vmlinuz-6.1", "boot/initrd-6.1"),
          List.of(),
          "Linux (cdcdcdcdcdcd)",
          new TrialState.Blessed());
  private static final BootMenu MENU = new BootMenu(DEFAULT, Optional.of(FALLBACK));

  @TempDir(cleanup = CleanupMode.ALWAYS)
  private static Path directory;

  private BtrfsOnLoop btrfs;
  private DeploymentLayout layout;
  private GrubBtrfs grub;

  @BeforeAll
  void there_is_a_btrfs() throws IOException {
    btrfs = new BtrfsOnLoop(directory);
    layout = new DeploymentLayout(btrfs.directory());
    grub = new GrubBtrfs(layout, new LinuxFiles(), new BtrfsProgs());
    assertThat(grub.menu()).isEmpty();
    grub.initialize();
    grub.initialize();
  }

  @AfterAll
  void the_loop_device_goes() {
    btrfs.close();
  }

  @Test
  void a_menu_reads_as_it_was_written() {
    grub.replaceMenu(MENU);
    assertThat(grub.menu()).contains(MENU);
    BootMenu alone = new BootMenu(FALLBACK, Optional.empty());
    grub.replaceMenu(alone);
    assertThat(grub.menu()).contains(alone);
  }

  static Stream<TrialState> standings() {
    return Stream.of(
        new TrialState.Untried(),
        new TrialState.Blessed(),
        new TrialState.Failed(),
        new TrialState.OnTrial(Instant.ofEpochSecond(1_764_060_000)));
  }

  @ParameterizedTest
  @MethodSource("standings")
  void whatever_is_known_of_a_deployment_is_read_back_and_is_a_script_for_grub(
      TrialState standing) {
    BootMenu menu = new BootMenu(DEFAULT.with(standing), Optional.of(FALLBACK));
    grub.replaceMenu(menu);
    assertThat(grub.menu()).contains(menu);
    assertThatCode(() -> ExternalCommand.of("grub-script-check", layout.bootMenu()).run())
        .doesNotThrowAnyException();
  }

  @Test
  void kernel_initrd_and_root_are_of_one_deployment() throws IOException {
    grub.replaceMenu(MENU);
    String root = "@var/lib/container-snap/deployments/" + DEFAULT.deployment();
    assertThat(Files.readString(layout.bootMenu()))
        .contains("linux /" + root + "/usr/lib/modules/6.12.1+deb13-amd64/vmlinuz root=UUID=")
        .contains("rootflags=subvol=" + root + " ")
        .contains("initrd /" + root + "/boot/initrd.img-6.12.1+deb13-amd64\n");
  }

  @Test
  void shared_directories_are_mounted_where_both_sides_are_there() throws IOException {
    Path root = Files.createDirectories(layout.deployment(DEFAULT.deployment()));
    Files.createDirectory(root.resolve("home"));
    Files.createDirectory(root.resolve("root"));
    Files.createSymbolicLink(root.resolve("srv"), Path.of("var/srv"));
    new BtrfsProgs().createSubvolume(layout.shared("home"));
    new BtrfsProgs().createSubvolume(layout.shared("srv"));
    grub.replaceMenu(MENU);
    assertThat(Files.readString(layout.bootMenu()))
        .contains(":/var:btrfs:subvol=@var ")
        .containsOnlyOnce(":/home:btrfs:subvol=@home ")
        .doesNotContain("@root", "@srv");
  }

  @Test
  void what_the_deployments_own_fstab_mounts_is_left_to_it() throws IOException {
    Path etc = Files.createDirectories(layout.deployment(FALLBACK.deployment()).resolve("etc"));
    Files.writeString(
        etc.resolve("fstab"),
        """
        # LABEL=SYSTEM /home btrfs subvol=@home 0 0
        LABEL=SYSTEM\t/var  btrfs subvol=@var 0 0
        nonsense
        """);
    grub.replaceMenu(new BootMenu(FALLBACK, Optional.empty()));
    assertThat(Files.readString(layout.bootMenu())).doesNotContain("systemd.mount-extra");
    Files.delete(etc.resolve("fstab"));
    Files.createSymbolicLink(etc.resolve("fstab"), Path.of("/proc/mounts"));
    grub.replaceMenu(new BootMenu(FALLBACK, Optional.empty()));
    assertThat(Files.readString(layout.bootMenu())).contains("systemd.mount-extra");
  }

  @Test
  void on_a_full_disk_the_menu_can_still_be_replaced_again_and_again() throws IOException {
    grub.replaceMenu(MENU);
    Path filling = layout.system().resolve("filling");
    try {
      ExternalCommand.of("dd", "if=/dev/zero", "of=" + filling, "bs=64k").runAnyStatus();
      new BtrfsProgs().commit(layout.system());
      assertThatThrownBy(() -> Files.writeString(layout.system().resolve("one-byte"), "x"))
          .hasMessageContaining("No space left");
      for (int round = 0; round < 5; round++) {
        BootMenu other = new BootMenu(FALLBACK, Optional.of(DEFAULT));
        grub.replaceMenu(other);
        assertThat(grub.menu()).contains(other);
        grub.replaceMenu(MENU);
        assertThat(grub.menu()).contains(MENU);
      }
    } finally {
      Files.deleteIfExists(filling);
      Files.deleteIfExists(layout.system().resolve("one-byte"));
    }
  }

  @Test
  void a_quote_in_a_title_ends_nothing() {
    BootEntry hostile =
        new BootEntry(
            DEFAULT.deployment(),
            DEFAULT.files(),
            List.of(),
            "it's' --id x { reboot; } menuentry '",
            new TrialState.Untried());
    grub.replaceMenu(new BootMenu(hostile, Optional.empty()));
    assertThat(grub.menu().orElseThrow().byDefault().deployment()).isEqualTo(DEFAULT.deployment());
    ExternalCommand.of("grub-script-check", layout.bootMenu()).run();
  }

  @Test
  void the_new_text_is_committed_before_the_rename_and_the_rename_after_it() {
    grub.replaceMenu(new BootMenu(FALLBACK, Optional.empty()));
    List<String> calls = new ArrayList<>();
    new GrubBtrfs(
            layout,
            noted(SystemFiles.class, new LinuxFiles(), calls),
            noted(Btrfs.class, new BtrfsProgs(), calls))
        .replaceMenu(MENU);
    // Nothing else: an fsync would show the rename to the kernel and not to GRUB (DESIGN fact 3).
    assertThat(calls)
        .filteredOn(call -> READS.stream().noneMatch(call::startsWith))
        .containsExactly(
            "deleteTree boot.cfg.new",
            "deleteTree boot.cfg.old",
            "renameOver boot.cfg.spare",
            "fill boot.cfg.new",
            "link boot.cfg",
            "commit @boot",
            "renameOver boot.cfg.new",
            "commit @boot",
            "deleteTree boot.cfg.new",
            "deleteTree boot.cfg.old",
            "setRoomAside boot.cfg.spare");
    assertThat(grub.menu()).contains(MENU);
  }

  private static final List<String> READS =
      List.of("isSubvolume", "isDirectory", "readBytes", "look", "exists", "filesystemId");

  private static <T> T noted(Class<T> port, T real, List<String> calls) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> {
              calls.add(method.getName() + " " + ((Path) arguments[0]).getFileName());
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  @Test
  void what_an_interrupted_change_left_is_removed_and_the_menu_stands() throws IOException {
    grub.replaceMenu(MENU);
    Path beside = Files.writeString(layout.boot().resolve("boot.cfg.new"), "menuent");
    grub.removeLeftovers();
    assertThat(beside).doesNotExist();
    grub.removeLeftovers();
    assertThat(grub.menu()).contains(MENU);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          menuentry         | menu      | it has no entry
          abab              | ABAB      | an entry has an unknown form
          -work2 {          | -work0 {  | abababababababababababababababababababababababababababababababab-work0 is no deployment id
          -work2 {          | -work9999999999 { | abababababababababababababababababababababababababababababababab-work9999999999 is no deployment id
          '  # kernel'      | '  #'     | an entry lacks a line   # kernel (\\S+)
          '  linux '        | '  linus '| an entry lacks a line   linux /(\\S+) .* container-snap\\.deployment=\\S+(.*)
          untried           | tried     | tried is no standing
          '  initrd '       | '  '      | an entry lacks a line   initrd /(\\S+)
          initrd /@var      | initrd /@usr | @usr/lib/container-snap/deployments/abababababababababababababababababababababababababababababababab-work2/boot/initrd.img-6.12.1+deb13-amd64 is not below the entry's own deployment
          """)
  void a_damaged_menu_is_called_damaged(String find, String put, String why) throws IOException {
    grub.replaceMenu(MENU);
    String text = Files.readString(layout.bootMenu());
    Files.writeString(layout.bootMenu(), text.replace(find, put));
    assertThatThrownBy(grub::menu)
        .isInstanceOf(DamagedStateException.class)
        .hasMessage("%s is damaged: %s.".formatted(layout.bootMenu(), why));
  }

  @Test
  void a_menu_cut_off_anywhere_names_the_default_or_is_called_damaged() throws IOException {
    grub.replaceMenu(MENU);
    String text = Files.readString(layout.bootMenu());
    int readable = 0;
    for (int length = 0; length < text.length() - 1; length++) {
      Files.writeString(layout.bootMenu(), text.substring(0, length));
      try {
        assertThat(grub.menu().orElseThrow().byDefault()).isEqualTo(DEFAULT);
        readable++;
      } catch (DamagedStateException e) {
        assertThat(e).hasMessageStartingWith(layout.bootMenu() + " is damaged: ");
      }
    }
    // From the end of the first entry to the whole first line of the second.
    assertThat(readable).isBetween(1, 200);
  }

  @Test
  void a_menu_of_absurd_size_is_called_damaged() throws IOException {
    Files.writeString(layout.bootMenu(), "#".repeat(100_000));
    assertThatThrownBy(grub::menu)
        .isInstanceOf(DamagedStateException.class)
        .hasMessageContaining("larger than 65536 bytes");
  }
}
