/** Which kernel arguments a machine has, where each comes from, and how a person edits them. */
@NullMarked
package io.github.containersnap.engine.arguments;

import org.jspecify.annotations.NullMarked;
