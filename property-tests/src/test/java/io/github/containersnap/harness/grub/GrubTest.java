package io.github.containersnap.harness.grub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.containersnap.harness.grub.PowerOn.Choice;
import io.github.containersnap.harness.grub.PowerOn.GrubStart;
import io.github.containersnap.harness.grub.PowerOn.GrubStuck;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrubTest {
  private static final String ESP = "hd0,gpt1";
  private static final String SYSTEM = "hd0,gpt2";
  private static final String GRUBENV = ESP + ":/EFI/BOOT/grubenv";
  private static final String MENU = SYSTEM + ":/@boot/boot.cfg";
  private static final String BUILT_IN =
      """
      set esp=$root
      export esp
      search --no-floppy --set=root --label SYSTEM
      search --no-floppy --set=root --fs-uuid 1234
      configfile /@boot/boot.cfg
      """;

  /** As the shipped menu has it: a default on trial, which two boots use up, and a fallback. */
  private static final String ON_TRIAL =
      """
      # The first entry is the default.
      set default=0
      set fallback=1
      set timeout=3
      load_env --file ($esp)/EFI/BOOT/grubenv trial boots
      if [ "$trial" != "new@7" ]; then
        set boots=0
      fi
      if [ "$boots" = 2 ]; then
        set default=1
        set fallback=0
        set instead=instead-of=new
      fi
      menuentry 'New system' --id new {
        set instead=instead-of=new
        if [ "$boots" = 0 ]; then set boots=1
        elif [ "$boots" = 1 ]; then set boots=2
        fi
        set trial=new@7
        save_env --file ($esp)/EFI/BOOT/grubenv trial boots
        search --no-floppy --fs-uuid --set=root 1234
        linux /new/vmlinuz root=UUID=1234 rootflags=subvol=new trial=$boots
        initrd /new/initrd
      }
      menuentry 'Old system' --id old {
        search --no-floppy --fs-uuid --set=root 1234
        linux /old/vmlinuz root=UUID=1234 $instead last=word
        initrd /old/initrd
      }
      """;

  private final Map<String, byte[]> files = new HashMap<>();

  private final GrubDisk disk =
      new GrubDisk() {
        @Override
        public Optional<String> deviceByUuid(String uuid) {
          return uuid.equals("1234") ? Optional.of(SYSTEM) : Optional.empty();
        }

        @Override
        public Optional<String> deviceByLabel(String label) {
          return label.equals("SYSTEM") ? Optional.of(SYSTEM) : Optional.empty();
        }

        @Override
        public Optional<byte[]> read(String device, String path) {
          return Optional.ofNullable(files.get(device + ":" + path));
        }

        @Override
        public boolean isKernel(String device, String path) {
          return read(device, path).filter(content -> content.length > 0).isPresent();
        }

        @Override
        public boolean exists(String device, String path) {
          return read(device, path).isPresent();
        }

        @Override
        public boolean overwrite(String device, String path, byte[] content) {
          return files.replace(device + ":" + path, content) != null;
        }
      };

  private Grub grub(String menu) {
    files.put(MENU, menu.getBytes(StandardCharsets.UTF_8));
    files.put(GRUBENV, EnvironmentBlock.empty().content().orElseThrow());
    for (String name : List.of("new", "old")) {
      files.put(SYSTEM + ":/" + name + "/vmlinuz", new byte[1]);
      files.put(SYSTEM + ":/" + name + "/initrd", new byte[1]);
    }
    return new Grub(disk, ESP, GrubScript.parse(BUILT_IN));
  }

  private static List<String> ids(List<PowerOn> boots) {
    return boots.stream()
        .map(it -> it instanceof GrubStart start ? start.id() : it.toString())
        .toList();
  }

  @Test
  void aTrialIsCountedAndGivenUp() {
    Grub grub = grub(ON_TRIAL);
    GrubStart first = assertInstanceOf(GrubStart.class, grub.powerOn());
    assertEquals(Optional.of("1"), first.argument("trial"));
    assertEquals(List.of("new", "old", "old"), ids(grub.unblessedBoots(3)));
    GrubStart fallback = assertInstanceOf(GrubStart.class, grub.powerOn());
    assertEquals(List.of("root=UUID=1234", "instead-of=new", "last=word"), fallback.arguments());
    assertEquals(Choice.DEFAULT, fallback.choice());
    assertEquals(
        Map.of("trial", "new@7", "boots", "2"),
        disk.read(ESP, "/EFI/BOOT/grubenv")
            .flatMap(EnvironmentBlock::read)
            .orElseThrow()
            .variables());
  }

  @Test
  void theCountOfAnotherTrialIsNone() {
    Grub grub = grub(ON_TRIAL);
    EnvironmentBlock other =
        EnvironmentBlock.empty().with(Map.of("trial", "other@1", "boots", "2"));
    files.put(GRUBENV, other.content().orElseThrow());
    assertEquals(List.of("new", "new", "old"), ids(grub.unblessedBoots(3)));
  }

  @Test
  void withoutAnEnvironmentTheDefaultBootsAgainAndAgain() {
    Grub grub = grub(ON_TRIAL);
    files.remove(GRUBENV);
    assertEquals(List.of("new", "new", "new", "new"), ids(grub.unblessedBoots(4)));
  }

  @Test
  void aKernelThatCannotBeLoadedFallsBack() {
    Grub grub = grub(ON_TRIAL);
    files.remove(SYSTEM + ":/new/vmlinuz");
    GrubStart start = assertInstanceOf(GrubStart.class, grub.powerOn());
    assertEquals("old", start.id());
    assertEquals(Choice.FALLBACK, start.choice());
    assertTrue(start.arguments().contains("instead-of=new"));
    files.remove(SYSTEM + ":/old/vmlinuz");
    assertInstanceOf(GrubStuck.class, grub.powerOn());
  }

  @Test
  void aKernelStartsWithoutTheInitrdThatCannotBeRead() {
    Grub grub = grub(ON_TRIAL);
    files.remove(SYSTEM + ":/new/initrd");
    GrubStart start = assertInstanceOf(GrubStart.class, grub.powerOn());
    assertEquals("new", start.id());
    assertEquals(Optional.empty(), start.initrd());
  }

  @Test
  void aStatementThatTheEndCutsOffIsSkipped() {
    String whole = "menuentry 'a' {\n  linux /old/vmlinuz\n}\n";
    for (String cut : List.of("if true; then", "menuentry 'b' {", "menuen", "set a=\"b", "set")) {
      GrubStart start =
          assertInstanceOf(GrubStart.class, grub("set timeout=1\n" + whole + cut).powerOn());
      assertEquals("a", start.id());
    }
    assertInstanceOf(GrubStuck.class, grub("set timeout=1\n" + whole.strip() + "x").powerOn());
  }

  @Test
  void aMenuWithoutAnEndWaits() {
    assertInstanceOf(GrubStuck.class, grub(ON_TRIAL.replace("timeout=3", "timeout=-1")).powerOn());
  }

  @Test
  void aMissingMenuIsNothingToStart() {
    Grub grub = grub(ON_TRIAL);
    files.remove(MENU);
    assertInstanceOf(GrubStuck.class, grub.powerOn());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "insmod btrfs",
        "for i in 1; do true; done",
        "true && false",
        "search --file /x --set=root",
        "[ 1 -foo 2 ]",
        "echo $",
        "fi",
        "menuentry a --class b {\n}",
      })
  void whatIsNotKnownIsAnErrorWithItsLine(String line) {
    Grub grub = grub("set timeout=1\n" + line + "\n");
    GrubSyntaxException error = assertThrows(GrubSyntaxException.class, grub::powerOn);
    assertTrue(error.toString().matches("(?s).*: line [23]: .*"), error.toString());
  }

  @Test
  void variablesSplitUnlessQuoted() {
    GrubStart start =
        assertInstanceOf(
            GrubStart.class,
            grub("""
            set timeout=0
            set two="a b"
            menuentry 'x' --id x {
              linux /new/vmlinuz $two "$two" c${two}d $none "$none" '$two' e\\ f
            }
            """)
                .powerOn());
    assertEquals(List.of("a", "b", "a b", "ca", "bd", "", "$two", "e f"), start.arguments());
  }

  @Test
  void anEnvironmentBlockKeepsItsSizeAndEscapes() {
    Map<String, String> variables = Map.of("a", "x\\y\nz");
    byte[] content = EnvironmentBlock.empty().with(variables).content().orElseThrow();
    assertEquals(EnvironmentBlock.USUAL_SIZE, content.length);
    EnvironmentBlock read = EnvironmentBlock.read(content).orElseThrow();
    assertEquals(variables, read.variables());
    assertArrayEquals(content, read.content().orElseThrow());
    assertTrue(EnvironmentBlock.read("a=b\n".getBytes(StandardCharsets.UTF_8)).isEmpty());
    assertTrue(read.with(Map.of("b", "c".repeat(1024))).content().isEmpty());
  }
}
