package io.github.containersnap.etc;

import io.github.containersnap.tree.TreeManifest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * How the new image's /etc becomes this machine's, decided before anything is written.
 *
 * @param actions what to do to a copy of the new image's /etc, in this order
 * @param conflicts where both sides changed the same thing, ordered by path
 * @param result what the merged /etc will be
 */
public record EtcMergePlan(
    List<EtcAction> actions, List<EtcConflict> conflicts, TreeManifest result) {
  private static final Comparator<EtcConflict> ORDER =
      Comparator.comparing(EtcConflict::path).thenComparing(EtcConflict::what);

  public EtcMergePlan {
    actions = List.copyOf(actions);
    conflicts = List.copyOf(conflicts);
  }

  /**
   * Plans the merge. Files by their attributes and content digests; account files by their entries.
   *
   * @param came the /etc that the machine's image came with
   * @param local the machine's /etc
   * @param offered the /etc of the new image
   * @param accounts the content of each {@link AccountFile} that {@link AccountFile#canMerge can be
   *     merged}; one that is left out is a file like any other
   */
  public static EtcMergePlan of(
      TreeManifest came,
      TreeManifest local,
      TreeManifest offered,
      Map<AccountFile, AccountVersions> accounts) {
    return of(came, local, offered, accounts, ExemptFiles::staysLocal);
  }

  /**
   * Plans what is still to be carried from an /etc to one that was made from it: only what has
   * changed since. There is no exception for what says which machine this is: the other /etc has it
   * already, or is not to have it.
   *
   * @param came the one, as it was when the other was made from it
   * @param local the one, as it is now
   * @param offered the other
   * @param accounts as for {@link #of}
   */
  public static EtcMergePlan sinceThen(
      TreeManifest came,
      TreeManifest local,
      TreeManifest offered,
      Map<AccountFile, AccountVersions> accounts) {
    return of(came, local, offered, accounts, _ -> false);
  }

  private static EtcMergePlan of(
      TreeManifest came,
      TreeManifest local,
      TreeManifest offered,
      Map<AccountFile, AccountVersions> accounts,
      Predicate<String> staysLocal) {
    EtcTrees trees = new EtcTrees(came, local, offered);
    AccountDatabaseMerge.Result merged = AccountDatabaseMerge.of(accounts);
    ThreeWayMerge merge = new ThreeWayMerge(trees, merged.contents(), staysLocal);
    merge.run();
    TreeManifest result = ActionOrder.result(merge.outcomes());
    List<EtcConflict> conflicts = new ArrayList<>(merge.conflicts());
    conflicts.addAll(merged.conflicts());
    conflicts.sort(ORDER);
    return new EtcMergePlan(ActionOrder.of(trees, merge.outcomes(), result), conflicts, result);
  }
}
