package io.github.containersnap.engine.bootable;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.linux.LinuxFiles;
import io.github.containersnap.engine.model.SealedRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelArgumentsTest {
  @TempDir private Path root;

  private List<String> read() {
    return reading().arguments();
  }

  private KernelArguments.Reading reading() {
    return KernelArguments.of(new LinuxFiles(), new SealedRoot(root));
  }

  private void write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void without_a_file_the_kernel_speaks_on_screen_and_serial_line() {
    assertThat(read()).containsExactly("console=tty0", "console=ttyS0");
  }

  @Test
  void the_machines_file_goes_before_the_images() throws IOException {
    write("usr/lib/kernel/cmdline", "quiet splash\n");
    assertThat(read()).containsExactly("quiet", "splash");
    write("etc/kernel/cmdline", "# mine\nconsole=ttyS1,115200n8  debug\n");
    assertThat(read()).containsExactly("console=ttyS1,115200n8", "debug");
    write("etc/kernel/cmdline", "");
    assertThat(read()).isEmpty();
  }

  @Test
  void what_the_menu_says_itself_is_left_out() throws IOException {
    write(
        "etc/kernel/cmdline",
        "root=/dev/sda1 rootflags=subvol=@ ro rw rootfstype=ext4 systemd.mount-extra=a:b"
            + " container-snap.deployment=x container-snap.instead-of=y roottime=1 quiet");
    assertThat(read()).containsExactly("roottime=1", "quiet");
  }

  @Test
  void nothing_reaches_the_boot_loaders_shell_as_a_command() throws IOException {
    write(
        "etc/kernel/cmdline", "a;reboot $x 'b c' \"d\" {e} f|g h&i `j` k\\l <m> ä -n good=1\u0000");
    assertThat(read()).isEmpty();
  }

  @Test
  void links_are_followed_inside_the_deployment_only(@TempDir Path host) throws IOException {
    Files.writeString(host.resolve("cmdline"), "secret-of-the-host");
    Files.createDirectories(root.resolve("usr/lib"));
    Files.createSymbolicLink(root.resolve("usr/lib/kernel"), host);
    assertThat(read()).containsExactly("console=tty0", "console=ttyS0");

    write("usr/share/cmdline", "quiet");
    Files.createDirectories(root.resolve("etc/kernel"));
    Files.createSymbolicLink(root.resolve("etc/kernel/cmdline"), Path.of("/usr/share/cmdline"));
    assertThat(read()).containsExactly("quiet");
  }

  @Test
  void a_file_that_cannot_be_read_is_named() throws IOException {
    write("usr/lib/kernel/cmdline", "#".repeat(70_000));
    Files.createDirectories(root.resolve("etc/kernel"));
    Files.createSymbolicLink(root.resolve("etc/kernel/cmdline"), Path.of("/proc/cmdline"));
    assertThat(read()).containsExactly("console=tty0", "console=ttyS0");
    assertThat(reading().leftOut())
        .hasSize(2)
        .anyMatch(it -> it.contains("/etc/kernel/cmdline"))
        .anyMatch(it -> it.contains("/usr/lib/kernel/cmdline"));
  }

  @Test
  void no_piece_of_a_quoted_value_becomes_an_argument() throws IOException {
    write(
        "etc/kernel/cmdline",
        "dyndbg=\"file a.c single\" 'x single y' a\\ single quiet \"b single");
    assertThat(read()).containsExactly("quiet");
    assertThat(reading().leftOut()).hasSize(4);
  }

  @Test
  void a_file_may_be_long_and_what_the_kernel_has_no_room_for_is_named() throws IOException {
    write("etc/kernel/cmdline", "# long\n".repeat(1000) + "a=1 ".repeat(100));
    assertThat(read()).hasSize(100);
    assertThat(reading().leftOut()).isEmpty();
    write("etc/kernel/cmdline", "a=1 ".repeat(KernelArguments.ROOM / 4) + "b=2");
    assertThat(read()).hasSize(KernelArguments.ROOM / 4).doesNotContain("b=2");
    assertThat(reading().leftOut()).singleElement().asString().contains("b=2");
  }

  @Test
  void drop_ins_follow_in_the_order_of_their_names() throws IOException {
    write("etc/kernel/cmdline.d/20-b.conf", "b");
    write("etc/kernel/cmdline.d/10-a.conf", "a\n");
    write("etc/kernel/cmdline.d/30-c.txt", "c");
    assertThat(read()).containsExactly("console=tty0", "console=ttyS0", "a", "b");
    write("usr/lib/kernel/cmdline", "quiet");
    assertThat(read()).containsExactly("quiet", "a", "b");
  }
}
