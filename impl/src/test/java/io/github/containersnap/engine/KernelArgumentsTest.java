package io.github.containersnap.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.LinuxFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelArgumentsTest {
  @TempDir private Path root;

  private List<String> read() {
    return new KernelArguments(new LinuxFiles(), new SealedRoot(root)).read();
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
  void a_link_or_an_absurd_file_is_not_read() throws IOException {
    write("usr/lib/kernel/cmdline", "x ".repeat(4000));
    Files.createDirectories(root.resolve("etc/kernel"));
    Files.createSymbolicLink(root.resolve("etc/kernel/cmdline"), Path.of("/proc/cmdline"));
    assertThat(read()).containsExactly("console=tty0", "console=ttyS0");
  }
}
