package io.github.containersnap.adapter.bootloader;

import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.TrialState;
import java.util.function.Function;

/**
 * A boot menu in the language of GRUB's shell (GRUB manual, "Writing full configuration files
 * directly").
 *
 * <p><b>Trials.</b> The menu of a default on trial counts its boots. GRUB keeps the count in a
 * {@code grubenv} on the EFI system partition, beside the name of the trial that it belongs to; a
 * count under another name is 0. GRUB alone writes that file, in place, and only while a trial is
 * on: a blessed system's menu has no script, so its attempts never run out. What can go wrong:
 *
 * <ul>
 *   <li>cut before the write: the boot is not counted, and has not begun;
 *   <li>cut after it: the boot is counted as a failed one, of which a trial has some to spare;
 *   <li>torn: name and count lie in the file's first hundred bytes, so in one sector, which is the
 *       old one or the new one; the sector behind it holds only filling;
 *   <li>unreadable, or gone: nothing is counted, and the default boots. What cannot be counted must
 *       not keep a good system from booting.
 * </ul>
 *
 * @param filesystem the UUID of the system's btrfs
 * @param mounts what a deployment's kernel is told to have mounted besides the root
 */
record GrubMenuWriter(String filesystem, Function<DeploymentId, String> mounts) {
  private static final String COUNT = "container_snap_boots";
  private static final String TRIAL = "container_snap_trial";
  private static final String INSTEAD_OF = "container_snap_instead_of";

  /** {@code $esp} is set by GRUB's embedded configuration. */
  private static final String ENVIRONMENT = "($esp)/EFI/BOOT/grubenv " + TRIAL + " " + COUNT;

  /**
   * How a kernel, and an early userland made by dracut or initramfs-tools, gives up on trial: by a
   * new boot, which is counted, instead of waiting for a person.
   */
  private static final String GIVING_UP =
      " panic=10 rd.shell=0 rd.emergency=reboot container-snap.trial=$" + COUNT;

  String text(BootMenu menu) {
    StringBuilder text =
        new StringBuilder(
            """
            # Written by container-snap. The first entry is the default, the second the fallback.
            set default=0
            set fallback=1
            set timeout=3
            """);
    BootEntry first = menu.byDefault();
    if (first.standing() instanceof TrialState.OnTrial trial) {
      text.append(giveUpWhenUsedUp(first, trial))
          .append(entry(first, noteWhatIsTried(first) + count(first, trial), GIVING_UP));
    } else {
      text.append(entry(first, noteWhatIsTried(first), ""));
    }
    menu.fallback().ifPresent(second -> text.append(entry(second, "", " $" + INSTEAD_OF)));
    return text.toString();
  }

  /** Tells this trial from every other, also of the same deployment. */
  private static String name(BootEntry entry, TrialState.OnTrial trial) {
    return entry.deployment().shortForm() + "@" + trial.since().getEpochSecond();
  }

  /** Runs before the menu is shown. */
  private static String giveUpWhenUsedUp(BootEntry entry, TrialState.OnTrial trial) {
    return """
    # The default is on trial: %2$d boots, then the fallback. To bless it ends the trial.
    load_env --file %3$s
    if [ "$container_snap_trial" != "%1$s" ]; then
      set container_snap_boots=0
    fi
    if [ "$container_snap_boots" = %2$d ]; then
      set default=1
      set fallback=0
    %4$sfi
    """
        .formatted(
            name(entry, trial), TrialState.BOOTS_OF_A_TRIAL, ENVIRONMENT, noteWhatIsTried(entry));
  }

  /**
   * Tells the fallback's kernel whether the boot loader gave up on the default before trying it or
   * could not load its kernel. A person who chooses the fallback by hand has not tried the default.
   */
  private static String noteWhatIsTried(BootEntry entry) {
    return "  set %s=%s%s\n"
        .formatted(INSTEAD_OF, KernelCommandLine.INSTEAD_OF, entry.deployment());
  }

  /** GRUB's shell cannot add. */
  private static String count(BootEntry entry, TrialState.OnTrial trial) {
    StringBuilder text = new StringBuilder();
    for (int boots = 1; boots <= TrialState.BOOTS_OF_A_TRIAL; boots++) {
      text.append(
          "  %s [ \"$%s\" = %d ]; then set %s=%d\n"
              .formatted(boots == 1 ? "if" : "elif", COUNT, boots - 1, COUNT, boots));
    }
    return text.append("  fi\n  set %s=%s\n".formatted(TRIAL, name(entry, trial)))
        .append("  save_env --file %s\n".formatted(ENVIRONMENT))
        .toString();
  }

  /**
   * Root is mounted {@code rw} though its subvolume is read-only: its /etc, a subvolume inside it,
   * is reached through the same mount and is writable. The entry's own arguments come last, so that
   * they have the last word, and so that {@link GrubMenuReader} finds them.
   *
   * <p>GRUB starts a kernel also if it cannot read the initrd, and that kernel finds no root. So an
   * entry loads neither unless both are there: then nothing is loaded, and GRUB goes on to the
   * other entry.
   */
  private String entry(BootEntry entry, String first, String ofTheMenu) {
    String root = DeploymentLayout.fromTopLevel(entry.deployment());
    return """
    menuentry '%s' --id %s {
      # kernel %s
      # standing %s
    %s  search --no-floppy --fs-uuid --set=root %s
      if [ -f /%s/%s ]; then if [ -f /%s/%s ]; then
      linux /%s/%s root=UUID=%s rootfstype=btrfs rootflags=subvol=%s rw \
    %s%s %s%s%s
      initrd /%s/%s
      fi; fi
    }
    """
        .formatted(
            entry.title().replace("'", ""),
            entry.deployment(),
            entry.files().version(),
            TrialStateText.of(entry.standing()),
            first,
            filesystem,
            root,
            entry.files().kernel(),
            root,
            entry.files().initrd(),
            root,
            entry.files().kernel(),
            filesystem,
            root,
            mounts.apply(entry.deployment()),
            ofTheMenu,
            KernelCommandLine.DEPLOYMENT,
            entry.deployment(),
            String.join("", entry.arguments().stream().map(" "::concat).toList()),
            root,
            entry.files().initrd());
  }
}
