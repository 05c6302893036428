/**
 * The three-way merge of /etc as a pure function: from the /etc an image came with, the machine's
 * own, and the next image's, {@link EtcMergePlan} makes a list of actions and a list of conflicts.
 *
 * <p>{@link ThreeWayMerge} holds the rules for paths, {@link AccountDatabaseMerge} those for the
 * entries of passwd and its kin, {@link ActionOrder} turns a wanted tree into actions. Nothing here
 * touches a disk: the engine reads the trees, and executes the plan in the draft of a deployment.
 * So every conflict is known before the first write.
 *
 * <p>Depends on {@code tree} and {@code linux}; the engine and the command line depend on it.
 */
@NullMarked
package io.github.containersnap.etc;

import org.jspecify.annotations.NullMarked;
