package io.github.containersnap.engine.model;

import java.nio.file.Path;
import java.util.List;

/**
 * Where everything lies on the system's btrfs (DESIGN §4). The only class that knows.
 *
 * @param system where the top level (subvolid 5) of the system's btrfs is mounted
 */
public record DeploymentLayout(Path system) {
  /** What a deployment's name starts with while it is being made. */
  public static final String DRAFT_PREFIX = ".draft-";

  /** What a deployment's name starts with while it is being removed. */
  public static final String DISCARD_PREFIX = ".discard-";

  /** The name in a deployment's /etc under which a file is restored. */
  public static final String ETC_RESTORATION = ".container-snap-restore.new";

  /** The names of what {@link #etcRecords(DeploymentId)} keeps. */
  public static final String ETC_BASE = "base";

  public static final String ETC_ORIGIN = "origin.json";
  public static final String ETC_CONFLICTS = "conflicts.json";
  public static final String CAME_UP = "came-up";

  /**
   * The directories of a root, besides /var, that all deployments share. What else a root holds
   * (/usr, /opt, /boot …) is the image's.
   */
  public static final List<String> SHARED_DIRECTORIES = List.of("home", "root", "srv");

  private static final String STATE = "@var/lib/container-snap";

  /** The subvolume that the boot loader reads its menu from. */
  public Path boot() {
    return system.resolve("@boot");
  }

  /** The boot menu. */
  public Path bootMenu() {
    return boot().resolve("boot.cfg");
  }

  /** The subvolume mounted on /var by every deployment. */
  public Path var() {
    return system.resolve("@var");
  }

  /** The subvolume mounted on the shared directory {@code name} of every deployment. */
  public Path shared(String name) {
    return system.resolve("@" + name);
  }

  /** A shared directory's subvolume while it is being made. */
  public Path sharedDraft(Path shared) {
    return deployments().resolve(DRAFT_PREFIX + shared.getFileName());
  }

  /**
   * {@code @var} while it is made of a host's /var: without it there is no other place for drafts.
   */
  public Path varDraft() {
    return system.resolve(DRAFT_PREFIX + "var");
  }

  /** A host's root as it was when its adoption began. */
  public Path adoptionDraft() {
    return system.resolve(DRAFT_PREFIX + "adopted");
  }

  /** What an adoption that has not ended makes. */
  public Path adoption() {
    return state().resolve("adoption.json");
  }

  /** The running /etc as it was when its merge began. */
  public Path frozenEtc() {
    return deployments().resolve(DRAFT_PREFIX + "running-etc");
  }

  /** A deployment's /etc while what has changed since is merged into it. */
  public Path etcDraft(DeploymentId id) {
    return deployments().resolve(DRAFT_PREFIX + id + "-etc");
  }

  /** The image's version of a file of a deployment's /etc, while it is being restored. */
  public Path etcRestoration(DeploymentId id) {
    return deployment(id).resolve("etc").resolve(ETC_RESTORATION);
  }

  /** What is kept of deployments' /etc outside their roots: a directory of each one's id. */
  public Path etcRecords() {
    return state().resolve("etc");
  }

  /** What is kept of a deployment's /etc outside its root. */
  public Path etcRecords(DeploymentId id) {
    return etcRecords().resolve(id.toString());
  }

  /** The /etc that a deployment's own was made from, frozen. */
  public Path etcBase(DeploymentId id) {
    return etcRecords(id).resolve(ETC_BASE);
  }

  /** Where {@link #etcBase} was frozen, and when. */
  public Path etcOrigin(DeploymentId id) {
    return etcRecords(id).resolve(ETC_ORIGIN);
  }

  /** Is there if a deployment that has an origin again came up before it got it. */
  public Path cameUp(DeploymentId id) {
    return etcRecords(id).resolve(CAME_UP);
  }

  /** The conflicts that merges of a deployment's /etc came upon. */
  public Path etcConflicts(DeploymentId id) {
    return etcRecords(id).resolve(ETC_CONFLICTS);
  }

  /** All that is container-snap's own. */
  public Path state() {
    return system.resolve(STATE);
  }

  /** The store: podman's graphroot. A cache. */
  public Path store() {
    return state().resolve("snapshots");
  }

  /** What proofs of the store leave for the next one. A cache. */
  public Path proofs() {
    return state().resolve("proofs");
  }

  /** The directory of the deployments. */
  public Path deployments() {
    return state().resolve("deployments");
  }

  /** The journal of the transaction in flight. */
  public Path journal() {
    return state().resolve("journal");
  }

  /** The file whose lock keeps two transactions apart. */
  public Path lock() {
    return state().resolve("lock");
  }

  /** The menus of a boot loader that has no place for one. */
  public Path menuRecord() {
    return state().resolve("boot-menu.json");
  }

  /** The highest work number ever given. */
  public Path lastWorkNumber() {
    return state().resolve("last-work-number");
  }

  /** A directory with an empty file for each pinned deployment, of its name. */
  public Path pins() {
    return state().resolve("pins");
  }

  /** Where updates come from, if an administrator has said so. */
  public Path source() {
    return state().resolve("source");
  }

  /** The health checks that failed in the last boot of each deployment. */
  public Path health() {
    return state().resolve("health.json");
  }

  /** How the last update ended. */
  public Path lastUpdate() {
    return state().resolve("last-update.json");
  }

  /** Takes up room that is given back when there is none left: {@code SpareRoom}. */
  public Path spareRoom() {
    return state().resolve("spare-room");
  }

  /** A deployment's root. */
  public Path deployment(DeploymentId id) {
    return deployments().resolve(id.toString());
  }

  /** A deployment's root while it is being made. */
  public Path draft(DeploymentId id) {
    return deployments().resolve(DRAFT_PREFIX + id);
  }

  /** A deployment's root while it is being removed. */
  public Path discarded(DeploymentId id) {
    return deployments().resolve(DISCARD_PREFIX + id);
  }

  /** A deployment's root as the boot loader and the kernel name it, from the top level. */
  public static String fromTopLevel(DeploymentId id) {
    return STATE + "/deployments/" + id;
  }
}
