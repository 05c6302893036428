/** What health checks found: a record that survives the fallback. */
@NullMarked
package io.github.containersnap.engine.health;

import org.jspecify.annotations.NullMarked;
