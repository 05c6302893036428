package io.github.containersnap.harness.mutant.planted;

import java.util.List;

/** A fault in methods of the engine, with the advice that plants it. */
public enum EngineFault {
  /** The kernel looks for its root on a filesystem that does not exist. */
  ROOT_UUID_WRONG(at("adapter.bootloader.GrubMenuWriter", "entry", MenuFaults.RootUuidWrong.class)),

  /** The boot loader counts a trial's boots and never saves the count. */
  TRIAL_NEVER_COUNTED(
      at("adapter.bootloader.GrubMenuWriter", "count", MenuFaults.TrialNeverCounted.class)),

  /** The boot menu waits for a person. */
  MENU_WAITS_FOR_EVER(
      at("adapter.bootloader.GrubMenuWriter", "text", MenuFaults.MenuWaitsForEver.class)),

  /** The kernel is not told to mount the shared /var. */
  VAR_NOT_MOUNTED(at("adapter.bootloader.GrubBtrfs", "mounts", MenuFaults.VarNotMounted.class)),

  /** The files of the machine's /etc that hold kernel arguments are taken for missing. */
  ARGUMENTS_LOST(at("engine.bootable.KernelArguments", "text", MenuFaults.ArgumentsLost.class)),

  /** The fallback's entry names the kernel and initrd of the default. */
  DEFAULT_KERNEL_IN_THE_FALLBACK(
      at("engine.deployment.NextMenu", "to", MenuFaults.DefaultKernelInTheFallback.class)),

  /** A deployment says that it came from elsewhere. */
  RECORD_WRONG_REFERENCE(at("engine.Update", "check", UpdateFaults.RecordWrongReference.class)),

  /** Each update gives /home the content that its image has there. */
  HOME_REFRESHED(
      at("engine.deployment.SharedDirectories", "beginWith", UpdateFaults.HomeRefreshed.class)),

  /** An update begins without recovering what was interrupted. */
  UPDATE_SKIPS_RECOVERY(
      at("engine.Update", "recoverInterrupted", UpdateFaults.UpdateSkipsRecovery.class)),

  /** {@code bless} does not take the lock. */
  BLESS_WITHOUT_LOCK(at("engine.Blessing", Place.CONSTRUCTOR, UpdateFaults.BlessWithoutLock.class)),

  /** New kernel arguments are written into the /etc of the system of before, too. */
  KARGS_IN_THE_FALLBACK_TOO(
      at("engine.KernelArgumentChange", "transaction", ChangeFaults.KargsInTheFallbackToo.class)),

  /** New kernel arguments are written nowhere. */
  KARGS_NOT_WRITTEN(
      at("engine.bootable.OwnKernelArguments", "writeTo", ChangeFaults.KargsNotWritten.class)),

  /** A boot is blessed whatever its health checks say. */
  BLESSED_THOUGH_UNHEALTHY(
      at("engine.Blessing", "isRefused", ChangeFaults.BlessedThoughUnhealthy.class)),

  /** A reset keeps the whole /etc. */
  RESET_KEEPS_ALL(at("engine.etc.EtcReset", "keeps", ChangeFaults.ResetKeepsAll.class)),

  /** A reset does not keep what it was told to keep. */
  RESET_FORGETS_PATHS(at("engine.etc.EtcReset", "keeps", ChangeFaults.ResetForgetsPaths.class)),

  /** The image's machine-id is restored, and what was added is removed without being asked. */
  RESTORES_IDENTITY(
      at("engine.EtcRestoration", "requireThatItMay", ChangeFaults.RestoresIdentity.class)),

  /** What would boot next is removed, also if it has come up before. */
  DISCARDS_WHAT_CAME_UP(
      at("engine.Discard", "wasMadeForTheNextBoot", ChangeFaults.DiscardsWhatCameUp.class)),

  /** What an update copies from the machine's /etc belongs to root. */
  ETC_OWNER_LOST(at("etc.ActionOrder", "copy", EtcFaults.OwnerLost.class)),

  /** What an update copies from the machine's /etc can be read by everybody. */
  ETC_MODE_LOST(at("etc.ActionOrder", "copy", EtcFaults.ModeLost.class)),

  /** What an update copies from the machine's /etc has no extended attributes. */
  ETC_XATTR_LOST(at("etc.ActionOrder", "copy", EtcFaults.XattrLost.class)),

  /** /etc/shadow is the image's. */
  SHADOW_OF_THE_IMAGE(at("etc.AccountDatabaseMerge", "of", EtcFaults.ShadowOfTheImage.class)),

  /** The machine becomes another one: its id is the image's. */
  MACHINE_ID_OF_THE_IMAGE(
      at("etc.ExemptFiles", "staysLocal", EtcFaults.MachineIdNotLocal.class),
      at("etc.ExemptFiles", "isOfImage", EtcFaults.MachineIdOfImage.class));

  private static final String ROOT = "io.github.containersnap.";

  @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable list
  private final List<Place> places;

  EngineFault(Place... places) {
    this.places = List.of(places);
  }

  /**
   * A method of the engine and what is planted there.
   *
   * @param type the class's full name
   * @param method the name of one of its methods, or {@link #CONSTRUCTOR}
   * @param advice what Byte Buddy inlines into it
   */
  record Place(String type, String method, Class<?> advice) {
    static final String CONSTRUCTOR = "<init>";
  }

  private static Place at(String type, String method, Class<?> advice) {
    return new Place(ROOT + type, method, advice);
  }

  /** Where it is planted. */
  List<Place> places() {
    return places;
  }

  /** Whether the engine has it in this thread. The woven methods ask. */
  public boolean isOn() {
    return FaultSwitch.isOn(this);
  }
}
