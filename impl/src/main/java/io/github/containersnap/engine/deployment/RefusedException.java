package io.github.containersnap.engine.deployment;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.UpdateException;
import java.nio.file.Path;
import java.util.List;

/** Something that can be done, but not to this deployment or image as things are. */
public final class RefusedException extends UpdateException {
  private static final long serialVersionUID = 1L;

  private RefusedException(String message, String advice) {
    super(message, advice);
  }

  /** The deployment runs, boots next, is the fallback or is pinned. */
  public static RefusedException deletion(DeploymentId id, Protection.Reason reason) {
    return new RefusedException(
        "%s %s and is not deleted.".formatted(id.shortForm(), reason.inWords()), remedy(reason));
  }

  /** The deployment is read-only, and the deletion was not forced. */
  public static RefusedException closedDeletion(DeploymentId id) {
    return new RefusedException(
        "%s is closed: its work is finished, or it is a system that booted. It is not deleted."
            .formatted(id.shortForm()),
        "`container-snap delete --force --id=%s` deletes it all the same."
            .formatted(id.shortForm()));
  }

  /** A deployment that stays was made of the image. */
  public static RefusedException imageDeletion(
      String name, DeploymentId id, Protection.Reason reason) {
    return new RefusedException(
        "The image %s is kept: its deployment %s %s."
            .formatted(name, id.shortForm(), reason.inWords()),
        "Deleting it would free next to nothing, since the deployment shares its storage. "
            + remedy(reason));
  }

  /** The store has no image by that name. */
  public static RefusedException noSuchImage(String name) {
    return new RefusedException(
        "No image in the store is called '%s'.".formatted(name),
        "`container-snap list-images` prints the images with their names.");
  }

  static RefusedException noSource() {
    return new RefusedException(
        "Nothing is deployed yet, so there is no image whose successor could be looked for.",
        "Name the image: `container-snap update REF`, or once and for all with `container-snap"
            + " source REF`.");
  }

  /** The deployment is an adopted system. */
  public static RefusedException noImageBehind(DeploymentId id) {
    return new RefusedException(
        "%s is the system that was adopted here: no image is behind it.".formatted(id.shortForm()),
        "Name the image: `container-snap update REF`, or once and for all with `container-snap"
            + " source REF`.");
  }

  /** An adoption is refused where there are deployments. */
  public static RefusedException deployedAlready(DeploymentId id) {
    return new RefusedException(
        "This machine has deployments already: %s boots next.".formatted(id.shortForm()),
        "`container-snap status` shows them. There is nothing to adopt.");
  }

  /** The running system is one that was deployed or adopted. */
  public static RefusedException runsDeployment(DeploymentId id) {
    return new RefusedException(
        "The running system is the deployment %s.".formatted(id.shortForm()),
        "There is nothing to adopt. `container-snap update REF` updates it.");
  }

  /** The deployment's image is no longer in the store, so nothing proves its files. */
  public static RefusedException imageGone(DeploymentId id, String reference) {
    return new RefusedException(
        "The store no longer holds the image of %s, so there is nothing to compare it with."
            .formatted(id.shortForm()),
        "`container-snap pull REF` brings it back; the deployment came from %s."
            .formatted(reference));
  }

  /** The deployment runs or may boot, and so stays read-only. */
  public static RefusedException writable(DeploymentId id, Protection.Reason reason) {
    return new RefusedException(
        "%s %s and stays read-only.".formatted(id.shortForm(), reason.inWords()),
        "`container-snap create-snapshot %s` makes a writable copy to work in."
            .formatted(id.shortForm()));
  }

  /** The deployment is its image unchanged, and so stays read-only. */
  public static RefusedException pristine(DeploymentId id) {
    return new RefusedException(
        "%s is its image, unchanged, and stays read-only.".formatted(id.shortForm()),
        "`container-snap create-snapshot %s` makes a writable copy to work in."
            .formatted(id.shortForm()));
  }

  /** The path is not below /etc. */
  public static RefusedException notBelowEtc(String path) {
    return new RefusedException(
        "%s is not a path below /etc.".formatted(path),
        "`container-snap etc-diff` lists the paths that have changed.");
  }

  /** Neither the deployment nor its image has the file. */
  public static RefusedException noSuchFile(String path, DeploymentId id) {
    return new RefusedException(
        "Neither %s nor its image has %s.".formatted(id.shortForm(), path),
        "`container-snap etc-diff` lists the paths that have changed.");
  }

  /** A file is to be restored that the image does not have. */
  public static RefusedException notInImage(String path, DeploymentId id) {
    return new RefusedException(
        "The image of %s has no %s to restore.".formatted(id.shortForm(), path),
        "To be as the image, remove it: rm -r %s. Nothing was changed.".formatted(path));
  }

  /** What is to be restored is, or holds, what makes the machine itself. */
  public static RefusedException restoringIdentity(String path, String identity) {
    return new RefusedException(
        "%s is not restored: %s says which machine this is, or who its users are."
            .formatted(path, identity),
        "Restore other files one by one. Nothing was changed.");
  }

  /**
   * A directory is to be restored that has files which the image has not.
   *
   * @param added those files; never empty
   */
  public static RefusedException restoringWouldRemove(String path, List<String> added) {
    return new RefusedException(
        "%s holds %,d that the image does not have, such as %s."
            .formatted(path, added.size(), added.getFirst()),
        ("`container-snap etc-diff --restore --remove-added %s` removes them too. Nothing was"
                + " changed.")
            .formatted(path));
  }

  /** Something above what is to be restored is not there, or is a link. */
  public static RefusedException restoringBelowMissing(String path, String above) {
    return new RefusedException(
        "%s is not restored: %s is not a directory here.".formatted(path, above),
        "`container-snap etc-diff --restore %s` restores that first. Nothing was changed."
            .formatted(above));
  }

  /** What is to be restored lies in a subvolume of its own, or holds one. */
  public static RefusedException restoringSubvolume(String path, Path nested) {
    return new RefusedException(
        ("%s is not restored: %s is a subvolume of its own, and no single step replaces a file"
                + " across it.")
            .formatted(path, nested),
        "Move that subvolume out of /etc first. Nothing was changed.");
  }

  /** What is to be restored has a flag of chattr(1). */
  public static RefusedException restoringProtected(String path, String flagged) {
    return new RefusedException(
        "%s is not restored: chattr has set flags on %s, such as immutable."
            .formatted(path, flagged),
        "`lsattr -d %s` shows them, `chattr` takes them away. Nothing was changed."
            .formatted(flagged));
  }

  /** No update is made that nobody watches. */
  public static RefusedException unattended(String why) {
    return new RefusedException(
        "No unattended update is made: %s.".formatted(why),
        "`container-snap status` says what is deployed. Mend the cause; `container-snap update`"
            + " updates all the same. Nothing was changed.");
  }

  /** The fallback is what the machine fell back from. */
  public static RefusedException rollbackToFailed(DeploymentId id) {
    return new RefusedException(
        "%s is the fallback because it did not come up; the default is what came up instead."
            .formatted(id.shortForm()),
        "`container-snap switch %s` tries it again.".formatted(id.shortForm()));
  }

  static RefusedException failedBefore(DeploymentId id) {
    return new RefusedException(
        "This machine has tried that image: %s did not come up and was fallen back from."
            .formatted(id.shortForm()),
        "`container-snap update --retry REF` deploys it again, `container-snap switch %s` tries what"
                .formatted(id.shortForm())
            + " is there again.");
  }

  /** The deployment is writable: work in it may not be finished. */
  public static RefusedException switchToWritable(DeploymentId id) {
    return new RefusedException(
        "%s is writable: somebody may still be at work in it.".formatted(id.shortForm()),
        ("Close it with `container-snap set-readonly-state --readonly %s`, then switch. What boots"
                + " next is unchanged.")
            .formatted(id.shortForm()));
  }

  private static String remedy(Protection.Reason reason) {
    return switch (reason) {
      case CURRENT -> "Boot another deployment first: `container-snap switch ID`, then restart.";
      case DEFAULT -> "Make another deployment the default first: `container-snap switch ID`.";
      case FALLBACK ->
          "It stops being the fallback when an update or a switch makes another one so.";
      case PINNED -> "Take the pin away first: `container-snap unpin ID`.";
    };
  }
}
