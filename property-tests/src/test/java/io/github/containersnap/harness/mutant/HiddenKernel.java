package io.github.containersnap.harness.mutant;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.harness.mutant.decorator.MenuPlacement;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The default's entry names its kernel and initrd where GRUB does not go, and loads those of the
 * fallback: only who executes the menu sees it.
 */
public final class HiddenKernel extends MenuPlacement {
  private static final Pattern LOADED =
      Pattern.compile("(?m)^( *linux )(\\S+)( .*\\n *initrd )(\\S+)$");
  private static final String ON_ROOT = "($root)"; // the same file, in other words

  private HiddenKernel(Machine machine) {
    super(machine);
  }

  /** The machine with that fault. */
  public static Machine of(Machine machine) {
    return new Machine(
        machine.ports().with(new HiddenKernel(machine)),
        machine.layout(),
        machine.boot(),
        machine.progress());
  }

  @Override
  public void put(String text, Path inForce) {
    List<MatchResult> loaded = LOADED.matcher(text).results().toList();
    boolean hasFallback = loaded.size() > 1;
    putWhole(hasFallback ? hidden(text, loaded.getFirst(), loaded.get(1)) : text, inForce);
  }

  private static String hidden(String text, MatchResult own, MatchResult other) {
    return text.substring(0, own.start())
        + "if [ this = that ]; then\n%s\nfi\n".formatted(own.group())
        + (own.group(1) + ON_ROOT + other.group(2))
        + (own.group(3) + ON_ROOT + other.group(4))
        + text.substring(own.end());
  }
}
