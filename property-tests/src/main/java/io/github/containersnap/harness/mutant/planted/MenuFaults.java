package io.github.containersnap.harness.mutant.planted;

import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.BootMenu;
import java.util.Optional;
import net.bytebuddy.asm.Advice;

/** What is wrong in a boot menu. The engine reads each of these menus back without complaint. */
@SuppressWarnings("UnusedVariable") // what an advice assigns to its parameter, the method returns
public final class MenuFaults {
  private static final String NO_FILESYSTEM = "00000000-0000-4000-8000-000000000000";

  private MenuFaults() {}

  /** The text of an entry whose kernel looks for a filesystem that does not exist. */
  public static String rootElsewhere(String entry) {
    return entry.replaceAll("root=UUID=\\S+", "root=UUID=" + NO_FILESYSTEM);
  }

  /** The text of a script that counts and does not save the count. */
  public static String unsaved(String script) {
    return script.replaceAll("(?m)^ *save_env .*\\R", "");
  }

  /** The text of a menu that waits for a person. */
  public static String waiting(String menu) {
    return menu.replaceAll("(?m)^set timeout=.*$", "set timeout=-1");
  }

  /** What the kernel is told to mount, without /var. */
  public static String withoutVar(String mounts) {
    return mounts.replaceAll("systemd\\.mount-extra=\\S+:/var:\\S+ ?", "").stripTrailing();
  }

  /** A menu that starts the fallback's root with the kernel and initrd of the default. */
  public static BootMenu oneKernel(BootMenu menu) {
    Optional<BootEntry> fallback =
        menu.fallback()
            .map(
                entry ->
                    new BootEntry(
                        entry.deployment(),
                        menu.byDefault().files(),
                        entry.arguments(),
                        entry.title(),
                        entry.standing()));
    return new BootMenu(menu.byDefault(), fallback);
  }

  static final class RootUuidWrong {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) String entry) {
      if (EngineFault.ROOT_UUID_WRONG.isOn()) {
        entry = rootElsewhere(entry);
      }
    }
  }

  static final class TrialNeverCounted {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) String script) {
      if (EngineFault.TRIAL_NEVER_COUNTED.isOn()) {
        script = unsaved(script);
      }
    }
  }

  static final class MenuWaitsForEver {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) String menu) {
      if (EngineFault.MENU_WAITS_FOR_EVER.isOn()) {
        menu = waiting(menu);
      }
    }
  }

  static final class VarNotMounted {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) String mounts) {
      if (EngineFault.VAR_NOT_MOUNTED.isOn()) {
        mounts = withoutVar(mounts);
      }
    }
  }

  static final class ArgumentsLost {
    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) String file, @Advice.Return(readOnly = false) Optional<String> text) {
      if (EngineFault.ARGUMENTS_LOST.isOn() && file.startsWith("etc/")) {
        text = Optional.empty();
      }
    }
  }

  static final class DefaultKernelInTheFallback {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) BootMenu menu) {
      if (EngineFault.DEFAULT_KERNEL_IN_THE_FALLBACK.isOn()) {
        menu = oneKernel(menu);
      }
    }
  }
}
