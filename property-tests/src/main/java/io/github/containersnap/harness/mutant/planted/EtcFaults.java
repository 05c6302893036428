package io.github.containersnap.harness.mutant.planted;

import io.github.containersnap.etc.AccountFile;
import io.github.containersnap.etc.AccountVersions;
import io.github.containersnap.etc.EtcAction;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import net.bytebuddy.asm.Advice;

/** What is wrong in the merge of /etc. */
@SuppressWarnings("UnusedVariable") // what an advice assigns to its parameter, the method uses
public final class EtcFaults {
  private static final int READABLE_BY_ALL = 0644;

  private EtcFaults() {}

  /** Whether a copy is of a regular file of the machine's. */
  public static boolean isLocalFile(EtcAction.Side side, TreeEntry entry) {
    return side == EtcAction.Side.LOCAL && entry.kind() == FileKind.FILE;
  }

  /** The same file of root's. */
  public static TreeEntry ofRoot(TreeEntry entry) {
    return with(entry, entry.mode(), 0, 0);
  }

  /** The same file, readable by everybody. */
  public static TreeEntry readable(TreeEntry entry) {
    return with(entry, READABLE_BY_ALL, entry.uid(), entry.gid());
  }

  private static TreeEntry with(TreeEntry entry, int mode, int uid, int gid) {
    return new TreeEntry(
        entry.kind(),
        mode,
        uid,
        gid,
        entry.size(),
        entry.contentDigest(),
        entry.linkTarget(),
        entry.deviceNumber(),
        entry.extendedAttributes(),
        entry.hardLinkGroup());
  }

  /** The same file without extended attributes. */
  public static TreeEntry bare(TreeEntry entry) {
    return entry.withExtendedAttributes(Collections.emptySortedMap());
  }

  /** The versions of the account files, as if the machine had the image's shadow(5). */
  public static Map<AccountFile, AccountVersions> withShadowOffered(
      Map<AccountFile, AccountVersions> versions) {
    Map<AccountFile, AccountVersions> changed = new EnumMap<>(AccountFile.class);
    changed.putAll(versions);
    changed.computeIfPresent(
        AccountFile.SHADOW,
        (_, shadow) -> new AccountVersions(shadow.came(), shadow.offered(), shadow.offered()));
    return changed;
  }

  static final class OwnerLost {
    @Advice.OnMethodEnter
    static void enter(
        @Advice.Argument(1) EtcAction.Side side,
        @Advice.Argument(value = 3, readOnly = false) TreeEntry wanted) {
      if (EngineFault.ETC_OWNER_LOST.isOn() && isLocalFile(side, wanted)) {
        wanted = ofRoot(wanted);
      }
    }
  }

  static final class ModeLost {
    @Advice.OnMethodEnter
    static void enter(
        @Advice.Argument(1) EtcAction.Side side,
        @Advice.Argument(value = 3, readOnly = false) TreeEntry wanted) {
      if (EngineFault.ETC_MODE_LOST.isOn() && isLocalFile(side, wanted)) {
        wanted = readable(wanted);
      }
    }
  }

  static final class XattrLost {
    @Advice.OnMethodEnter
    static void enter(
        @Advice.Argument(1) EtcAction.Side side,
        @Advice.Argument(value = 3, readOnly = false) TreeEntry wanted) {
      if (EngineFault.ETC_XATTR_LOST.isOn() && isLocalFile(side, wanted)) {
        wanted = bare(wanted);
      }
    }
  }

  static final class ShadowOfTheImage {
    @Advice.OnMethodEnter
    static void enter(
        @Advice.Argument(value = 0, readOnly = false) Map<AccountFile, AccountVersions> versions) {
      if (EngineFault.SHADOW_OF_THE_IMAGE.isOn()) {
        versions = withShadowOffered(versions);
      }
    }
  }

  static final class MachineIdNotLocal {
    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) String path, @Advice.Return(readOnly = false) boolean staysLocal) {
      if (EngineFault.MACHINE_ID_OF_THE_IMAGE.isOn() && path.equals("machine-id")) {
        staysLocal = false;
      }
    }
  }

  static final class MachineIdOfImage {
    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) String path, @Advice.Return(readOnly = false) boolean isOfImage) {
      if (EngineFault.MACHINE_ID_OF_THE_IMAGE.isOn() && path.equals("machine-id")) {
        isOfImage = true;
      }
    }
  }
}
