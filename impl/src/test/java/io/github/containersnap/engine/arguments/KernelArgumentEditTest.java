package io.github.containersnap.engine.arguments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.adapter.linux.LinuxFiles;
import io.github.containersnap.engine.bootable.KernelArguments;
import io.github.containersnap.engine.bootable.KernelArguments.Argument;
import io.github.containersnap.engine.bootable.OwnKernelArguments;
import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.engine.model.SealedRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person may do to the arguments, and what is refused with which words. */
class KernelArgumentEditTest {
  private static final String OWN = "etc/kernel/cmdline.d/50-container-snap.conf";

  @TempDir private Path directory;

  private SealedRoot root() {
    return new SealedRoot(directory);
  }

  private void write(String path, String text) throws IOException {
    Path file = directory.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private List<String> words() {
    return OwnKernelArguments.of(new LinuxFiles(), root()).words();
  }

  private List<Argument> told() {
    return KernelArguments.of(new LinuxFiles(), root()).told();
  }

  private void edit(KernelArgumentEdit edit) {
    LinuxFiles files = new LinuxFiles();
    edit.appliedTo(KernelArguments.of(files, root()), OwnKernelArguments.of(files, root()))
        .writeTo(files, root());
  }

  private void append(String... words) {
    edit(new KernelArgumentEdit(List.of(), List.of(), List.of(words)));
  }

  private void delete(String... words) {
    edit(new KernelArgumentEdit(List.of(words), List.of(), List.of()));
  }

  private void replace(String... words) {
    edit(new KernelArgumentEdit(List.of(), List.of(words), List.of()));
  }

  @Test
  void what_is_appended_follows_and_each_argument_says_where_it_is_from() throws IOException {
    write("usr/lib/kernel/cmdline", "quiet\n");
    write("etc/kernel/cmdline.d/10-mine.conf", "mine=1\n");
    append("a=1", "b");
    assertThat(told())
        .containsExactly(
            new Argument("quiet", Optional.of("/usr/lib/kernel/cmdline")),
            new Argument("mine=1", Optional.of("/etc/kernel/cmdline.d/10-mine.conf")),
            new Argument("a=1", Optional.of("/" + OWN)),
            new Argument("b", Optional.of("/" + OWN)));
    append("c");
    assertThat(words()).containsExactly("a=1", "b", "c");
  }

  @Test
  void what_the_kernel_is_told_already_is_not_added() throws IOException {
    append("a=1", "a=1", "console=tty0");
    append("a=1");
    assertThat(words()).containsExactly("a=1");
    assertThat(told()).contains(new Argument("console=tty0", Optional.empty()));
  }

  @Test
  void an_argument_is_deleted_by_its_whole_or_by_its_key_and_the_last_takes_the_file_along() {
    append("a=1", "b=1", "b=2", "c");
    delete("a", "b=1", "c");
    assertThat(words()).containsExactly("b=2");
    delete("b=2");
    assertThat(directory.resolve(OWN)).doesNotExist();
  }

  @Test
  void a_value_is_replaced_in_its_place() {
    append("a=1", "b", "c=3");
    replace("a=x=y", "b=2");
    assertThat(words()).containsExactly("a=x=y", "b=2", "c=3");
    edit(new KernelArgumentEdit(List.of("c"), List.of("a=0"), List.of("c=4")));
    assertThat(words()).containsExactly("a=0", "b=2", "c=4");
  }

  @Test
  void what_another_file_says_is_refused_with_its_name_and_the_way_out() throws IOException {
    write("usr/lib/kernel/cmdline", "quiet\n");
    write("etc/kernel/cmdline.d/10-mine.conf", "mine=1\n");
    assertThatThrownBy(() -> delete("quiet"))
        .isInstanceOf(RefusedArgumentException.class)
        .hasMessageContaining("'quiet' comes from /usr/lib/kernel/cmdline")
        .extracting(it -> ((RefusedArgumentException) it).advice())
        .asString()
        .contains("the image's", "/etc/kernel/cmdline", "switch default");
    assertThatThrownBy(() -> replace("mine=2"))
        .hasMessageContaining("'mine=1' comes from /etc/kernel/cmdline.d/10-mine.conf");
    Files.delete(directory.resolve("usr/lib/kernel/cmdline"));
    assertThatThrownBy(() -> delete("console=tty0")).hasMessageContaining("neither");
    assertThat(directory.resolve(OWN)).doesNotExist();
  }

  @Test
  void what_is_not_there_or_is_several_is_refused() {
    append("a=1", "a=2");
    assertThatThrownBy(() -> delete("nothing")).hasMessageContaining("'nothing' is not among");
    assertThatThrownBy(() -> replace("nothing=1")).hasMessageContaining("'nothing' is not among");
    assertThatThrownBy(() -> delete("a")).hasMessageContaining("2 kernel arguments: a=1 a=2");
    assertThatThrownBy(() -> replace("a=3")).hasMessageContaining("2 kernel arguments");
    assertThatThrownBy(() -> replace("a")).hasMessageContaining("not KEY=NEW");
    assertThat(words()).containsExactly("a=1", "a=2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "root=/dev/sda1",
        "rootflags=subvol=@",
        "rootfstype=ext4",
        "ro",
        "rw",
        "container-snap.deployment=x",
        "systemd.mount-extra=a:b"
      })
  void what_the_boot_menu_sets_is_refused(String word) {
    assertThatThrownBy(() -> append(word))
        .isInstanceOf(RefusedArgumentException.class)
        .hasMessageContaining("the boot menu sets it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "two words",
        "a=\"b c\"",
        "a='",
        "a;reboot",
        "$(x)",
        "a\nb",
        "a\u001b[2J",
        "ä",
        "{",
        "-x",
        "a\\b",
        "#a"
      })
  void what_a_boot_menu_cannot_hold_is_refused_and_printed_safely(String word) {
    assertThatThrownBy(() -> append(word))
        .isInstanceOf(RefusedArgumentException.class)
        .hasMessageMatching("[ -~…]+");
    assertThat(directory.resolve(OWN)).doesNotExist();
  }

  @Test
  void there_is_room_for_so_many_bytes_and_another_file_loses_nothing() throws IOException {
    write("etc/kernel/cmdline.d/90-last.conf", "last=" + "x".repeat(600) + "\n");
    append("a=" + "y".repeat(500));
    assertThatThrownBy(() -> append("b=" + "z".repeat(100)))
        .hasMessageContaining("there is room for 1,200");
    assertThat(told()).hasSize(4);
    delete("a");
    append("b=" + "z".repeat(100));
    assertThat(words()).hasSize(1);
  }

  @Test
  void a_link_in_the_place_of_the_file_or_above_it_is_not_followed() throws IOException {
    Path outside = Files.createDirectories(directory.resolve("outside"));
    write("etc/kernel/other", "");
    Files.createSymbolicLink(directory.resolve("etc/kernel/cmdline.d"), outside);
    assertThatThrownBy(() -> append("a"))
        .isInstanceOf(DamagedStateException.class)
        .hasMessageContaining("etc/kernel/cmdline.d");
    Files.delete(directory.resolve("etc/kernel/cmdline.d"));
    write("etc/kernel/cmdline.d/other", "");
    Files.createSymbolicLink(directory.resolve(OWN), outside.resolve("file"));
    assertThatThrownBy(() -> append("a"))
        .isInstanceOf(DamagedStateException.class)
        .hasMessageContaining("50-container-snap.conf");
    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void a_file_that_somebody_has_edited_badly_is_written_without_what_no_kernel_is_told()
      throws IOException {
    write(OWN, "# mine\na=1 root=/dev/sda \"b c\" d\n");
    append("e");
    assertThat(words()).containsExactly("a=1", "d", "e");
    assertThat(Files.readString(directory.resolve(OWN))).doesNotContain("root=", "\"");
    write(OWN, "x".repeat(70_000));
    assertThatThrownBy(() -> append("f")).isInstanceOf(DamagedStateException.class);
  }
}
