/**
 * The files of /etc for the engine: it reads the trees that {@code etc} merges, executes the plan
 * in a deployment, and tells of conflicts.
 */
@NullMarked
package io.github.containersnap.engine.etc;

import org.jspecify.annotations.NullMarked;
